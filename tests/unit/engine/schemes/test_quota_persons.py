"""One person rated at several places of one scope is one of its base; where the places differ it is asked, not guessed.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.engine.schemes.test_absent import MEMBER
from thuocdo.engine import parse_case
from thuocdo.engine.cases import rate_file
from thuocdo.engine.outcome import QuotaCell

RESULTS = {"excellent": 65, "good": 45, "complete": 25, "incomplete": 5}


def counted(*people: tuple[str | None, str]) -> QuotaCell:
    """The one cell of a group of (person, level)."""
    subjects: list[dict[str, Any]] = []
    for number, (person, level) in enumerate(people):
        marks: dict[str, int] = {"general": 30} | ({"results": RESULTS[level]} if level else {})
        one = {**MEMBER, "id": f"DV{number}", "agency": "A", "group": "G", "marks": marks}
        subjects.append(one | ({"person": person} if person else {}))
    case = {"title": "t", "rulebook": "party/qd-366-2025", "period": {"kind": "year", "year": 2025},
            "subjects": subjects}  # fmt: skip
    rated = rate_file(parse_case(json.dumps(case).encode()))
    assert [one.level or "" for one in rated.outcomes.values()] == [level for _, level in people]
    (cell,) = rated.quotas
    return cell


def by_hand(people: Sequence[tuple[str | None, str]]) -> tuple[int, int]:
    """Persons at good and at excellent, counted by name."""
    names = {(person or f"alone-{n}", level) for n, (person, level) in enumerate(people)}
    return sum(level == "good" for _, level in names), sum(level == "excellent" for _, level in names)


@pytest.mark.parametrize(
    "people",
    [
        [("P0", "excellent"), *((f"P{n}", "good") for n in (1, 2, 3, 4, 4))],
        [("P0", "excellent"), ("P0", "excellent"), *((f"P{n}", "good") for n in range(1, 6))],
        [(None, "excellent"), *((None, "good") for _ in range(5))],
        [("P0", "excellent"), *((f"P{n}", "good") for n in range(1, 6)), ("P6", "complete"), ("P6", "incomplete")],
    ],
)
def test_a_person_counts_once(people: list[tuple[str | None, str]]) -> None:
    cell = counted(*people)
    good, excellent = by_hand(people)
    assert (cell.base, cell.at_level, cell.places) == (good, excellent, good // 5)
    assert cell.exceeded is (excellent > good // 5)


@pytest.mark.parametrize("pair", [("excellent", "good"), ("good", "complete"), ("complete", "excellent")])
def test_levels_that_differ_are_asked(pair: tuple[str, str]) -> None:
    cell = counted(*((f"P{n}", "good") for n in range(5)), *(("P9", level) for level in pair))
    assert (cell.places, cell.exceeded, cell.finding.effect) == (None, False, "left_open")
    assert "P9 được xếp loại ở nhiều nơi trong phạm vi này với mức khác nhau" in cell.finding.sentence_vi


def test_a_place_without_a_level_yet_waits_and_counts_nobody_twice() -> None:
    cell = counted(*((f"P{n}", "good") for n in range(5)), ("P4", ""))
    assert (cell.base, cell.places, cell.undecided) == (5, 1, ("DV5",))
