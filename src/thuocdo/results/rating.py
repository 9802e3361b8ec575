"""The mean of a period by its rulebook: exact, with the points of law it waits for. Never a level of the year."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuocdo.appraisals import facts
from thuocdo.cycles.models import Member
from thuocdo.engine import OpenQuestion, Outcome, Period, Rulebook, canonical_json, parse_subject
from thuocdo.engine.errors import CaseError
from thuocdo.kernel.errors import Refusal
from thuocdo.results import rules
from thuocdo.results.gathering import Gathered
from thuocdo.rulesets import versions
from thuocdo.rulesets.catalogue import Book

ONLY_MEAN = {"months_worked": 12}
"""Asked of a year for its level, which is not taken here; the mean does not read it, so it is not frozen either."""


@dataclass(frozen=True)
class Mean:
    """The mean, or why there is none yet: `questions` wait for the authority, `waits` says what else is missing."""

    book: Book
    subject: dict[str, Any]
    score: Fraction | None
    band: str
    questions: tuple[OpenQuestion, ...]
    waits: str

    @property
    def facts(self) -> str:
        """The one canonical text of what was averaged."""
        return canonical_json(parse_subject(self.subject))


KEPT = 2000
_RATED: dict[tuple[str, str, str, str], Outcome] = {}
Books = dict[tuple[str, str, str], Book]
"""Rulebooks read already for a page of many people."""


def mean_of(
    found: Gathered, period: Period, decisions: Mapping[str, Any] | None = None, books: Books | None = None
) -> Mean:
    """Roll up the gathered parts under the rulebook of the last membership. Raises Refusal where there is none."""
    member = found.last
    if member is None:
        raise Refusal(
            "rollup.nothing", "Trong kỳ này chưa có kỳ đánh giá nào của người này, nên chưa có gì để tổng hợp."
        )
    book = _book_of(member, {} if books is None else books)
    base = facts.base_subject(member, member.person)
    chosen = dict(decisions or {})
    if isinstance(book, Rulebook):
        subject = rules.subject_of(base, found.unit, found.parts, chosen)
    else:
        base = {key: value for key, value in base.items() if key != "decisions"}
        subject = rules.subject_of(base, found.unit, found.scored, chosen)
    if found.conflict:
        return Mean(book, subject, None, "", (), found.conflict)
    return _rated(book, subject, period)


def _book_of(member: Member, books: Books) -> Book:
    key = member.rulebook, str(member.overlays), member.rulebook_hash
    if key not in books:
        books[key] = versions.pinned_book(member.rulebook, member.overlays, member.rulebook_hash)
    return books[key]


def _rated(book: Book, subject: dict[str, Any], period: Period) -> Mean:
    asked = dict(subject)
    if isinstance(book, Rulebook) and period.kind == "year":
        asked["year"] = ONLY_MEAN | _no_ceiling(book, subject)
    try:
        outcome = _outcome(book, asked, period)
    except CaseError as error:
        return Mean(book, subject, None, "", (), f"{error.problem[:1].upper()}{error.problem[1:]}.")
    if outcome.open_points:
        return Mean(book, subject, None, "", outcome.open_points, outcome.reason)
    score = next((f.value for f in outcome.findings if f.id == "rollup.mean"), None)
    if score is None:
        return Mean(book, subject, None, "", (), _waits(book, outcome))
    return Mean(book, subject, score, "" if period.kind == "year" else outcome.band or "", (), "")


def _outcome(book: Book, asked: dict[str, Any], period: Period) -> Outcome:
    """What the rule gives for these facts, rated once in this process: the same facts under the same content give the
    same, whoever looks."""
    key = book.key, book.hash, repr(period), repr(asked)
    found = _RATED.get(key)
    if found is None:
        found = facts.outcome_of(book, parse_subject(asked), period)
        if len(_RATED) >= KEPT:
            _RATED.clear()
        _RATED[key] = found
    return found


def _no_ceiling(book: Rulebook, subject: dict[str, Any]) -> dict[str, Any]:
    """For a head the level of the organisation, which lowers a level and never a mean: the highest, so it lowers
    nothing."""
    return {"organisation_level": book.levels[0].code} if subject.get("leadership") == "head" else {}


def _waits(book: Book, outcome: Outcome) -> str:
    if outcome.reason:
        return outcome.reason
    return f"{book.short_title} không quy định tính điểm kỳ này từ điểm các kỳ nhỏ hơn."
