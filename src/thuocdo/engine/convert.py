"""Facts to columns; `refusing` has refused before what the rulebook does not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate

import numpy as np

from thuocdo.engine.blocks import occurrences
from thuocdo.engine.blocks.rollup import FIRST_LEAVE, LEAVES, SCORED, as_objects
from thuocdo.engine.blocks.triggers import ABOUT, SIDES
from thuocdo.engine.columns import Bytes, Disciplines, Ints, Lines, ProductColumns, Ragged, RollupColumns
from thuocdo.engine.each import on_part
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Period, Product, SubjectFacts, YearFacts
from thuocdo.engine.plan import ROLES, Plan
from thuocdo.engine.refusing import check_subject
from thuocdo.kernel.exact import scaled

FLAGS = (
    "maternity_leave",
    "sick_leave",
    "unpaid_leave",
    "degradation_concluded",
    "unit_involved_in_corruption",
)
NO_YEAR = YearFacts()
_LENGTH = {"quarter": 3, "half_year": 6, "year": 12}


def is_rollup(subject: SubjectFacts, period: Period) -> bool:
    """Whether this subject's score in this period is a mean of earlier scores."""
    return subject.is_rollup or period.kind in ("half_year", "year")


def columns_from_subjects(
    plan: Plan, subjects: Sequence[SubjectFacts], period: Period
) -> ProductColumns | RollupColumns:
    """Columns of subjects that are all scored from products or all rolled up; raises `CaseError`."""
    for subject in subjects:
        check_subject(plan, subject, period)
    rollups = {is_rollup(subject, period) for subject in subjects}
    if len(rollups) > 1:
        raise CaseError(
            file="",
            key="subjects",
            problem="lẫn người chấm từ sản phẩm và người tổng hợp từ điểm các kỳ",
            remedy="Tách thành hai lượt tính.",
        )
    return (
        rollup_columns(plan, subjects, period) if True in rollups else product_columns(plan, subjects, period)
    )


def _settled(plan: Plan, subjects: Sequence[SubjectFacts]) -> Bytes | None:
    if not any(subject.decisions for subject in subjects):
        return None
    points = plan.rulebook.open_points
    rows = [
        [point.index_of(s.decisions[point.id].reading) if point.id in s.decisions else -1 for point in points]
        for s in subjects
    ]
    return np.array(rows, dtype=np.int8)


