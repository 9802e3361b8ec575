"""Periods as addresses and choices carry them: `quarter-1`, `half_year-2`, `year-1`."""

from datetime import date, timedelta

from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import period_label

CHOICES = (
    *(("quarter", n) for n in range(1, 5)),
    *(("half_year", n) for n in range(1, 3)),
    ("year", 1),
)


def choices(year: int) -> list[tuple[str, str, str, int]]:
    """Code, label, kind and number of every period of a year."""
    return [(f"{kind}-{n}", period_label(kind, year, n), kind, n) for kind, n in CHOICES]


def period_from(code: str) -> tuple[str, int]:
    """Kind and number of a code. Raises NotYours for one that there is not."""
    found = next(((kind, n) for kind, n in CHOICES if code == f"{kind}-{n}"), None)
    if found is None:
        raise NotYours()
    return found


def year_from(text: str, present: int) -> int:
    """A year as typed in an address; the present one where there is none."""
    return (
        int(text) if text.isascii() and text.isdigit() and 2000 <= int(text[:4]) <= 2100 and len(text) == 4 else present
    )


def latest_quarter(day: date) -> tuple[int, str]:
    """Year and code of the quarter of the last month that has ended.

    >>> latest_quarter(date(2026, 11, 22)), latest_quarter(date(2026, 10, 5)), latest_quarter(date(2027, 1, 9))
    ((2026, 'quarter-4'), (2026, 'quarter-3'), (2026, 'quarter-4'))
    """
    ended = day.replace(day=1) - timedelta(days=1)
    return ended.year, f"quarter-{(ended.month + 2) // 3}"
