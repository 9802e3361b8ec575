"""Rating of a whole file: by one rulebook of either shape, or each subject by what governs it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thuocdo.engine.coverage import Selection, coverage_rows, select_rulebook
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.loader import load_book, overlay_parent
from thuocdo.engine.outcome import CaseResult, Finding, Outcome, QuotaCell
from thuocdo.engine.raises import check_raises
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.case import Picked, rate_schemes
from thuocdo.engine.single import outside, rate_people


def rate_case(book: Rulebook | SchemeBook, case: Case) -> CaseResult:
    """Rate every subject of a case by one rulebook. Raises `CaseError` for facts that the rules refuse."""
    check_raises(case, {subject.id: book for subject in case.subjects})
    if isinstance(book, Rulebook):
        return rate_people(book, case)
    return rate_schemes([Picked(subject, book) for subject in case.subjects], case, {})


def rate_selected(case: Case, overlays: Sequence[str] = (), roots: Sequence[Path] | None = None) -> CaseResult:
    """Rate a case without a named rulebook: each subject by what governs its kind, procedure and place.

    A kind that a rulebook may be applied to only by choice is rated by it only as far as to ask for that
    choice. Raises `CaseError` for a place that no instrument is known of.
    """
    _check_place(case, roots)
    outcomes: dict[str, Outcome] = {}
    books: dict[str, Rulebook | SchemeBook] = {}
    people: dict[str, list[SubjectFacts]] = {}
    picked: list[Picked] = []
    for subject in case.subjects:
        found = _selection(case, subject, roots)
        key = found.rulebook or found.by_choice
        if key is None:
            outcomes[subject.id] = outside(subject, case.period, found)
            continue
        if key not in books:
            books[key] = load_book(key, [one for one in overlays if overlay_parent(one, roots) == key], roots)
        book = books[key]
        if found.rulebook is None and isinstance(book, SchemeBook):  # an authority may choose it; nobody has
            outcomes[subject.id] = outside(subject, case.period, found)
            continue
        if isinstance(book, SchemeBook):
            picked.append(Picked(subject, book, found))
        else:
            people.setdefault(key, []).append(subject)
    rated_by: dict[str, Rulebook | SchemeBook] = {item.subject.id: item.book for item in picked}
    check_raises(case, rated_by | {subject.id: books[key] for key in people for subject in people[key]})
    cells: list[QuotaCell] = []
    findings: list[Finding] = []
    for key, subjects in people.items():
        book = books[key]
        assert isinstance(book, Rulebook)
        part = rate_people(book, _only(case, subjects))
        outcomes.update(part.outcomes)
        cells += part.quotas
        findings += part.findings
    if picked:
        part = rate_schemes(picked, case, outcomes)
        outcomes.update(part.outcomes)
        cells += part.quotas
        findings += part.findings
    ordered = {subject.id: outcomes[subject.id] for subject in case.subjects}
    applied = {*people, *(item.book.key for item in picked)}
    return CaseResult(ordered, tuple(findings), tuple(cells), tuple(key for key in books if key in applied))


def _check_place(case: Case, roots: Sequence[Path] | None) -> None:
    known = sorted({row.place for row in coverage_rows(roots)} - {""})
    if case.place and case.place not in known:
        raise CaseError(
            file="",
            key="place",
            problem=f"không biết nơi “{case.place}”",
            remedy=f"Các nơi có văn bản riêng: {', '.join(known)}. Nơi khác thì bỏ khóa này.",
        )


def _selection(case: Case, subject: SubjectFacts, roots: Sequence[Path] | None) -> Selection:
    return select_rulebook(
        subject.kind,
        case.period.start,
        roots,
        procedure=subject.procedure or case.procedure,
        place=case.place,
        rating_date=case.rating_date,
        own_regulation=case.own_regulation,
        role=subject.leadership,
        period=case.period.kind,
    )


def rulebook_of(case: Case, subject: SubjectFacts) -> str | None:
    """The rulebook that governs a subject of a file that names none; None where no one does."""
    return _selection(case, subject, None).rulebook


def _only(case: Case, subjects: Sequence[SubjectFacts]) -> Case:
    return case.model_copy(update={"subjects": tuple(subjects)})
