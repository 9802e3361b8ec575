"""The officer's table of a cycle: unit by unit what is published, received, filed, and what stops it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import SheetCount
from thuocdo.appraisals.quota_check import Stop, quota_stops, words_of
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.actions.publishing import NO_FORM, NO_RESULT, forms_of
from thuocdo.decisions.models import Decision, Publication, PublicationForm, ResultReceipt
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import forest, officer_units, on_day, roles_over


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

    @property
    def lacks_form(self) -> bool:
        """Whether nothing but the authority's choice of a form is missing, which the page says once."""
        return self.stops == NO_FORM


@dataclass(frozen=True)
class Office:
    """How far publication and papers of a cycle are, unit by unit of a page (`turn`); `unpublished` says whether any
    unit of the cycle, on whichever page, is not published."""

    cycle: Cycle
    label: str
    closed: bool
    rows: tuple[UnitRow, ...]
    may_change: bool
    turn: Page[tuple[int, bool]]
    unpublished: bool
    recorders: tuple[tuple[Unit, str], ...] = ()
    """Units of this page whose form is for others to record, each with who: empty words where nobody is."""

    @property
    def without_form(self) -> int:
        """How many units of this page wait for the authority's choice of a form."""
        return sum(row.lacks_form for row in self.rows)

    @property
    def asks_reason(self) -> bool:
        return any(row.needs_reason for row in self.rows)


def office(user: User, cycle_id: int, on: date, *, page: str | None = None, size: int = 0) -> Office:
    """The table of a cycle for its officers and inspectors: every unit, or those of one page of `size` units. Raises
    NotYours. Constant queries."""
    cycle = Cycle.objects.select_related("root").filter(pk=cycle_id).first()
    if cycle is None:
        raise NotYours()
    held = roles_over(user, cycle.root_id, on)
    if held.isdisjoint((Role.Kind.OFFICER, Role.Kind.INSPECTOR)):
        raise NotYours()
    evaluated = SheetCount.objects.filter(cycle=cycle, evaluator_unit__isnull=False)
    made = Publication.objects.filter(cycle=cycle)
    places = Unit.objects.filter(pk__in=evaluated.values("evaluator_unit")).order_by("order", "code")
    every = list(places.values_list("pk", Exists(made.filter(unit=OuterRef("pk")))))
    turn = Paginator(every, size or max(1, len(every))).get_page(page)
    rows = _rows(cycle, dict(turn.object_list), on)
    may, closed = Role.Kind.OFFICER in held, cycle.state == Cycle.State.CLOSED
    beyond = [row.unit for row in rows if row.lacks_form] if may else []
    recorders = _recorders(user, beyond, on) if beyond else ()
    return Office(cycle, cycle.label, closed, rows, may, turn, not all(told for _, told in every), recorders)


def _recorders(user: User, units: Sequence[Unit], on: date) -> tuple[tuple[Unit, str], ...]:
    """Of these units those that the officer does not look after, as the one where a superior decides about the head,
    with the nearest officers who do. Two queries."""
    mine = officer_units(user, on)
    others = [unit for unit in units if unit.pk not in mine]
    tree = forest(on)
    paths = {unit.pk: list(tree.path(unit.pk)) for unit in others}
    above = {pk for path in paths.values() for pk in path}
    roles = Role.objects.filter(on_day(on), kind=Role.Kind.OFFICER, unit__in=above).select_related("person", "unit")
    named: dict[int, list[Role]] = {}
    for role in roles.order_by("person__sort_key", "pk"):
        named.setdefault(role.unit_id, []).append(role)
    nearest = {pk: next((named[one] for one in path if one in named), []) for pk, path in paths.items()}
    said = {pk: ", ".join(f"{one.person.full_name} ({one.unit.name})" for one in nearest[pk][:3]) for pk in nearest}
    return tuple((unit, said[unit.pk]) for unit in others)


def _rows(cycle: Cycle, shown: Mapping[int, bool], on: date) -> tuple[UnitRow, ...]:
    """The rows of these units, of which is said whether they are published. At most nine queries."""
    counted = SheetCount.objects.filter(cycle=cycle, evaluator_unit=OuterRef("pk")).exclude(rulebook_hash="")
    found = counted.order_by().values("evaluator_unit").annotate(found=Sum("number")).values("found")
    office_has = Q(receipts__party=ResultReceipt.Party.OFFICE)
    told = Publication.objects.filter(cycle=cycle, unit__in=shown).annotate(
        received=Count("receipts", filter=~office_has), filings=Count("receipts", filter=office_has)
    )
    published = {one.unit_id: one for one in told}
    receipts = {one.pk: one.received for one in told}
    filed = {one.pk for one in told if one.filings}
    papers: dict[int, list[Decision]] = {}
    drawn = Decision.objects.filter(cycle=cycle, unit__in=shown).exclude(state=Decision.State.DROPPED)
    for paper in drawn.order_by("pk"):
        papers.setdefault(paper.unit_id, []).append(paper)
    waiting = [unit for unit, told in shown.items() if not told]
    forms = forms_of(waiting, on)
    stops = quota_stops(cycle, waiting if cycle.state == Cycle.State.CLOSED else [])
    return tuple(
        _unit_row(unit, unit.found, published.get(unit.pk), receipts, filed, papers, forms, stops.get(unit.pk))
        for unit in Unit.objects.filter(pk__in=shown)
        .annotate(found=Coalesce(Subquery(found), 0))
        .order_by("order", "code")
    )


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
