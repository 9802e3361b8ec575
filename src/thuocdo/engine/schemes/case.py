"""Rating the subjects of a file by rulebooks of schemes: related subjects first, then quotas, steps and money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from thuocdo.engine.coverage import Selection
from thuocdo.engine.errors import CaseError, together
from thuocdo.engine.facts import Case, Period, SubjectFacts
from thuocdo.engine.outcome import CaseResult, Finding, Outcome, selection_finding
from thuocdo.engine.outline_words import VALUES
from thuocdo.engine.schemes.absent import taken_as_no
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.columns import UNKNOWN, UNRATED
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.explain import findings_of, reason_of
from thuocdo.engine.schemes.fitting import fault, faults_of
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.money import fund_findings, money_findings
from thuocdo.engine.schemes.one import One, check_decisions_matter, evaluate_one, questions
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.precedence import check_steps
from thuocdo.engine.schemes.quotas import quota_cells
from thuocdo.engine.schemes.reusing import reuse_findings
from thuocdo.engine.schemes.schema import Scheme


@dataclass(frozen=True, eq=False)
class Picked:
    """The rulebook that rates one subject."""

    subject: SubjectFacts
    book: SchemeBook
    selection: Selection | None = None


def rate_schemes(picked: Sequence[Picked], case: Case, known: Mapping[str, Outcome]) -> CaseResult:
    """Everything that a file says about these subjects. Raises `CaseError`."""
    start, end = case.period.start, case.period.end
    picked = [replace(item, book=in_force(item.book, start, end)) for item in picked]
    refused = [error for item in picked for error in faults_in(item, case.period)]
    if refused:
        raise together(refused)
    outcomes = rate_picked(picked, case.period, known)
    schemes = [(item.subject, item.book, _scheme(item, case.period)) for item in picked]
    cells = quota_cells([(s, b, scheme) for s, b, scheme in schemes if scheme is not None], outcomes, case)
    for item in picked:
        outcomes[item.subject.id] = _with_more(item, outcomes[item.subject.id], case)
    books = {item.subject.id: item.book for item in picked}
    findings = (
        *(cell.finding for cell in cells),
        *check_steps(books, case),
        *fund_findings(books, case),
        *reuse_findings(books, case, {**known, **outcomes}),
    )
    keys = dict.fromkeys(item.book.key for item in picked)
    return CaseResult(outcomes, findings, cells, tuple(keys))


def faults_in(picked: Picked, period: Period) -> list[CaseError]:
    """What of the facts of one subject its rulebook does not take."""
    scheme = _scheme(picked, period)
    return [*faults_of(compile_scheme(picked.book, scheme.id), picked.subject, period)] if scheme else []


def _scheme(picked: Picked, period: Period) -> Scheme | None:
    return picked.book.scheme_for(picked.subject.kind, picked.subject.leadership, period.kind)


def _with_more(picked: Picked, outcome: Outcome, case: Case) -> Outcome:
    """Money that hangs on the level, and which rulebook was selected and why."""
    more: list[Finding] = []
    code = outcome.level or outcome.band
    if code is not None:
        more += money_findings(picked.book, picked.subject, code, outcome.label_vi, case)
    if picked.selection is not None:
        more.append(selection_finding(picked.selection))
    return replace(outcome, findings=(*outcome.findings, *more)) if more else outcome


def rate_picked(picked: Sequence[Picked], period: Period, known: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Outcomes by id, related subjects first; `known` are those that another engine rated. Raises `CaseError`."""
    outcomes = dict(known)
    for wave in waves(picked, frozenset(known), period):
        refused: list[CaseError] = []
        for item in wave:
            try:
                outcomes[item.subject.id] = rate_one(item.book, item.subject, period, outcomes)
            except CaseError as error:
                refused.append(error)
        if refused:
            raise together(refused)
    return {item.subject.id: outcomes[item.subject.id] for item in picked}


