"""Converted products: ratios of counted to assigned quantity in standard units, with deductions per
occurrence.

All sums are integers: hundredths of quantity × hundredths of coefficient × `plan.scale`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.segments import segment_any, segment_sum
from thuocdo.engine.columns import Lines
from thuocdo.engine.plan import Choice, Mask, Plan, RatioPlan

SMALL = 1 << 31
Column = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class LineTrace:
    """Per line, for the explanation: the converted quantities and the parts of `scale` that remain."""

    assigned: Column
    counted: tuple[Column, ...]
    occurrences: tuple[Column | None, ...]
    kept: tuple[Column | None, ...]


@dataclass(frozen=True, eq=False)
class Products:
    """`denominator` and `numerators` are comparable sums; `capped` are the numerators after the cap per
    ratio.
    """

    denominator: Column
    numerators: tuple[Column, ...]
    capped: tuple[Column, ...]
    empty: Mask
    floor_touched: Mask | None
    cap_touched: Mask | None
    trace: LineTrace | None


def apply(plan: Plan, lines: Lines, choice: Choice, watch: frozenset[str], keep: bool) -> Products:
    """Converted sums of every row under the chosen readings."""
    base = _counted(lines, plan.denominator, plan.denominator_excluded)
    denominator = segment_sum(base, lines.offsets) * plan.scale
    empty = denominator == 0
    floor = choice.get("deduction_floor")
    at_zero = floor is not None and floor.floor is not None
    sums: list[Column] = []
    traces: list[tuple[Column, Column | None, Column | None]] = []
    touched: Mask | None = None
    for ratio in plan.ratios:
        counted = _counted(lines, ratio.counts, ratio.excluded)
        occurrences = _occurrences(lines, ratio)
        kept = None if occurrences is None else plan.scale - ratio.lost * occurrences
        if kept is not None and occurrences is not None:
            below = kept < 0
            if "deduction_floor" in watch:
                here = segment_any(below & (counted != 0), lines.offsets)
                touched = here if touched is None else touched | here
            kept = np.where(below, 0, kept) if at_zero and below.any() else kept
        sums.append(segment_sum(counted * plan.scale if kept is None else counted * kept, lines.offsets))
        traces.append((counted, occurrences, kept))
    cap = choice.get("ratio_cap")
    each = cap is not None and bool(cap.each_ratio)
    capped = tuple(np.minimum(one, denominator) for one in sums) if each else tuple(sums)
    over: Mask | None = None
    if "ratio_cap" in watch:
        over = np.zeros(len(denominator), dtype=np.bool_)
        for one in sums:
            over = over | (one > denominator)
        over = over & ~empty
    trace = LineTrace(base, *(tuple(part) for part in zip(*traces, strict=True))) if keep else None
    return Products(denominator, tuple(sums), capped, empty, touched, over, trace)


def _counted(lines: Lines, name: str, excluded: tuple[str, ...]) -> Column:
    quantity: Column = getattr(lines, name)
    converted = quantity * lines.coefficient
    for flag in excluded:
        marked: Mask = getattr(lines, flag)
        if marked.any():
            converted = np.where(marked, 0, converted)
    return converted


def _occurrences(lines: Lines, ratio: RatioPlan) -> Column | None:
    if ratio.occurrences is None:
        return None
    count: Column = getattr(lines, ratio.occurrences)
    return count if ratio.excused is None else count - getattr(lines, ratio.excused)


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
