"""The officer's table of a cycle: unit by unit what is published, received, filed, and what stops it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import officer_or_inspector
from thuocdo.appraisals.locking import label_of
from thuocdo.appraisals.models import SheetCount
from thuocdo.appraisals.quota_check import Stop, quota_stops, words_of
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.actions.publishing import NO_FORM, NO_RESULT, forms_of
from thuocdo.decisions.models import Decision, Publication, PublicationForm, ResultReceipt
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units


@dataclass(frozen=True)
class UnitRow:
    """A unit of the officer's table. `stops` says why it cannot be published now, in words; with a reason where
    `needs_reason` (a recommended quota is exceeded, or a figure of it is open)."""

    unit: Unit
    results: int
    publication: Publication | None
    receipts: int
    filed: bool
    papers: tuple[Decision, ...]
    stops: str
    needs_reason: bool


@dataclass(frozen=True)
class Office:
    """How far publication and papers of a cycle are, unit by unit."""

    cycle: Cycle
    label: str
    closed: bool
    rows: tuple[UnitRow, ...]
    may_change: bool

    @property
    def asks_reason(self) -> bool:
        return any(row.needs_reason for row in self.rows)


def office(user: User, cycle_id: int, on: date) -> Office:
    """The table of a cycle for its officers and inspectors. Raises NotYours. Constant queries."""
    cycle = Cycle.objects.select_related("root").filter(pk=cycle_id).first()
    if cycle is None:
        raise NotYours()
    may = cycle.root_id in officer_units(user, on)
    if not may and not officer_or_inspector(user, cycle.root_id, on):
        raise NotYours()
    counted = SheetCount.objects.filter(cycle=cycle, evaluator_unit__isnull=False).values_list("evaluator_unit_id")
    results = dict(counted.annotate(found=Sum("number", filter=~Q(rulebook_hash=""), default=0)).order_by())
    office_has = Q(receipts__party=ResultReceipt.Party.OFFICE)
    told = Publication.objects.filter(cycle=cycle).annotate(
        received=Count("receipts", filter=~office_has), filings=Count("receipts", filter=office_has)
    )
    published = {one.unit_id: one for one in told}
    receipts = {one.pk: one.received for one in told}
    filed = {one.pk for one in told if one.filings}
    papers: dict[int, list[Decision]] = {}
    for paper in Decision.objects.filter(cycle=cycle).exclude(state=Decision.State.DROPPED).order_by("pk"):
        papers.setdefault(paper.unit_id, []).append(paper)
    forms = forms_of(results, on)
    waiting_units = [unit for unit in results if unit not in published] if cycle.state == Cycle.State.CLOSED else []
    stops = quota_stops(cycle, waiting_units)
    rows = [
        _unit_row(unit, results[unit.pk], published.get(unit.pk), receipts, filed, papers, forms, stops.get(unit.pk))
        for unit in Unit.objects.filter(pk__in=results).order_by("order", "code")
    ]
    return Office(cycle, label_of(cycle), cycle.state == Cycle.State.CLOSED, tuple(rows), may)


def _unit_row(
    unit: Unit,
    results: int,
    published: Publication | None,
    receipts: Mapping[int, int],
    filed: set[int],
    papers: Mapping[int, list[Decision]],
    forms: Mapping[int, PublicationForm],
    over: Stop | None,
) -> UnitRow:
    stops = "" if published else NO_RESULT if not results else NO_FORM if unit.pk not in forms else ""
    stops = stops or ("" if published or over is None else words_of(over))
    key = published.pk if published else 0
    soft = over is not None and over.soft and not published
    return UnitRow(
        unit, results, published, receipts.get(key, 0), key in filed, tuple(papers.get(unit.pk, ())), stops, soft
    )
