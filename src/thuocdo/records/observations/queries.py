"""Reads of observations, with the access check in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Employment, Person, Role
from thuocdo.organisation.queries import find_people, on_day, person_of, units_headed, units_where_any
from thuocdo.records.observations.models import Observation, ObservationStep

MOST = 40
PAGE = 50


@dataclass(frozen=True)
class Seen:
    """An observation with what came of it; `read` and `withdrawn` are None where that is not."""

    one: Observation
    read: ObservationStep | None
    withdrawn: ObservationStep | None


@dataclass(frozen=True)
class Own:
    """What was written about the reader, newest first, and the posts that the reader may write about."""

    rows: Sequence[Seen]
    posts: Sequence[Employment]
    more: bool
    writes: bool


@dataclass(frozen=True)
class About:
    """What was written about somebody, newest first; `post` is the leading post held now, `writes`: the reader may."""

    person: Person
    post: Employment | None
    rows: Sequence[Seen]
    writes: bool


def writable(user: User, on: date) -> set[int]:
    """Units about whose leaders the user writes: those led, and those looked after as organisation officer."""
    return units_headed(user, on) | units_where_any(user, (Role.Kind.OFFICER,), on)


def leading(units: Collection[int], on: date) -> QuerySet[Employment]:
    """The leading posts held on a day in these units, a head's first."""
    posts = Employment.objects.filter(on_day(on), unit__in=units).exclude(leadership=Employment.Leadership.NONE)
    order = ("person__sort_key", "person__code", "-leadership", "pk")
    return posts.select_related("person__user", "unit").order_by(*order)


def own(user: User, typed: str, at: datetime) -> Own:
    """Constant queries."""
    on, me = day_of(at), person_of(user)
    units = writable(user, on)
    rows = seen(Observation.objects.filter(person=me)) if me is not None else []
    posts = leading(units, on).exclude(person__user_id=user.pk) if units else Employment.objects.none()
    if typed.strip():
        posts = posts.filter(person__in=find_people(Person.objects.all(), typed).values("pk"))
    found = list(posts[: MOST + 1])
    return Own(rows, found[:MOST], len(found) > MOST, bool(units))


def about(user: User, person_id: int, at: datetime) -> About:
    """For whoever may write about the person now or has written, and for inspectors of the person's units. Raises
    NotYours."""
    on = day_of(at)
    person = Person.objects.filter(pk=person_id).first()
    if person is None or person.user_id == user.pk:
        raise NotYours()
    units = writable(user, on)
    post = leading(units, on).filter(person=person).first() if units else None
    inspected = units_where_any(user, (Role.Kind.INSPECTOR, Role.Kind.OFFICER), on)
    rows = Observation.objects.filter(person__in=identities(person.pk))
    if post is None:
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
    rows = Observation.objects.filter(person__in=list(people), on__range=(start, end))
    return [row for row in seen(rows) if row.withdrawn is None]
