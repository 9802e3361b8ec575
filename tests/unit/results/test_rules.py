"""Parts of a roll-up, its facts in the case format, and exactness against plain fractions."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from thuocdo.engine import Rulebook, load_book, parse_subject, rate_subject
from thuocdo.results import rules
from thuocdo.results.rules import Part

BOOK = load_book("state/nd-335-2025")
BASE = {"id": "KT001", "kind": "civil_servant"}
OPEN = {"december": "scored_periods", "partial_period": "scored_months", "quarterly_mean": "mean_of_quarters"}


def decisions(*points: str) -> dict[str, Any]:
    return {point: {"reading": OPEN[point], "by": "Chủ tịch", "reason": "Theo hướng dẫn"} for point in points}


def score_of(kind: str, number: int, unit: str, parts: list[Part], chosen: dict[str, Any]) -> Fraction | None:
    assert isinstance(BOOK, Rulebook)
    subject = rules.subject_of(BASE, unit, parts, chosen)
    if kind == "year":
        subject["year"] = {"months_worked": 12}
    outcome = rate_subject(BOOK, parse_subject(subject), rules.period_of(kind, 2026, number))
    return next((f.value for f in outcome.findings if f.id == "rollup.mean"), None)


@pytest.mark.parametrize("kind", ["quarter", "half_year", "year"])
@pytest.mark.parametrize("seed", range(20))
def test_the_mean_is_the_plain_fraction(kind: str, seed: int) -> None:
    chance = Random(f"{kind}-{seed}")
    number = chance.randint(1, {"quarter": 4, "half_year": 2, "year": 1}[kind])
    months = rules.period_of(kind, 2026, number).months
    without = set(chance.sample(months, chance.randint(0, len(months) - 1)))
    parts, scores = [], []
    for month in months:
        if month in without:
            reason = "maternity" if chance.random() < 0.5 else "other"
            parts.append(Part(month, reason=reason))
            continue
        score = Fraction(chance.randint(0, 100 * 97 * 89), 97 * 89)
        parts.append(Part(month, min(score, Fraction(100)), month))
        scores.append(min(score, Fraction(100)))
    total = Fraction(0)
    for score in scores:
        total += score
    assert score_of(kind, number, "month", parts, decisions("partial_period")) == total / len(scores)


def test_december_waits_for_the_authority() -> None:
    parts = [Part(n, Fraction(1000, 11), n) for n in range(1, 12)] + [Part(12)]
    assert score_of("year", 1, "month", parts, {}) is None
    assert score_of("year", 1, "month", parts, decisions("december")) == Fraction(1000, 11)


def test_quarters_feed_a_half_year_only_by_a_choice() -> None:
    parts = [Part(1, Fraction(80), 1), Part(2, Fraction(271, 3), 2)]
    assert score_of("half_year", 1, "quarter", parts, {}) is None
    assert score_of("half_year", 1, "quarter", parts, decisions("quarterly_mean")) == Fraction(511, 6)


def test_a_choice_for_everybody_stands_above_one_for_a_person() -> None:
    recorded = {"decisions": {"contract_workers": {"reading": "apply"}}}
    subject = rules.subject_of(BASE | recorded, "month", [Part(1, Fraction(1))], {"december": {"reading": "wait"}})
    assert sorted(subject["decisions"]) == ["contract_workers", "december"]
    assert "decisions" not in rules.subject_of(BASE, "month", [], {})


def frozen(*parts: Part) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return [p.as_included() for p in parts if p.score is not None], [p.as_left_out() for p in parts if p.score is None]


def test_what_changed_is_said_in_words() -> None:
    before = frozen(Part(1, Fraction(90), 11), Part(2, Fraction(80), 12), Part(3))
    now = [Part(1, Fraction(90), 11), Part(2, Fraction(85), 22), Part(3, Fraction(70), 13)]
    assert rules.stale(*before, now, "month") == "tháng 2 đã sửa, tháng 3 đã có điểm: cần tính lại"
    assert rules.stale(*before, [Part(1, Fraction(90), 11), Part(2, Fraction(80), 12), Part(3)], "month") == ""
    gone = [Part(1), Part(2, Fraction(80), 12)]
    assert rules.stale(*before, gone, "month") == (
        "tháng 1 không còn điểm đang có hiệu lực, tháng 3 không còn trong kỳ: cần tính lại"
    )


def test_periods_and_their_parts() -> None:
    assert rules.quarters_of(rules.period_of("half_year", 2026, 2)) == (3, 4)
    assert rules.quarters_of(rules.period_of("year", 2026, 1)) == (1, 2, 3, 4)
    assert [str(day) for day in rules.month_range(2026, 12)] == ["2026-12-01", "2027-01-01"]
    with pytest.raises(ValueError, match="number"):
        rules.period_of("quarter", 2026, 5)
