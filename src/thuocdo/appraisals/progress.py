"""A period as its officer follows and closes it: counted by unit in the database, with what stops each unit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import officer_or_inspector
from thuocdo.appraisals.capacity import evaluator_gone
from thuocdo.appraisals.deciding import undecided
from thuocdo.appraisals.level_counts import Taken, taken_in
from thuocdo.appraisals.models import Confirmation, LevelProposal, Petition, QuotaPlaces, Sheet, SheetCount
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Unit, UnitLink
from thuocdo.organisation.queries import on_day

ROWS = 150
"""A period with more units than this is shown agency by agency; each agency opens to its units."""


def late_at(at: datetime) -> Q:
    """Sheets whose owner's part is still missing after its deadline."""
    passed = Q(extended_until__isnull=True, submit_by__lt=at) | Q(extended_until__lt=at)
    return Q(state__in=rules.WITH_OWNER) & passed


def stops_at(at: datetime) -> Q:
    """Sheets that stop the closing: neither confirmed nor exempted, and no extension runs or the sheet is judged anew,
    for which no extension stands in: once closed, one person would replace a result."""
    return ~Q(state__in=rules.RESOLVED) & (_not_extended(at) | judged_anew())


def judged_anew() -> Q:
    """Sheets with a result that does not hold while the evaluator judges anew."""
    return Q(Exists(Confirmation.objects.filter(sheet=OuterRef("pk"))), state=rules.UNDER_REVIEW)


COUNTED_ANEW = Q(state=rules.UNDER_REVIEW) & ~Q(rulebook_hash="")
"""As `judged_anew`, of the counts."""


def counted_stops_at(at: datetime) -> Q:
    """As `stops_at`, of the counts."""
    return ~Q(state__in=rules.RESOLVED) & (_not_extended(at) | COUNTED_ANEW)


def _not_extended(at: datetime) -> Q:
    return Q(extended_until__isnull=True) | Q(extended_until__lt=at)


def headless_at(at: datetime) -> Q:
    """Sheets not finished whose evaluator does not head the unit that evaluates (`capacity.still_heads`): left the
    post, acts no longer, or somebody acts as head. Also of a unit that was given up, unless its old head finishes: the
    successor had no head to hand the sheet to."""
    return ~Q(state__in=rules.RESOLVED) & evaluator_gone(localdate(at))


_FIGURES = ("total", "late", "owners", "evaluators", *rules.MACHINE.states)
WITH_SHEET = ~Q(state="")
WAITS_FOR_EVALUATOR = Q(state__in=rules.WITH_EVALUATOR) | Q(state__in=rules.WITH_OWNER, stand_in_allowed=True)
"""Of the sheets that are not finished: the evaluator acts next. For all others the owner does."""


@dataclass
class UnitProgress:
    """One row of the officer's table: a unit, or an agency with all its units. `running` sheets are on an extension;
    `owners` and `evaluators` count what stops by who acts next, `named` says who in words. `undecided` counts levels
    proposed that nobody decided: they stop no closing, but the unit is not done."""

    unit: Unit
    depth: int = 0
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    late: int = 0
    running: int = 0
    owners: int = 0
    evaluators: int = 0
    petitions: int = 0
    undecided: int = 0
    named: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    papers: Counter[str] = field(default_factory=Counter)

    @property
    def stops(self) -> int:
        return self.owners + self.evaluators

    @property
    def reason(self) -> str:
        """Why the unit stops the closing, and who acts next; empty for a unit that is done."""
        if self.named:
            return "; ".join(self.named)
        parts = [
            f"{count} phiếu chờ {who}"
            for count, who in ((self.owners, "người lập nộp"), (self.evaluators, "người đánh giá xác nhận"))
            if count
        ]
        return "; ".join(parts)


@dataclass(frozen=True)
class Progress:
    """A period as its officer sees it, or one agency of it where `agency` is set. `sums` is all rows together;
    `by_agency` says that a row stands for an agency with all its units."""

    cycle: Cycle
    label: str
    units: tuple[UnitProgress, ...]
    sums: UnitProgress
    by_agency: bool
    agency: Unit | None

    @property
    def total(self) -> int:
        return self.sums.total

    @property
    def may_close(self) -> bool:
        """Whether nothing stops the closing: every sheet is finished or has its written exception."""
        return self.agency is None and self.cycle.state == Cycle.State.OPEN and not self.sums.stops

    @cached_property
    def has_places(self) -> bool:
        return any(row.places for row in self.units)


