"""Confidence votes under several texts: what each text in force on the same people says of the same votes. None is
preferred; which one applies is for the competent authority to say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.loader import list_rulebooks, load_book
from thuocdo.engine.outcome import CaseResult, Finding, Outcome
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.case import rate_one

PROCEDURE = "confidence_vote"
DIFFER = "Các văn bản nói khác nhau hoặc để ngỏ: áp dụng văn bản nào do cấp có thẩm quyền quyết định"


def counts_levels(book: SchemeBook) -> bool:
    """Whether it is a text on votes on three levels."""
    return book.book.procedure_kind == PROCEDURE and any(scheme.id == "vote" for scheme in book.schemes)


def same_people(book: SchemeBook, other: SchemeBook) -> bool:
    """Whether two texts are about the same people."""
    return book.scheme("vote").subject_kinds == other.scheme("vote").subject_kinds


def said_by(book: SchemeBook, outcome: Outcome) -> str:
    """What follows, in words: the level of the text, else why there is none."""
    level = next((one for one in book.levels_of("vote") if one.code == outcome.level), None)
    if level is not None:
        return level.label
    asked = " ".join(point.question_vi for point in outcome.open_points) or outcome.reason
    return asked if outcome.kind == "not_rated" else f"Cần cấp có thẩm quyền quyết định: {asked}"


def conflicts(case: Case, result: CaseResult, roots: Sequence[Path] | None = None) -> Iterator[Finding]:
    """A finding for each subject of whose votes another text in force says something else. `result`: of the case, by a
    text on confidence votes; else there is nothing to find. Votes that have no result by the text under which they were
    held are no ground for anything by another."""
    keys = [key for key in result.rulebooks if (book := load_book(key, (), roots)) and _counts(book)]
    for key in keys:
        book = load_book(key, (), roots)
        assert isinstance(book, SchemeBook)
        others = list(_others(book, case, roots))
        for subject in case.subjects if others else ():
            if subject.votes is not None and book.scheme_for(subject.kind, subject.leadership, case.period.kind):
                yield from _conflict(book, others, case, subject, result.outcomes[subject.id])


def _counts(book: object) -> bool:
    return isinstance(book, SchemeBook) and counts_levels(book)


def _others(book: SchemeBook, case: Case, roots: Sequence[Path] | None) -> Iterator[SchemeBook]:
    """Texts of the same folder on the same people: in force on the day of the vote, else at some time in the period."""
    first, last = (case.rating_date,) * 2 if case.rating_date is not None else (case.period.start, case.period.end)
    for key in list_rulebooks(roots):
        if key != book.key and key.partition("/")[0] == book.key.partition("/")[0]:
            other = load_book(key, (), roots)
            if not isinstance(other, SchemeBook) or not counts_levels(other) or not _in_force(other, first, last):
                continue
            if same_people(book, other):
                yield other


def _in_force(book: SchemeBook, first: date, last: date) -> bool:
    return book.since <= last and (book.until is None or first < book.until)


def _conflict(
    book: SchemeBook, others: Sequence[SchemeBook], case: Case, subject: SubjectFacts, own: Outcome
) -> Iterator[Finding]:
    if own.kind == "not_rated":
        return
    said: Mapping[str, Outcome] = {book.key: own, **{one.key: _by(one, case, subject) for one in others}}
    if len({(one.kind, one.level) for one in said.values()}) == 1:
        return
    books = {one.key: one for one in (book, *others)}
    words = [(books[key].short_title, said_by(books[key], one).rstrip(".")) for key, one in said.items()]
    cite = [ref for key, one in said.items() for item in one.findings if item.id == "level" for ref in item.cite]
    sentence = f"{subject.id}: {'. '.join(f'{short}: {text}' for short, text in words)}. {DIFFER}."
    yield Finding(
        f"conflict.{subject.id}", "conflict", "Các văn bản nói khác nhau", sentence, tuple(words), None, "",
        tuple(dict.fromkeys(cite)), "left_open",
    )  # fmt: skip


def _by(book: SchemeBook, case: Case, subject: SubjectFacts) -> Outcome:
    """What another text says of the votes alone: facts of one text are no facts of another."""
    bare = SubjectFacts(id=subject.id, kind=subject.kind, leadership=subject.leadership, votes=subject.votes)
    return rate_one(book, bare, case.period)
