"""Keeps the counts: whatever an action records of members, sheets and results passes here, so none is forgotten."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    ExpressionWrapper,
    Max,
    Min,
    Model,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from thuocdo.appraisals import rules
from thuocdo.appraisals.counts.models import CycleTotal, SheetCount
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.audit.models import Chain
from thuocdo.audit.recording import Fresh
from thuocdo.audit.report import Report
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.compiled import asked_for

COLUMNS = (
    "cycle_id", "unit_id", "agency_id", "rating_unit_id", "evaluator_unit_id", "standing", "state", "stand_in_allowed",
    "submit_by", "extended_until", "rulebook_hash", "band",
)  # fmt: skip
_OF_MEMBER = (
    *COLUMNS[:6], *(f"sheet__{name}" for name in COLUMNS[6:10]),
    *(f"sheet__confirmations__{name}" for name in COLUMNS[10:]),
)  # fmt: skip
_WITHOUT = {"state": "", "stand_in_allowed": False, "rulebook_hash": "", "band": ""}
"""What stands where there is no sheet, or no result."""
FEW, BATCH = 40, 1000
Place = tuple[int, int]
"""Ids of a cycle and a unit."""
Group = tuple[Any, ...]
Size = tuple[Any, ...]
SIZES = ("number", "first_rated", "last_rated", "last_result")
TOTALLED = ("cycle_id", "standing", "state", "rulebook_hash", "band", "due", "evaluated")


class Total(NamedTuple):
    """So many stand behind a group; their results were made in between, if there are any."""

    number: int
    first: datetime | None
    last: datetime | None


Totals = dict[Group, Total]


def keep(objects: Sequence[Model], removed: Sequence[Model], fresh: Sequence[Fresh]) -> None:
    """A step of `audit.recording.record`: counts the units anew whose members, sheets or results the event touches.

    A look leaves the counts as they are: one query. A change costs ten, for any number of sheets.
    """
    places = _places(objects, fresh)
    if not places or (len(places) <= FEW and not _differ(places)):
        return
    roots = Cycle.objects.filter(pk__in={cycle for cycle, _ in places}).values("root__code")
    list(Chain.objects.select_for_update().filter(key__in=roots).order_by("key"))
    recount(places)


def recount(places: Collection[Place]) -> None:
    """Count these units anew. Whoever calls holds the chains of the cycles' roots, so nobody else counts meanwhile."""
    inside = _within(places)
    before = _totals(SheetCount.objects.filter(inside))
    SheetCount.objects.filter(inside).delete()
    _write(SheetCount, Member.objects.filter(inside))
    _keep_totals(before, _totals(SheetCount.objects.filter(inside)))


def recount_cycle(cycle_id: int) -> None:
    """Count all units of a cycle anew."""
    units = Member.objects.filter(cycle=cycle_id).order_by().values_list("cycle_id", "unit_id").distinct()
    recount(set(units))
    CycleTotal.objects.filter(cycle=cycle_id).delete()
    _write_totals(CycleTotal, _totals(SheetCount.objects.filter(cycle=cycle_id)))


