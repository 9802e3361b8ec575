"""What people of an inspector's units asked for and were refused: a trace, not a finding."""

from dataclasses import dataclass
from datetime import date, timedelta

from thuocdo.accounts.models import RefusedAttempt, User
from thuocdo.organisation.models import Employment, Role
from thuocdo.organisation.queries import on_day, units_where_any

DAYS = 30
SHOWN = 200


@dataclass(frozen=True)
class Refusals:
    """Attempts of the last `DAYS` days, newest first, with the people by account; `more` where not all are shown."""

    attempts: tuple[RefusedAttempt, ...]
    names: dict[int, str]
    more: bool


def refusals(user: User, on: date) -> Refusals:
    """Refused attempts of the people who are in the user's scope today. Three queries."""
    units = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    posts = Employment.objects.filter(on_day(on), unit__in=units).exclude(person__user=None)
    recent = RefusedAttempt.objects.filter(day__gte=on - timedelta(days=DAYS), user__in=posts.values("person__user"))
    found = list(recent.order_by("-last_at", "pk")[: SHOWN + 1])
    here = posts.filter(person__user__in={one.user_id for one in found})
    people = here.values_list("person__user", "person__full_name", "person__code", "unit__name").order_by("pk")
    names = {user_id: f"{name} ({code}), {unit}" for user_id, name, code, unit in people}
    return Refusals(tuple(found[:SHOWN]), names, len(found) > SHOWN)
