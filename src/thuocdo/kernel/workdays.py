"""Working days in Viet Nam: weekends and the public holidays of the Labour Code, Tet included.

Compensatory days that a year's official notice moves are not computed; whoever knows them passes them in.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> dict[date, str]:
    import holidays  # here, because it costs a fifth of a second and most commands never ask

    return dict(holidays.country_holidays("VN", years=year, language="vi"))


def is_working_day(day: date, *, extra_off: Collection[date] = (), extra_on: Collection[date] = ()) -> bool:
    """Whether offices work on `day`; `extra_off` and `extra_on` are days moved by an official notice."""
    if day in extra_on:
        return True
    return day.weekday() < 5 and day not in _public_holidays(day.year) and day not in extra_off


def add_working_days(
    start: date, count: int, *, extra_off: Collection[date] = (), extra_on: Collection[date] = ()
) -> date:
    """The `count`-th working day after `start` (the day of receipt is not counted).

    >>> add_working_days(date(2026, 4, 28), 1)
    datetime.date(2026, 4, 29)
    >>> add_working_days(date(2026, 4, 29), 1)
    datetime.date(2026, 5, 4)
    """
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, extra_off=extra_off, extra_on=extra_on):
            count -= 1
    return day
