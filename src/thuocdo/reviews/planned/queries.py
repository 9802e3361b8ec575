"""Remedies that a person may take into a week."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from thuocdo.accounts.models import User
from thuocdo.plans.models import WeekItem
from thuocdo.reviews.models import Remedy
from thuocdo.reviews.planned.models import RemedyWork


def to_take(user: User, week: date) -> QuerySet[Remedy]:
    """Open remedies of the user's own that the plan of the week does not have yet, by due day."""
    there = RemedyWork.objects.filter(remedy=OuterRef("pk"), item__week=week).exclude(
        item__state=WeekItem.State.DROPPED
    )
    rows = Remedy.objects.filter(person__user_id=user.pk, defect__dropped_at=None)
    rows = rows.filter(state__in=(Remedy.State.OPEN, Remedy.State.DOING)).exclude(Exists(there))
    return rows.select_related("defect__subject").order_by("due", "pk")
