"""A leader's branch on one screen: counts by unit, exceptions first, and twelve months; small groups are withheld."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.counts import units as counted_units
from thuocdo.appraisals.counts.units import RATED, Counted, Question
from thuocdo.appraisals.models import CycleTotal, Petition, Sheet, SheetCount
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.reach import BELOW_AND_BEFORE, reach_of, root
from thuocdo.rulesets.catalogue import Book
from thuocdo.rulesets.versions import past_book

MONTHS = 12
FOLLOWED = "branch.followed"
NO_LEVEL = "chưa có mức hoặc không chấm"
NOT_A_LEVEL = "(tương ứng)"


@dataclass(frozen=True)
class UnitLine:
    """A unit in the month: `people` of the period are `confirmed`, `waiting` or `exempted`; `away` (the whole period)
    and `outside` (of these `no_rule` have no rule yet) are not among them, and of those waiting some are `overdue`.
    `levels` of the results in force by name, or None where too few people would stand behind the figures. `opens`: the
    reader may open its table of people."""

    unit: Unit
    people: int
    confirmed: int
    waiting: int
    exempted: int
    away: int
    overdue: int
    outside: int
    no_rule: int
    petitions: int
    levels: Mapping[str, int] | None
    opens: bool

    @property
    def exceptional(self) -> int:
        """How much asks for attention; the order of the page, never a ranking of people. Whom no rule rates yet (the
        State's is missing, or the agency has not chosen) is not the unit's doing."""
        return self.overdue + self.to_settle + self.petitions

    @property
    def to_settle(self) -> int:
        """People outside the period about whom somebody has to decide."""
        return self.outside - self.no_rule


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


ALL = Q()


def branch(user: User, year: int, number: int, at: datetime, page: int = 0) -> Branch:
    """The branch of a head (units headed, rated or evaluated), officer or inspector: its units, what asks for attention
    first, whole or the `page` of them (from 1; the last one for a page that there is not). Constant queries, besides
    one for each rulebook in use. Raises NotYours for a month that there is not."""
    if not 1 <= number <= 12:
        raise NotYours()
    months = _months(year, number)
    cycles = list(Cycle.objects.filter(_within(months), kind=Cycle.Kind.MONTH))
    inside, opens, whole = _reach(user, at, cycles)
    now = [one for one in cycles if (one.year, one.number) == (year, number)]
    here = Q(cycle__in=[one.pk for one in now])
    if whole.issuperset(one.pk for one in now):  # everybody of these: not compared one by one with where one stands
        opens = ALL
    else:
        here &= inside
    late = [one.pk for one in now if one.confirm_by < at]
    counted = Question(here, opens, late, _petitions(here)).asked(page)
    shown, hidden, names = counted.units, counted.hidden, LevelNames()
    by_unit, by_month = _levels(here, [one.unit for one in shown], names), _months_counted(inside, whole, cycles, names)
    lines = tuple(_line(one, None if one.unit in hidden else names.ordered(by_unit[one.unit])) for one in shown)
    trend = tuple(_trend(months, by_month, names))
    every = [*(one.levels for one in lines), *(one.levels for one in trend)]
    level_names = tuple(names.ordered(Counter(name for some in every for name in some or ())))
    few = max(counted.few, len(hidden))
    return Branch(year, number, lines, counted.many, counted.people, counted.confirmed, trend, level_names, few)


def month_to_show(on: date) -> tuple[int, int]:
    """The month before, which is looked at as a rule; this one where the installation begins with it. One query."""
    this, before = (on.year, on.month), (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
    months = Cycle.objects.filter(kind=Cycle.Kind.MONTH, year__gte=before[0])
    known = set(months.values_list("year", "number").distinct())
    return this if this in known and before not in known else before


def _line(one: Counted, levels: Mapping[str, int] | None) -> UnitLine:
    unit = Unit(pk=one.unit, code=one.code, name=one.name, order=one.order)
    people = one.people, one.confirmed, one.waiting, one.exempted, one.away
    return UnitLine(unit, *people, one.overdue, one.outside, one.no_rule, one.petitions, levels, bool(one.opened))


def _reach(user: User, at: datetime, cycles: Sequence[Cycle]) -> tuple[Q, Q, set[int]]:
    """Whose members these are, in columns that members and their counts have alike; of them those whose results the
    user reads one by one (`access.Standing`); and the cycles of which that is everybody."""
    on = localdate(at)
    reach = reach_of(user, on, _followed)
    led, headed, roots = (reach.get(label, frozenset()) for label in ("led", "took_over", FOLLOWED))
    read = Q(rating_unit__in=headed) | Q(evaluator_unit__in=headed)
    whole = {one.pk for one in cycles if one.root_id in roots}
    read |= Q(cycle__in=whole)
    return Q(unit__in=led) | read, read, whole


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
    rows = SheetCount.objects.filter(here, RATED, unit__in=units).values_list("unit", "rulebook_hash", "band")
    for unit, digest, band, count in rows.annotate(n=Sum("number")).order_by("-band"):
        found[unit][name(digest, band)] += count
    return found


Month = tuple[int, int]
Months = dict[Month, tuple[int, int, Counter[str]]]


def _months_counted(inside: Q, whole: set[int], cycles: Sequence[Cycle], name: LevelNames) -> Months:
    """The branch in each month: people, confirmed ones, and results in force by level. Cycles that are in the branch
    as a `whole` are read from their totals."""
    months = {one.pk: (one.year, one.number) for one in cycles}
    counts = CycleTotal.objects.filter(cycle__in=whole), SheetCount.objects.filter(inside, cycle__in={*months} - whole)
    columns = ("cycle", "rulebook_hash", "band", "standing", "state")
    rows = [row for some in counts for row in some.order_by().values_list(*columns).annotate(n=Sum("number"))]
    found: Months = {}
    for cycle, digest, band, standing, state, number in sorted(rows, key=lambda row: row[2], reverse=True):
        people, confirmed, levels = found.get(months[cycle], (0, 0, Counter()))
        inner = number if standing == Member.Standing.IN else 0
        if digest and state != Sheet.State.UNDER_REVIEW:
            levels[name(digest, band)] += number
        done = inner if state == Sheet.State.CONFIRMED else 0
        found[months[cycle]] = people + inner, confirmed + done, levels
    return found


def _petitions(here: Q) -> Counter[int]:
    waiting = Petition.objects.filter(state=Petition.State.RECEIVED)
    rows = Member.objects.filter(here, pk__in=waiting.values("sheet__member"))
    return Counter(dict(rows.values_list("unit").annotate(n=Count("sheet__petitions", filter=_WAITING))))


_WAITING = Q(sheet__petitions__state=Petition.State.RECEIVED)


def _trend(months: Iterable[Month], counted: Months, names: LevelNames) -> Iterable[MonthLine]:
    for month in months:
        people, confirmed, levels = counted.get(month, (0, 0, Counter[str]()))
        few = sum(levels.values()) < counted_units.SMALL
        yield MonthLine(*month, people, confirmed, None if few else names.ordered(levels))
