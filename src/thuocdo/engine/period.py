"""One period scored from marks and products: the blocks in order, on columns, under chosen readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks import bands, criteria, factors, products, total
from thuocdo.engine.columns import ProductColumns
from thuocdo.engine.plan import Choice, Mask, Plan

FINE, OPEN, MISSING, REFUSED, NOT_RATED = 0, 1, 2, 3, 4


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Result columns under one choice of readings: status, `num/den` hundredths, band index, touched
    joints.
    """

    status: npt.NDArray[np.int8]
    num: npt.NDArray[Any]
    den: npt.NDArray[Any]
    band: npt.NDArray[np.int8]
    touched: dict[str, Mask]


@dataclass(frozen=True, eq=False)
class PeriodState(Evaluation):
    """The same with the intermediates that the explanation is made from."""

    criteria: criteria.Criteria
    products: products.Products
    factors: factors.Factors
    total: total.Total


def evaluate(
    plan: Plan, columns: ProductColumns, choice: Choice, watch: frozenset[str], *, keep: bool = False
) -> PeriodState:
    """Score every row. `watch` names the joints whose effect is wanted; `keep` keeps the values per line."""
    marks = criteria.apply(plan, columns, choice, watch)
    lines = products.apply(plan, columns.lines, choice, watch, keep)
    leaders = factors.apply(plan, columns, choice)
    score = total.apply(plan, marks, lines, leaders, choice)
    band = bands.apply(score.num, score.rounded_den, plan.bounds)
    touched: dict[str, Mask] = {
        "empty_denominator": lines.empty,
        "missing_factor": leaders.absent,
        "applicability": columns.optional,
    }
    for joint, mask in (
        ("mark_step", marks.touched),
        ("deduction_floor", lines.floor_touched),
        ("ratio_cap", lines.cap_touched),
    ):
        if mask is not None:
            touched[joint] = mask
    if "rounding" in watch:
        touched["rounding"] = rounding_touched(plan, score.exact_num, score.den)
    status = _status(columns, choice, marks, lines, leaders)
    return PeriodState(status, score.num, score.rounded_den, band, touched, marks, lines, leaders, score)


def rounding_touched(plan: Plan, num: npt.NDArray[Any], den: npt.NDArray[Any]) -> Mask:
    """Rows whose band depends on which listed reading rounds the score."""
    point = next(p for p in plan.rulebook.open_points if p.joint == "rounding")
    reference = bands.apply(num, den, plan.bounds)
    touched = np.zeros(len(num), dtype=np.bool_)
    for reading in point.readings:
        touched |= bands.apply(*total.rounded(num, den, {"rounding": reading.spec}), plan.bounds) != reference
    return touched


def _status(
    columns: ProductColumns,
    choice: Choice,
    marks: criteria.Criteria,
    lines: products.Products,
    leaders: factors.Factors,
) -> npt.NDArray[np.int8]:
    status = np.zeros(len(columns), dtype=np.int8)
    if choice.get("missing_factor") is None:
        status[leaders.absent] = OPEN
    empty = choice.get("empty_denominator")
    if empty is None:
        status[lines.empty] = OPEN
    status[marks.missing | columns.unreported | leaders.waiting] = MISSING
    if empty is not None:
        status[lines.empty & ~columns.unreported] = NOT_RATED
    applies = choice.get("applicability")
    if columns.optional.any():
        if applies is None:
            status[columns.optional & (status == FINE)] = OPEN
        elif not applies.applies:
            status[columns.optional] = NOT_RATED
    status[marks.off_step] = REFUSED  # an input error comes before every question of law
    return status
