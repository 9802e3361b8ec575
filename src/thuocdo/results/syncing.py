"""Results that must be in the national database within 05 days (NĐ 335 Điều 26 khoản 1 điểm d): what is marked as done
and what is overdue. The product does not transfer anything; the exchange format is in no source it has."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.locking import short_label
from thuocdo.appraisals.models import Confirmation
from thuocdo.audit.digests import sha256
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units
from thuocdo.results.models import SyncMark

DAYS = 5
"""Calendar days from the day of the confirmation: the text does not say that they are working days, so the earlier
end is shown."""
SHOWN, MARKED = 300, 30


@dataclass(frozen=True)
class Pending:
    """The results of one unit in one period that no mark covers yet; `oldest` was confirmed first."""

    cycle: Cycle
    unit: Unit
    results: int
    oldest: datetime
    newest: datetime
    due: date
    overdue: bool

    @property
    def key(self) -> str:
        return f"{self.cycle.pk}:{self.unit.pk}"

    @property
    def label(self) -> str:
        return short_label(self.cycle)


@dataclass(frozen=True)
class Desk:
    """What waits, overdue first, and the latest marks."""

    pending: tuple[Pending, ...]
    more: bool
    marks: tuple[SyncMark, ...]

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.pending)


def uncovered(results: Q) -> QuerySet[Confirmation]:
    """Results in force that no mark of their period and unit covers."""
    place = {"cycle": OuterRef("sheet__cycle"), "unit": OuterRef("sheet__member__evaluator_unit")}
    marks = SyncMark.objects.filter(**place, covers_until__gte=OuterRef("at"))
    rows = Confirmation.objects.filter(results, sheet__member__evaluator_unit__isnull=False)
    return in_force(rows).filter(~Exists(marks))


def waiting(user: User, on: date, most: int | None = None) -> list[Pending]:
    """What no mark covers of this year's and last year's results, for the organisation officer of the periods' units;
    the oldest first, at most `most`. Constant queries."""
    roots = officer_units(user, on)
    rows = uncovered(Q(sheet__cycle__root__in=roots, sheet__cycle__year__gte=on.year - 1))
    groups = rows.values("sheet__cycle", "sheet__member__evaluator_unit").annotate(
        n=Count("pk"), oldest=Min("at"), newest=Max("at")
    )
    found = list(groups.order_by("oldest", "sheet__cycle", "sheet__member__evaluator_unit")[:most])
    cycles = Cycle.objects.in_bulk({one["sheet__cycle"] for one in found})
    units = Unit.objects.in_bulk({one["sheet__member__evaluator_unit"] for one in found})
    return [
        _pending(
            cycles[one["sheet__cycle"]], units[one["sheet__member__evaluator_unit"]], one["n"], one["oldest"],
            one["newest"], on,
        )
        for one in found
    ]  # fmt: skip


def desk(user: User, on: date) -> Desk:
    """The page of an organisation officer: what waits, and the latest marks. Constant queries."""
    roots = officer_units(user, on)
    found = waiting(user, on, SHOWN + 1)
    marks = SyncMark.objects.filter(cycle__root__in=roots).select_related("cycle", "unit", "by").order_by("-pk")
    return Desk(tuple(found[:SHOWN]), len(found) > SHOWN, tuple(marks[:MARKED]))


def mark_of(
    cycle: Cycle, unit_id: int, done_on: date, reference: str, by: User, at: datetime
) -> SyncMark | None:
    """A mark, not stored yet, over what waits now of one unit in a period; None where nothing does. One query."""
    rows = uncovered(Q(sheet__cycle=cycle, sheet__member__evaluator_unit=unit_id))
    found = list(rows.order_by("pk").values_list("pk", "at"))
    if not found:
        return None
    return SyncMark(
        cycle=cycle, unit_id=unit_id, covers_until=max(moment for _, moment in found), results=len(found),
        digest=sha256(",".join(str(key) for key, _ in found)), done_on=done_on, reference=reference, by=by, at=at,
    )  # fmt: skip


def _pending(cycle: Cycle, unit: Unit, number: int, oldest: datetime, newest: datetime, on: date) -> Pending:
    due = localdate(oldest) + timedelta(days=DAYS)
    return Pending(cycle, unit, number, oldest, newest, due, due < on)
