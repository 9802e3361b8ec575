"""Working days in Viet Nam: weekends, public holidays, and the days that an authority moved for its own calendar.

Which days are swapped is announced every year. The `holidays` package only proposes; a confirmed year is data.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
LONGEST = 60
"""Days off in a row after which a calendar is taken to be wrong."""


class NoWorkday(ValueError):
    """A calendar leaves no day to work for `LONGEST` days: it is wrong, and nothing can be counted on it."""


@lru_cache(maxsize=64)
def public_holidays(year: int) -> Mapping[date, str]:
    """The public holidays of a year with their names, as the library proposes them; nobody has confirmed them."""
    import holidays  # here, because it costs a fifth of a second and most commands never ask

    found = holidays.country_holidays("VN", years=year, language="vi")
    return {day: found[day] for day in sorted(found) if day.year == year}


def is_working_day(day: date, *, extra_off: Collection[date] = (), extra_on: Collection[date] = ()) -> bool:
    """Whether offices work on `day`; `extra_off` and `extra_on` are days moved by an official notice."""
    return Workdays(dict.fromkeys(extra_off, "nghỉ"), dict.fromkeys(extra_on, "làm bù")).works(day)


def add_working_days(
    start: date, count: int, *, extra_off: Collection[date] = (), extra_on: Collection[date] = ()
) -> date:
    """The `count`-th working day after `start` (the day of receipt is not counted).

    >>> add_working_days(date(2026, 4, 28), 1)
    datetime.date(2026, 4, 29)
    >>> add_working_days(date(2026, 4, 29), 1)
    datetime.date(2026, 5, 4)
    """
    return Workdays(dict.fromkeys(extra_off, "nghỉ"), dict.fromkeys(extra_on, "làm bù")).count(start, count).due


@dataclass(frozen=True)
class Count:
    """Working days counted: from the day after `start` to `due`; what was passed over, and what was worked for it.

    `named` are the days off that are not just a weekend, `made_up` the weekend days worked, each with its name;
    `weekend` are the weekdays (5 Saturday, 6 Sunday) passed over as such.
    """

    start: date
    days: int
    due: date
    weekend: tuple[int, ...]
    named: tuple[tuple[date, str], ...]
    made_up: tuple[tuple[date, str], ...]

    def words(self) -> str:
        """The sentence for the page.

        >>> Workdays().count(date(2026, 4, 29), 2).words()
        'tính từ ngày làm việc sau thứ Tư, 29/04/2026; 2 ngày làm việc, trừ thứ Bảy, Chủ nhật, Ngày Chiến thắng \
(30/04/2026), Ngày Quốc tế Lao động (01/05/2026); đến hết thứ Ba, 05/05/2026'
        """
        passed = [WEEKDAYS[one] for one in self.weekend] + [f"{name} ({day:%d/%m/%Y})" for day, name in self.named]
        without = f", trừ {', '.join(passed)}" if passed else ""
        with_these = ", ".join(f"{named_day(day)} ({name})" for day, name in self.made_up)
        worked = f", tính cả {with_these}" if with_these else ""
        return (
            f"tính từ ngày làm việc sau {named_day(self.start)}; {self.days} ngày làm việc{without}{worked}; "
            f"đến hết {named_day(self.due)}"
        )


@dataclass(frozen=True)
class DayOff:
    """A day on which offices do not work: its name, empty for a plain weekend, and the next day to work, None where
    the calendar leaves none within `LONGEST` days."""

    day: date
    name: str
    following: date | None

    def words(self) -> str:
        """The sentence for the page.

        >>> Workdays().day_off(date(2027, 1, 1)).words()
        'thứ Sáu, 01/01/2027 là ngày nghỉ: Tết Dương lịch; ngày làm việc tiếp theo là thứ Hai, 04/01/2027'
        """
        why = f"là ngày nghỉ: {self.name}" if self.name else "là ngày nghỉ cuối tuần"
        after = f"ngày làm việc tiếp theo là {named_day(self.following)}" if self.following else (
            f"lịch làm việc không còn ngày làm việc nào trong {LONGEST} ngày sau đó"
        )  # fmt: skip
        return f"{named_day(self.day)} {why}; {after}"


@dataclass(frozen=True)
class Workdays:
    """A calendar: days off and days worked by name. In `confirmed` years the library's proposals do not count."""

    off: Mapping[date, str] = field(default_factory=dict)
    on: Mapping[date, str] = field(default_factory=dict)
    confirmed: frozenset[int] = frozenset()

    def name_of(self, day: date) -> str:
        """Why the day is off, other than being a weekend; empty where it is not."""
        if day in self.on:
            return ""
        proposed = {} if day.year in self.confirmed else public_holidays(day.year)
        return self.off.get(day) or proposed.get(day, "")

    def works(self, day: date) -> bool:
        """Whether offices work on that day."""
        return day in self.on or (day.weekday() < 5 and not self.name_of(day))

    def day_off(self, day: date) -> DayOff | None:
        """What the day is when offices do not work on it; None on a working day."""
        if self.works(day):
            return None
        ahead = (day + timedelta(days=one) for one in range(1, LONGEST + 1))
        return DayOff(day, self.name_of(day), next((one for one in ahead if self.works(one)), None))

    def count(self, start: date, days: int) -> Count:
        """The `days`-th working day after `start`. Raises NoWorkday where the calendar leaves no day to work.

        >>> Workdays(on={date(2026, 5, 2): "làm bù"}).count(date(2026, 4, 29), 1).due
        datetime.date(2026, 5, 2)
        """
        weekend: set[int] = set()
        named, made_up = [], []
        day, left, idle = start, days, 0
        while left > 0:
            day += timedelta(days=1)
            if self.works(day):
                left, idle = left - 1, 0
                if day in self.on:
                    made_up.append((day, self.on[day]))
                continue
            idle += 1
            if idle > LONGEST:
                raise NoWorkday(f"no working day in the {LONGEST} days before {day}")
            name = self.name_of(day)
            if name:
                named.append((day, name))
            else:
                weekend.add(day.weekday())
        return Count(start, days, day, tuple(sorted(weekend)), tuple(named), tuple(made_up))


def named_day(day: date) -> str:
    """A date with its weekday, as every deadline is shown.

    >>> named_day(date(2026, 5, 3))
    'Chủ nhật, 03/05/2026'
    """
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"
