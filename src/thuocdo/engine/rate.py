"""Rating: one subject, one case file, or columns of a whole country, through the same blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine import aggregate, period, resolve
from thuocdo.engine.blocks.products import needs_big_integers
from thuocdo.engine.blocks.rollup import exact_mean
from thuocdo.engine.columns import Ints, Mask, ProductColumns, RollupColumns
from thuocdo.engine.errors import CaseError
from thuocdo.engine.period import FINE, NOT_RATED, REFUSED, Evaluation
from thuocdo.engine.plan import Choice, Plan
from thuocdo.engine.rulebook import PointOfLaw
from thuocdo.kernel.exact import exact_vi, scaled

Columns = ProductColumns | RollupColumns
SCORED_ROW, NOT_RATED_ROW, NEEDS_DECISION_ROW = 0, 1, 2
ROWS_AT_ONCE = 16_384  # so many people's lines stay in the processor's cache from one block to the next


@dataclass(frozen=True, eq=False)
class OutcomeColumns:
    """Results of many subjects.

    `kind` is 0 scored or rated, 1 not rated, 2 needs a decision. `band` indexes `codes` (the level in a
    year) and is meaningful where `kind` is 0. `open` (n, points) marks the open points a row hangs on. In a
    period
    scored from products `num/den` are hundredths of a point; in a roll-up use `score(row)`, which adds
    exactly.
    """

    ids: tuple[str, ...]
    kind: npt.NDArray[np.int8]
    num: npt.NDArray[Any]
    den: npt.NDArray[Any]
    band: npt.NDArray[np.int8]
    codes: tuple[str, ...]
    open: Mask
    point_ids: tuple[str, ...]
    _rollup: tuple[RollupColumns, Mask, Mask, tuple[Choice, ...], npt.NDArray[np.int32]] | None = None

    def score(self, row: int) -> Fraction | None:
        """The exact score of one row in points; None where there is none."""
        if int(self.kind[row]) != SCORED_ROW:
            return None
        if self._rollup is None:
            return Fraction(int(self.num[row]), 100 * int(self.den[row]))
        columns, included, scoreless, choices, choice_of = self._rollup
        if scoreless[row]:
            return None
        return exact_mean(columns, included, row, choices[int(choice_of[row])].get("rounding"))


def rate_columns(plan: Plan, columns: Columns) -> OutcomeColumns:
    """Rate all rows. Raises `CaseError` for a mark that a settled rule refuses."""
    rows = len(columns)
    points = plan.rulebook.open_points
    result = _Gather(rows, len(points))
    for part, sub, decided in groups(plan, columns):
        choice, still_open = resolve.choice_for(plan, decided)
        base = _in_spans(plan, sub, choice, frozenset(point.joint for point in still_open))
        refuse_off_step(plan, sub, base, choice, still_open)
        result.add(part, base, _open_matrix(plan, sub, base, choice, still_open), choice)
    rollup = None
    if isinstance(columns, RollupColumns):
        rollup = (
            columns,
            result.included(columns),
            result.scoreless,
            tuple(result.choices),
            result.choice_of,
        )
    return OutcomeColumns(
        columns.ids,
        result.kind,
        result.num,
        result.den,
        result.band,
        plan.codes,
        result.open,
        tuple(point.id for point in points),
        rollup,
    )


def _in_spans(plan: Plan, columns: Columns, choice: Choice, watch: frozenset[str]) -> Evaluation:
    """`evaluate`, a few thousand rows at a time: every row stands alone, so the results are only joined."""
    rows = len(columns)
    if isinstance(columns, RollupColumns) or rows <= ROWS_AT_ONCE:
        return evaluate(plan, columns, choice, watch)
    spans = [columns.span(start, min(start + ROWS_AT_ONCE, rows)) for start in range(0, rows, ROWS_AT_ONCE)]
    parts = []
    for span in spans:
        found = period.evaluate(plan, span, choice, watch)
        parts.append(Evaluation(found.status, found.num, found.den, found.band, found.touched))
    return Evaluation(
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.num for part in parts]),
        np.concatenate([part.den for part in parts]),
        np.concatenate([part.band for part in parts]),
        {joint: np.concatenate([part.touched[joint] for part in parts]) for joint in parts[0].touched},
    )


def evaluate(
    plan: Plan, columns: Columns, choice: Choice, watch: frozenset[str], *, keep: bool = False
) -> Evaluation:
    """The blocks of the period or of the roll-up, under one choice of readings."""
    if isinstance(columns, RollupColumns):
        return aggregate.evaluate(plan, columns, choice, watch)
    return period.evaluate(plan, columns, choice, watch, keep=keep)


def refuse_off_step(
    plan: Plan, columns: Columns, base: Evaluation, choice: Choice, still_open: tuple[PointOfLaw, ...]
) -> None:
    """A mark off the settled step is an input error, not a result."""
    refused = base.status == REFUSED
    if any(point.joint == "mark_step" for point in still_open) or not refused.any():
        return
    assert isinstance(columns, ProductColumns)
    row = int(np.flatnonzero(refused)[0])
    reading = choice["mark_step"]
    assert reading is not None
    assert reading.step is not None
    off = (columns.marks[row] >= 0) & (columns.marks[row] % scaled(reading.step) != 0)
    place = int(np.flatnonzero(off)[0])
    item = plan.rulebook.criteria[place]
    given, step = exact_vi(Fraction(int(columns.marks[row, place]), 100)), exact_vi(Fraction(reading.step))
    raise CaseError(
        file="",
        key=f"subjects[{columns.ids[row]}].marks.{item.slug}",
        problem=f"điểm {given} của tiêu chí “{item.label}” không theo bước {step} {_step_source(plan)}",
        remedy=f"Chấm theo bội số của {step}.",
    )


def _step_source(plan: Plan) -> str:
    """Who settled the step of marks: the regulation with its article, or the decision on this one subject."""
    point = next(point for point in plan.rulebook.open_points if point.joint == "mark_step")
    if point.settled is None:
        return f"đã chọn cho riêng người này (decisions.{point.id})"
    articles = "; ".join(item.text() for item in point.settled.cite)
    return f"đã quyết định tại {articles or plan.rulebook.overlay_titles[point.settled.overlay]}"


def _open_matrix(
    plan: Plan, columns: Columns, base: Evaluation, choice: Choice, still_open: tuple[PointOfLaw, ...]
) -> Mask:
    places = {point.id: index for index, point in enumerate(plan.rulebook.open_points)}
    result = np.zeros((len(columns), len(places)), dtype=np.bool_)

    def again(rows: Ints, other: Choice) -> Evaluation:
        return evaluate(plan, columns.take(rows), other, frozenset())

    for found in resolve.variants(base, still_open, choice, again):
        for position, point in enumerate(found.points):
            result[found.rows, places[point.id]] = resolve.matters(found, position)
    return result


def groups(plan: Plan, columns: Columns) -> Iterator[tuple[Ints | None, Columns, dict[str, int]]]:
    """Rows that share their own decisions and their integer width; None for all rows at once."""
    for rows, decided in _by_decision(plan, columns):
        part = columns if rows is None else columns.take(rows)
        if isinstance(part, RollupColumns):
            yield rows, part, decided
            continue
        big = needs_big_integers(plan, part.lines)
        if big is None or not big.any():
            yield rows, part, decided
            continue
        every = np.arange(len(columns)) if rows is None else rows
        yield every[big], part.take(np.flatnonzero(big)).as_objects(), decided
        if not big.all():
            yield every[~big], part.take(np.flatnonzero(~big)), decided


def _by_decision(plan: Plan, columns: Columns) -> Iterator[tuple[Ints | None, dict[str, int]]]:
    if columns.settled is None:
        yield None, {}
        return
    patterns, inverse = np.unique(columns.settled, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        decided = {
            point.id: int(index)
            for point, index in zip(plan.rulebook.open_points, pattern, strict=True)
            if index >= 0
        }
        yield np.flatnonzero(np.asarray(inverse).reshape(-1) == number), decided


class _Gather:
    """Scatters the results of groups of rows into whole columns."""

    def __init__(self, rows: int, points: int) -> None:
        self.kind = np.zeros(rows, dtype=np.int8)
        self.num: npt.NDArray[Any] = np.zeros(rows, dtype=np.int64)
        self.den: npt.NDArray[Any] = np.ones(rows, dtype=np.int64)
        self.band = np.zeros(rows, dtype=np.int8)
        self.open = np.zeros((rows, points), dtype=np.bool_)
        self.scoreless = np.zeros(rows, dtype=np.bool_)
        self.choice_of = np.zeros(rows, dtype=np.int32)
        self.choices: list[Choice] = []
        self._included: npt.NDArray[np.bool_] | None = None

    def add(self, rows: Ints | None, base: Evaluation, open_here: Mask, choice: Choice) -> None:
        """One group; `rows` None for all rows."""
        kind = np.full(len(base.status), NEEDS_DECISION_ROW, dtype=np.int8)
        kind[base.status == FINE] = SCORED_ROW
        kind[base.status == NOT_RATED] = NOT_RATED_ROW
        kind[np.nonzero(open_here)[0]] = NEEDS_DECISION_ROW
        place: Any = slice(None) if rows is None else rows
        if base.num.dtype == object and self.num.dtype != object:
            self.num, self.den = self.num.astype(object), self.den.astype(object)
        if rows is None:
            self.num, self.den = base.num, base.den
        else:
            self.num[place], self.den[place] = base.num, base.den
        self.kind[place], self.band[place], self.open[place] = kind, base.band, open_here
        self.choice_of[place] = len(self.choices)
        self.choices.append(choice)
        if isinstance(base, aggregate.RollupState):
            self.scoreless[place] = base.scoreless
            if self._included is None:
                self._included = np.zeros((len(self.kind), base.rollup.included.shape[1]), dtype=np.bool_)
            self._included[place] = base.rollup.included

    def included(self, columns: RollupColumns) -> Mask:
        """Which parts every row averages."""
        return np.zeros(columns.state.shape, dtype=np.bool_) if self._included is None else self._included
