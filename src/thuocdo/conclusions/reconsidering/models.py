"""A result that leans on a level which was replaced."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.rounds.models import RoundSubject, StepDone

USER = settings.AUTH_USER_MODEL


class Reconsideration(models.Model):
    """Reconsideration (việc xem lại kết quả dựa trên mức đã thay): the rating step of another subject that was taken on
    the level which `cause`, a replacing decision, changed, or on a level from paper or of a year that no longer stands
    (`taken`: the row that took it back). It waits until that step is taken back by another rating, or `answer` says why
    the result stays. No level changes by it."""

    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="reconsiderations")
    step = models.ForeignKey(StepDone, on_delete=models.PROTECT, related_name="+")
    cause = models.ForeignKey("conclusions.AssessmentPart", on_delete=models.PROTECT,
                              null=True, related_name="reconsiderations")  # fmt: skip
    taken = models.ForeignKey(StepDone, on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField("ghi lúc")
    answer = models.CharField("lý do giữ nguyên", max_length=1000, blank=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        verbose_name = "việc xem lại kết quả dựa trên mức đã thay"
        constraints = [
            models.UniqueConstraint(fields=["step", "cause"], name="reconsidered_once"),
            models.UniqueConstraint(fields=["step", "taken"], name="reconsidered_once_taken"),
            models.CheckConstraint(
                condition=Q(cause__isnull=False, taken=None) | Q(cause=None, taken__isnull=False),
                name="reconsidered_for_one",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="reconsidered_whole",
            ),
        ]


OPEN = Q(answered_at=None, step__undone=None)
"""Those that wait."""
