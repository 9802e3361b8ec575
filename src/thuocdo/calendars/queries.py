"""Reads of the working calendar of a unit: its own days, then those of the units above, then a library's proposals."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import DateField, Value

from thuocdo.accounts.models import User
from thuocdo.calendars.models import CalendarDay, CalendarYear
from thuocdo.calendars.tree import tree
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.workdays import LONGEST, Count, DayOff, Workdays, public_holidays

FIRST_YEAR, LAST_YEAR = 2020, 2100
_YEAR = "year"


def workdays_for(unit: int, years: Collection[int], on: date | None = None) -> Workdays:
    """The calendar that holds for a unit (id) in these years, the tree read on `on` (else 1 January). Two queries."""
    path = tree().path(unit, on or date(min(years), 1, 1)) or [unit]
    return _merged(path, years)


def _merged(path: Sequence[int], years: Collection[int]) -> Workdays:
    return workdays_along({0: path}, years)[0]


def workdays_along(paths: Mapping[int, Sequence[int]], years: Collection[int]) -> dict[int, Workdays]:
    """The calendars of several units in these years, each by its path (its own id first). One query."""
    units = {unit for path in paths.values() for unit in path}
    own = CalendarDay.objects.filter(unit__in=units, day__year__gte=min(years), day__year__lte=max(years))
    rows = CalendarYear.objects.filter(unit__in=units, year__in=years)
    whole = rows.values_list("unit", Value(_YEAR), Value(""), "year", Value(None, DateField()))
    days: list[CalendarDay] = []
    confirmed: list[tuple[int, int]] = []
    for unit, kind, reason, year, day in own.values_list("unit", "kind", "reason", Value(0), "day").union(whole):
        if kind == _YEAR:
            confirmed.append((unit, year))
        else:
            days.append(CalendarDay(unit=unit, day=day, kind=kind, reason=reason))
    return {key: _nearest(path, days, confirmed) for key, path in paths.items()}


def _nearest(path: Sequence[int], days: Sequence[CalendarDay], confirmed: Sequence[tuple[int, int]]) -> Workdays:
    rank = {one: place for place, one in enumerate(path)}
    off: dict[date, str] = {}
    on: dict[date, str] = {}
    mine = [row for row in days if row.unit in rank]
    for row in sorted(mine, key=lambda one: -rank[one.unit]):  # the nearest unit speaks last
        here, other = (off, on) if row.kind == CalendarDay.Kind.OFF else (on, off)
        other.pop(row.day, None)
        here[row.day] = row.reason
    return Workdays(off, on, frozenset(year for unit, year in confirmed if unit in rank))


def is_workday(unit: int, day: date) -> bool:
    """Whether the offices of the unit (id) work on that day."""
    return workdays_for(unit, [day.year], day).works(day)


def days_off(
    asked: Iterable[tuple[int, date]], path: Callable[[int, date], Iterable[int]] | None = None
) -> dict[tuple[int, date], DayOff]:
    """Which of these days (with the id of the unit) are days off there, each with its name and the next working day.

    One query, and those of `path` (a unit and those above it on a day, nearest first; the registered tree without
    one) once for each unit. Days outside the calendars' years are not answered.
    """
    wanted = {(unit, day) for unit, day in asked if FIRST_YEAR <= day.year <= LAST_YEAR}
    if not wanted:
        return {}
    above = path or tree().path
    latest = dict(sorted(wanted))
    paths = {unit: list(above(unit, day)) or [unit] for unit, day in latest.items()}
    days = {day for _, day in wanted}
    years = range(min(days).year, (max(days) + timedelta(days=LONGEST)).year + 1)
    calendars = workdays_along(paths, years)
    found = {(unit, day): calendars[unit].day_off(day) for unit, day in sorted(wanted)}
    return {key: off for key, off in found.items() if off is not None}


def add_workdays(unit: int, start: date, days: int) -> Count:
    """The `days`-th working day after `start` by the unit's calendar; `.due` is the day, `.words()` the sentence.
    Raises NoWorkday where the calendar is wrong."""
    last = start + timedelta(days=2 * days + 60)
    return workdays_for(unit, range(start.year, last.year + 1), start).count(start, days)


@dataclass(frozen=True)
class ShownDay:
    """A day of the page: `kind` is work, weekend, off, proposed (by a library, nobody confirmed it) or made_up."""

    day: date
    kind: str
    name: str


@dataclass(frozen=True)
class YearPage:
    """A unit's calendar of a year. `confirmations` are those of the unit and of the ones above, nearest first."""

    unit: int
    unit_name: str
    year: int
    may_change: bool
    workdays: Workdays
    own: tuple[CalendarDay, ...]
    inherited: tuple[CalendarDay, ...]
    confirmations: tuple[CalendarYear, ...]
    names: Mapping[int, str]

    @property
    def confirmed(self) -> bool:
        return self.year in self.workdays.confirmed

    @property
    def confirmed_here(self) -> bool:
        return any(one.unit == self.unit for one in self.confirmations)

    @cached_property
    def proposed(self) -> tuple[tuple[date, str], ...]:
        """The library's days that nobody has confirmed or answered yet."""
        if self.confirmed:
            return ()
        known = self.workdays.off.keys() | self.workdays.on.keys()
        return tuple((day, name) for day, name in public_holidays(self.year).items() if day not in known)

    @cached_property
    def months(self) -> tuple[tuple[tuple[ShownDay | None, ...], ...], ...]:
        """Twelve months of weeks from Monday; None pads."""
        return tuple(self._weeks(month) for month in range(1, 13))

    def _weeks(self, month: int) -> tuple[tuple[ShownDay | None, ...], ...]:
        day = date(self.year, month, 1)
        cells: list[ShownDay | None] = [None] * day.weekday()
        while day.month == month:
            cells.append(self._shown(day))
            day += timedelta(days=1)
        cells += [None] * (-len(cells) % 7)
        return tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7))

    def _shown(self, day: date) -> ShownDay:
        if day in self.workdays.on:
            return ShownDay(day, "made_up", self.workdays.on[day])
        name = self.workdays.name_of(day)
        if name:
            return ShownDay(day, "off" if day in self.workdays.off else "proposed", name)
        return ShownDay(day, "work" if day.weekday() < 5 else "weekend", "")


