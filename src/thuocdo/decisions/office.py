"""The officer's table of a cycle: unit by unit what is published, received, filed, and what stops it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import SheetCount
from thuocdo.appraisals.quota_check import quota_stops, words_of
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.actions.publishing import NO_FORM, NO_RESULT, forms_of
from thuocdo.decisions.models import Decision, Publication, ResultReceipt, UnpublishedCount
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import forest, officer_units, on_day, roles_over


@dataclass(frozen=True)
class UnitRow:
    """A unit of the officer's table: its publications, oldest first, and how many of its `results` none of them names
    (`waiting`). `stops` says why these cannot be published now, in words; with a reason where `needs_reason` (a
    recommended quota is exceeded, or a figure of it is open)."""

    unit: Unit
    results: int
    waiting: int
    publications: tuple[Publication, ...]
    receipts: int
    unfiled: tuple[Publication, ...]
    papers: tuple[Decision, ...]
    stops: str
    needs_reason: bool

    @property
    def filed(self) -> bool:
        """Whether the personnel office has all that was published."""
        return bool(self.publications) and not self.unfiled

    @property
    def lacks_form(self) -> bool:
        """Whether nothing but the authority's choice of a form is missing, which the page says once."""
        return self.stops == NO_FORM


@dataclass(frozen=True)
class Office:
    """How far publication and papers of a cycle are, unit by unit of a page (`turn`); `unpublished` says how
    many results of the cycle, of units on whichever page, are decided and not published."""

    cycle: Cycle
    label: str
    closed: bool
    rows: tuple[UnitRow, ...]
    may_change: bool
    turn: Page[int]
    unpublished: int
    recorders: tuple[tuple[Unit, str], ...] = ()
    """Units of this page whose form is for others to record, each with who: empty words where nobody is."""

    @property
    def without_form(self) -> int:
        """How many units of this page wait for the authority's choice of a form."""
        return sum(row.lacks_form for row in self.rows)

    @property
    def asks_reason(self) -> bool:
        return any(row.needs_reason for row in self.rows)

    @property
    def published(self) -> bool:
        """Whether any unit of the page was published before: what comes now is a supplement to it."""
        return any(row.publications for row in self.rows)


def office(user: User, cycle_id: int, on: date, *, page: str | None = None, size: int = 0) -> Office:
    """The table of a cycle for its officers and inspectors: every unit, or those of one page of `size` units. Raises
    NotYours. Constant queries."""
    cycle = Cycle.objects.select_related("root").filter(pk=cycle_id).first()
    if cycle is None:
        raise NotYours()
    held = roles_over(user, cycle.root_id, on)
    if held.isdisjoint((Role.Kind.OFFICER, Role.Kind.INSPECTOR)):
        raise NotYours()
    evaluated = SheetCount.objects.filter(cycle=cycle, evaluator_unit__isnull=False).order_by()
    places = Unit.objects.filter(Exists(evaluated.filter(evaluator_unit=OuterRef("pk")))).order_by("order", "code")
    number = evaluated.values("evaluator_unit").distinct().count()
    every = Paginator(places.values_list("pk", flat=True), size or max(1, number))
    every.count = number  # of the counts alone: only the units of one page are read
    turn = every.get_page(page)
    turn.object_list = list(turn.object_list)
    rows = _rows(cycle, turn.object_list, on)
    may, closed = Role.Kind.OFFICER in held, cycle.state == Cycle.State.CLOSED
    beyond = [row.unit for row in rows if row.lacks_form] if may else []
    recorders = _recorders(user, beyond, on) if beyond else ()
    left = UnpublishedCount.objects.filter(cycle=cycle).aggregate(n=Sum("number"))["n"] or 0
    return Office(cycle, cycle.label, closed, rows, may, turn, left, recorders)


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


def _rows(cycle: Cycle, shown: Sequence[int], on: date) -> tuple[UnitRow, ...]:
    """The rows of these units. At most nine queries."""
    counted = SheetCount.objects.filter(cycle=cycle, evaluator_unit=OuterRef("pk")).exclude(rulebook_hash="")
    found = counted.order_by().values("evaluator_unit").annotate(found=Sum("number")).values("found")
    office_has = Q(receipts__party=ResultReceipt.Party.OFFICE)
    holds = Q(receipts__confirmation__replaced_by__isnull=True)
    told = Publication.objects.filter(cycle=cycle, unit__in=shown).annotate(
        received=Count("receipts", filter=~office_has & holds), filings=Count("receipts", filter=office_has)
    )
    published = _by_unit(told.defer("results").order_by("number"))
    papers = _by_unit(Decision.objects.filter(cycle=cycle, unit__in=shown).exclude(state="dropped").order_by("pk"))
    kept = UnpublishedCount.objects.filter(cycle=cycle, unit__in=shown)
    waiting = dict(kept.values_list("unit", "number"))
    closed = cycle.state == Cycle.State.CLOSED
    asked = [unit for unit in shown if unit in waiting or unit not in published]
    forms = forms_of(asked, on)
    stops = quota_stops(cycle, list(waiting))
    rows = []
    units = Unit.objects.filter(pk__in=shown).annotate(found=Coalesce(Subquery(found), 0))
    for unit in units.order_by("order", "code"):
        made, over = published.get(unit.pk, ()), stops.get(unit.pk)
        why = ""
        if unit.pk in asked:
            why = NO_RESULT if not unit.found else NO_FORM if unit.pk not in forms else words_of(over) if over else ""
        left = waiting.get(unit.pk, 0) if closed else unit.found
        soft, unfiled = over is not None and over.soft, tuple(one for one in made if not one.filings)
        got = sum(one.received for one in made)
        rows.append(UnitRow(unit, unit.found, left, made, got, unfiled, papers.get(unit.pk, ()), why, soft))
    return tuple(rows)


def _by_unit(rows: Iterable[Any]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return {unit: tuple(inside) for unit, inside in found.items()}
