"""What an organisation officer does next before the first period of the units looked after is opened."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, Q

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Employment, Role, Unit
from thuocdo.organisation.queries import officer_units, on_day
from thuocdo.work.models import Task


@dataclass(frozen=True)
class Step:
    """One step: `code` says which, `done` whether its trace is there already."""

    code: str
    done: bool


def first_steps(user: User, on: date) -> tuple[Step, ...]:
    """The steps in their order for an officer without any period yet, else nothing. At most three queries."""
    units = officer_units(user, on)
    if not units or Cycle.objects.filter(root__in=units).exists():  # asked first: the rest looks through everybody
        return ()
    roots = Role.objects.filter(on_day(on), person__user_id=user.pk, kind=Role.Kind.OFFICER)
    serving = Employment.objects.filter(unit__in=units)
    way_in = Q(person__user__links__isnull=False) | ~Q(person__user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    others = serving.exclude(person__user_id=user.pk).filter(way_in, person__user__isnull=False)
    traces = {
        "units": Unit.objects.filter(pk__in=units).exclude(pk__in=roots.values("unit_id")),
        "people": serving,
        "accounts": others,
        "tasks": Task.objects.filter(agency__in=units),
    }
    asked = User.objects.filter(pk=user.pk).values_list(*(Exists(rows) for rows in traces.values()))
    found = dict(zip(traces, asked.get(), strict=True))
    return (*(Step(code, done) for code, done in found.items()), Step("cycle", done=False))
