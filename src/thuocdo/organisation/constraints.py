"""Constraints that dated rows share."""

from django.db.models import CheckConstraint, F, Q


def dates_in_order(name: str) -> CheckConstraint:
    """Half-open range: `end`, where given, lies after `start`."""
    return CheckConstraint(condition=Q(end__isnull=True) | Q(end__gt=F("start")), name=name)
