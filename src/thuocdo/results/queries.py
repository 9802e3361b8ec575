"""Reads of roll-ups, each with its access check: the own, one person's period, and the table of a unit."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import viewable
from thuocdo.appraisals.models import Sheet, SheetCount
from thuocdo.cycles.models import Member
from thuocdo.engine import OpenQuestion, Period
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.periods import period_label
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Person, Unit
from thuocdo.results import access, rules
from thuocdo.results.actions.rollups import current
from thuocdo.results.following import of_person as followed
from thuocdo.results.gathering import Gathered, gather
from thuocdo.results.handing import of_person
from thuocdo.results.models import FollowUp, Handover, Rollup
from thuocdo.results.rating import Books, Mean, mean_of
from thuocdo.results.rules import Part

PAGE = 50
RECENT = 14
"""Roll-ups on the own page: seven of each of the last two years."""


@dataclass(frozen=True)
class Shown:
    """A roll-up as it stands. `stale` says what changed since; `score` is exact."""

    row: Rollup
    stale: str

    @property
    def score(self) -> Fraction:
        return self.row.exact_score

    @property
    def label(self) -> str:
        return period_label(self.row.kind, self.row.year, self.row.number)


@dataclass(frozen=True)
class OnePeriod:
    """One person's period: its parts now, what they give, the frozen roll-ups (newest first), who may do what, and
    which of the sheets behind the parts the user may open."""

    person: Person
    kind: str
    year: int
    number: int
    part_word: str
    parts: tuple[Part, ...]
    mean: Mean | None
    waits: str
    frozen: Shown | None
    history: tuple[Rollup, ...]
    may_make: bool
    may_decide: bool
    own: bool
    opens: frozenset[int]

    @property
    def label(self) -> str:
        return period_label(self.kind, self.year, self.number)

    @property
    def questions(self) -> tuple[OpenQuestion, ...]:
        return self.mean.questions if self.mean else ()

    @property
    def scored(self) -> int:
        return sum(part.score is not None for part in self.parts)


@dataclass(frozen=True)
class TableRow:
    """A person in the table of a unit: the mean now or why there is none, and the roll-up in force."""

    member: Member
    scored: int
    parts: int
    score: Fraction | None
    waits: str
    asks: bool
    frozen: Shown | None
    may_make: bool

    @property
    def choosable(self) -> bool:
        """Whether a roll-up can be made from this row now."""
        return self.may_make and self.score is not None and (self.frozen is None or bool(self.frozen.stale))


@dataclass(frozen=True)
class UnitTable:
    """People of a unit in a period, a page of them; `units` are those the user may choose."""

    kind: str
    year: int
    number: int
    unit: Unit | None
    units: UnitChoice
    rows: tuple[TableRow, ...]
    page: int
    pages: int
    people: int

    @property
    def choosable(self) -> bool:
        """Whether there is any row to choose on this page."""
        return any(row.choosable for row in self.rows)

    @property
    def label(self) -> str:
        return period_label(self.kind, self.year, self.number)


@dataclass(frozen=True)
class OwnResults:
    """What hangs on the user's own months; `person` is None for an account without a person, `file` says whether the
    year has a sheet to put into the electronic file."""

    person: Person | None
    file: bool
    rollups: tuple[Shown, ...]
    handovers: tuple[Handover, ...]
    follow_ups: tuple[FollowUp, ...]


def own_results(user: User, year: int) -> OwnResults:
    """The user's own page of results, with the way to the file of `year`."""
    person = access.person_or_none(user)
    sheets = (
        Sheet.objects.filter(person__in=identities(person.pk), cycle__year=year) if person else Sheet.objects.none()
    )
    return OwnResults(person, sheets.exists(), tuple(my_rollups(user)), tuple(of_person(user)), tuple(followed(user)))


def my_rollups(user: User) -> list[Shown]:
    """The user's own roll-ups in force, newest period first, each with what changed since it was frozen."""
    rows = Rollup.objects.filter(person__user_id=user.pk, replaced_by__isnull=True).select_related("decided_by", "unit")
    held: dict[int, dict[str, Part]] = {}
    found = []
    for row in rows.order_by("-year", "kind", "-number")[:RECENT]:
        if row.year not in held:
            held[row.year] = _parts_of_year(row.person_id, row.year)
        numbers = [one["number"] for one in (*row.included, *row.left_out)]
        now = [part for n in numbers if (part := held[row.year].get(f"{row.parts}-{n}")) is not None]
        found.append(Shown(row, rules.stale(row.included, row.left_out, now, row.parts)))
    return found


def _parts_of_year(person_id: int, year: int) -> dict[str, Part]:
    """Every month, or quarter, of one year by its name."""
    found = gather([person_id], rules.period_of("year", year, 1))[person_id]
    return {f"{found.unit}-{part.number}": part for part in found.parts}


