"""Whom an organisation officer may have assessed before an event: people and bodies of the officer's units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from thuocdo.accounts.models import User
from thuocdo.conclusions.models import Assessment
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.queries import FEW_UNITS, find_people, officer_units, on_day
from thuocdo.records.models import PartyMembership, PartyOrganisation
from thuocdo.rounds.population import COMMITTEES

KINDS = ("leader", "party_member", "collective", "party_organisation")
MOST = 40
NOBODY = "Không tìm thấy đối tượng này trong phạm vi ông/bà phụ trách."


@dataclass(frozen=True)
class Candidate:
    """One to choose: `key` as `begun` takes it, and the words that tell it from others."""

    key: str
    name: str
    words: str


def offered(user: User, kind: str, typed: str, on: date) -> tuple[list[Candidate], bool]:
    """The first candidates of a kind whose name or code has what was typed, and whether there are more. Up to five
    queries."""
    units = officer_units(user, on)
    found = list(_rows(units, kind, typed, on)) if kind in KINDS and units else []
    return found[:MOST], len(found) > MOST


def _rows(units: set[int], kind: str, typed: str, on: date) -> Iterator[Candidate]:
    if kind in ("leader", "party_member"):
        rows = _posts(units, kind, typed, on)
        if kind == "leader" and not typed.strip() and len(units) > FEW_UNITS:
            rows = rows.filter(person__in=_first_leaders(units, on))
        for post in rows[: MOST + 1]:
            words = f"{post.person.code} · {post.position}, {post.unit.name}"
            yield Candidate(f"post-{post.pk}", post.person.full_name, words)
        return
    for party in _parties(units, typed, on)[: MOST + 1]:
        committee = f"{COMMITTEES.get(party.kind, 'Chi ủy')} {party.name}"
        yield Candidate(
            f"party-{party.pk}", committee if kind == "collective" else party.name, party.get_kind_display()
        )
    if kind == "collective":
        for unit in _units(units, typed, on)[: MOST + 1]:
            yield Candidate(f"unit-{unit.pk}", f"Tập thể lãnh đạo {unit.name}", unit.get_kind_display())


def _posts(units: set[int], kind: str, typed: str, on: date) -> QuerySet[Employment]:
    rows = Employment.objects.filter(on_day(on), unit__in=units).select_related("person", "unit")
    if typed.strip():
        rows = rows.filter(person__in=find_people(Person.objects.all(), typed).values("pk"))
    if kind == "leader":
        rows = rows.exclude(leadership=Employment.Leadership.NONE)
    else:
        rows = rows.filter(person__in=PartyMembership.objects.filter(on_day(on)).values("person_id"))
    leading = Case(When(leadership=Employment.Leadership.NONE, then=1), default=0)
    return rows.order_by("person__sort_key", "person__code", leading, "pk")


def _first_leaders(units: set[int], on: date) -> list[int]:
    """The people to whom the first `MOST + 1` posts of leaders belong. Of a city they are looked for among people in
    the order of their names, each alone; else the database reads all posts and puts the leaders in order."""
    leads = Employment.objects.filter(on_day(on), unit__in=units, person=OuterRef("pk"))
    leads = leads.exclude(leadership=Employment.Leadership.NONE)
    people = Person.objects.alias(leads=Subquery(leads.values("pk")[:1])).filter(leads__isnull=False)
    return list(people.order_by("sort_key", "code").values_list("pk", flat=True)[: MOST + 1])


def _parties(units: set[int], typed: str, on: date) -> QuerySet[PartyOrganisation]:
    rows = PartyOrganisation.objects.filter(on_day(on), unit__in=units)
    if typed.strip():
        rows = rows.filter(Q(name__icontains=typed.strip()) | Q(code__istartswith=typed.strip()))
    return rows.order_by("name", "pk")


def _units(units: set[int], typed: str, on: date) -> QuerySet[Unit]:
    led = Employment.objects.filter(on_day(on), unit__in=units).exclude(leadership=Employment.Leadership.NONE)
    rows = Unit.objects.filter(pk__in=led.values("unit_id"))
    if typed.strip():
        rows = rows.filter(Q(name__icontains=typed.strip()) | Q(code__istartswith=typed.strip()))
    return rows.order_by("order", "code")


def begun(user: User, kind: str, key: str, on: date) -> Assessment:
    """The assessment of a candidate as it begins, not saved: who, where, in which post. Raises NotYours, Refusal."""
    if kind not in KINDS:
        raise Refusal("event.kind", "Hãy chọn loại đối tượng trong danh sách.", field="kind")
    if not key:
        raise Refusal("event.who", "Hãy tìm rồi chọn người hoặc tập thể được đánh giá.", field="who")
    of, _, number = key.partition("-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    units = officer_units(user, on)
    if of == "post" and kind in ("leader", "party_member"):
        return _person(_posts(units, kind, "", on).select_related("person__user").filter(pk=pk).first(), kind, on)
    if of == "unit" and kind == "collective":
        unit = _units(units, "", on).filter(pk=pk).first()
        if unit is not None:
            return Assessment(kind=kind, name=f"Tập thể lãnh đạo {unit.name}", unit=unit)
    if of == "party" and kind in ("collective", "party_organisation"):
        party = _parties(units, "", on).select_related("unit").filter(pk=pk).first()
        if party is not None:
            name = f"{COMMITTEES.get(party.kind, 'Chi ủy')} {party.name}" if kind == "collective" else party.name
            return Assessment(kind=kind, name=name, unit=party.unit, party=party)
    raise NotYours(NOBODY)


def _person(post: Employment | None, kind: str, on: date) -> Assessment:
    if post is None:
        raise NotYours(NOBODY)
    one = Assessment(kind=kind, name=post.person.full_name, position=post.position, unit=post.unit, person=post.person)
    if kind == "leader":
        one.role = post.leadership
        return one
    cell = PartyMembership.objects.filter(on_day(on), person=post.person).select_related("organisation").first()
    assert cell is not None, "the post was looked for among members"
    one.party = cell.organisation
    return one


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; the last of February for the 29th.

    >>> years_before(date(2028, 2, 29), 3)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