def _grouped(counts: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Counts, or totals, in the columns that totals have."""
    if "due" not in {field.name for field in counts.model._meta.concrete_fields}:
        of_owner = When(state__in=rules.WITH_OWNER, then=Coalesce("extended_until", "submit_by"))
        by_unit = ExpressionWrapper(Q(evaluator_unit__isnull=False), output_field=BooleanField())
        counts = counts.annotate(due=Case(of_owner, output_field=DateTimeField()), evaluated=by_unit)
    of_group = {"n": Sum("number"), "first": Min("first_rated"), "last": Max("last_rated")}
    grouped: QuerySet[Any, Any] = counts.order_by().values_list(*TOTALLED).annotate(**of_group)
    return grouped


def _totals(counts: QuerySet[Any]) -> Totals:
    """What stands behind each group of counts, or of totals."""
    return {tuple(row[:-3]): Total(*row[-3:]) for row in _grouped(counts)}


def _keep_totals(before: Totals, after: Totals) -> None:
    """Move the totals by what the counts of some units have changed."""
    changed = {group for group in {*before, *after} if after.get(group) != before.get(group)}
    cycles = {group[0] for group in changed}
    if not cycles:
        return
    stored = CycleTotal.objects.filter(cycle__in=cycles)
    kept = _totals(stored)
    kept |= {group: _moved(*(some.get(group, _NOBODY) for some in (kept, before, after))) for group in changed}
    if any(total.number < 0 for total in kept.values()):  # what is stored was wrong
        kept = _totals(SheetCount.objects.filter(cycle__in=cycles))
    stored.delete()
    _write_totals(CycleTotal, kept)


_NOBODY = Total(0, None, None)


def _moved(stored: Total, before: Total, after: Total) -> Total:
    """Bounds only ever widen while anybody is there: the next nearest result is not looked for."""
    first, last = ([one for one in ends if one is not None] for ends in zip(stored[1:], after[1:], strict=True))
    number = stored.number - before.number + after.number
    return Total(number, min(first, default=None), max(last, default=None))


def _write_totals(totals: Any, found: Totals) -> None:
    """`totals` may be the table of an older migration, which lacks what later ones add."""
    kept = {field.attname for field in totals._meta.concrete_fields}
    columns = (*TOTALLED, "number", "first_rated", "last_rated")
    named = (zip(columns, (*group, *total), strict=True) for group, total in found.items() if total.number)
    totals._default_manager.bulk_create(
        totals(**{name: value for name, value in row if name in kept}) for row in named
    )


def fill_totals(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations: the totals of the counts as they are, anew."""
    totals = apps.get_model("appraisals", "CycleTotal")
    totals._default_manager.all().delete()
    _write_totals(totals, _totals(apps.get_model("appraisals", "SheetCount")._default_manager.all()))


def check_counts(report: Report) -> None:
    """A check of `verify`: the counts say what members, sheets and results say."""
    for cycle in Cycle.objects.order_by("pk"):
        if _totals_differ(cycle.pk):
            report.add(
                "totals_differ", f"Tổng số phiếu của kỳ (khóa {cycle.pk}) không bằng số phiếu của các đơn vị cộng lại.",
                kind="cycles.cycle", key=str(cycle.pk),
            )  # fmt: skip
        wrong = {group[1] for group, _ in _differences(Q(cycle=cycle.pk))}
        if wrong:
            report.add(
                "counts_differ", f"Số phiếu đếm sẵn của kỳ (khóa {cycle.pk}) sai ở {len(wrong)} đơn vị.",
                kind="cycles.cycle", key=str(cycle.pk),
            )  # fmt: skip


def _totals_differ(cycle_id: int) -> bool:
    """Whether the totals of a cycle are other than its counts, or some result was made outside the bounds. One query,
    so of one moment."""
    first, second = (
        _grouped(model._default_manager.filter(cycle=cycle_id)).annotate(stored=Value(place))
        for place, model in enumerate((SheetCount, CycleTotal))
    )
    found: tuple[Totals, Totals] = ({}, {})
    for *row, which in first.union(second, all=True):
        found[which][tuple(row[:-3])] = Total(*row[-3:])
    counted, stored = found
    return counted.keys() != stored.keys() or any(not _holds(stored[group], total) for group, total in counted.items())


def _holds(stored: Total, counted: Total) -> bool:
    after = counted.first is None or (stored.first is not None and stored.first <= counted.first)
    before = counted.last is None or (stored.last is not None and counted.last <= stored.last)
    return stored.number == counted.number and after and before


def _places(objects: Iterable[Model], fresh: Iterable[Fresh]) -> set[Place]:
    found: set[Place] = set()
    members, sheets = set[int](), set[int]()
    for row in objects:
        if isinstance(row, Member):
            found.add((row.cycle_id, row.unit_id))
        elif isinstance(row, Sheet):
            member = row._state.fields_cache.get("member")
            found.update([(member.cycle_id, member.unit_id)] if member is not None else [])
            members.update([row.member_id] if member is None else [])
        elif isinstance(row, Confirmation):
            sheets.add(row.sheet_id)
    for model, rows in fresh:
        if model is Member:
            found |= set(zip(_column(Member, "cycle_id", rows), _column(Member, "unit_id", rows), strict=True))
        elif model is Sheet:
            members |= set(_column(Sheet, "member_id", rows))
        elif model is Confirmation:
            sheets |= set(_column(Confirmation, "sheet_id", rows))
    sheets -= {row.pk for row in objects if isinstance(row, Sheet)}
    if members or sheets:
        named = Member.objects.filter(Q(pk__in=members) | Q(sheet__in=sheets))
        found |= set(named.order_by().values_list("cycle_id", "unit_id").distinct())
    return found


def _column(model: type[Model], name: str, rows: Sequence[Sequence[Any]]) -> Iterator[int]:
    place = [field.attname for field in model._meta.concrete_fields].index(name)
    return (row[place] for row in rows)


def _within(places: Collection[Place]) -> Q:
    """Rows of these units, of members as of counts."""
    found = Q(pk__in=[])
    for cycle in sorted({cycle for cycle, _ in places}):
        found |= Q(cycle=cycle, unit__in={unit for at, unit in places if at == cycle})
    return found


def _source(members: QuerySet[Any]) -> QuerySet[Any, Any]:
    """What the counts are counted from: the members' groups with their size, one row for each."""
    held = members.filter(sheet__confirmations__replaced_by__isnull=True).order_by().values_list(*_OF_MEMBER)
    at, key = "sheet__confirmations__at", "sheet__confirmations"
    sizes = {"many": Count("pk"), "first": Min(at), "last": Max(at), "key": Max(key)}
    grouped: QuerySet[Any, Any] = held.annotate(**sizes, stored=Value(0))
    return grouped


def _differences(inside: Q) -> set[tuple[Group, Size]]:
    """Groups that are stored otherwise than counted. One query, so of one moment."""
    first, second = _both(inside)
    return _other(first.union(second, all=True))


def _both(inside: Q) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """What is counted and what is stored, told apart by the last column."""
    stored = SheetCount.objects.filter(inside).order_by().values_list(*COLUMNS, *SIZES).annotate(stored=Value(1))
    return _source(Member.objects.filter(inside)), stored


def _other(rows: Iterable[Sequence[Any]]) -> set[tuple[Group, Size]]:
    found: tuple[set[tuple[Group, Size]], ...] = (set(), set())
    for *row, which in rows:
        found[which].add(_group(row))
    return found[0] ^ found[1]


def _differ(places: Collection[Place]) -> bool:
    """Whether any of these units is stored otherwise than counted. One query for each cycle, which every step of a
    sheet asks: its text is written once for so many units, and its rows are compared as the database has them."""
    for cycle in {cycle for cycle, _ in places}:
        units = sorted(unit for at, unit in places if at == cycle)
        if _other(asked_for(_of_units, cycle, *units)):
            return True
    return False


def _of_units(cycle: int, *units: int) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    return _both(Q(cycle=cycle, unit__in=units))


def _group(row: Sequence[Any]) -> tuple[Group, Size]:
    columns = zip(COLUMNS, row, strict=False)
    group = tuple(_WITHOUT.get(name) if value is None else value for name, value in columns)
    return group, tuple(row[len(COLUMNS) :])


def _write(counts: Any, members: QuerySet[Any]) -> None:
    """`counts` may be the table of an older migration, which lacks what later ones add."""
    kept = {field.attname for field in counts._meta.concrete_fields}
    found = (_group(row[:-1]) for row in _source(members))
    named = (zip((*COLUMNS, *SIZES), (*group, *size), strict=True) for group, size in found)
    rows = (counts(**{name: value for name, value in row if name in kept}) for row in named)
    counts._default_manager.bulk_create(rows, batch_size=BATCH)


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations: the counts of all cycles, anew."""
    apps.get_model("appraisals", "SheetCount")._default_manager.all().delete()
    members: Any = apps.get_model("cycles", "Member")._default_manager
    for cycle in apps.get_model("cycles", "Cycle")._default_manager.values_list("pk", flat=True):
        _write(apps.get_model("appraisals", "SheetCount"), members.filter(cycle=cycle))
