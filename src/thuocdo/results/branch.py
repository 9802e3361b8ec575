"""A leader's branch on one screen: counts by unit, exceptions first, and twelve months; small groups are withheld."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.shapes import shape_with
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.reach import BELOW_AND_BEFORE, reach_of, root
from thuocdo.rulesets.versions import past_book

SMALL = 5
"""Levels of fewer people than this are not shown: they would tell of a person."""
MONTHS = 12
FOLLOWED = "branch.followed"
NO_LEVEL = "chưa có mức hoặc không chấm"
_DONE = (Sheet.State.CONFIRMED, Sheet.State.EXEMPTED)


@dataclass(frozen=True)
class UnitLine:
    """A unit in the month. `levels` by name, or None where too few people would stand behind the figures."""

    unit: Unit
    people: int
    confirmed: int
    waiting: int
    overdue: int
    outside: int
    petitions: int
    levels: Mapping[str, int] | None

    @property
    def exceptional(self) -> int:
        """How much asks for attention; the order of the page, never a ranking of people."""
        return self.overdue + self.outside + self.petitions


@dataclass(frozen=True)
class MonthLine:
    """The branch in one month; `levels` as in `UnitLine`."""

    year: int
    number: int
    people: int
    confirmed: int
    levels: Mapping[str, int] | None


@dataclass(frozen=True)
class Branch:
    """One month and the twelve that end with it. `withheld` counts units whose levels are not shown."""

    year: int
    number: int
    units: tuple[UnitLine, ...]
    trend: tuple[MonthLine, ...]
    level_names: tuple[str, ...]
    withheld: int

    @property
    def people(self) -> int:
        return sum(one.people for one in self.units)

    @property
    def confirmed(self) -> int:
        return sum(one.confirmed for one in self.units)


def branch(user: User, year: int, number: int, at: datetime) -> Branch:
    """The branch of a head (units headed, rated or evaluated), officer or inspector. Constant queries, besides one for
    each rulebook in use. Raises NotYours for a month that there is not."""
    if not 1 <= number <= 12:
        raise NotYours()
    months = _months(year, number)
    cycles = list(Cycle.objects.filter(_within(months), kind=Cycle.Kind.MONTH))
    inside = _reach(user, at, cycles)
    past = inside & Q(cycle__in=[one.pk for one in cycles])
    here = inside & Q(cycle__in=[one.pk for one in cycles if (one.year, one.number) == (year, number)])
    people, overdue, units = _people(here, at)
    by_unit, by_month = _levels(here, past)
    petitions = _petitions(here)
    shown = withheld({pk: sum(by_unit[pk].values()) for pk in people})
    lines = [
        UnitLine(
            units[pk],
            sum(n for (standing, _), n in states.items() if standing == Member.Standing.IN),
            states[Member.Standing.IN, Sheet.State.CONFIRMED],
            sum(n for (standing, state), n in states.items() if standing == "in" and state not in _DONE),
            overdue[pk],
            sum(n for (standing, _), n in states.items() if standing not in ("in", "away")),
            petitions[pk],
            None if pk in shown else dict(by_unit[pk]),
        )
        for pk, states in people.items()
    ]
    lines.sort(key=lambda one: (-one.exceptional, one.unit.order, one.unit.name, one.unit.pk))
    trend = tuple(_trend(months, past, by_month))
    counted = [*(one.levels for one in lines), *(one.levels for one in trend)]
    names = dict.fromkeys(name for levels in counted for name in levels or ())
    return Branch(year, number, tuple(lines), trend, tuple(names), sum(one.levels is None for one in lines))


def withheld(sizes: Mapping[int, int]) -> set[int]:
    """Units whose levels are not shown: those of fewer than `SMALL` results, and as many more, smallest first, as it
    takes for what is held back to be no small group itself (else the month's total would give it away)."""
    hidden = {pk for pk, size in sizes.items() if 0 < size < SMALL}
    rest = sorted((size, pk) for pk, size in sizes.items() if size >= SMALL)
    while hidden and sum(sizes[pk] for pk in hidden) < SMALL and rest:
        hidden.add(rest.pop(0)[1])
    return hidden


def _reach(user: User, at: datetime, cycles: Sequence[Cycle]) -> Q:
    """Whose members these are, in columns of the member alone, so that indexes answer for a small unit of a city."""
    on = localdate(at)
    roles = Role.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    looking = roles.filter(kind__in=(Role.Kind.OFFICER, Role.Kind.INSPECTOR))
    reach = reach_of(user, on, root(FOLLOWED, BELOW_AND_BEFORE, looking))
    led, headed, roots = (reach.get(label, frozenset()) for label in ("led", "headed", FOLLOWED))
    below = Q(unit__in=led) | Q(rating_unit__in=headed) | Q(evaluator_unit__in=headed)
    return below | Q(cycle__in=[one.pk for one in cycles if one.root_id in roots])


def _months(year: int, number: int) -> list[tuple[int, int]]:
    last = 12 * year + number - 1
    return [(n // 12, n % 12 + 1) for n in range(last - MONTHS + 1, last + 1)]


def _within(months: Sequence[tuple[int, int]]) -> Q:
    found = Q()
    for year in sorted({year for year, _ in months}):
        numbers = [number for y, number in months if y == year]
        found |= Q(year=year, number__in=numbers)
    return found


def _people(here: Q, at: datetime) -> tuple[dict[int, Counter[tuple[str, str]]], Counter[int], dict[int, Unit]]:
    """Members by unit, standing and state of the sheet; and sheets still unresolved after the period's last day."""
    rows = Member.objects.filter(here).values_list(
        "unit", "unit__name", "unit__order", "standing", "sheet__state", "cycle__confirm_by"
    )
    found: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    overdue: Counter[int] = Counter()
    units: dict[int, Unit] = {}
    for unit, name, order, standing, state, confirm_by, count in rows.annotate(n=Count("pk")).order_by("unit"):
        units[unit] = Unit(pk=unit, name=name, order=order)
        found[unit][standing, state or ""] += count
        if standing == Member.Standing.IN and state not in _DONE and confirm_by < at:
            overdue[unit] += count
    return dict(found), overdue, units


Levels = dict[Any, Counter[str]]


def _levels(here: Q, past: Q) -> tuple[Levels, Levels]:
    """Results in force by level: of the units of the month, and of the branch in each month."""
    names: dict[tuple[str, str], str] = {}

    def name(digest: str, band: str) -> str:
        if (digest, band) not in names:
            names[digest, band] = shape_with(past_book(digest)).label(band) if band else NO_LEVEL
        return names[digest, band]

    def results(members: Q) -> Any:
        held = Member.objects.filter(members).values("pk")
        return in_force(Confirmation.objects.filter(sheet__member__in=held))

    units: Levels = defaultdict(Counter)
    counted = results(here).values_list("sheet__member__unit", "rulebook_hash", "band").annotate(n=Count("pk"))
    for unit, digest, band, count in counted.order_by("-band"):
        units[unit][name(digest, band)] += count
    months: Levels = defaultdict(Counter)
    rows = results(past).values_list("sheet__cycle__year", "sheet__cycle__number", "rulebook_hash", "band")
    for year, number, digest, band, count in rows.annotate(n=Count("pk")).order_by("-band"):
        months[year, number][name(digest, band)] += count
    return units, months


def _petitions(here: Q) -> Counter[int]:
    held = Member.objects.filter(here).values("pk")
    rows = Petition.objects.filter(sheet__member__in=held, state=Petition.State.RECEIVED)
    return Counter(dict(rows.values_list("sheet__member__unit").annotate(n=Count("pk"))))


def _trend(months: Iterable[tuple[int, int]], past: Q, levels: Levels) -> Iterable[MonthLine]:
    months = list(months)
    rows = Member.objects.filter(past, standing=Member.Standing.IN)
    sizes = {
        (year, number): count
        for year, number, count in rows.values_list("cycle__year", "cycle__number").annotate(n=Count("pk")).order_by()
    }
    for month in months:
        confirmed = sum(levels[month].values())
        few = confirmed < SMALL
        yield MonthLine(*month, sizes.get(month, 0), confirmed, None if few else dict(levels[month]))
