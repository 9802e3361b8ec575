"""Results of many subjects at once, in columns and without findings: what rating each one alone says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from thuocdo.engine.convert import columns_from_subjects, is_rollup
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Period, SubjectFacts
from thuocdo.engine.outcome import Kind, Outcome
from thuocdo.engine.plan import compile_plan
from thuocdo.engine.rate import SCORED_ROW, OutcomeColumns, rate_columns
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schemes import convert, rate
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.columns import SchemeColumns
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.liveness import causes_of
from thuocdo.engine.schemes.one import asked_of, evaluate_one
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.scoring import check_deductions
from thuocdo.engine.single import SCHEMES_ONLY, covers


@dataclass(frozen=True, slots=True)
class Brief:
    """The result of one subject: `code` is the band or level ("" for none), `asked` what it waits for a decision on."""

    kind: Kind
    score: Fraction | None
    code: str
    asked: tuple[str, ...]


def brief_of(outcome: Outcome) -> Brief:
    """The same of a subject that was rated alone."""
    asked = tuple(sorted(question.id for question in outcome.open_points))
    return Brief(outcome.kind, outcome.score, outcome.band or outcome.level or "", asked)


Rate = Callable[[Sequence[SubjectFacts]], list[Brief]]


def rate_many(book: Rulebook | SchemeBook, subjects: Sequence[SubjectFacts], period: Period) -> list[Brief | None]:
    """The result of each; None for one whose facts are refused, or that only rating it alone can tell.

    >>> from thuocdo.engine import load_rulebook, parse_subject
    >>> facts = parse_subject({"id": "A", "kind": "civil_servant", "marks": {}, "products": []})
    >>> march = Period(kind="month", year=2026, number=3)
    >>> [one.kind for one in rate_many(load_rulebook("state/nd-335-2025"), [facts], march)]
    ['needs_decision']
    """
    found: list[Brief | None] = [None] * len(subjects)
    groups = _people(book, subjects, period) if isinstance(book, Rulebook) else _schemes(book, subjects, period)
    for rating, rows in groups:
        for row, brief in zip(rows, _in_parts(rating, [subjects[row] for row in rows]), strict=True):
            found[row] = brief
    return found


def _in_parts(rating: Rate, subjects: Sequence[SubjectFacts]) -> list[Brief | None]:
    """One refused subject refuses a whole column: halves find it."""
    try:
        return [*rating(subjects)]
    except CaseError:
        if len(subjects) == 1:
            return [None]
    half = len(subjects) // 2
    return [*_in_parts(rating, subjects[:half]), *_in_parts(rating, subjects[half:])]


# --- products, and means of earlier scores ---


def _people(book: Rulebook, subjects: Sequence[SubjectFacts], period: Period) -> Iterator[tuple[Rate, list[int]]]:
    """Rows that are scored from products, and rows that are rolled up."""
    shapes: dict[bool, list[int]] = {}
    for row, subject in enumerate(subjects):
        if covers(book, subject.kind) and all(getattr(subject, key) is None for key in SCHEMES_ONLY):
            shapes.setdefault(is_rollup(subject, period), []).append(row)
    plan = compile_plan(book)
    kind: Kind = "rated" if period.kind == "year" else "scored"
    for rows in shapes.values():
        yield lambda some: briefs(rate_columns(plan, columns_from_subjects(plan, some, period)), kind), rows


def briefs(found: OutcomeColumns, kind: Kind) -> list[Brief]:
    """Row by row; `kind` is that of a row with a result."""
    kinds: tuple[Kind, ...] = (kind, "not_rated", "needs_decision")
    result = []
    for row, number in enumerate(found.kind.tolist()):
        if number == SCORED_ROW:
            result.append(Brief(kind, found.score(row), found.codes[int(found.band[row])], ()))
        else:
            result.append(Brief(kinds[number], None, "", _named(found.point_ids, found.open[row].tolist())))
    return result


def _named(names: Sequence[str], flags: Sequence[bool]) -> tuple[str, ...]:
    return tuple(sorted(name for name, is_open in zip(names, flags, strict=True) if is_open))


# --- schemes ---


def _schemes(book: SchemeBook, subjects: Sequence[SubjectFacts], period: Period) -> Iterator[tuple[Rate, list[int]]]:
    """Rows of one scheme each. Decisions are checked against what is asked without them: each subject alone."""
    book = in_force(book, period.start, period.end)
    by_scheme: dict[str | None, list[int]] = {}
    for row, subject in enumerate(subjects):
        if subject.decisions or any(one.id for many in (subject.related or {}).values() for one in many):
            continue
        scheme = book.scheme_for(subject.kind, subject.leadership, period.kind)
        by_scheme.setdefault(scheme.id if scheme else None, []).append(row)
    for name, rows in by_scheme.items():
        if name is None:
            yield lambda some: [Brief("not_rated", None, "", ()) for _ in some], rows
        else:
            yield partial(_by_scheme, compile_scheme(book, name), period), rows


def _by_scheme(plan: SchemePlan, period: Period, subjects: Sequence[SubjectFacts]) -> list[Brief]:
    columns = convert.columns_from_subjects(plan, subjects, period)
    check_deductions(plan, columns, rate.evaluate(plan, columns).evaluator.score)
    found = rate.rate_scheme(plan, columns)
    asked = _asked(plan, columns, found) | _alone(plan, columns, found, subjects, period)
    kinds: tuple[Kind, ...] = ("scored" if plan.band_only else "rated", "not_rated", "needs_decision")
    return [
        Brief(
            kinds[number],
            found.score(row),
            plan.codes[int(found.level[row])] if number == rate.RATED_ROW else "",
            asked.get(row, ()),
        )
        for row, number in enumerate(found.kind.tolist())
    ]


def _asked(plan: SchemePlan, columns: SchemeColumns, found: rate.SchemeOutcomes) -> dict[int, tuple[str, ...]]:
    """What each row without a result asks: open points, triggers, limits, the gap between levels."""
    rows = np.flatnonzero(found.kind == rate.NEEDS_DECISION_ROW)
    if not len(rows):
        return {}
    again = rate.evaluate(plan, columns.take(rows))
    causes = causes_of(again.evaluator, again.possible)
    flags = [found.open[rows][:, place] for place in range(len(found.point_ids))]
    names = list(found.point_ids)
    for place, mask in causes.triggers.items():
        names.append(plan.triggers[place].spec.id)
        flags.append(mask)
    for place, mask in causes.limits.items():
        names.append(plan.limits[place].spec.id)
        flags.append(mask)
    assert causes.gap is not None
    names.append(plan.gap_id)
    flags.append(causes.gap)
    table = np.stack(flags, axis=1).tolist()
    return {row: _named(names, flag) for row, flag in zip(rows.tolist(), table, strict=True)}


def _alone(
    plan: SchemePlan,
    columns: SchemeColumns,
    found: rate.SchemeOutcomes,
    subjects: Sequence[SubjectFacts],
    period: Period,
) -> dict[int, tuple[str, ...]]:
    """What rows ask that touch a point of which no reading changes anything: behind it stands another question."""
    rows = np.flatnonzero(found.kind == rate.NEEDS_DECISION_ROW)
    if not len(rows):
        return {}
    again = rate.evaluate(plan, columns.take(rows))
    idle = np.zeros(len(rows), dtype=np.bool_)
    for place, mask in causes_of(again.evaluator, again.possible).points.items():
        idle |= mask & ~found.open[rows][:, place]
    result = {}
    for row in rows[idle].tolist():
        one = evaluate_one(plan, subjects[row], period, {})
        result[row] = tuple(sorted(set(asked_of(one)) - set(one.agreeing)))
    return result
