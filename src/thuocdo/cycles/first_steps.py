"""What an organisation officer does next before the first period of the units looked after is opened."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, Q

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import officer_units, roots_for_officer
from thuocdo.work.models import Task


@dataclass(frozen=True)
class Step:
    """One step: `code` says which, `done` whether its trace is there already."""

    code: str
    done: bool


def first_steps(user: User, on: date) -> tuple[Step, ...]:
    """The steps in their order for an officer without any period yet, else nothing. At most four queries."""
    units = officer_units(user, on)
    if not units:
        return ()
    below = units - {unit.pk for unit in roots_for_officer(user, on)}
    serving = Employment.objects.filter(unit__in=units)
    way_in = Q(person__user__links__isnull=False) | ~Q(person__user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    others = serving.exclude(person__user_id=user.pk).filter(way_in, person__user__isnull=False)
    traces = {
        "cycle": Cycle.objects.filter(root__in=units),
        "units": Unit.objects.filter(pk__in=below),
        "people": serving,
        "accounts": others,
        "tasks": Task.objects.filter(agency__in=units),
    }
    asked = User.objects.filter(pk=user.pk).values_list(*(Exists(rows) for rows in traces.values()))
    found = dict(zip(traces, asked.get(), strict=True))
    if found["cycle"]:
        return ()
    return tuple(Step(code, done=found[code]) for code in ("units", "people", "accounts", "tasks", "cycle"))