def one_period(
    user: User, person_id: int, kind: str, year: int, number: int, on: date, seen: access.Seen | None = None
) -> OnePeriod:
    """One person's quarter, half year or year, for whoever may see that year (`seen`: found so already in this
    request). Raises NotYours."""
    try:
        period = rules.period_of(kind, year, number)
    except ValueError as error:
        raise NotYours() from error
    if seen is not None and seen.holds(user, person_id, year):
        person, reached = seen.person, seen.reached
    else:
        person, members = access.require_seen(user, person_id, year, on)
        reached = frozenset(m.pk for m in members)
    found = gather([person_id], period)[person_id]
    parts, hidden = rules.readable(found.parts, reached)
    history = list(
        Rollup.objects.filter(person=person_id, kind=kind, year=year, number=number)
        .select_related("decided_by")
        .order_by("-revision")
    )
    history = [one for one in history if not hidden & {part["number"] for part in one.included}]
    here = found.last is None or found.last.pk in reached
    mean, waits = _mean(found, period, {}) if here else (None, rules.MOVED_ON)
    standing = access.standing_of(user, on)
    making = _Making(user.pk, standing.officer, standing.headed)
    return OnePeriod(
        person,
        kind,
        year,
        number,
        rules.PARTS[found.unit],
        parts,
        mean,
        waits,
        _shown(history[0], found) if history else None,
        tuple(history),
        found.last is not None and making.holds(found.last),
        found.last is not None and making.decides(found.last),
        person.user_id == user.pk,
        _opens(user, person, parts, on),
    )


def _opens(user: User, person: Person, parts: tuple[Part, ...], on: date) -> frozenset[int]:
    sheets = {part.sheet for part in parts if part.sheet is not None and part.score is not None}
    return frozenset(sheets if person.user_id == user.pk else viewable(user, sheets, on))


def unit_table(
    user: User, kind: str, year: int, number: int, unit_id: int, on: date, page: int = 1, typed: str = ""
) -> UnitTable:
    """The people of a unit in the period, `PAGE` at a time; constant queries. Raises NotYours.

    Units are those of memberships in reach: whole roots for officers and inspectors, own ones for heads.
    """
    try:
        period = rules.period_of(kind, year, number)
    except ValueError as error:
        raise NotYours() from error
    standing = access.standing_of(user, on)
    making = _Making(user.pk, standing.officer, standing.headed)
    within = standing.memberships_of(year), Q(standing=Member.Standing.IN)
    inside, counted = Member.objects.filter(*within), SheetCount.objects.filter(*within)
    known = Unit.objects.filter(pk__in=counted.values("unit"))
    units = choice(known, typed, unit_id)
    unit = next((one for one in units.units if unit_id in (0, one.pk)), None)
    if unit is None and unit_id:
        raise NotYours()
    if unit is None:
        return UnitTable(kind, year, number, None, units, (), 1, 1, 0)
    people = list(Person.objects.filter(pk__in=inside.filter(unit=unit).values("person")).order_by("sort_key", "code"))
    pages = max(1, -(-len(people) // PAGE))
    page = min(max(page, 1), pages)
    shown = people[(page - 1) * PAGE : page * PAGE]
    ids = [one.pk for one in shown]
    found, frozen = gather(ids, period), current(ids, kind, year, number)
    gone = {pk for pk, one in found.items() if one.moved and one.last is not None and not standing.reads(one.last)}
    books: Books = {}
    rows = tuple(_table_row(found[pk], frozen.get(pk), period, making, pk in gone, books) for pk in ids)
    kept = tuple(row for row in rows if row is not None)
    return UnitTable(kind, year, number, unit, units, kept, page, pages, len(people))


@dataclass(frozen=True)
class _Making:
    """Whose roll-ups the user makes, read once for a page."""

    user: int
    roots: frozenset[int]
    headed: frozenset[int]

    def holds(self, member: Member) -> bool:
        if member.person.user_id == self.user:
            return False
        return member.cycle.root_id in self.roots or self.decides(member)

    def decides(self, member: Member) -> bool:
        return member.person.user_id != self.user and bool(self.headed & access.authorities(member))


def _table_row(
    found: Gathered, row: Rollup | None, period: Period, making: _Making, gone: bool, books: Books
) -> TableRow | None:
    if found.last is None:
        return None
    if gone:
        return TableRow(found.last, 0, len(found.parts), None, rules.MOVED_ON, False, None, False)
    mean, waits = _mean(found, period, books)
    return TableRow(
        found.last,
        len(found.scored),
        len(found.parts),
        mean.score if mean else None,
        waits,
        bool(mean and mean.questions),
        _shown(row, found) if row else None,
        making.holds(found.last),
    )


def _mean(found: Gathered, period: Period, books: Books) -> tuple[Mean | None, str]:
    try:
        mean = mean_of(found, period, books=books)
    except Refusal as refusal:
        return None, refusal.message
    return mean, mean.waits


def _shown(row: Rollup, found: Gathered) -> Shown:
    return Shown(row, rules.stale(row.included, row.left_out, found.parts, found.unit))
