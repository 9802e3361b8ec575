"""Half-open date ranges and reporting periods (kỳ theo dõi, đánh giá)."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_LABELS = {"month": "Tháng {n} năm {y}", "quarter": "Quý {n} năm {y}",
           "half_year": "6 tháng {half} năm {y}", "year": "Năm {y}"}
_SHORT = {"month": "tháng {n}/{y}", "quarter": "quý {n}/{y}", "half_year": "6 tháng {half} năm {y}",
          "year": "năm {y}"}
_CODES = {"month": "T{n:02d}", "quarter": "Q{n}", "half_year": "6T{n}", "year": "NAM"}
_HALVES = {1: "đầu", 2: "cuối"}


@dataclass(frozen=True)
class Span:
    """[start, end): `end` None means still running."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Span") -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


def month_span(year: int, month: int) -> Span:
    """The days of a month.

    >>> month_span(2026, 12)
    Span(start=datetime.date(2026, 12, 1), end=datetime.date(2027, 1, 1))
    """
    return period_span("month", year, month)


@lru_cache(maxsize=512)
def period_span(kind: str, year: int, number: int) -> Span:
    """The days of a month, quarter, half year or year (`number` counts from 1)."""
    length = _MONTHS[kind]
    if not 1 <= number <= 12 // length:
        raise ValueError(f"{kind} has no number {number}")
    first = (number - 1) * length + 1
    last = first + length - 1
    days = calendar.monthrange(year, last)[1]
    return Span(date(year, first, 1), date(year, last, days) + timedelta(days=1))


def last_of_month(day: date) -> date:
    """The last day of the month that holds the day.

    >>> last_of_month(date(2026, 2, 1)), last_of_month(date(2026, 12, 31))
    (datetime.date(2026, 2, 28), datetime.date(2026, 12, 31))
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_later(day: date, count: int) -> date:
    """The first day of the month `count` months after the one of `day`; before it where `count` is below 0.

    >>> months_later(date(2026, 11, 15), 2), months_later(date(2026, 2, 1), -3)
    (datetime.date(2027, 1, 1), datetime.date(2025, 11, 1))
    """
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def moment_vi(local: datetime) -> str:
    """A moment inside a sentence. The caller passes local time.

    >>> moment_vi(datetime(2026, 10, 30, 17, 5))
    '17:05 ngày 30/10/2026'
    """
    return f"{local:%H:%M ngày %d/%m/%Y}"


def period_code(kind: str, year: int, number: int) -> str:
    """The period in a code that people read out or that names a file: no two periods have the same.

    >>> period_code("month", 2026, 4), period_code("quarter", 2026, 4), period_code("half_year", 2026, 1)
    ('2026-T04', '2026-Q4', '2026-6T1')
    >>> period_code("year", 2026, 1)
    '2026-NAM'
    """
    return f"{year}-{_CODES[kind].format(n=number)}"


def short_period(kind: str, year: int, number: int) -> str:
    """The name that stands in a line of a list.

    >>> short_period("month", 2026, 10), short_period("quarter", 2026, 1), short_period("year", 2026, 1)
    ('tháng 10/2026', 'quý 1/2026', 'năm 2026')
    """
    return _SHORT[kind].format(n=number, y=year, half=_HALVES.get(number))


def period_label(kind: str, year: int, number: int) -> str:
    """Vietnamese name of a period: `Tháng 10 năm 2026`, `6 tháng đầu năm 2026`."""
    return _LABELS[kind].format(n=number, y=year, half=_HALVES.get(number))
