"""Results that must be in the national database within days of the result, by the rulebooks that say so (`sync`:
NĐ 335 Điều 26 khoản 1 điểm d, NĐ 233 Điều 18 khoản 1 điểm b): what is marked as done and what is overdue. The product
does not transfer anything; the exchange format is in no source it has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils.timezone import localdate, make_aware

from thuocdo.accounts.models import User
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, Sheet, SheetCount
from thuocdo.audit.digests import sha256
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units
from thuocdo.results.models import SyncMark
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import RulebookVersion

SHOWN, MARKED = 50, 30
Place = tuple[int, int]
"""Ids of a period and a unit."""


@dataclass(frozen=True)
class Duty:
    """What a rulebook (its key) says of the transfer, and its article. `days` are counted by the calendar from the day
    of the confirmation: no text says that they are working days, so the earlier end is shown."""

    rulebook: str
    label: str
    days: int
    cite: str

    def late_before(self, on: date) -> datetime:
        """Results confirmed earlier are overdue on that day."""
        return make_aware(datetime.combine(on - timedelta(days=self.days), time()))


def duties() -> tuple[Duty, ...]:
    """The rulebooks of people whose text asks for the transfer, in every version that a period has used."""
    return _duties(catalogue.roots())


@lru_cache(maxsize=8)
def _duties(_roots: tuple[Path, ...]) -> tuple[Duty, ...]:
    found = [(book, book.book.sync) for book in catalogue.of_sheets()]
    return tuple(
        Duty(book.key, rule.label, rule.days, "; ".join(one.text() for one in book.cite(rule.cite)))
        for book, rule in found
        if rule is not None
    )


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
        return self.cycle.short_name


@dataclass(frozen=True)
class Transfer:
    """When results went to the national database, and what shows it."""

    done_on: date
    reference: str


@dataclass(frozen=True)
class Desk:
    """What waits, overdue first, and the latest marks."""

    pending: tuple[Pending, ...]
    more: bool
    marks: tuple[SyncMark, ...]
    duties: tuple[Duty, ...]

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.pending)


def uncovered(results: Q) -> QuerySet[Confirmation]:
    """Results in force under a rulebook with that duty that no mark of their period and unit covers."""
    place = {"cycle": OuterRef("sheet__cycle"), "unit": OuterRef("sheet__member__evaluator_unit")}
    marks = SyncMark.objects.filter(covering("pk", "at"), **place)
    owed = {"rulebook__in": [duty.rulebook for duty in duties()], "sheet__member__evaluator_unit__isnull": False}
    rows = Confirmation.objects.filter(results, **owed)
    return in_force(rows).filter(~Exists(marks))


def covering(key: str, at: str) -> Q:
    """Marks that reach to the result whose id and moment stand in these columns of the outer rows: by its id, because
    it may have been committed after a mark of a later moment; marks that kept no id, by its moment."""
    return Q(covers_to__gte=OuterRef(key)) | Q(covers_to=None, covers_until__gte=OuterRef(at))


def waiting(user: User, on: date, most: int | None = None) -> list[Pending]:
    """What no mark covers of this year's and last year's results, for the organisation officer of the periods' units;
    the oldest first, at most `most`. Where nothing is marked the kept counts say it; the results of the other places
    are read. Constant queries."""
    return _pending_in(_periods(user, on), on, most)


def _periods(user: User, on: date) -> dict[int, int]:
    """The periods of the units that the officer looks after, with their years. Two queries: there are fewer periods
    than units, so each is asked for its unit."""
    mine = officer_units(user, on)
    every = Cycle.objects.values_list("pk", "root_id", "year").order_by()
    return {cycle: year for cycle, root, year in every if root in mine}


def _pending_in(periods: Mapping[int, int], on: date, most: int | None) -> list[Pending]:
    """What waits in those of these periods that are of this year and the last."""
    asked = [cycle for cycle, year in periods.items() if year >= on.year - 1]
    found = _waiting(asked, most) if asked else []
    found.sort(key=lambda one: (one["oldest"], one["cycle"], one["evaluator_unit"]))
    found = found[:most]
    cycles = Cycle.objects.in_bulk({one["cycle"] for one in found})
    units = Unit.objects.in_bulk({one["evaluator_unit"] for one in found})
    return [
        _pending(
            cycles[one["cycle"]], units[one["evaluator_unit"]], one["n"], one["oldest"], one["newest"], _due(one), on
        )
        for one in found
    ]  # fmt: skip


def _waiting(cycles: Collection[int], most: int | None) -> list[Mapping[str, Any]]:
    """Results owed by period and evaluating unit, not in order: from the counts where no mark of the place is there,
    the first `most`; where one is and does not cover a whole count, from the results themselves."""
    marks = SyncMark.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("evaluator_unit"))
    versions = RulebookVersion.objects.filter(rulebook__in=[duty.rulebook for duty in duties()])
    keys = dict(versions.values_list("hash", "rulebook"))
    counts = SheetCount.objects.filter(cycle__in=list(cycles), rulebook_hash__in=list(keys))
    counts = counts.filter(evaluator_unit__isnull=False).exclude(state=Sheet.State.UNDER_REVIEW)
    by_days: dict[int, list[str]] = {}
    for duty in duties():
        by_days.setdefault(duty.days, []).extend(digest for digest, key in keys.items() if key == duty.rulebook)
    first = {
        f"{_OLDEST}{days}": Min("first_rated", filter=Q(rulebook_hash__in=own) if len(by_days) > 1 else None)
        for days, own in by_days.items()
    }
    rows = counts.filter(~Exists(marks)).order_by().values("cycle", "evaluator_unit")
    rows = rows.annotate(n=Sum("number"), oldest=Min("first_rated"), newest=Max("last_rated"), **first)
    some = counts.filter(Exists(marks)).exclude(Exists(marks.filter(covering("last_result", "last_rated"))))
    partly = set(some.values_list("cycle", "evaluator_unit"))
    return [*rows.order_by("oldest", "cycle", "evaluator_unit")[:most], *(_read(partly) if partly else [])]


def _read(places: Collection[Place]) -> list[Mapping[str, Any]]:
    """The same of these places from the results themselves: for those where only some are marked."""
    cycles, units = {cycle for cycle, _ in places}, {unit for _, unit in places}
    rows = uncovered(Q(sheet__cycle__in=cycles, sheet__member__evaluator_unit__in=units))
    groups = rows.order_by().values(cycle=F("sheet__cycle"), evaluator_unit=F("sheet__member__evaluator_unit"))
    found = groups.annotate(n=Count("pk"), oldest=Min("at"), newest=Max("at"), **_oldest_by_days())
    return [one for one in found if (one["cycle"], one["evaluator_unit"]) in places]


def desk(user: User, on: date) -> Desk:
    """The page of an organisation officer: what waits, and the latest marks. Constant queries."""
    periods = _periods(user, on)
    found = _pending_in(periods, on, SHOWN + 1)
    marks = SyncMark.objects.filter(cycle__in=list(periods)).select_related("cycle", "unit", "by").order_by("-pk")
    return Desk(tuple(found[:SHOWN]), len(found) > SHOWN, tuple(marks[:MARKED]), duties())


def marks_of(transfers: Mapping[Place, Transfer], by: User, at: datetime) -> list[SyncMark]:
    """Marks, not stored yet, over what waits now in these places, in their order; none where nothing does. Their sheets
    stay locked until the transaction ends, those of each of the units in each of the periods: a result that is being
    confirmed is there before they are read, so what is marked is all there is. Whoever calls holds the periods. Two
    queries, however many places."""
    cycles, units = {cycle for cycle, _ in transfers}, {unit for _, unit in transfers}
    sheets = Sheet.objects.filter(cycle__in=cycles, member__evaluator_unit__in=units)
    list(sheets.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    rows = uncovered(Q(sheet__cycle__in=cycles, sheet__member__evaluator_unit__in=units)).order_by("pk")
    found: dict[Place, list[tuple[int, datetime]]] = {place: [] for place in transfers}
    for cycle, unit, key, moment in rows.values_list("sheet__cycle", "sheet__member__evaluator_unit", "pk", "at"):
        if (cycle, unit) in found:
            found[cycle, unit].append((key, moment))
    return [_mark(place, transfers[place], results, by, at) for place, results in found.items() if results]


def _mark(
    place: Place, transfer: Transfer, results: Sequence[tuple[int, datetime]], by: User, at: datetime
) -> SyncMark:
    cycle, unit = place
    return SyncMark(
        cycle_id=cycle, unit_id=unit, covers_until=max(moment for _, moment in results), results=len(results),
        covers_to=results[-1][0], digest=sha256(",".join(str(key) for key, _ in results)),
        done_on=transfer.done_on, reference=transfer.reference, by=by, at=at,
    )  # fmt: skip


def _oldest_by_days() -> dict[str, Min]:
    """The first result of each length of time that some rulebook gives."""
    found: dict[int, list[str]] = {}
    for duty in duties():
        found.setdefault(duty.days, []).append(duty.rulebook)
    return {f"{_OLDEST}{days}": Min("at", filter=Q(rulebook__in=keys)) for days, keys in found.items()}


_OLDEST = "oldest_within_"


def _due(row: Mapping[str, Any]) -> date:
    """The first end among them."""
    ends = (
        localdate(moment) + timedelta(days=int(name.removeprefix(_OLDEST)))
        for name, moment in row.items()
        if name.startswith(_OLDEST) and moment is not None
    )
    return min(ends)


def _pending(cycle: Cycle, unit: Unit, number: int, oldest: datetime, newest: datetime, due: date, on: date) -> Pending:
    return Pending(cycle, unit, number, oldest, newest, due, due < on)
