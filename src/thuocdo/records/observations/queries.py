"""Reads of observations, with the access check in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet, Value

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.organisation.changes.clashes import identities, merged_into
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.organisation.queries import LED, duties, find_people, on_day, person_of, units_where_any
from thuocdo.records.observations.models import Observation, ObservationStep
from thuocdo.records.party.models import CommitteeSeat, PartyLink, PartyOrganisation

MOST = 40
PAGE = 50
PARTY_LEADS = (CommitteeSeat.Role.SECRETARY, CommitteeSeat.Role.DEPUTY)
BY_NAME = ("person__sort_key", "person__code")


@dataclass(frozen=True)
class Seen:
    """An observation with what came of it; `read` and `withdrawn` are None where that is not."""

    one: Observation
    read: ObservationStep | None
    withdrawn: ObservationStep | None


@dataclass(frozen=True)
class Post:
    """A post of leadership, or a seat on a Party committee beside a unit."""

    person: Person
    unit: Unit
    position: str

    @property
    def person_id(self) -> int:
        return self.person.pk


@dataclass(frozen=True)
class Own:
    """What was written about the reader, newest first, and whom the reader may write about, each once."""

    rows: Sequence[Seen]
    people: Sequence[tuple[Person, Sequence[Post]]]
    more: bool
    writes: bool


@dataclass(frozen=True)
class About:
    """What was written about somebody, newest first; `post` is the leading post held now, `writes`: the reader may."""

    person: Person
    post: Post | None
    rows: Sequence[Seen]
    writes: bool


@dataclass(frozen=True)
class Where:
    """Units and Party organisations about whose leaders somebody writes."""

    units: frozenset[int]
    organisations: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.units or self.organisations)


def writable(user: User, on: date) -> Where:
    """A superior writes, or an organisation officer: of a head (or secretary) the own place and all below, of a deputy
    what is below only, as nobody's deputy is the superior of who leads beside. Constant queries."""
    mine, held = {"person__user_id": user.pk, "person__user__is_active": True}, on_day(on)
    over = duties(user, on)
    officer = over.below(Role.Kind.OFFICER, before=True)
    units = officer | over.below("head", "acting") | (over.below(*LED) - over.over("deputy"))
    led = CommitteeSeat.objects.filter(held, **mine, role__in=PARTY_LEADS).values_list("organisation_id", "role")
    if officer:
        led = led.union(PartyOrganisation.objects.filter(held, unit__in=officer).values_list("pk", Value("")))
    rows = list(led)
    seats, inside = {key for key, role in rows if role}, {key for key, role in rows if not role}
    children: dict[int, list[int]] = {}
    if seats:
        for child, parent in PartyLink.objects.filter(held).values_list("child_id", "parent_id"):
            children.setdefault(parent, []).append(child)
    found = {key for key, role in rows if role == CommitteeSeat.Role.SECRETARY}
    below = [child for key in seats for child in children.get(key, ())]
    while below:
        key = below.pop()
        if key not in found:
            found.add(key)
            below += children.get(key, ())
    return Where(frozenset(units), frozenset(found | inside))


def leading(where: Where, on: date, people: QuerySet[Person] | None = None, most: int | None = None) -> list[Post]:
    """The leading posts and seats on committees held on a day there, by person, a head's first. Two queries."""
    posts = Employment.objects.filter(on_day(on), unit__in=where.units).exclude(leadership=Employment.Leadership.NONE)
    seats = CommitteeSeat.objects.filter(on_day(on), organisation__in=where.organisations)
    if people is not None:
        posts, seats = posts.filter(person__in=people.values("pk")), seats.filter(person__in=people.values("pk"))
    posts = posts.select_related("person__user", "unit").order_by(*BY_NAME, "-leadership", "pk")[:most]
    seats = seats.select_related("person__user", "organisation__unit").order_by(*BY_NAME, "pk")[:most]
    found = [Post(one.person, one.unit, one.position) for one in posts]
    found += [
        Post(one.person, one.organisation.unit, f"{one.get_role_display().capitalize()} {one.organisation.name}"[:160])
        for one in seats
    ]
    return sorted(found, key=lambda one: (one.person.sort_key, one.person.code))[:most]


def post_of(user: User, person_id: int, on: date) -> Post | None:
    """The leading post of somebody about whom the user writes; None where there is none."""
    where = writable(user, on)
    return next(iter(leading(where, on, Person.objects.filter(pk=person_id), 1)), None) if where else None


def own(user: User, typed: str, at: datetime) -> Own:
    """Constant queries."""
    on, me = day_of(at), person_of(user)
    where = writable(user, on)
    rows = seen(Observation.objects.filter(person__in=identities(me.pk))) if me is not None else []
    others = Person.objects.exclude(pk=me.pk) if me is not None else Person.objects.all()
    people = find_people(others, typed) if typed.strip() else others
    found = leading(where, on, people, MOST + 1) if where else []
    leaders = [(posts[0].person, posts) for _, each in groupby(found[:MOST], lambda one: one.person_id)
               if (posts := list(each))]  # fmt: skip
    return Own(rows, leaders, len(found) > MOST, bool(where))


def about(user: User, person_id: int, at: datetime) -> About:
    """For whoever may write about the person now or has written, and for inspectors of the person's units. Raises
    NotYours."""
    on = day_of(at)
    person = Person.objects.filter(pk=person_id).first()
    if person is None or person.user_id == user.pk:
        raise NotYours()
    post = post_of(user, person.pk, on)
    rows = Observation.objects.filter(person__in=identities(person.pk))
    if post is None:
        inspected = units_where_any(user, (Role.Kind.INSPECTOR, Role.Kind.OFFICER), on)
        rows = rows.filter(unit__in=inspected) | rows.filter(by=user)
        if not rows.exists():
            raise NotYours()
    return About(person, post, seen(rows), post is not None)


def seen(rows: QuerySet[Observation]) -> list[Seen]:
    """With what came of each. Two queries."""
    found = list(rows.select_related("by", "by_person", "unit").order_by("-on", "-pk")[:PAGE])
    steps: dict[tuple[int, str], ObservationStep] = {}
    for step in ObservationStep.objects.filter(observation__in=[one.pk for one in found]):
        steps[step.observation_id, step.kind] = step
    return [Seen(one, steps.get((one.pk, "read")), steps.get((one.pk, "withdrawn"))) for one in found]


def standing(people: Collection[int], start: date, end: date) -> list[Seen]:
    """What stands about these people from one day to another, for a room that has admitted the reader already."""
    rows = Observation.objects.filter(person__in=[*people, *merged_into(people)], on__range=(start, end))
    return [row for row in seen(rows) if row.withdrawn is None]
