"""The paper behind a sheet that somebody else entered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

USER = settings.AUTH_USER_MODEL


class PaperEntry(models.Model):
    """Entry from paper (bản nhập thay từ bản giấy): who entered whose signed sheet, and the paper itself.

    Append-only. `submission.part` says whose signature it is: the owner's, or that of whoever evaluates. Never the
    person's own entry, and never the evaluator's: `Confirmation.entered_by` keeps whoever judges later apart from who
    entered the owner's part, and `own_entered_by`, the same person, keeps who enters the judgement apart. The paper is
    a scan (kept under its SHA-256) or named by its number.
    """

    submission = models.OneToOneField("appraisals.Submission", on_delete=models.PROTECT, related_name="paper")
    sheet = models.ForeignKey("appraisals.Sheet", on_delete=models.PROTECT, related_name="papers")
    subject = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    evaluator = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    own_entered_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField("ngày ký bản giấy")
    number = models.CharField("số của bản giấy", max_length=80, blank=True)
    scan_name = models.CharField("tên tệp bản chụp", max_length=160, blank=True)
    scan_type = models.CharField("loại tệp", max_length=100, blank=True)
    scan_sha256 = models.CharField("băm bản chụp", max_length=64, blank=True)
    at = models.DateTimeField("nhập lúc")

    class Meta:
        verbose_name = "bản nhập thay từ bản giấy"
        constraints = [
            models.CheckConstraint(condition=~Q(entered_by=F("subject")), name="nobody_enters_own_paper"),
            models.CheckConstraint(condition=~Q(entered_by=F("evaluator")), name="evaluator_enters_no_paper"),
            models.CheckConstraint(
                condition=Q(own_entered_by__isnull=True) | ~Q(entered_by=F("own_entered_by")),
                name="nobody_enters_both_parts",
            ),
            models.CheckConstraint(condition=~Q(number="") | ~Q(scan_sha256=""), name="paper_can_be_found"),
        ]