def _optional(
    plan: Plan, subjects: Sequence[SubjectFacts]
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    kinds = {item.kind for item in plan.rulebook.book.optional_kinds}
    return np.array([subject.kind in kinds for subject in subjects], dtype=np.bool_)


def _roles(subjects: Sequence[SubjectFacts]) -> Bytes:
    return np.array([ROLES.index(subject.leadership) for subject in subjects], dtype=np.int8)


def _offsets(lengths: Iterable[int]) -> Ints:
    return np.array([0, *accumulate(lengths)], dtype=np.int64)


def _hundredths(value: Decimal | None) -> int:
    return 0 if value is None else scaled(value)


def _is_unreported(subject: SubjectFacts) -> bool:
    return subject.products is None or any(missing_numbers(line) for line in subject.products)


def missing_numbers(line: Product) -> tuple[str, ...]:
    """Numbers of a product line that are not reported yet; a line that was handed back needs none."""
    if line.handed_back:
        return ()
    names = ("completed", "quality_met", "on_time")
    return tuple(name for name in names if getattr(line, name) is None)


def product_columns(plan: Plan, subjects: Sequence[SubjectFacts], period: Period) -> ProductColumns:
    """Columns of a month or quarter scored from products."""
    slugs = [item.slug for item in plan.rulebook.criteria]
    marks = [
        [scaled(m[slug]) if slug in m else -1 for slug in slugs] for m in (s.marks or {} for s in subjects)
    ]
    factors = [[s.leadership_factors.get(slug, -1) for slug in plan.factor_slugs] for s in subjects]
    below = [s.subordinates or () for s in subjects]
    lines = product_lines(plan, [s.products or () for s in subjects])
    unreported = np.array([_is_unreported(s) for s in subjects], dtype=np.bool_)
    return ProductColumns(
        ids=tuple(s.id for s in subjects),
        period=period,
        marks=np.array(marks, dtype=np.int64).reshape(len(subjects), len(slugs)),
        roles=_roles(subjects),
        lines=lines,
        factors=np.array(factors, dtype=np.int64).reshape(len(subjects), len(plan.factor_slugs)),
        subordinates=Ragged(
            _offsets(len(rows) for rows in below),
            _bounded([x.score.numerator if x.score is not None else 0 for rows in below for x in rows]),
            _bounded([x.score.denominator if x.score is not None else 0 for rows in below for x in rows]),
        ),
        unreported=unreported | occurrences.unsaid_rows(plan, lines),
        optional=_optional(plan, subjects),
        settled=_settled(plan, subjects),
    )


def _bounded(values: list[int]) -> Ints:
    # Scores are compared cross-multiplied with hundredths, so int64 is only safe well below its end.
    small = all(value < 1 << 48 for value in values)
    return np.array(values, dtype=np.int64 if small else object)


def product_lines(plan: Plan, lines: Sequence[Sequence[Product]]) -> Lines:
    """The product lines of rows as columns."""
    flat = [line for rows in lines for line in rows]
    errors = [x.quality_errors_each or () for x in flat]
    late = [x.late_each or () for x in flat]
    return Lines(
        offsets=_offsets(len(rows) for rows in lines),
        coefficient=np.array([scaled(x.coefficient) for x in flat], dtype=np.int64),
        assigned=np.array([scaled(x.assigned) for x in flat], dtype=np.int64),
        completed=np.array([_hundredths(x.completed) for x in flat], dtype=np.int64),
        quality_met=np.array([_hundredths(x.quality_met) for x in flat], dtype=np.int64),
        on_time=np.array([_hundredths(x.on_time) for x in flat], dtype=np.int64),
        quality_errors=np.array([x.quality_errors for x in flat], dtype=np.int64),
        late=np.array([x.late for x in flat], dtype=np.int64),
        late_excused=np.array([x.late_excused for x in flat], dtype=np.int64),
        quality_errors_said=_said(errors),
        quality_errors_part=_on_part(errors, flat, [x.quality_met for x in flat]),
        quality_errors_over=np.array([occurrences.over(plan, "quality_errors", x) for x in errors], dtype=np.int64),
        late_said=_said(late),
        late_part=_on_part(late, flat, [x.on_time for x in flat]),
        late_over=np.array([occurrences.over(plan, "late", x) for x in late], dtype=np.int64),
        one_piece=np.array([bool(x.one_piece) for x in flat], dtype=np.bool_),
        outside_plan=np.array([x.outside_plan for x in flat], dtype=np.bool_),
        handed_back=np.array([x.handed_back for x in flat], dtype=np.bool_),
    )


def _said(each: Sequence[tuple[int, ...]]) -> Ints:
    return np.array([sum(one) if one else -1 for one in each], dtype=np.int64)


def _on_part(each: Sequence[tuple[int, ...]], lines: Sequence[Product], counted: Sequence[Decimal | None]) -> Ints:
    found = (
        on_part(said, _hundredths(count), bool(line.one_piece)) if said else 0
        for said, line, count in zip(each, lines, counted, strict=True)
    )
    return np.fromiter(found, np.int64, len(lines))


def rollup_columns(plan: Plan, subjects: Sequence[SubjectFacts], period: Period) -> RollupColumns:
    """Columns of a quarter, half year or year made of earlier scores."""
    width = _LENGTH[period.kind]
    nums, dens, states = [], [], []
    for subject in subjects:
        num, den, state = _parts(subject, period, width)
        nums.append(num)
        dens.append(den)
        states.append(state)
    years = [s.year or NO_YEAR for s in subjects]
    worked = [-1 if y.months_worked is None else scaled(y.months_worked) for y in years]
    levels = [-1 if y.organisation_level is None else plan.codes.index(y.organisation_level) for y in years]
    return RollupColumns(
        ids=tuple(s.id for s in subjects),
        period=period,
        num=as_objects(nums),
        den=as_objects(dens),
        state=np.array(states, dtype=np.int8),
        roles=_roles(subjects),
        quarterly=np.array([s.quarters is not None for s in subjects], dtype=np.bool_),
        optional=_optional(plan, subjects),
        months_worked=np.array(worked, dtype=np.int64),
        flags={name: np.array([getattr(y, name) for y in years], dtype=np.bool_) for name in FLAGS},
        organisation=np.array(levels, dtype=np.int8),
        disciplines=_disciplines(years),
        settled=_settled(plan, subjects),
    )


def _parts(subject: SubjectFacts, period: Period, width: int) -> tuple[list[int], list[int], list[int]]:
    num, den, state = [0] * width, [1] * width, [0] * width
    first = period.months[0]
    placed = [(m.month - first, m) for m in subject.months or ()]
    placed += [(q.quarter - 1 - (first - 1) // 3, q) for q in subject.quarters or ()]  # type: ignore[misc]
    for index, part in placed:
        if part.score is not None:
            num[index], den[index], state[index] = part.score.numerator, part.score.denominator, SCORED
        else:
            assert part.not_scored is not None
            state[index] = FIRST_LEAVE + LEAVES.index(part.not_scored)
    return num, den, state


def _disciplines(years: Sequence[YearFacts]) -> Disciplines:
    flat = [
        (record, {r.effective_date.year for r in y.disciplines if r.act == record.act})
        for y in years
        for record in y.disciplines
    ]
    return Disciplines(
        offsets=_offsets(len(y.disciplines) for y in years),
        about=np.array([ABOUT.index(r.about) for r, _ in flat], dtype=np.int8),
        side=np.array([SIDES.index(r.side) for r, _ in flat], dtype=np.int8),
        former=np.array([r.act_agency == "former" for r, _ in flat], dtype=np.bool_),
        year=np.array([r.effective_date.year for r, _ in flat], dtype=np.int64),
        first=np.array([min(seen) for _, seen in flat], dtype=np.int64),
        last=np.array([max(seen) for _, seen in flat], dtype=np.int64),
        used=np.array([r.used_in_year or 0 for r, _ in flat], dtype=np.int64),
    )
