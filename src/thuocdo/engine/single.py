"""One subject, or one case file: outcomes with their findings, from the same blocks as whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuocdo.engine import rate, resolve
from thuocdo.engine.absent import taken_as_no
from thuocdo.engine.aggregate import RollupState
from thuocdo.engine.cohort import quota_cells
from thuocdo.engine.columns import ProductColumns, RollupColumns
from thuocdo.engine.convert import columns_from_subjects
from thuocdo.engine.coverage import Selection, select_rulebook
from thuocdo.engine.errors import CaseError, together
from thuocdo.engine.explain import Writer, band_finding, period_findings
from thuocdo.engine.explain_points import point_findings, question
from thuocdo.engine.explain_rollup import rollup_findings, rollup_score
from thuocdo.engine.facts import Case, Period, SubjectFacts
from thuocdo.engine.missing import missing_keys, missing_sentence
from thuocdo.engine.outcome import CaseResult, Finding, Kind, OpenQuestion, Outcome, QuotaCell, selection_finding
from thuocdo.engine.period import FINE, MISSING, NOT_RATED, Evaluation, PeriodState
from thuocdo.engine.plan import Choice, Plan, compile_plan
from thuocdo.engine.rulebook import Rulebook

TOTALS = frozenset({"total", "band", "rollup.mean", "level.by_score", "level"})
RESULTS = frozenset({"results.mean", "results.points"})
SCHEMES_ONLY = (
    "grades", "deductions", "member_marks", "tasks", "led", "defects", "votes", "time", "facts", "absences", "related",
    "disciplines", "pay",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Run:
    """One subject's evaluation: columns of one row, the chosen readings, and the points that stay open."""

    plan: Plan
    subject: SubjectFacts
    period: Period
    columns: ProductColumns | RollupColumns
    choice: Choice
    state: Evaluation
    questions: tuple[OpenQuestion, ...]
    agreeing: frozenset[str]

    @property
    def status(self) -> int:
        return int(self.state.status[0])

    def score_of(self, state: Evaluation, choice: Choice) -> Fraction | None:
        """The exact score of the one row under a choice of readings."""
        if isinstance(self.columns, RollupColumns):
            assert isinstance(state, RollupState)
            return None if bool(state.scoreless[0]) else rollup_score(self.columns, state, choice)
        return Fraction(int(state.num[0]), 100 * int(state.den[0]))


def rate_subject(rulebook: Rulebook, subject: SubjectFacts, period: Period) -> Outcome:
    """The outcome of one subject with every finding. Raises `CaseError` for facts that the rule refuses.

    >>> from thuocdo.engine import load_rulebook, parse_subject
    >>> facts = parse_subject({"id": "A", "kind": "civil_servant", "marks": {}, "products": []})
    >>> march = Period(kind="month", year=2026, number=3)
    >>> rate_subject(load_rulebook("state/nd-335-2025"), facts, march).kind
    'needs_decision'
    """
    if not covers(rulebook, subject.kind):
        return outside(subject, period)
    _check_fits(rulebook, subject)
    run = _run(compile_plan(rulebook), subject, period)
    findings = [*_findings(run), *point_findings(run.plan, subject, run.state, run.questions, run.agreeing)]
    waits = run.status == MISSING
    missing = tuple(missing_keys(run.plan, subject, period, run.state)) if waits else ()
    year = period.kind == "year"
    short = any(item.id == "absence.months" and item.effect == "not_rated" for item in findings)
    if run.status == FINE and not run.questions:
        index = int(run.state.band[0])
        score, code = run.score_of(run.state, run.choice), run.plan.codes[index]
        if isinstance(run.columns, ProductColumns):
            assert score is not None
            findings.append(band_finding(run.plan, "band", score, index, rulebook.book.period_note))
        elif year:
            findings.append(_level_finding(run.plan, index))
        return Outcome(
            subject.id,
            "rated" if year else "scored",
            score,
            None if year else code,
            code if year else None,
            tuple(findings),
            (),
            year=year,
            absent=taken_as_no(rulebook, subject, code, too_short=short) if year else None,
        )
    hidden, undated = (
        _hidden(run),
        any(run.plan.rulebook.point(q.id).joint == "discipline_year" for q in run.questions),
    )
    kept = tuple(item for item in findings if item.id not in hidden and not (undated and item.id.startswith("dating.")))
    kind = "not_rated" if run.status == NOT_RATED and not run.questions else "needs_decision"
    return Outcome(
        subject.id,
        "not_rated" if kind == "not_rated" else "needs_decision",
        None,
        None,
        None,
        kept,
        run.questions,
        _reason(run, findings, missing),
        missing,
        year,
        absent=taken_as_no(rulebook, subject, None, too_short=short) if year else None,
    )


