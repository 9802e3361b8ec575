"""Bodies that are asked, and what they answer by name."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.opinions.models import OpinionParty
from thuocdo.organisation.models import Person

USER = settings.AUTH_USER_MODEL


class OpinionBody(models.Model):
    """Body that is asked (tập thể, cơ quan được hỏi) about every subject of the round. It answers through the account
    of somebody who speaks for it, or on a printed form that two people of the organiser enter and confirm."""

    party = models.ForeignKey(OpinionParty, on_delete=models.PROTECT, related_name="bodies")
    number = models.PositiveSmallIntegerField("thứ tự")
    name = models.CharField("tên tập thể, cơ quan", max_length=200)
    speaker = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="opinion_bodies")

    class Meta:
        verbose_name = "tập thể, cơ quan được hỏi"
        constraints = [models.UniqueConstraint(fields=["party", "number"], name="opinion_body_number_once")]


class OpinionPaper(models.Model):
    """Answer of a body (văn bản cho ý kiến), by name: `content` (canonical JSON) by subject, with number and day of the
    document. By the one who speaks for it, or entered for it with a scan and confirmed by a second person, or given
    back with the reason."""

    class State(models.TextChoices):
        ENTERED = "entered", "chờ người thứ hai xác nhận"
        CONFIRMED = "confirmed", "đã xác nhận"
        RETURNED = "returned", "đã trả lại"

    body = models.ForeignKey(OpinionBody, on_delete=models.PROTECT, related_name="papers")
    turn = models.PositiveSmallIntegerField("lần")
    state = models.CharField("trạng thái", max_length=9, choices=State)
    content = models.TextField("nội dung")
    number = models.CharField("số văn bản", max_length=80)
    on = models.DateField("ngày văn bản")
    digest = models.CharField("băm bản chụp", max_length=64, blank=True)
    name = models.CharField("tên tệp", max_length=120, blank=True)
    media = models.CharField("loại tệp", max_length=100, blank=True)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("ghi lúc")
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField("xác nhận hoặc trả lại lúc", null=True)
    reason = models.CharField("lý do trả lại", max_length=500, blank=True)

    class Meta:
        verbose_name = "văn bản cho ý kiến"
        constraints = [
            models.UniqueConstraint(fields=["body", "turn"], name="opinion_paper_turn_once"),
            models.UniqueConstraint(
                fields=["body"], condition=~Q(state="returned"), name="opinion_paper_one_that_counts"
            ),
            models.CheckConstraint(
                condition=~Q(checked_by=F("entered_by")) | Q(checked_by__isnull=True),
                name="opinion_paper_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="entered", checked_by__isnull=True)
                | Q(state="confirmed", checked_by__isnull=False)
                | Q(state="confirmed", digest="")
                | Q(state="returned", checked_by__isnull=False) & ~Q(reason=""),
                name="opinion_paper_checked",
            ),
        ]
