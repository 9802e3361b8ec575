"""A quarter, half year or year: mean, absence rule, triggers, bands and ceiling, on columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks import absence, ceiling, rollup, triggers
from thuocdo.engine.columns import RollupColumns
from thuocdo.engine.period import FINE, MISSING, NOT_RATED, OPEN, Evaluation
from thuocdo.engine.plan import Choice, Mask, Plan


@dataclass(frozen=True, eq=False)
class RollupState(Evaluation):
    """Result columns with their intermediates. `num` and `den` bound the sum; exact means are made on demand.

    `band` is the level in a year; `scoreless` rows have a level that no mean can change while the mean is
    open.
    """

    rollup: rollup.Rollup
    worked: absence.Worked
    triggers: triggers.Triggers
    held: ceiling.Held
    scoreless: Mask


def evaluate(plan: Plan, columns: RollupColumns, choice: Choice, watch: frozenset[str]) -> RollupState:
    """Roll up every row under the chosen readings."""
    book = plan.rulebook.book
    mean = rollup.apply(plan, columns, choice)
    is_year = columns.period.kind == "year"
    worked = absence.apply(book.absence if is_year else None, columns)
    fired = triggers.apply(plan, columns, choice) if is_year else _no_triggers(columns)
    lowest = len(plan.codes) - 1
    level = np.maximum(mean.band, fired.level).astype(np.int8)
    held = ceiling.apply(book.ceiling if is_year else None, columns, level, lowest)
    touched = {
        "last_month": mean.last_open,
        "partial_period": mean.partial,
        "quarter_parts": mean.by_quarter,
        "applicability": columns.optional,
        "discipline_year": fired.year_touched,
    }
    if "rounding" in watch:
        touched["rounding"] = _rounding_touched(plan, columns, mean, choice)
    status = _mean_status(columns, choice, mean)
    scoreless = (fired.level == lowest) & (status != FINE)
    status[scoreless] = FINE
    status[held.unknown & (status == FINE)] = MISSING
    status[worked.unknown] = MISSING
    status[worked.not_rated] = NOT_RATED
    applies = choice.get("applicability")
    if applies is None:
        status[columns.optional & (status == FINE)] = OPEN
    elif not applies.applies:
        status[columns.optional] = NOT_RATED
    return RollupState(
        status, mean.low, np.maximum(mean.count, 1), held.level, touched, mean, worked, fired, held, scoreless
    )


def _mean_status(columns: RollupColumns, choice: Choice, mean: rollup.Rollup) -> npt.NDArray[np.int8]:
    status = np.zeros(len(columns), dtype=np.int8)
    for joint, mask in (("partial_period", mean.partial), ("quarter_parts", mean.by_quarter)):
        if choice.get(joint) is None:  # type: ignore[call-overload]
            status[mask] = OPEN
    last = choice.get("last_month")
    if last is None or last.use == "wait":
        status[mean.last_open] = OPEN
    status[mean.lacking] = MISSING
    return status


def _rounding_touched(plan: Plan, columns: RollupColumns, mean: rollup.Rollup, choice: Choice) -> Mask:
    point = next(p for p in plan.rulebook.open_points if p.joint == "rounding")
    touched = np.zeros(len(columns), dtype=np.bool_)
    plain = rollup.apply(plan, columns, {**choice, "rounding": None}).band
    for reading in point.readings:
        touched |= rollup.apply(plan, columns, {**choice, "rounding": reading.spec}).band != plain
    return touched & (mean.count > 0)


def _no_triggers(columns: RollupColumns) -> triggers.Triggers:
    rows = len(columns)
    return triggers.Triggers(
        (), np.zeros(rows, dtype=np.int8), np.zeros(0, dtype=np.int8), np.zeros(rows, dtype=np.bool_)
    )
