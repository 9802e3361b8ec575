"""Keeps how many results of closed cycles are decided and not published, so that lists of a city need not search."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Model

from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.audit.models import Chain
from thuocdo.audit.recording import Fresh
from thuocdo.audit.report import Report
from thuocdo.cycles.models import Cycle, Member
from thuocdo.decisions.models import Publication, PublishedResult, UnpublishedCount
from thuocdo.decisions.published import unpublished

Units = set[int] | None
"""Ids of units of a cycle; None: all of them."""
UNIT = "sheet__member__evaluator_unit"


def keep(objects: Sequence[Model], removed: Sequence[Model], fresh: Sequence[Fresh]) -> None:
    """A step of `audit.recording.record`: counts the units of closed cycles anew whose results or publications the
    event touches. No query where nothing of a closed cycle can be meant."""
    places = _places(objects, fresh)
    if not places:
        return
    roots = Cycle.objects.filter(pk__in=places).values("root__code")
    list(Chain.objects.select_for_update().filter(key__in=roots).order_by("key"))
    for cycle, units in sorted(places.items()):
        recount(cycle, units)


def recount(cycle: int, units: Units) -> None:
    """Count these units anew. Whoever calls holds the chain of the cycle's root. Three queries."""
    kept = UnpublishedCount.objects.filter(cycle=cycle)
    (kept if units is None else kept.filter(unit__in=units)).delete()
    made = [UnpublishedCount(cycle_id=cycle, unit_id=unit, number=n) for unit, n in counted(cycle, units).items()]
    UnpublishedCount.objects.bulk_create(made, batch_size=1000)


def counted(cycle: int, units: Units = None) -> dict[int, int]:
    """Unpublished results by unit, from the results themselves. One query."""
    rows = Confirmation.objects.filter(sheet__cycle=cycle, **{f"{UNIT}__isnull": False})
    rows = rows if units is None else rows.filter(**{f"{UNIT}__in": units})
    return dict(unpublished(rows).order_by().values_list(UNIT).annotate(Count("pk")))


def _places(objects: Iterable[Model], fresh: Iterable[Fresh]) -> Mapping[int, Units]:
    whole, members, sheets = set[int](), set[int](), set[int]()
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in objects:
        if isinstance(row, Cycle):
            whole.update([row.pk] if row.state == Cycle.State.CLOSED else [])
        elif isinstance(row, Publication):
            found[row.cycle_id].add(row.unit_id)
        elif isinstance(row, Member):
            members.update([row.cycle_id] if _closed(row) else [])
        elif isinstance(row, Sheet):
            sheets.update([row.pk] if _closed(row) else [])
        elif isinstance(row, Confirmation):
            sheet = row._state.fields_cache.get("sheet")
            sheets.update([row.sheet_id] if sheet is None or _closed(sheet) else [])
    for model, rows in fresh:
        if model is Confirmation:
            place = [field.attname for field in Confirmation._meta.concrete_fields].index("sheet_id")
            sheets |= {row[place] for row in rows}
    if members:
        moved = Cycle.objects.filter(pk__in=members, state=Cycle.State.CLOSED)
        whole.update(moved.values_list("pk", flat=True))
    if sheets:
        closed = Sheet.objects.filter(pk__in=sheets, cycle__state=Cycle.State.CLOSED)
        for cycle, unit in closed.order_by().values_list("cycle", "member__evaluator_unit").distinct():
            found[cycle].update([] if unit is None else [unit])
    return {**found, **dict.fromkeys(whole)}


def _closed(row: Sheet | Member) -> bool:
    """Whether the row's cycle may be closed; without a query where it was read along."""
    cycle = row._state.fields_cache.get("cycle")
    return cycle is None or cycle.state == Cycle.State.CLOSED


def check_published(report: Report) -> None:
    """A check of `verify`: each publication names row by row what it names on the record, and the kept counts of what
    is not published say what the results say."""
    for cycle in Cycle.objects.filter(state=Cycle.State.CLOSED).order_by("pk"):
        named = PublishedResult.objects.filter(publication__cycle=cycle).values_list("publication", "confirmation")
        made = Publication.objects.filter(cycle=cycle).values_list("pk", "results")
        if set(named) != {(pk, result) for pk, results in made for result in results}:
            _add(report, "published_differ", f"Các kết quả được công bố của kỳ (khóa {cycle.pk}) bị sửa.", cycle)
        stored = dict(UnpublishedCount.objects.filter(cycle=cycle).values_list("unit", "number"))
        if stored != counted(cycle.pk):
            _add(report, "unpublished_differ", f"Số chưa công bố đếm sẵn của kỳ (khóa {cycle.pk}) sai.", cycle)


def _add(report: Report, code: str, words: str, cycle: Cycle) -> None:
    report.add(code, words, kind="cycles.cycle", key=str(cycle.pk))
