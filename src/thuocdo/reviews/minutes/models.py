"""Minutes of a review meeting, the scan of what was signed, and taking back what was written down by mistake."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.organisation.models import Person
from thuocdo.reviews.models import ReviewMeeting
from thuocdo.work.scans import SignedScan, scan_constraints

USER = settings.AUTH_USER_MODEL


class MeetingMinutes(models.Model):
    """Minutes of a review meeting (biên bản hội nghị kiểm điểm): attendance, length, comments with their answers,
    conclusion, terms not kept, as canonical JSON under a SHA-256. Append-only."""

    meeting = models.OneToOneField(ReviewMeeting, on_delete=models.PROTECT, related_name="minutes")
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    at = models.DateTimeField("lập lúc")

    class Meta:
        verbose_name = "biên bản hội nghị kiểm điểm"


class MeetingScan(SignedScan):
    """Scan of signed minutes (bản chụp biên bản hội nghị): attached by one person, compared by another one."""

    minutes = models.ForeignKey(MeetingMinutes, on_delete=models.PROTECT, related_name="scans")

    class Meta:
        verbose_name = "bản chụp biên bản hội nghị"
        constraints = scan_constraints("meeting_scan")


class MeetingWithdrawal(models.Model):
    """Withdrawal of a meeting (hủy biên bản hội nghị): it was not held as written down, and why. Append-only."""

    meeting = models.OneToOneField(ReviewMeeting, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField("lý do hủy", max_length=1000)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("hủy lúc")

    class Meta:
        verbose_name = "hủy biên bản hội nghị"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="meeting_withdrawal_has_reason")]
