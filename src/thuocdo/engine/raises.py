"""Decisions to raise a share that reach nobody are refused: an agency or a group that the file does not have, a text
that has no raised share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thuocdo.engine.errors import CaseError, together
from thuocdo.engine.facts import Case, QuotaRaise, SubjectFacts
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.explain_quota import SIDES
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.quotas import side_of


def check_raises(case: Case, books: Mapping[str, Rulebook | SchemeBook]) -> None:
    """`books`: by id of the subject, who is rated by one. Raises `CaseError`."""
    if faults := [error for place in range(len(case.quota_raises)) for error in _faults(case, place, books)]:
        raise together(faults)


def _faults(case: Case, place: int, books: Mapping[str, Rulebook | SchemeBook]) -> Iterator[CaseError]:
    raised = case.quota_raises[place]
    bodies = {subject.id: (subject.agency, subject.decided_by, subject.parent) for subject in case.subjects}
    here = [subject for subject in case.subjects if raised.agency in bodies[subject.id]]
    if not here:
        known = sorted({name for subject in case.subjects for name in bodies[subject.id] if name})
        remedy = "Nhóm gồm nhiều cơ quan thì ghi cấp quyết định (decided_by) của từng người. Trong tệp có"
        problem = f"không đối tượng nào của tệp thuộc “{raised.agency}”"
        yield _fault(place, "agency", problem, remedy if raised.group is not None else "Trong tệp có", known)
        return
    grouped = [subject for subject in here if raised.group in (None, subject.group)]
    if not grouped:
        known = sorted({subject.group for subject in here if subject.group})
        yield _fault(place, "group", f"“{raised.agency}” không có nhóm “{raised.group}”", "Trong tệp có", known)
        return
    sided = [subject for subject in grouped if raised.side in (None, side_of(subject.kind))]
    if not sided:
        known = [f"{side} ({SIDES[side]})" for side in sorted({side_of(subject.kind) for subject in grouped})]
        problem = f"trong phạm vi này không có {SIDES[raised.side or 'staff']}"
        yield _fault(place, "side", problem, "Trong tệp có", known)
        return
    if not any(_may_rise(raised, subject, books.get(subject.id), case) for subject in sided):
        known = sorted({books[subject.id].key for subject in sided if subject.id in books})
        problem = "văn bản xếp loại các đối tượng này không có tỷ lệ nâng"
        problem += " cho từng nhóm" if raised.group is not None else ""
        remedy = f"{'Bỏ khóa group' if raised.group is not None else 'Bỏ mục này'}; bộ quy tắc"
        yield _fault(place, "agency" if raised.group is None else "group", problem, remedy, known)


def _fault(place: int, key: str, problem: str, remedy: str, known: list[str]) -> CaseError:
    return CaseError(
        file="",
        key=f"quota_raises[{place}].{key}",
        problem=problem,
        remedy=f"{remedy}: {', '.join(known) or 'chưa ghi'}.",
    )


def _may_rise(raised: QuotaRaise, subject: SubjectFacts, book: Rulebook | SchemeBook | None, case: Case) -> bool:
    """Whether the text knows a raised share of those with whom this subject is counted."""
    scopes: set[str] = set()
    if isinstance(book, Rulebook) and case.period.kind == "year":
        scopes = {scope for rule in book.book.quotas if rule.raised for scope in rule.scopes}
    elif isinstance(book, SchemeBook):
        there = in_force(book, case.period.start, case.period.end)
        scheme = there.scheme_for(subject.kind, subject.leadership, case.period.kind)
        scopes = {scope for rule in (scheme.quotas if scheme else ()) if rule.raised for scope in rule.scopes}
    return "group" in scopes if raised.group is not None else bool(scopes)