def cycle_to_follow(user: User, cycle_id: int, at: datetime, **also: Any) -> Cycle:
    """A cycle for its officers and inspectors, with `also` annotated. Raises NotYours."""
    cycles = Cycle.objects.select_related("root", "closed_by", "opened_by").annotate(**also)
    cycle = cycles.filter(pk=cycle_id).first()
    if cycle is None or not officer_or_inspector(user, cycle.root_id, localdate(at)):
        raise NotYours()
    return cycle


def progress(user: User, cycle_id: int, at: datetime, agency: int | None = None) -> Progress:
    """Counts by unit, who is late and what stops the closing. For officers and inspectors. At most nine queries for
    any number of sheets. Raises NotYours."""
    cycle = cycle_to_follow(user, cycle_id, at, many=Exists(_units_of(OuterRef("pk"))[ROWS : ROWS + 1]))
    by_agency = agency is None and cycle.many  # type: ignore[attr-defined]
    counted = _counted(cycle, at, agency, by_agency)
    if agency is not None and not counted:
        raise NotYours()
    units = _units({*(row["place"] for row in counted), *([agency] if agency else [])}, at)
    rows = {row["place"]: UnitProgress(units[row["place"]]) for row in counted}
    sums = UnitProgress(cycle.root)
    for row in counted:
        _add(sums, row)
        _add(rows[row["place"]], row)
    if sums.counts[rules.CONFIRMED]:
        waiting = Petition.objects.filter(sheet__cycle=cycle, state=Petition.State.RECEIVED)
        proposed = LevelProposal.objects.filter(sheet__cycle=cycle).exclude(sheet__state=rules.UNDER_REVIEW)
        _waiting({"petitions": waiting, "undecided": undecided(proposed)}, rows, sums, by_agency)
    _places(cycle, rows)
    if not by_agency and cycle.state == Cycle.State.OPEN:
        _names(cycle, rows, at)
    ordered = sorted(rows.values(), key=lambda r: (r.unit.order, r.unit.code)) if by_agency else _tree(rows)
    return Progress(cycle, cycle.label, tuple(ordered), sums, by_agency, units[agency] if agency else None)


def _units_of(cycle: OuterRef) -> QuerySet[Any, Any]:
    return SheetCount.objects.filter(WITH_SHEET, cycle=cycle).order_by("unit").values("unit").distinct()


def _counted(cycle: Cycle, at: datetime, agency: int | None, by_agency: bool) -> list[dict[str, Any]]:
    """One dict for each place, a unit or an agency (a unit without one stands for itself): counts by state, late, and
    what stops by who acts next. One query."""
    sheets = SheetCount.objects.filter(WITH_SHEET, cycle=cycle)
    if agency is not None:
        sheets = sheets.filter(Q(agency=agency) | Q(agency=None, unit=agency))
    alike = sheets.values(place=Coalesce("agency", "unit") if by_agency else F("unit")).annotate(
        is_late=late_at(at), stops=counted_stops_at(at), with_evaluator=WAITS_FOR_EVALUATOR
    )
    rows = alike.values_list("place", "state", "is_late", "stops", "with_evaluator").annotate(n=Sum("number"))
    found: dict[int, dict[str, Any]] = {}
    for place, state, is_late, stops_closing, with_evaluator, n in rows.order_by():  # few, where ten filtered sums cost
        group = found.setdefault(place, {"place": place, **dict.fromkeys(_FIGURES, 0)})
        group["total"] += n
        group[state] += n
        group["late"] += n if is_late else 0
        if stops_closing:
            group["evaluators" if with_evaluator else "owners"] += n
    return list(found.values())


def sheets_where(which: Q) -> Sum:
    """How many of the counted sheets these are."""
    return Sum("number", filter=which, default=0)


