"""What the worker does about those who left: their accounts close when the last day is over."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from thuocdo.organisation import actions
from thuocdo.organisation.changes.reading import living
from thuocdo.organisation.models import Departure, Employment


def close_accounts(at: datetime) -> int:
    """Close every account that is due, one act each; returns how many. One query where there is none."""
    today = localdate(at)
    back = Employment.objects.filter(living(today), person_id=OuterRef("person_id"))
    due = Departure.objects.filter(undone_at=None, end__lte=today, person__user__is_active=True).exclude(Exists(back))
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(actions.close_left_account(departure_id=pk, by=None, at=at) for pk in keys)
