"""One person rated at several places of one scope is one of its base; where the places differ both ways count."""

import json
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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


def every_reading(people: Sequence[tuple[str | None, str]]) -> set[tuple[int, int]]:
    """By hand, each way to choose one place for each person: at excellent, at good."""
    known: dict[str, list[str]] = {}
    for number, (person, level) in enumerate(people):
        known.setdefault(person or f"alone-{number}", []).append(level)
    return {(way.count("excellent"), way.count("good")) for way in product(*known.values())}


GOOD = [(f"P{n}", "good") for n in range(4)]
LEVELS = st.sampled_from(["excellent", "good", "complete"])


@settings(max_examples=30, deadline=None)
@example([*GOOD, ("P4", "good"), ("P9", "excellent"), ("P9", "good")])
@example([*GOOD, ("P9", "excellent"), ("P9", "good")])
@example([*GOOD, ("P0", "excellent"), ("P8", "excellent"), ("P9", "excellent"), ("P9", "complete")])
@example([*GOOD, ("P8", "good"), ("P8", "complete"), ("P9", "excellent")])
@given(st.lists(st.tuples(st.sampled_from([None, *(f"P{n}" for n in range(6))]), LEVELS), min_size=1, max_size=12))
def test_levels_that_differ_count_both_ways(people: list[tuple[str | None, str]]) -> None:
    """The share of the rest still counts: what every way of counting says, holds; where they differ it is open."""
    cell, ways = counted(*people), every_reading(people)
    verdicts = {excellent > good // 5 for excellent, good in ways}
    effect = "left_open" if len(verdicts) > 1 else "exceeded" if verdicts == {True} else "within"
    assert cell.finding.effect == effect
    assert cell.exceeded is (verdicts == {True})
    assert (cell.places is None) is (len(verdicts) > 1)
    if len(ways) > 1:
        surplus = [one.at_level - (one.places or 0) for one in cell.readings]
        every = [excellent - good // 5 for excellent, good in ways]
        assert surplus == [max(every), min(every)]
    else:
        assert {(cell.at_level, cell.base)} == ways


def test_both_ways_are_told_and_who_it_hangs_on() -> None:
    cell = counted(*GOOD, ("P9", "excellent"), ("P9", "good"))
    most, least = cell.readings
    assert (most.candidates, most.places, least.candidates, least.places) == (("DV4",), 0, (), 1)
    said = cell.finding.sentence_vi
    assert said.startswith("P9 được xếp loại ở nhiều nơi trong phạm vi này với mức khác nhau")
    assert said.endswith("Một cách vượt, một cách không: cấp có thẩm quyền quyết định tính ở mức nào.")
    assert ("Ít nhất: Cơ sở tính", "5") in cell.finding.inputs
    sure = counted(*GOOD, ("P4", "good"), ("P9", "excellent"), ("P9", "good"))
    assert sure.finding.sentence_vi.endswith(" Cách nào cũng không vượt.")


def test_a_place_without_a_level_yet_waits_and_counts_nobody_twice() -> None:
    cell = counted(*((f"P{n}", "good") for n in range(5)), ("P4", ""))
    assert (cell.base, cell.places, cell.undecided) == (5, 1, ("DV5",))
