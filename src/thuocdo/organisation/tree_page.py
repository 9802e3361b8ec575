"""The officer's tree of units on a day: people, heads and vacancies, one level at a time; found by folded text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Case, Count, When, Window

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import clean, fold
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.duties.queries import Duties, Reciprocal, duties_of, reciprocal_heads
from thuocdo.organisation.kept import Posts, posts_of
from thuocdo.organisation.models import ActingHead, Employment, Person, Unit
from thuocdo.organisation.queries import find_people, forest, looks_after, officer_units, on_day
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


@dataclass(frozen=True)
class _Facts:
    """The officer's units (with their kinds), the tree, and the day's posts."""

    kinds: dict[int, str]
    tree: Forest
    posts: Posts

    def near(self, root: int) -> set[int]:
        """The unit and those below it, the officer's alone."""
        return self.tree.below([root]) & self.kinds.keys()


def tree_page(user: User, on: date, today: date, *, root: int | None = None, typed: str = "") -> TreePage:
    """One level of the officer's units as they stood on `on`, or those whose name or code holds the typed text.

    Constant queries. Raises NotYours for a unit outside.
    """
    inside = officer_units(user, today) | (officer_units(user, on) if on != today else set())
    facts = _read(inside, on)
    if root is not None and root not in facts.kinds:
        raise NotYours()
    keys = _chosen(facts, root, fold(clean(typed)))
    chosen = Unit.objects.filter(pk__in=keys).order_by("order", "code", "pk")[:MOST]
    path = [pk for pk in facts.tree.path(root) if pk in facts.kinds] if root is not None else []
    named = Unit.objects.in_bulk(path)
    scope = facts.near(root) if root is not None else facts.kinds.keys()
    vacancies = sum(1 for pk in scope if pk not in facts.posts.headed and facts.kinds[pk] in LED)
    return TreePage(
        on, tuple(named[pk] for pk in reversed(path)), _lines(list(chosen), facts, on), max(0, len(keys) - MOST),
        sum(facts.posts.served.get(pk, 0) for pk in scope), vacancies, tuple(reciprocal_heads(facts.kinds.keys(), on)),
    )


def _chosen(facts: _Facts, root: int | None, words: str) -> list[int]:
    if words:
        names = Unit.objects.filter(pk__in=facts.kinds.keys()).values_list("pk", "name", "code")
        return [pk for pk, name, code in names if words in fold(name) or words in code.casefold()]
    if root is not None:
        return [pk for pk in facts.kinds if facts.tree.parent.get(pk) == root]
    return [pk for pk in facts.kinds if facts.tree.parent.get(pk) not in facts.kinds]


def _read(inside: set[int], on: date) -> _Facts:
    posts = posts_of(on)
    return _Facts({pk: kind for pk, kind in posts.kinds.items() if pk in inside}, forest(on), posts)


def _lines(units: list[Unit], facts: _Facts, on: date) -> tuple[UnitLine, ...]:
    """Lines with the names of the heads. Two queries."""
    posts = Employment.objects.filter(on_day(on), unit__in=units, leadership=Employment.Leadership.HEAD)
    heads = {unit: (name, False) for unit, name in posts.order_by("pk").values_list("unit_id", "person__full_name")}
    acting = ActingHead.objects.filter(on_day(on), unit__in=units)
    heads |= {unit: (name, True) for unit, name in acting.values_list("unit_id", "person__full_name")}
    return tuple(_line(unit, facts, *heads.get(unit.pk, ("", False))) for unit in units)


def _line(unit: Unit, facts: _Facts, head: str, acting: bool) -> UnitLine:
    served, near = facts.posts.served, facts.near(unit.pk)
    people = sum(served.get(pk, 0) for pk in near)
    return UnitLine(unit, served.get(unit.pk, 0), people, len(near) - 1, head, acting)


@dataclass(frozen=True)
class UnitView:
    """One unit for its officer: duties recorded, people to choose from (`more` are not among them), units at and
    below it and agencies that may manage civil servants, of many those looked for."""

    unit: Unit
    duties: Duties
    people: Sequence[Employment]
    more: int
    units: UnitChoice
    managers: UnitChoice
    today: date


def unit_view(
    user: User, unit_id: int, on: date, *, typed: str = "", unit_typed: str = "", covers: Collection[int] = (),
    manager: int = 0,
) -> UnitView:  # fmt: skip
    """Constant queries; people are those whose name or code holds the typed text, units those found by `unit_typed` and
    those chosen: `covers`, `manager`. Raises NotYours."""
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
    units = choice(known.filter(pk__in=below), unit_typed)
    kept = known.filter(pk__in=below & set(covers) - {one.pk for one in units.units}) if covers else ()
    managers = choice(known.filter(pk__in=inside, kind=Unit.Kind.AGENCY), unit_typed, manager)
    units = replace(units, units=(*kept, *units.units))
    return UnitView(unit, duties_of(unit_id), people, more, units, managers, on)


def lookalikes(user: User, on: date, unit_id: int, full_name: str) -> list[Person]:
    """People of the officer's units with the same name in another spelling or the same: a warning, never identity."""
    if not looks_after(user, unit_id, on):
        raise NotYours()
    posts = Employment.objects.filter(on_day(on), unit_id__in=officer_units(user, on))
    people = Person.objects.filter(pk__in=posts.values("person_id"), search_key=fold(full_name)[:120])
    return list(people.order_by("code")[:5])
