"""The officer's tree of units on a day: people, heads and vacancies, one level at a time; found by folded text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, When, Window

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import clean, fold
from thuocdo.organisation.duties.queries import Duties, Reciprocal, duties_of, reciprocal_heads
from thuocdo.organisation.models import ActingHead, Employment, Person, Unit
from thuocdo.organisation.queries import find_people, forest, officer_units, on_day
from thuocdo.organisation.rules import Forest

MOST = 150
LED = (Unit.Kind.AGENCY, Unit.Kind.COMPONENT)


@dataclass(frozen=True)
class UnitLine:
    """One unit on the day: people of its own and of all below, who heads it, and whether somebody acts as head."""

    unit: Unit
    own: int
    people: int
    below: int
    head: str
    acting: bool

    @property
    def vacant(self) -> bool:
        """An agency or component unit that nobody heads."""
        return not self.head and self.unit.kind in LED


@dataclass(frozen=True)
class TreePage:
    """The path to the unit shown, its line, those directly below (or found); `more` counts those not shown."""

    on: date
    path: tuple[Unit, ...]
    lines: tuple[UnitLine, ...]
    more: int
    people: int
    vacancies: int
    reciprocal: tuple[Reciprocal, ...]


@dataclass
class _Facts:
    units: dict[int, Unit]
    tree: Forest
    children: dict[int, list[int]]
    own: Counter[int]
    heads: dict[int, tuple[str, bool]]
    people: Counter[int]
    below: Counter[int]


def tree_page(user: User, on: date, today: date, *, root: int | None = None, typed: str = "") -> TreePage:
    """One level of the officer's units as they stood on `on`, or those whose name or code holds the typed text.

    Constant queries. Raises NotYours for a unit outside.
    """
    inside = officer_units(user, today) | officer_units(user, on)
    facts = _read(inside, on)
    if root is not None and root not in facts.units:
        raise NotYours()
    words = fold(clean(typed))
    if words:
        chosen = [u for u in facts.units.values() if words in fold(u.name) or words in u.code.casefold()]
    elif root is not None:
        chosen = [facts.units[pk] for pk in facts.children.get(root, [])]
    else:
        chosen = [u for u in facts.units.values() if facts.tree.parent.get(u.pk) not in facts.units]
    chosen.sort(key=lambda u: (u.order, u.code))
    path = [facts.units[pk] for pk in facts.tree.path(root) if pk in facts.units] if root is not None else []
    lines = tuple(_line(u, facts) for u in chosen[:MOST])
    scope = facts.tree.below([root]) if root is not None else set(facts.units)
    vacancies = sum(1 for pk in scope if pk in facts.units and pk not in facts.heads and facts.units[pk].kind in LED)
    return TreePage(
        on, tuple(reversed(path)), lines, max(0, len(chosen) - MOST),
        sum(facts.own[pk] for pk in scope), vacancies, tuple(reciprocal_heads(list(facts.units), on)),
    )


def _read(inside: set[int], on: date) -> _Facts:
    units = {u.pk: u for u in Unit.objects.filter(on_day(on), pk__in=inside)}
    tree = forest(on)
    children: dict[int, list[int]] = {}
    for child, parent in tree.parent.items():
        if child in units:
            children.setdefault(parent, []).append(child)
    own: Counter[int] = Counter()
    heads: dict[int, tuple[str, bool]] = {}
    posts = Employment.objects.filter(on_day(on), unit_id__in=inside)
    for unit, leadership, name in posts.order_by("pk").values_list("unit_id", "leadership", "person__full_name"):
        own[unit] += 1
        if leadership == Employment.Leadership.HEAD:
            heads[unit] = (name, False)
    acting = ActingHead.objects.filter(on_day(on), unit_id__in=inside)
    heads |= {unit: (name, True) for unit, name in acting.values_list("unit_id", "person__full_name")}
    people: Counter[int] = Counter()
    below: Counter[int] = Counter()
    for unit in units:
        for above in tree.path(unit):
            people[above] += own[unit]
            below[above] += 1
    return _Facts(units, tree, children, own, heads, people, below)


def _line(unit: Unit, facts: _Facts) -> UnitLine:
    head, acting = facts.heads.get(unit.pk, ("", False))
    return UnitLine(unit, facts.own[unit.pk], facts.people[unit.pk], facts.below[unit.pk] - 1, head, acting)


@dataclass(frozen=True)
class UnitView:
    """One unit for its officer: duties recorded, people to choose from (`more` are not among them), units at and
    below it, agencies that may manage civil servants."""

    unit: Unit
    duties: Duties
    people: Sequence[Employment]
    more: int
    units: list[Unit]
    managers: list[Unit]
    today: date


def unit_view(user: User, unit_id: int, on: date, *, typed: str = "") -> UnitView:
    """Constant queries; people are those whose name or code holds the typed text. Raises NotYours."""
    inside = officer_units(user, on)
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or unit_id not in inside:
        raise NotYours()
    below = forest(on).below([unit_id])
    posts = Employment.objects.filter(on_day(on), unit_id__in=below).select_related("person", "unit")
    if typed:
        posts = posts.filter(person__in=find_people(Person.objects.all(), typed))
    own = Case(When(unit_id=unit_id, then=0), default=1)
    found = posts.order_by(own, "unit__order", "unit__code", "person__sort_key", "person__code", "pk")
    people = list(found.annotate(total=Window(Count("*")))[:MOST])
    more = people[0].total - len(people) if people else 0
    known = Unit.objects.filter(on_day(on)).order_by("order", "code")
    units = list(known.filter(pk__in=below)[:MOST])
    managers = list(known.filter(pk__in=inside, kind=Unit.Kind.AGENCY)[:MOST])
    return UnitView(unit, duties_of(unit_id), people, more, units, managers, on)


def lookalikes(user: User, on: date, unit_id: int, full_name: str) -> list[Person]:
    """People of the officer's units with the same name in another spelling or the same: a warning, never identity."""
    if unit_id not in officer_units(user, on):
        raise NotYours()
    posts = Employment.objects.filter(on_day(on), unit_id__in=officer_units(user, on))
    people = Person.objects.filter(pk__in=posts.values("person_id"), search_key=fold(full_name)[:120])
    return list(people.order_by("code")[:5])
