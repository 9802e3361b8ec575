"""The engine and the independent oracle agree on generated facts, with zero tolerance."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests import oracle
from tests.property.strategies import people, years
from thuocdo.engine import CaseError, Period, load_rulebook, parse_subject, rate_subject

BOOK = "state/nd-335-2025"
OVERLAYS = {"the decree alone": (), "with the example ward's overlay": ("overlays/vi-du-phuong",)}
MONTH = Period(kind="month", year=2026, number=10)
YEAR = Period(kind="year", year=2026)
EFFORT = settings(
    max_examples=600,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def settled(book: Any) -> dict[str, str]:
    return {p.id: p.settled.reading for p in book.open_points if p.settled is not None}


def engine_verdict(book: Any, person: dict[str, Any], period: Period) -> oracle.Verdict:
    try:
        outcome = rate_subject(book, parse_subject(person), period)
    except CaseError:
        return oracle.Verdict("refused")
    level = outcome.band if period.kind != "year" else outcome.level
    decided = outcome.kind in ("scored", "rated")
    return oracle.Verdict(outcome.kind, outcome.score if decided else None, level if decided else None)


@pytest.mark.parametrize("overlays", OVERLAYS.values(), ids=list(OVERLAYS))
@EFFORT
@given(person=people())
def test_a_month(overlays: tuple[str, ...], person: dict[str, Any]) -> None:
    book = load_rulebook(BOOK, overlays)
    expected = oracle.month(person, settled(book))
    got = engine_verdict(book, person, MONTH)
    assert (got.kind, got.score, got.level) == (expected.kind, expected.score, expected.level)
    if expected.open_points:
        outcome = rate_subject(book, parse_subject(person), MONTH)
        assert {question.id for question in outcome.open_points} >= expected.open_points


@pytest.mark.parametrize("overlays", OVERLAYS.values(), ids=list(OVERLAYS))
@EFFORT
@given(person=years())
def test_a_year(overlays: tuple[str, ...], person: dict[str, Any]) -> None:
    book = load_rulebook(BOOK, overlays)
    expected = oracle.year(person, settled(book))
    got = engine_verdict(book, person, YEAR)
    assert (got.kind, got.level) == (expected.kind, expected.level)
    if expected.level != "incomplete":
        assert got.score == expected.score