def calendar_year(user: User, unit: int, year: int, on: date) -> YearPage:
    """For the organisation officer of the unit, and to read for whoever serves in it or below. Raises NotYours."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotYours(f"Lịch làm việc có các năm {FIRST_YEAR} đến {LAST_YEAR}. Hãy chọn năm khác.")
    may_change = unit in tree().looked_after(user, on)
    if not may_change and not _serves_under(user, unit, on):
        raise NotYours()
    path = tree().path(unit, on)
    rows = CalendarDay.objects.filter(unit__in=path, day__year=year).select_related("set_by").order_by("day")
    own: list[CalendarDay] = []
    inherited: list[CalendarDay] = []
    for row in rows:
        (own if row.unit == unit else inherited).append(row)
    names = tree().names(path)
    said = CalendarYear.objects.filter(unit__in=path, year=year).select_related("confirmed_by")
    return YearPage(
        unit,
        names[unit],
        year,
        may_change,
        _merged(path, [year]),
        tuple(own),
        tuple(inherited),
        tuple(sorted(said, key=lambda one: path.index(one.unit))),
        names,
    )


def _serves_under(user: User, unit: int, on: date) -> bool:
    return any(unit in tree().path(own, on) for own in tree().own(user, on))


@dataclass(frozen=True)
class CalendarPlace:
    """A unit whose calendar the user can open, and whether the user keeps it."""

    unit: int
    name: str
    may_change: bool


def calendar_places(user: User, on: date) -> list[CalendarPlace]:
    """The units the user looks after directly, then the own ones."""
    direct = tree().direct(user, on)
    units = list(dict.fromkeys([*direct, *tree().own(user, on)]))
    names = tree().names(units)
    kept = set(direct) | (tree().looked_after(user, on) if direct else set())
    return [CalendarPlace(unit, names[unit], unit in kept) for unit in units]