def _add(to: UnitProgress, row: Mapping[str, Any]) -> None:
    for name in ("total", "late", "owners", "evaluators"):
        setattr(to, name, getattr(to, name) + row[name])
    for state in rules.MACHINE.states:
        to.counts[state] += row[state]
    left = sum(row[state] for state in rules.MACHINE.states if state not in rules.RESOLVED)
    to.running += left - row["owners"] - row["evaluators"]


def _units(keys: Iterable[int], at: datetime) -> dict[int, Unit]:
    links = UnitLink.objects.filter(on_day(localdate(at)), tree=UnitLink.Tree.STRUCTURE, child=OuterRef("pk"))
    found = Unit.objects.filter(pk__in=keys).annotate(above=Subquery(links.values("parent_id")[:1]))
    return {unit.pk: unit for unit in found}


def _tree(rows: Mapping[int, UnitProgress]) -> list[UnitProgress]:
    """Rows below the row of the unit above them, by rank order."""
    below: dict[int | None, list[UnitProgress]] = {}
    for row in rows.values():
        above = row.unit.above  # type: ignore[attr-defined]
        below.setdefault(above if above in rows else None, []).append(row)
    found: list[UnitProgress] = []

    def take(parent: int | None, depth: int) -> None:
        for row in sorted(below.get(parent, ()), key=lambda r: (r.unit.order, r.unit.code)):
            row.depth = depth
            found.append(row)
            take(row.unit.pk, depth + 1)

    take(None, 0)
    return found


def _waiting(
    waiting: Mapping[str, QuerySet[Any]], rows: Mapping[int, UnitProgress], sums: UnitProgress, by_agency: bool
) -> None:
    """Counts what waits on a sheet into the field, of its row and of the sums, under which it is given. One query."""
    place = ("sheet__member__agency", "sheet__member__unit")
    first, *others = (
        found.order_by().values_list(*place).annotate(n=Count("pk"), name=Value(name))
        for name, found in waiting.items()
    )
    for agency, unit, number, name in first.union(*others, all=True):
        for to in (rows.get((agency or unit) if by_agency else unit), sums):
            if to is not None:
                setattr(to, name, getattr(to, name) + number)


def _names(cycle: Cycle, rows: Mapping[int, UnitProgress], at: datetime) -> None:
    """Who acts next in each unit that stops, by name."""
    red = [row.unit.pk for row in rows.values() if row.stops]
    if not red:
        return
    left = Sheet.objects.filter(stops_at(at), cycle=cycle, member__unit__in=red)
    groups = left.values("member__unit", "state", "stand_in_allowed", "evaluator__full_name").annotate(
        n=Count("pk"), first=Min("person__full_name")
    )
    owners: dict[int, tuple[int, str]] = {}
    waiting: dict[int, Counter[str]] = {}
    for group in groups.order_by("member__unit", "evaluator__full_name", "state"):
        unit = group["member__unit"]
        if group["state"] in rules.WITH_EVALUATOR or group["stand_in_allowed"]:
            waiting.setdefault(unit, Counter())[group["evaluator__full_name"]] += group["n"]
        else:
            count, first = owners.get(unit, (0, group["first"]))
            owners[unit] = (count + group["n"], min(first, group["first"]))
    for unit, (count, first) in owners.items():
        others = f" và {count - 1} người khác" if count > 1 else ""
        rows[unit].named.append(f"chờ {first}{others} nộp")
    for unit, names in waiting.items():
        rows[unit].named += [f"chờ {name} xác nhận {count} phiếu" for name, count in names.items()]


def _places(cycle: Cycle, rows: Mapping[int, UnitProgress]) -> None:
    """Places of quotas, where the rulebook has them: used/allowed, in the row of the agency they are counted in."""
    places = list(QuotaPlaces.objects.filter(cycle=cycle, agency__in=rows).order_by("pk"))
    taken: Taken = taken_in(cycle) if places else {}
    for one in places:
        allowed = "?" if one.places is None else str(one.places)
        used = sum(n for key, n in taken.items() if key.counts_in(one))
        group = f", {one.group}" if one.group else ""
        rows[one.agency_id or 0].places.append(f"{one.label}{group}: {used}/{allowed}")