def _run(plan: Plan, subject: SubjectFacts, period: Period) -> Run:
    columns = columns_from_subjects(plan, [subject], period)
    ((_, part, decided),) = rate.groups(plan, columns)
    choice, still_open = resolve.choice_for(plan, decided)
    watch = frozenset(point.joint for point in plan.rulebook.open_points)
    state = rate.evaluate(plan, part, choice, watch, keep=True)
    rate.refuse_off_step(plan, part, state, choice, still_open)
    run = Run(plan, subject, period, part, choice, state, (), frozenset())
    questions: list[OpenQuestion] = []
    agreeing: set[str] = set()
    for found in resolve.variants(
        state, still_open, choice, lambda rows, other: rate.evaluate(plan, part, other, frozenset())
    ):
        for position, point in enumerate(found.points):
            if bool(resolve.matters(found, position)[0]):
                questions.append(question(plan, found, position, choice, run.score_of, period.kind == "year"))
            elif run.status == FINE and point.joint in state.touched and bool(state.touched[point.joint][0]):
                agreeing.add(point.id)
    return Run(plan, subject, period, part, choice, state, tuple(questions), frozenset(agreeing))


def _findings(run: Run) -> Iterator[Finding]:
    if isinstance(run.columns, RollupColumns):
        assert isinstance(run.state, RollupState)
        yield from rollup_findings(run.plan, run.subject, run.columns, run.state, run.choice)
        return
    assert isinstance(run.state, PeriodState)
    yield from period_findings(run.plan, run.subject, run.state)


def _level_finding(plan: Plan, index: int) -> Finding:
    band = plan.rulebook.bands[index]
    return Writer(plan).make(
        "level",
        "bands",
        "Mức xếp loại",
        f"Mức xếp loại theo các quy tắc: {band.label}.",
        cited=band,
        inputs=(("Mức", band.label),),
        effect="rated",
    )


def _hidden(run: Run) -> frozenset[str]:
    """Totals that would stand on a reading nobody chose, or on facts that are not there yet."""
    if run.questions and all(item.id == _rounding_id(run) for item in run.questions):
        return frozenset({"band", "level.by_score", "level"})
    marks_only = isinstance(run.columns, ProductColumns) and not bool(run.columns.unreported[0])
    if isinstance(run.state, PeriodState):
        marks_only = marks_only and not bool(run.state.factors.waiting[0] | run.state.factors.absent[0])
    if run.status == MISSING and not run.questions and marks_only:
        return TOTALS
    return TOTALS | RESULTS


def _rounding_id(run: Run) -> str:
    return next((p.id for p in run.plan.rulebook.open_points if p.joint == "rounding"), "")


def _reason(run: Run, findings: Sequence[Finding], missing: Sequence[str]) -> str:
    if run.questions:
        return " ".join(item.question_vi for item in run.questions)
    if run.status == MISSING:
        return missing_sentence(run.plan, missing) if missing else "Không có kỳ nào có điểm."
    if run.status == NOT_RATED:
        absent = next((item.sentence_vi for item in findings if item.effect == "not_rated"), None)
        return absent or f"{_chosen_reason(run)}."
    return "Theo cách hiểu đã chọn, phải chờ đủ điểm các kỳ rồi mới xếp loại."


def _chosen_reason(run: Run) -> str:
    optional = bool(run.columns.optional[0])
    spec = run.choice.get("applicability") if optional else None
    if spec is None or spec.applies:
        spec = run.choice.get("empty_denominator")
    return spec.reason if spec is not None else ""


def _check_fits(rulebook: Rulebook, subject: SubjectFacts) -> None:
    """Facts that only schemes read are refused, never passed over in silence. Raises `CaseError`."""
    for key in SCHEMES_ONLY:
        if getattr(subject, key) is not None:
            raise CaseError(
                file="",
                key=f"subjects[{subject.id}].{key}",
                problem=f"{rulebook.short_title} không dùng dữ kiện này",
                remedy="Kết quả ghi ở products; kỷ luật, số tháng làm việc, mức của tổ chức ghi ở year "
                "(docs/case-format.md).",
            )


def covers(rulebook: Rulebook, kind: str) -> bool:
    """Whether the rulebook rates this kind of subject, by itself or by the authority's choice."""
    optional = {item.kind for item in rulebook.book.optional_kinds}
    return kind in rulebook.book.subject_kinds or kind in optional


def outside(subject: SubjectFacts, period: Period, selection: Selection | None = None) -> Outcome:
    """A subject whom no rulebook governs here: not rated, and in words what governs instead.

    Where the selection hangs on something that nobody stated, that is asked for: it needs a decision.
    """
    found = selection or select_rulebook(subject.kind, period.start)
    needs = () if selection is None else selection.needs
    kind: Kind = "needs_decision" if needs or found.by_choice else "not_rated"
    finding = selection_finding(found, "missing" if needs else "not_rated")
    return Outcome(
        subject.id,
        kind,
        None,
        None,
        None,
        (finding,),
        (),
        found.sentence_vi,
        needs,
        year=period.kind == "year",
    )


def rate_people(rulebook: Rulebook, case: Case) -> CaseResult:
    """Outcomes of all subjects by id, and the quota of every agency and group when the period is a year."""
    outcomes: dict[str, Outcome] = {}
    refused: list[CaseError] = []
    for subject in case.subjects:
        try:
            outcomes[subject.id] = rate_subject(rulebook, subject, case.period)
        except CaseError as error:
            refused.append(error)
    if refused:
        raise together(refused)
    cells: tuple[QuotaCell, ...] = ()
    if case.period.kind == "year":
        covered = [subject for subject in case.subjects if covers(rulebook, subject.kind)]
        cells = quota_cells(compile_plan(rulebook), covered, outcomes, case.quota_raises)
    return CaseResult(outcomes, tuple(cell.finding for cell in cells), cells, (rulebook.key,))
