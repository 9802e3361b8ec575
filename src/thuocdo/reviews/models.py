"""Reports of a review and the defects they name."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.organisation.models import Person
from thuocdo.rounds.models import Round, RoundSubject

USER = settings.AUTH_USER_MODEL


class ReviewDraft(models.Model):
    """Working copy (bản đang viết) of a report: `owner` is `p<person>` for the texts that all procedures of a person
    share in the round, `s<subject>` for what belongs to one of them. `typed` is canonical JSON, kept as typed."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="review_drafts")
    owner = models.CharField("của ai", max_length=30)
    typed = models.TextField("nội dung", default="{}")
    version = models.PositiveIntegerField("phiên bản", default=1)
    saved_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField("lưu lúc")

    class Meta:
        verbose_name = "bản đang viết"
        constraints = [models.UniqueConstraint(fields=["round", "owner"], name="review_draft_once")]


class ReviewReport(models.Model):
    """Filed report (bản kiểm điểm) of one subject: added and never changed; the highest number is in force.

    `content` (canonical JSON): `layout`, `texts` by head or block, `marks` in hundredths or grades by row, `level` that
    the subject takes for itself, `defects` and `past` (those of the year before with their state), `months` as they
    were. `sent_on` is the day on which those who will meet could read a draft.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", "dự thảo gửi người dự họp"
        FINAL = "final", "hoàn chỉnh sau hội nghị"

    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField("lần")
    stage = models.CharField("bản", max_length=5, choices=Stage)
    layout = models.CharField("mẫu", max_length=64)
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    sent_on = models.DateField("ngày gửi")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "bản kiểm điểm"
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="review_report_number_once")]


class Defect(models.Model):
    """Defect (hạn chế, khuyết điểm) of a person or collective, pointed out in the review of `year`.

    `owner` stays the same from round to round: `p<person>`, or the key of a collective in its rounds; `subject` is
    where it was written down. One that was dropped keeps its reason and counts nowhere.
    """

    class Source(models.TextChoices):
        SELF = "self", "tự nhận"
        MEETING = "meeting", "hội nghị chỉ ra"
        PROMPT = "prompt", "gợi ý kiểm điểm"
        AUTHORITY = "authority", "cấp trên kết luận"

    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="defects")
    owner = models.CharField("của ai", max_length=70)
    year = models.PositiveSmallIntegerField("năm kiểm điểm")
    text = models.CharField("hạn chế, khuyết điểm", max_length=1000)
    cause = models.CharField("nguyên nhân", max_length=1000, blank=True)
    source = models.CharField("ai chỉ ra", max_length=9, choices=Source)
    dropped_reason = models.CharField("lý do bỏ", max_length=500, blank=True)
    dropped_at = models.DateTimeField("bỏ lúc", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "hạn chế, khuyết điểm"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="defect_has_text"),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | ~Q(dropped_reason=""), name="defect_dropped_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["owner", "year"], name="defect_of_year")]
