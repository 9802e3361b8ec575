"""Who sees the roll-ups of a person, and who decides them: never the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units, sent_along
from thuocdo.appraisals.models import sheet_made
from thuocdo.appraisals.years import kept_months
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.once import once
from thuocdo.organisation.changes.clashes import identities, kept_code
from thuocdo.organisation.models import Person, Role
from thuocdo.organisation.queries import looks_after, units_where_any
from thuocdo.organisation.reach import inspected, reach_of
from thuocdo.organisation.successors import keeper_of, keepers


def person_or_none(user: User) -> Person | None:
    """The person behind the account."""
    return Person.objects.filter(user_id=user.pk).first()


def person_with(person_id: int) -> Person | None:
    """One read for a page that records who looked and then shows what."""
    return once((person_with, person_id), lambda: Person.objects.filter(pk=person_id).first())


def acting(user: User) -> Person:
    """The person behind the account. Raises NotYours."""
    person = person_or_none(user)
    if person is None:
        raise NotYours()
    return person


def memberships(person_id: int, year: int) -> list[Member]:
    """The periods of one person in a year, merged codes included."""
    rows = Member.objects.filter(person__in=identities(person_id), cycle__year=year)
    rows = rows.select_related("cycle", "unit", "agency", "evaluator_unit", "rating_unit", "sheet__evaluator")
    return list(rows.order_by("cycle__kind", "cycle__number", "pk"))


def authorities(member: Member) -> set[int]:
    """Units whose head decides about a person: the one that rates the year, and the one that evaluates (Điều 10)."""
    return {pk for pk in (member.rating_unit_id, member.evaluator_unit_id) if pk is not None}


def reached(user: User, person: Person, members: Iterable[Member], on: date) -> list[Member]:
    """The periods of the year that the user reads: all of the own; all of an agency in which the user heads the unit
    that evaluates or rates, or is officer or inspector; what such an agency was sent and has received; and of a unit
    given up what its last head finishes. To have evaluated the person once opens nothing after the post was left."""
    rows = list(members)
    if person.user_id == user.pk:
        return rows
    kept = keepers() if len({m.agency_id for m in rows}) > 1 else {}
    home = {m.pk: keeper_of(m.agency_id, kept) if m.agency_id else None for m in rows}
    inside = [m for m in rows if m.standing == Member.Standing.IN]
    roots = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on) if rows else set()
    near = {home[m.pk] for m in rows if m.cycle.root_id in roots}
    if any(home[m.pk] not in near for m in rows):
        headed = headed_units(user, on)
        near |= {home[m.pk] for m in inside if headed & authorities(m)}
    far = [(m, sheet) for m in inside if home[m.pk] not in near and (sheet := sheet_made(m)) is not None]
    alone = kept_months(user, [m for m, sheet in far if sheet.evaluator.user_id == user.pk], on)
    others = {sheet.pk: m.pk for m, sheet in far}
    alone |= {others[sheet] for sheet in sent_along(user, list(others), on)}
    return [m for m in rows if home[m.pk] in near or m.pk in alone]


@dataclass(frozen=True)
class Seen:
    """That the user may see this person's year, as `require_seen` found in this request; `reached` are the periods."""

    user: int
    person: Person
    year: int
    reached: frozenset[int]

    def holds(self, user: User, person_id: int, year: int) -> bool:
        return (self.user, self.person.pk, self.year) == (user.pk, person_id, year)


def require_seen(user: User, person_id: int, year: int, on: date) -> tuple[Person, list[Member]]:
    """The person and the periods of the year that the user reads. Raises NotYours for whoever reads none."""
    person = person_with(person_id)
    members = reached(user, person, memberships(person_id, year), on) if person else []
    if person is None or not (members or person.user_id == user.pk):
        raise NotYours()
    return person, members


def kept_seen(user: User, person_id: int, year: int, on: date) -> int | None:
    """The code into which this one was merged, for who may see the year of that; None for everybody else, who thus
    learns nothing of the merging."""
    kept = kept_code(person_id)
    if kept is None:
        return None
    try:
        require_seen(user, kept, year, on)
    except NotYours:
        return None
    return kept


def decides(user: User, member: Member, on: date) -> bool:
    """Whether the user, as head of the unit that rates or evaluates, chooses what the law leaves open."""
    return member.person.user_id != user.pk and bool(headed_units(user, on) & authorities(member))


def makes(user: User, member: Member, on: date) -> bool:
    """Whether the user rolls up where nothing is left open: those who decide, and the officer of the period's unit."""
    if member.person.user_id == user.pk:
        return False
    return looks_after(user, member.cycle.root_id, on) or decides(user, member, on)


@dataclass(frozen=True)
class Standing:
    """Units whose officer the user is, those the user looks after or inspects, and those the user heads."""

    officer: frozenset[int]
    roots: frozenset[int]
    headed: frozenset[int]

    def memberships(self) -> Q:
        """Memberships of everybody whose roll-ups the user makes, or sees as inspector."""
        return Q(cycle__root__in=self.roots) | Q(rating_unit__in=self.headed) | Q(evaluator_unit__in=self.headed)

    def memberships_of(self, year: int) -> Q:
        """The same of one year, whose few periods are asked first and not compared with thousands of units. One
        query."""
        periods = list(Cycle.objects.filter(year=year).values_list("pk", "root_id"))
        mine = [cycle for cycle, root in periods if root in self.roots]
        headed = Q(rating_unit__in=self.headed) | Q(evaluator_unit__in=self.headed)
        return Q(cycle__in=mine) | Q(cycle__in=[cycle for cycle, _ in periods]) & headed

    def reads(self, member: Member) -> bool:
        """Whether `memberships` holds for one that is at hand."""
        return member.cycle.root_id in self.roots or bool(self.headed & authorities(member))


def standing_of(user: User, on: date) -> Standing:
    """Where the user stands, read once for a page of many people. One query."""
    found, nowhere = reach_of(user, on, inspected), frozenset[int]()
    officer = found.get("officer", nowhere)
    return Standing(officer, officer | found.get("inspector", nowhere), found.get("took_over", nowhere))
