"""A page of the evaluator's table is the same part of the whole table, whatever flags put on top."""

import itertools
from collections.abc import Iterable

from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.table_pages import WHOLE, Part, by_name, near
from thuocdo.organisation.models import Person

CONFIRMED, PLAIN, FLAGGED, KNOWN = "confirmed", "submitted", "under_review", "known"
"""A sheet that cannot be put on top, and those that wait for the evaluator; the last two stand for one with flags, of
which the latter's are known before."""


def _sheets(states: Iterable[str]) -> list[Sheet]:
    return [
        Sheet(
            state=FLAGGED if state == KNOWN else state,
            stand_in_allowed=state == KNOWN,
            person=Person(sort_key=f"k{n:03}", code=f"{n}"),
        )
        for n, state in enumerate(states)
    ]


def _known(sheet: Sheet) -> bool:
    return sheet.stand_in_allowed


def _ordered(sheets: Iterable[Sheet]) -> list[str]:
    ordered = sorted(sheets, key=lambda sheet: (sheet.state != FLAGGED, by_name(sheet)))
    return [sheet.person.code for sheet in ordered]


def test_every_page_of_every_small_table_is_its_part_of_the_whole() -> None:
    for states in itertools.product((CONFIRMED, PLAIN, FLAGGED, KNOWN), repeat=5):
        sheets = _sheets(states)
        whole = _ordered(sheets)
        assert _ordered(near(sheets[::-1], WHOLE).sheets) == whole
        for size in (1, 2, 4):
            for first in range(0, 5, size):
                for flagged in ((), (_known,)):
                    found = near(sheets, Part(first, size), *flagged)
                    assert _ordered(found.sheets)[found.shown] == whole[first : first + size]


def test_where_nobody_waits_only_the_page_is_read() -> None:
    found = near(_sheets([CONFIRMED] * 100), Part(40, 40))
    assert _ordered(found.sheets) == [str(n) for n in range(40, 80)]


def test_of_sheets_with_known_flags_only_the_page_is_read_and_who_may_come_between() -> None:
    sheets = _sheets([*[KNOWN] * 50, PLAIN, *[KNOWN] * 50, PLAIN, CONFIRMED])
    found = near(sheets, Part(0, 40), _known)
    assert _ordered(found.sheets) == [str(n) for n in range(40)]
    assert {sheet.person.code for sheet in near(sheets, Part(80, 40), _known).sheets} == {
        "50", *(str(n) for n in range(80, 103))
    }  # fmt: skip
