"""A signed paper made of a part, and a file sent to the authority above with its receipt."""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class AssessmentPaper(models.Model):
    """Paper of an assessment (văn bản của hồ sơ đánh giá): a decision, or an order to rate again, with signer and
    recipients; append-only. `content` is canonical JSON of all that is printed, `digest` its SHA-256."""

    part = models.ForeignKey("conclusions.AssessmentPart", on_delete=models.PROTECT, related_name="papers")
    turn = models.PositiveSmallIntegerField("lần lập")
    signer = models.CharField("người ký", max_length=120)
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    reason = models.CharField("lý do lập lại", max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lập lúc")

    class Meta:
        verbose_name = "văn bản của hồ sơ đánh giá"
        constraints = [
            models.UniqueConstraint(fields=["part", "turn"], name="assessment_paper_turn_once"),
            models.CheckConstraint(condition=Q(turn=1) | ~Q(reason=""), name="assessment_paper_again_with_reason"),
            models.CheckConstraint(condition=~Q(signer=""), name="assessment_paper_has_signer"),
        ]


class FileSent(models.Model):
    """File sent up (hồ sơ gửi cấp trên), Mẫu 04: every paper that the text lists, or why there is none.

    `items` are frozen (`id`, `label`, `cite`, `has`, `words`), `digest` is over them; `head`: what the list says
    at its head, frozen too (none: sent by a version that did not keep it). The authority answers once.
    """

    class State(models.TextChoices):
        SENT = "sent", "đã gửi, chờ nhận"
        RECEIVED = "received", "đã nhận"
        RETURNED = "returned", "bị trả lại"

    assessment = models.ForeignKey("conclusions.Assessment", on_delete=models.PROTECT, related_name="files_sent")
    turn = models.PositiveSmallIntegerField("lần gửi")
    body = models.CharField("nơi nhận", max_length=200)
    number = models.CharField("số văn bản gửi", max_length=80)
    on = models.DateField("ngày gửi")
    items = models.JSONField("danh mục")
    digest = models.CharField("băm danh mục", max_length=64)
    head = models.JSONField("tiêu đề văn bản", null=True)
    state = models.CharField("tình trạng", max_length=8, choices=State, default=State.SENT)
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("ghi lúc")
    answer = models.CharField("số biên nhận hoặc lý do trả lại", max_length=1000, blank=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        verbose_name = "hồ sơ gửi cấp trên"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "turn"], name="file_sent_turn_once"),
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(state__in=("sent", "received")), name="file_sent_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", answered_by=None, answered_at=None, answer="")
                | (Q(state__in=("received", "returned"), answered_by__isnull=False, answered_at__isnull=False))
                & ~Q(answer=""),
                name="file_sent_answered_whole",
            ),
        ]
