from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class CalendarDay(models.Model):
    """Day of a working calendar (ngày trong lịch làm việc) that a unit fixed: off, or worked to make up for one.

    It holds for the unit and everything below, unless a nearer unit says otherwise about the same day. `unit` is the
    key of a unit, which is never deleted; the room lies below `organisation`, so that it cannot point there.
    """

    class Kind(models.TextChoices):
        OFF = "off", "nghỉ"
        WORKING = "working", "làm việc (làm bù)"

    unit = models.BigIntegerField("đơn vị (khóa)", db_index=True)
    day = models.DateField("ngày")
    kind = models.CharField("loại", max_length=8, choices=Kind)
    reason = models.CharField("tên ngày hoặc lý do", max_length=200)
    decision = models.CharField("văn bản", max_length=120, blank=True)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "ngày trong lịch làm việc"
        constraints = [
            models.UniqueConstraint(fields=["unit", "day"], name="calendar_day_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="calendar_day_has_reason"),
        ]


class CalendarYear(models.Model):
    """Confirmed year of a calendar (năm lịch đã xác nhận): from then its stored days alone count, not a library's."""

    unit = models.BigIntegerField("đơn vị (khóa)", db_index=True)
    year = models.PositiveSmallIntegerField("năm")
    decision = models.CharField("văn bản về lịch nghỉ", max_length=120)
    confirmed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("xác nhận lúc")

    class Meta:
        verbose_name = "năm lịch đã xác nhận"
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="calendar_year_once"),
            models.CheckConstraint(condition=~Q(decision=""), name="calendar_year_has_decision"),
        ]
