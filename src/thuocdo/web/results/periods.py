"""Periods as addresses and choices carry them: `quarter-1`, `half_year-2`, `year-1`."""

from thuocdo.kernel.errors import NotYours
from thuocdo.results import rules

CHOICES = (
    *(("quarter", n) for n in range(1, 5)),
    *(("half_year", n) for n in range(1, 3)),
    ("year", 1),
)


def choices(year: int) -> list[tuple[str, str, str, int]]:
    """Code, label, kind and number of every period of a year."""
    return [(f"{kind}-{n}", rules.label_of(kind, year, n), kind, n) for kind, n in CHOICES]


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
