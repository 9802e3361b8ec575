"""Converted products: ratios of counted to assigned quantity in standard units, with deductions per
occurrence.

All sums are integers: hundredths of quantity × hundredths of coefficient × `plan.scale`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.occurrences import left_of
from thuocdo.engine.blocks.segments import segment_any, segment_sum
from thuocdo.engine.columns import Lines
from thuocdo.engine.plan import Choice, Mask, Plan, RatioPlan

SMALL = 1 << 31
Column = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class LineTrace:
    """Per line, for the explanation: the converted quantities assigned and, in parts of `scale`, left; the occurrences
    that took from it; where they took more than a product has."""

    assigned: Column
    left: tuple[Column, ...]
    occurrences: tuple[Column | None, ...]
    beyond: tuple[Mask | None, ...]


@dataclass(frozen=True, eq=False)
class Products:
    """`denominator` and `total`, the sum of all numerators after the cap, are comparable sums.

    `numerators` and, after the cap per ratio, `capped` are there only where something depends on a single
    ratio: a cap on each, an open question about it, or an explanation.
    """

    denominator: Column
    total: Column
    numerators: tuple[Column, ...]
    capped: tuple[Column, ...]
    empty: Mask
    floor_touched: Mask | None
    cap_touched: Mask | None
    trace: LineTrace | None


def apply(plan: Plan, lines: Lines, choice: Choice, watch: frozenset[str], keep: bool) -> Products:
    """Converted sums of every row under the chosen readings."""
    base = _coefficient(lines, plan.denominator_excluded) * getattr(lines, plan.denominator)
    denominator = segment_sum(base, lines.offsets) * plan.scale
    cap = choice.get("ratio_cap")
    each = cap is not None and bool(cap.each_ratio)
    apart = each or keep or "ratio_cap" in watch
    floor = choice.get("deduction_floor")
    at_zero = floor is not None and floor.floor is not None
    sums: list[Column] = []  # one for each ratio, or one for all that count the same lines
    traces: list[tuple[Column, Column | None, Mask | None]] = []
    touched: Mask | None = None
    for excluded, ratios in _batches(plan, apart):
        unit = _coefficient(lines, excluded)
        parts: Column | None = None
        for ratio in ratios:
            of = left_of(plan, ratio, lines, at_zero)
            if of.times is not None and "deduction_floor" in watch:
                here = of.beyond if of.beyond is not None else np.zeros(len(unit), dtype=np.bool_)
                here = segment_any(here & (getattr(lines, ratio.counts) * unit != 0), lines.offsets)
                touched = here if touched is None else touched | here
            if keep:
                traces.append((of.left * unit, of.times, of.beyond))
            parts = of.left if parts is None else np.add(parts, of.left, out=parts)
        assert parts is not None
        sums.append(segment_sum(np.multiply(parts, unit, out=parts), lines.offsets))
    numerators = tuple(sums) if apart else ()
    capped = tuple(np.minimum(one, denominator) for one in sums) if each else numerators
    empty = denominator == 0
    over = _over(numerators, denominator) & ~empty if "ratio_cap" in watch else None
    trace = LineTrace(base, *(tuple(part) for part in zip(*traces, strict=True))) if keep else None
    total = functools.reduce(np.add, capped if apart else sums)
    return Products(denominator, total, numerators, capped, empty, touched, over, trace)


def _batches(plan: Plan, apart: bool) -> list[tuple[tuple[str, ...], tuple[RatioPlan, ...]]]:
    """Ratios whose lines may be added before they are summed by row: those that exclude the same lines."""
    if apart:
        return [(ratio.excluded, (ratio,)) for ratio in plan.ratios]
    together: dict[tuple[str, ...], tuple[RatioPlan, ...]] = {}
    for ratio in plan.ratios:
        together[ratio.excluded] = (*together.get(ratio.excluded, ()), ratio)
    return list(together.items())


def _over(numerators: tuple[Column, ...], denominator: Column) -> Mask:
    over = np.zeros(len(denominator), dtype=np.bool_)
    for one in numerators:
        over |= np.asarray(one > denominator, dtype=np.bool_)
    return over


def _coefficient(lines: Lines, excluded: tuple[str, ...]) -> Column:
    """The coefficient of each line, 0 where one of the flags keeps it out of the sum."""
    unit = lines.coefficient
    for flag in excluded:
        marked: Mask = getattr(lines, flag)
        if marked.any():
            unit = unit * ~marked
    return unit


def needs_big_integers(plan: Plan, lines: Lines) -> Mask | None:
    """Rows whose sums could leave int64, or None when no row can: a cheap bound first, then row by row."""
    if len(lines.coefficient) == 0:
        return None
    numbers = [lines.assigned, lines.completed, lines.quality_met, lines.on_time]
    highest = max(int(one.max()) for one in numbers)
    occurrences = max(int(lines.quality_errors.max()), int(lines.late.max())) + 1
    longest = int((lines.offsets[1:] - lines.offsets[:-1]).max())
    lost = max(ratio.lost for ratio in plan.ratios) + plan.scale
    if highest * int(lines.coefficient.max()) * lost * occurrences * longest < plan.sum_limit:
        return None
    most = np.maximum.reduce(numbers)
    large = (most >= SMALL) | (lines.coefficient >= SMALL)
    limit = plan.sum_limit // (lost * (1 + np.maximum(lines.quality_errors, lines.late)))
    share = np.where(large, 0, most) * np.where(large, 0, lines.coefficient)
    large = large | (share >= limit // np.int64(max(longest, 1)))
    return segment_any(large, lines.offsets)
