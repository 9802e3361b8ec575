"""A page of the evaluator's table is the same part of the whole table, whatever flags put on top."""

import itertools
from collections.abc import Iterable

from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.table_pages import WHOLE, Part, by_name, near
from thuocdo.organisation.models import Person

CONFIRMED, PLAIN, FLAGGED = "confirmed", "submitted", "under_review"
"""A sheet that cannot be put on top, and two that wait for the evaluator; the last stands for one with flags."""


def _sheets(states: Iterable[str]) -> list[Sheet]:
    return [Sheet(state=state, person=Person(sort_key=f"k{n:03}", code=f"{n}")) for n, state in enumerate(states)]


def _ordered(sheets: Iterable[Sheet]) -> list[str]:
    ordered = sorted(sheets, key=lambda sheet: (sheet.state != FLAGGED, by_name(sheet)))
    return [sheet.person.code for sheet in ordered]


def test_every_page_of_every_small_table_is_its_part_of_the_whole() -> None:
    for states in itertools.product((CONFIRMED, PLAIN, FLAGGED), repeat=5):
        sheets = _sheets(states)
        whole = _ordered(sheets)
        assert _ordered(near(sheets[::-1], WHOLE).sheets) == whole
        for size in (1, 2, 4):
            for first in range(0, 5, size):
                found = near(sheets, Part(first, size))
                assert _ordered(found.sheets)[found.shown] == whole[first : first + size]


def test_where_nobody_waits_only_the_page_is_read() -> None:
    found = near(_sheets([CONFIRMED] * 100), Part(40, 40))
    assert _ordered(found.sheets) == [str(n) for n in range(40, 80)]
