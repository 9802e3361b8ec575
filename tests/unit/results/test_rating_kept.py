"""What a rule gives for the same facts is kept in the process: a look at the same people rates nobody anew."""

from types import SimpleNamespace
from typing import Any

import pytest

from thuocdo.appraisals import facts
from thuocdo.results import rating, rules


def test_the_same_facts_are_rated_once_and_any_others_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def rate(book: Any, subject: Any, period: Any) -> Any:
        asked.append((book.hash, subject, period))
        return SimpleNamespace(number=len(asked))

    monkeypatch.setattr(facts, "outcome_of", rate)
    monkeypatch.setattr(rating, "parse_subject", lambda subject: subject)
    monkeypatch.setattr(rating, "_RATED", {})
    monkeypatch.setattr(rating, "KEPT", 5)
    book, other = (SimpleNamespace(key="state/x", hash=digest) for digest in ("a", "b"))
    first, year = rules.period_of("quarter", 2026, 1), rules.period_of("year", 2026, 1)
    calls = [
        (book, {"parts": ["90"]}, first), (book, {"parts": ["91"]}, first), (other, {"parts": ["90"]}, first),
        (book, {"parts": ["90"]}, year), (book, {"parts": ["90"]}, rules.period_of("quarter", 2026, 2)),
    ]  # fmt: skip
    outcomes = [rating._outcome(*call) for call in calls]  # type: ignore[arg-type]
    assert len(asked) == 5
    assert [rating._outcome(*call) for call in calls] == outcomes  # type: ignore[arg-type]
    assert len(asked) == 5
    rating._outcome(book, {"parts": ["92"]}, first)  # type: ignore[arg-type]
    assert len(rating._RATED) == 1, "what is kept is bounded"
