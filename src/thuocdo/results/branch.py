"""A leader's branch on one screen: counts by unit, exceptions first, and twelve months; small groups are withheld."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Petition, Sheet, SheetCount
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.compiled import as_stored
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.reach import BELOW_AND_BEFORE, reach_of, root
from thuocdo.rulesets.catalogue import Book
from thuocdo.rulesets.versions import past_book

SMALL = 5
"""Levels of fewer people than this are not shown: they would tell of a person."""
MONTHS = 12
PAGE = 60
"""Units on one page."""
FOLLOWED = "branch.followed"
NO_LEVEL = "chưa có mức hoặc không chấm"
NOT_A_LEVEL = "(tương ứng)"
_DONE = (Sheet.State.CONFIRMED, Sheet.State.EXEMPTED)


@dataclass(frozen=True)
class UnitLine:
    """A unit in the month: `people` of the period are `confirmed`, `waiting` or `exempted`; `away` (the whole period)
    and `outside` are not among them, and of those waiting some are `overdue`. `levels` of the results in force by name,
    or None where too few people would stand behind the figures. `opens`: the reader may open its table of people."""

    unit: Unit
    people: int
    confirmed: int
    waiting: int
    exempted: int
    away: int
    overdue: int
    outside: int
    petitions: int
    levels: Mapping[str, int] | None
    opens: bool

    @property
    def exceptional(self) -> int:
        """How much asks for attention; the order of the page, never a ranking of people."""
        return self.overdue + self.outside + self.petitions


@dataclass(frozen=True)
class MonthLine:
    """The branch in one month; `people`, `confirmed` and `levels` as in `UnitLine`."""

    year: int
    number: int
    people: int
    confirmed: int
    levels: Mapping[str, int] | None


@dataclass(frozen=True)
class Branch:
    """One month and the twelve that end with it: the units asked for of `count`, and figures of all. `withheld` counts
    units whose levels are not shown."""

    year: int
    number: int
    units: tuple[UnitLine, ...]
    count: int
    people: int
    confirmed: int
    trend: tuple[MonthLine, ...]
    level_names: tuple[str, ...]
    withheld: int

    @property
    def has_bands(self) -> bool:
        """Whether some of the names are no levels but the bands that months of points are in."""
        return any(name.endswith(NOT_A_LEVEL) for name in self.level_names)


def branch(user: User, year: int, number: int, at: datetime, page: int = 0) -> Branch:
    """The branch of a head (units headed, rated or evaluated), officer or inspector: its units, what asks for attention
    first, whole or the `page` of them (from 1; the last one for a page that there is not). Constant queries, besides
    one for each rulebook in use. Raises NotYours for a month that there is not."""
    if not 1 <= number <= 12:
        raise NotYours()
    months = _months(year, number)
    cycles = list(Cycle.objects.filter(_within(months), kind=Cycle.Kind.MONTH))
    inside, opens = _reach(user, at, cycles)
    past = inside & Q(cycle__in=[one.pk for one in cycles])
    now = [one for one in cycles if (one.year, one.number) == (year, number)]
    here = inside & Q(cycle__in=[one.pk for one in now])
    counted = _counted(here, opens, [one.pk for one in now if one.confirm_by < at], _petitions(here))
    hidden = withheld({one.unit: one.rated for one in counted})
    page = min(page, max(1, -(-len(counted) // PAGE)))
    shown = counted[(page - 1) * PAGE : page * PAGE] if page else counted
    names = LevelNames()
    by_unit, by_month = _levels(here, [one.unit for one in shown], names), _months_counted(past, cycles, names)
    lines = tuple(one.line(None if one.unit in hidden else names.ordered(by_unit[one.unit])) for one in shown)
    trend = tuple(_trend(months, by_month, names))
    every = [*(one.levels for one in lines), *(one.levels for one in trend)]
    level_names = tuple(names.ordered(Counter(name for some in every for name in some or ())))
    people, confirmed = sum(one.people for one in counted), sum(one.confirmed for one in counted)
    return Branch(year, number, lines, len(counted), people, confirmed, trend, level_names, len(hidden))


def month_to_show(on: date) -> tuple[int, int]:
    """The month before, which is looked at as a rule; this one where the installation begins with it. One query."""
    this, before = (on.year, on.month), (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
    months = Cycle.objects.filter(kind=Cycle.Kind.MONTH, year__gte=before[0])
    known = set(months.values_list("year", "number").distinct())
    return this if this in known and before not in known else before


class _Counted(NamedTuple):
    """The figures of one unit in the month; `rated` are those with a result in force."""

    petitions: int
    unit: int
    code: str
    name: str
    order: int
    people: int
    confirmed: int
    waiting: int
    exempted: int
    away: int
    overdue: int
    outside: int
    rated: int
    opened: int

    @property
    def place(self) -> tuple[int, int, str, int]:
        return -(self.overdue + self.outside + self.petitions), self.order, self.name, self.unit

    def line(self, levels: Mapping[str, int] | None) -> UnitLine:
        unit = Unit(pk=self.unit, code=self.code, name=self.name, order=self.order)
        people = self.people, self.confirmed, self.waiting, self.exempted, self.away
        return UnitLine(unit, *people, self.overdue, self.outside, self.petitions, levels, bool(self.opened))


def withheld(sizes: Mapping[int, int]) -> set[int]:
    """Units whose levels are not shown: those of fewer than `SMALL` results, and as many more, smallest first, as it
    takes for what is held back to be no small group itself (else the month's total would give it away)."""
    hidden = {pk for pk, size in sizes.items() if 0 < size < SMALL}
    rest = sorted((size, pk) for pk, size in sizes.items() if size >= SMALL)
    while hidden and sum(sizes[pk] for pk in hidden) < SMALL and rest:
        hidden.add(rest.pop(0)[1])
    return hidden


def _reach(user: User, at: datetime, cycles: Sequence[Cycle]) -> tuple[Q, Q]:
    """Whose members these are, in columns that members and their counts have alike; and of them those whose results
    the user reads one by one (`access.Standing`)."""
    on = localdate(at)
    reach = reach_of(user, on, _followed)
    led, headed, roots = (reach.get(label, frozenset()) for label in ("led", "took_over", FOLLOWED))
    read = Q(rating_unit__in=headed) | Q(evaluator_unit__in=headed)
    read |= Q(cycle__in=[one.pk for one in cycles if one.root_id in roots])
    return Q(unit__in=led) | read, read


def _followed(user: User, on: date) -> list[QuerySet[Any, Any]]:
    roles = Role.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    looking = roles.filter(kind__in=(Role.Kind.OFFICER, Role.Kind.INSPECTOR))
    return [root(FOLLOWED, BELOW_AND_BEFORE, looking)]


def _months(year: int, number: int) -> list[tuple[int, int]]:
    last = 12 * year + number - 1
    return [(n // 12, n % 12 + 1) for n in range(last - MONTHS + 1, last + 1)]


def _within(months: Sequence[tuple[int, int]]) -> Q:
    found = Q()
    for year in sorted({year for year, _ in months}):
        numbers = [number for y, number in months if y == year]
        found |= Q(year=year, number__in=numbers)
    return found


def _counted(here: Q, opens: Q, late: Sequence[int], petitions: Mapping[int, int]) -> list[_Counted]:
    """The units of the month, what asks for attention first; unresolved sheets of the cycles `late` are overdue, those
    that `opens` holds for stand on the reader's table of people."""
    inside, done = Q(standing=Member.Standing.IN), Q(state__in=_DONE)
    rows = SheetCount.objects.filter(here).values_list("unit", "unit__code", "unit__name", "unit__order")
    figures = rows.annotate(
        people=_sum(inside),
        confirmed=_sum(_CONFIRMED),
        waiting=_sum(inside & ~done),
        exempted=_sum(inside & Q(state=Sheet.State.EXEMPTED)),
        away=_sum(Q(standing=Member.Standing.AWAY)),
        overdue=_sum(inside & ~done & Q(cycle__in=late)),
        outside=_sum(~Q(standing__in=(Member.Standing.IN, Member.Standing.AWAY))),
        rated=_sum(_RATED),
        opened=_sum(inside & opens),
    )
    lines = (_Counted(petitions.get(row[0], 0), *row) for row in as_stored(figures.order_by()))
    return sorted(lines, key=lambda one: one.place)


def _sum(which: Q) -> Sum:
    return Sum("number", filter=which, default=0)


_RATED = ~Q(rulebook_hash="") & ~Q(state=Sheet.State.UNDER_REVIEW)
"""A result that holds: one that is judged anew does not."""
_CONFIRMED = Q(standing=Member.Standing.IN, state=Sheet.State.CONFIRMED)


class LevelNames:
    """What bands are called in the version of a rulebook, each version read once, and in which order it lists them."""

    def __init__(self) -> None:
        self._labels: dict[str, dict[str, str]] = {}
        self._places: dict[str, int] = {}

    def __call__(self, digest: str, band: str) -> str:
        if not band:
            return NO_LEVEL
        if digest not in self._labels:
            self._labels[digest] = dict(_bands(past_book(digest)))
            for place, label in enumerate(self._labels[digest].values()):
                self._places.setdefault(label, place)
        return self._labels[digest].get(band, band)

    def ordered(self, levels: Mapping[str, int]) -> dict[str, int]:
        """Levels as the rulebook lists them, the best first; what has no level comes last."""
        return dict(sorted(levels.items(), key=lambda one: (self._places.get(one[0], len(self._places)), one[0])))


def _bands(book: Book) -> list[tuple[str, str]]:
    """Code and name of each, as the rulebook lists them. Under points a month has no level, only the band that its
    score is in (NĐ 335): its name says so, and is never added to a level of the same name."""
    if isinstance(book, Rulebook):
        return [(band.code, f"{band.label} {NOT_A_LEVEL}") for band in book.book.bands]
    return [(level.code, level.label) for scheme in book.schemes for level in scheme.levels]


def _levels(here: Q, units: Sequence[int], name: LevelNames) -> Mapping[int, Counter[str]]:
    """Results in force of these units in the month, by level."""
    found = defaultdict[int, Counter[str]](Counter)
    rows = SheetCount.objects.filter(here, _RATED, unit__in=units).values_list("unit", "rulebook_hash", "band")
    for unit, digest, band, count in rows.annotate(n=Sum("number")).order_by("-band"):
        found[unit][name(digest, band)] += count
    return found


Month = tuple[int, int]
Months = dict[Month, tuple[int, int, Counter[str]]]


def _months_counted(past: Q, cycles: Sequence[Cycle], name: LevelNames) -> Months:
    """The branch in each month: people, confirmed ones, and results in force by level."""
    months = {one.pk: (one.year, one.number) for one in cycles}
    rows = SheetCount.objects.filter(past).values_list("cycle", "rulebook_hash", "band", "standing", "state")
    found: Months = {}
    for cycle, digest, band, standing, state, number in rows.annotate(n=Sum("number")).order_by("-band"):
        people, confirmed, levels = found.get(months[cycle], (0, 0, Counter()))
        inside = number if standing == Member.Standing.IN else 0
        if digest:
            levels[name(digest, band)] += number
        done = inside if state == Sheet.State.CONFIRMED else 0
        found[months[cycle]] = people + inside, confirmed + done, levels
    return found


def _petitions(here: Q) -> Counter[int]:
    waiting = Petition.objects.filter(state=Petition.State.RECEIVED)
    rows = Member.objects.filter(here, pk__in=waiting.values("sheet__member"))
    return Counter(dict(rows.values_list("unit").annotate(n=Count("sheet__petitions", filter=_WAITING))))


_WAITING = Q(sheet__petitions__state=Petition.State.RECEIVED)


def _trend(months: Iterable[Month], counted: Months, names: LevelNames) -> Iterable[MonthLine]:
    for month in months:
        people, confirmed, levels = counted.get(month, (0, 0, Counter[str]()))
        yield MonthLine(*month, people, confirmed, None if sum(levels.values()) < SMALL else names.ordered(levels))
