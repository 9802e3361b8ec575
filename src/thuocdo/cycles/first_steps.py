"""What an organisation officer does next before the first period of the units looked after is opened."""

from dataclasses import dataclass
from datetime import date

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
    """The steps in their order for an officer without any period yet, else nothing. At most six queries."""
    units = officer_units(user, on)
    if not units or Cycle.objects.filter(root__in=units).exists():
        return ()
    roots = {unit.pk for unit in roots_for_officer(user, on)}
    serving = Employment.objects.filter(unit__in=units)
    others = serving.exclude(person__user_id=user.pk).filter(person__user__isnull=False)
    return (
        Step("units", Unit.objects.filter(pk__in=units - roots).exists()),
        Step("people", serving.exists()),
        Step("accounts", others.exists()),
        Step("tasks", Task.objects.filter(agency__in=units).exists()),
        Step("cycle", done=False),
    )