def waves(picked: Sequence[Picked], known: frozenset[str], period: Period) -> list[list[Picked]]:
    """Subjects in the order in which they can be rated: each after those whose level it needs.

    A ring of subjects that wait for each other is refused.
    """
    left = {item.subject.id: item for item in picked}
    needs = {one: _needed(item, left.keys() | known, period) - known for one, item in left.items()}
    result: list[list[Picked]] = []
    while left:
        ready = [one for one in left if not needs[one] & left.keys()]
        if not ready:
            ring = _ring(needs, next(iter(left)), left)
            raise CaseError(
                file="",
                key=f"subjects[{ring[0]}].related",
                problem=f"các đối tượng chờ mức của nhau: {' → '.join(ring)}",
                remedy="Ghi mức (level) của một đối tượng thay cho mã (id).",
            )
        result.append([left.pop(one) for one in ready])
    return result


def _needed(picked: Picked, there: frozenset[str] | set[str], period: Period) -> frozenset[str]:
    """Subjects of the file whose level this one's rules ask for."""
    subject = picked.subject
    scheme = picked.book.scheme_for(subject.kind, subject.leadership, period.kind)
    used = compile_scheme(picked.book, scheme.id).relations_used if scheme else frozenset()
    found = set()
    for name, items in (subject.related or {}).items():
        for item in items:
            if item.id is not None and item.id not in there:
                raise fault(
                    subject,
                    f"related.{name}",
                    f"không có đối tượng mã “{item.id}” trong tệp",
                    "Thêm đối tượng đó, hoặc ghi mức (level) của nó.",
                )
            if item.id is not None and name in used:
                found.add(item.id)
    return frozenset(found)


def _ring(needs: Mapping[str, frozenset[str]], start: str, left: Mapping[str, Picked]) -> list[str]:
    path = [start]
    while True:
        following = next(one for one in sorted(needs[path[-1]]) if one in left)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def ranks_for(plan: SchemePlan, subject: SubjectFacts, outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """Levels of the related subjects of the file, as an index of the plan's order."""
    found: dict[str, int] = {}
    for name, items in (subject.related or {}).items():
        for item in items:
            if item.id is None or name not in plan.relations_used:
                continue
            outcome = outcomes[item.id]
            code = outcome.level or outcome.band
            if code is None:
                found[item.id] = UNRATED if outcome.kind == "not_rated" else UNKNOWN
            elif code in plan.order:
                found[item.id] = plan.order.index(code)
            else:
                raise fault(
                    subject,
                    "related",
                    f"mức “{code}” của “{item.id}” không có trong thang mức của khung “{plan.scheme.label}”",
                    "Ghi mức (level) tương đương thay cho mã (id).",
                )
    return found


def rate_one(
    book: SchemeBook, subject: SubjectFacts, period: Period, outcomes: Mapping[str, Outcome] | None = None
) -> Outcome:
    """The outcome of one subject with every finding; `outcomes` of the related subjects. Raises `CaseError`."""
    scheme = book.scheme_for(subject.kind, subject.leadership, period.kind)
    if scheme is None:
        return no_scheme(book, subject, period)
    plan = compile_scheme(book, scheme.id)
    one = evaluate_one(plan, subject, period, ranks_for(plan, subject, outcomes or {}))
    check_decisions_matter(one)
    return outcome_of(one)


def outcome_of(one: One) -> Outcome:
    """The outcome with its findings."""
    asked = questions(one)
    band = one.plan.band_only
    return Outcome(
        one.subject.id,
        one.kind,
        one.score,
        one.level if band else None,
        None if band else one.level,
        findings_of(one, asked),
        asked,
        reason_of(one, asked),
        one.missing,
        year=not band,
        label_vi=next((level.label for level in one.plan.scheme.levels if level.code == one.level), ""),
        within=one.within,
        absent=taken_as_no(one),
    )


def no_scheme(book: SchemeBook, subject: SubjectFacts, period: Period) -> Outcome:
    """A subject for whom the rulebook has no scheme: not rated, and in words why."""
    sentence = f"{book.short_title} không có khung xếp loại cho đối tượng này trong kỳ {period.label}."
    others = [s for s in book.book.schemes if subject.kind in s.subject_kinds and period.kind in s.periods]
    if others:
        roles = dict.fromkeys(role for scheme in others for role in scheme.roles)
        listed = ", ".join(f"{VALUES[role]} (khóa leadership = {role})" for role in roles)
        sentence += f" Khung của đối tượng này dành cho {listed}."
    finding = Finding("selection", "selection", "Quy định áp dụng", sentence, (), None, "", (), "not_rated")
    return Outcome(subject.id, "not_rated", None, None, None, (finding,), (), sentence, year=True)
