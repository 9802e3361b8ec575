"""Reads of duties: in whose name somebody acts on a day, whom a deputy is in charge of, what a unit has recorded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.once import once
from thuocdo.organisation.kept import posts_of
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    DelegationCover,
    DeputyField,
    Employment,
    Person,
    Unit,
)
from thuocdo.organisation.queries import descendants, head_ids, on_day

M = TypeVar("M", ActingHead, Delegation, DeputyField)


@dataclass(frozen=True)
class Mandate:
    """One delegation that holds on a day: in the name of `giver` as head of `unit`, over these units and people."""

    giver: int
    unit: int
    delegate: int
    units: frozenset[int]
    people: frozenset[int]

    def covers(self, person: int, unit: int) -> bool:
        """Whether somebody serving in `unit` is within reach; the delegate and the giver never are."""
        return person not in (self.delegate, self.giver) and (unit in self.units or person in self.people)


def mandates(user: User, on: date, act: str = Delegation.Act.EVALUATE) -> list[Mandate]:
    """What the user may do in the name of a head on that day; only while the giver heads the unit.

    One query for who has none.
    """
    return list(once((mandates, user.pk, on, act), lambda: _mandates(user, on, act)))


def _mandates(user: User, on: date, act: str) -> list[Mandate]:
    found = []
    for row in delegated_to(user.pk, on, act).prefetch_related("covers").order_by("pk"):
        if row.giver_id not in head_ids(row.unit_id, on):
            continue
        covers: list[DelegationCover] = list(row.covers.all())
        units = descendants([c.unit_id for c in covers if c.unit_id is not None], on)
        people = frozenset(c.person_id for c in covers if c.person_id is not None)
        found.append(Mandate(row.giver_id, row.unit_id, row.delegate_id, frozenset(units), people))
    return found


def delegated_to(user: int, on: date, act: str) -> QuerySet[Delegation]:
    """Delegations recorded for an account on a day, whether or not the giver still heads the unit. No query."""
    return Delegation.objects.filter(on_day(on), delegate__user_id=user, delegate__user__is_active=True, act=act)


def subordinates_in_field(deputy: Person | int, on: date) -> set[int] | None:
    """Ids of the people in the deputy's field of work on that day (NĐ 335 Điều 15 khoản 4); None where no field is
    recorded. Neither the deputy nor a head of the unit in which the deputy serves is among them.
    """
    person = deputy if isinstance(deputy, int) else deputy.pk
    fields = list(DeputyField.objects.filter(on_day(on), person_id=person))
    if not fields:
        return None
    units = descendants([f.covers_unit_id for f in fields if f.covers_unit_id is not None], on)
    posts = Employment.objects.filter(on_day(on), unit_id__in=units)
    own = {f.unit_id for f in fields}
    posts = posts.exclude(unit_id__in=own, leadership=Employment.Leadership.HEAD)
    named = {f.covers_person_id for f in fields if f.covers_person_id is not None}
    return (set(posts.values_list("person_id", flat=True)) | named) - {person}


@dataclass(frozen=True)
class Duties:
    """Who does what in one unit: present, coming and past, newest first."""

    acting: list[ActingHead]
    delegations: list[Delegation]
    fields: list[DeputyField]


def duties_of(unit_id: int) -> Duties:
    """All duties recorded for a unit, whose page asks for the access. Four queries."""
    acting = ActingHead.objects.filter(unit_id=unit_id).select_related("person")
    covers = Prefetch("covers", queryset=DelegationCover.objects.select_related("unit", "person"))
    given = Delegation.objects.filter(unit_id=unit_id).select_related("giver", "delegate").prefetch_related(covers)
    fields = DeputyField.objects.filter(unit_id=unit_id).select_related("person", "covers_unit", "covers_person")
    return Duties(_newest(acting), _newest(given), _newest(fields))


def _newest(rows: "QuerySet[M]") -> list[M]:
    return list(rows.order_by("-start", "-pk"))


@dataclass(frozen=True)
class Reciprocal:
    """Two people who evaluate each other: allowed where the law allows it, shown to the officer (not a verdict)."""

    one: Person
    other: Person
    units: tuple[Unit, Unit]


def reciprocal_heads(units: Collection[int], on: date) -> list[Reciprocal]:
    """Heads of two of the units (or above them) who serve in each other's unit without leading it. One query, four
    where any head also serves elsewhere: few do, so they are looked for first."""
    head = Employment.Leadership.HEAD
    serving = Employment.objects.filter(pk__in=posts_of(on).elsewhere, unit_id__in=set(units))
    rows = list(serving.select_related("person", "unit").order_by("pk"))
    if not rows:
        return []
    posts, acting = Employment.objects.filter(on_day(on)), ActingHead.objects.filter(on_day(on))
    there = {row.unit_id for row in rows}
    heads = {p.unit_id: p.person for p in posts.filter(leadership=head, unit_id__in=there).select_related("person")}
    heads |= {a.unit_id: a.person for a in acting.filter(unit_id__in=there).select_related("person")}
    return list(_pairs([row for row in rows if row.unit_id in heads], heads))


def _pairs(posts: Iterable[Employment], heads: dict[int, Person]) -> Iterable[Reciprocal]:
    served: dict[tuple[int, int], Employment] = {}
    for post in posts:
        other = heads[post.unit_id]
        if other.pk == post.person_id:
            continue
        back = served.get((other.pk, post.person_id))
        if back is not None:
            yield Reciprocal(back.person, post.person, (post.unit, back.unit))
        served[post.person_id, other.pk] = post
