"""Roll-up over periods: the mean of earlier exact scores.

Scores with different denominators outgrow int64 when added. An int64 interval around every sum decides the
band of almost every row; only rows whose interval holds a bound are added exactly with big integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import RollupColumns
from thuocdo.engine.plan import Choice, Ints, Mask, Plan
from thuocdo.engine.schema import Leave, ReadingSpec
from thuocdo.kernel.exact import round_half_up

LEAVES: tuple[Leave, ...] = ("maternity", "sick_leave", "unpaid_leave", "not_employed", "not_yet", "other")
ABSENT, SCORED, FIRST_LEAVE = 0, 1, 2
UNIT = 1 << 30
DEN_LIMIT = 1 << 31


@dataclass(frozen=True, eq=False)
class Rollup:
    """`included` parts are averaged; `low` ≤ sum × UNIT < `low + slack`; `lacking` rows miss a score."""

    included: Mask
    count: Ints
    low: Ints
    slack: Ints
    lacking: Mask
    last_open: Mask
    partial: Mask
    by_quarter: Mask
    band: npt.NDArray[np.int8]


def apply(plan: Plan, columns: RollupColumns, choice: Choice) -> Rollup:
    """Which parts count, and the band of their mean."""
    width = columns.state.shape[1]
    parts = np.where(columns.quarterly, width // 3, width)
    used = np.arange(width) < parts[:, None]
    state = columns.state
    included = used & (state == SCORED)
    last = np.arange(width) == parts[:, None] - 1
    pending = used & (state == FIRST_LEAVE + LEAVES.index("not_yet"))
    end_waits = columns.period.kind == "year"
    last_open = (pending & last).any(axis=1) if end_waits else np.zeros(len(columns), dtype=np.bool_)
    lacking = (used & (state == ABSENT)).any(axis=1) | (pending & ~(last & end_waits)).any(axis=1)
    excused = {
        FIRST_LEAVE + LEAVES.index(reason)
        for rule in plan.rulebook.book.actual_time
        if columns.period.kind in rule.periods
        for reason in rule.reasons
    }
    excused |= {ABSENT, SCORED, FIRST_LEAVE + LEAVES.index("not_yet")}
    partial = (used & ~np.isin(state, list(excused))).any(axis=1)
    count = included.sum(axis=1).astype(np.int64)
    small, low, slack = _interval(columns, included)
    band = _bands(plan, columns, included, count, small, low, slack, choice.get("rounding"))
    return Rollup(
        included,
        count,
        low,
        slack,
        lacking | (count == 0),
        last_open,
        partial,
        columns.quarterly.copy(),
        band,
    )


def _interval(columns: RollupColumns, included: Mask) -> tuple[Mask, Ints, Ints]:
    den, num = columns.den, columns.num
    big = included & np.asarray((den >= DEN_LIMIT) | (num >= 1000 * DEN_LIMIT), dtype=np.bool_)
    plain = included & ~big
    dens = np.where(plain, den, 1).astype(np.int64)
    nums = np.where(plain, num, 0).astype(np.int64)
    whole, rest = np.divmod(nums, dens)
    share, remainder = np.divmod(rest * UNIT, dens)
    low = (whole * UNIT + share).sum(axis=1)
    small = np.asarray(~big.any(axis=1), dtype=np.bool_)
    return small, low, (remainder != 0).sum(axis=1).astype(np.int64)


def _bands(
    plan: Plan,
    columns: RollupColumns,
    included: Mask,
    count: Ints,
    small: Mask,
    low: Ints,
    slack: Ints,
    rounding: ReadingSpec | None,
) -> npt.NDArray[np.int8]:
    index = np.zeros(len(count), dtype=np.int8)
    near = ~small & (count > 0)
    for bound in thresholds(plan.bounds[:-1], rounding):
        line = bound * count * UNIT
        surely_below = np.where(slack == 0, low * 200 < line, (low + slack) * 200 <= line)
        surely_reached = low * 200 >= line
        index += surely_below.astype(np.int8)
        near |= ~surely_below & ~surely_reached
    for row in np.flatnonzero(near):
        mean = exact_mean(columns, included, int(row), rounding)
        index[row] = sum(mean * 100 < bound for bound in plan.bounds[:-1])
    return index


def thresholds(bounds: Sequence[int], rounding: ReadingSpec | None) -> tuple[int, ...]:
    """Bounds in half hundredths, moved down by half a unit where the mean is rounded half up before
    comparing.
    """
    if rounding is None or rounding.places is None:
        return tuple(2 * bound for bound in bounds)
    unit: int = 10 ** (2 - rounding.places)
    return tuple(2 * (-(-bound // unit) * unit) - unit for bound in bounds)


def exact_mean(columns: RollupColumns, included: Mask, row: int, rounding: ReadingSpec | None) -> Fraction:
    """The exact mean of one row, rounded only if the chosen reading rounds."""
    places = np.flatnonzero(included[row])
    total = sum((Fraction(int(columns.num[row, p]), int(columns.den[row, p])) for p in places), Fraction(0))
    mean = total / len(places)
    return mean if rounding is None or rounding.places is None else round_half_up(mean, rounding.places)


def as_objects(values: Sequence[Sequence[int]]) -> npt.NDArray[Any]:
    """Rows of integers as int64 where they fit, else as Python integers."""
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        return np.array(values, dtype=object)
