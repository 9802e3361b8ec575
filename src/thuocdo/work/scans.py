"""The scan of a signed paper, which one person attaches and another one compares: what every table of them holds."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

_USER = settings.AUTH_USER_MODEL


class SignedScan(models.Model):
    """Columns of such a table beside `minutes`, the paper that was signed."""

    number = models.PositiveSmallIntegerField("thứ tự")
    digest = models.CharField("băm tệp", max_length=64)
    name = models.CharField("tên tệp", max_length=120)
    media = models.CharField("loại tệp", max_length=100)
    attached_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField("đưa lên lúc")
    confirmed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("đối chiếu lúc", null=True)

    class Meta:
        abstract = True


def scan_constraints(name: str) -> list[models.BaseConstraint]:
    """One number once, one scan confirmed, and never by whoever attached it; named after the table."""
    confirmed = Q(confirmed_by__isnull=False)
    by_two = Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("attached_by"))
    return [
        models.UniqueConstraint(fields=["minutes", "number"], name=f"{name}_number_once"),
        models.UniqueConstraint(fields=["minutes"], condition=confirmed, name=f"{name}_confirmed_once"),
        models.CheckConstraint(
            condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True) | by_two, name=f"{name}_by_two_people"
        ),
    ]
