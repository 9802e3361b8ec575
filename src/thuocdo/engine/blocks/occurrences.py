"""What occurrences take from the product lines: from the one product that each befell (`thuocdo.engine.each`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.segments import segment_any
from thuocdo.engine.columns import Lines
from thuocdo.engine.each import ONE
from thuocdo.engine.plan import Mask, Plan, RatioPlan

Column = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Left:
    """Per line, in parts of `scale`: what is left of its quantity, the occurrences that took from it, and where they
    took more than a product has."""

    left: Column
    times: Column | None
    beyond: Mask | None


def left_of(plan: Plan, ratio: RatioPlan, lines: Lines, at_zero: bool) -> Left:
    """`at_zero`: no product loses more than all of its own."""
    quantity: Column = getattr(lines, ratio.counts)
    if ratio.occurrences is None:
        return Left(quantity * plan.scale, None, None)
    times = counting(lines, ratio)
    if not times.any():
        return Left(quantity * plan.scale, times, None)
    weight, beyond, part = quantity, None, None
    if ratio.per_product:
        said: Column = getattr(lines, f"{ratio.occurrences}_said")
        times = np.where(said >= 0, said, times)
        single = lines.one_piece | (quantity <= ONE)
        weight = np.where(single, quantity, ONE)
        beyond = np.where(single, 0, getattr(lines, f"{ratio.occurrences}_over"))
        part = getattr(lines, f"{ratio.occurrences}_part")
    lost = ratio.lost * times
    over = np.maximum(lost - plan.scale, 0)
    if beyond is not None:
        over = np.where(single, over, beyond)
    taken = lost - over if at_zero else lost
    left = quantity * plan.scale - weight * taken
    if part is not None and part.any():
        lost = ratio.lost * part
        left = left + (ONE - quantity % ONE) * np.where(part > 0, np.minimum(lost, plan.scale) if at_zero else lost, 0)
    return Left(left, times, over > 0)


def counting(lines: Lines, ratio: RatioPlan) -> Column:
    """The occurrences of each line that no cause excuses."""
    count: Column = getattr(lines, ratio.occurrences or "")
    return count if ratio.excused is None else count - getattr(lines, ratio.excused)


def over(plan: Plan, kind: str, each: Sequence[int]) -> int:
    """By how many parts of `scale` occurrences of single products take more than all of those."""
    lost = max((ratio.lost for ratio in plan.ratios if ratio.occurrences == kind), default=0)
    return sum(max(0, lost * times - plan.scale) for times in each)


def unsaid(plan: Plan, lines: Lines) -> Iterator[tuple[RatioPlan, Mask]]:
    """By ratio, the lines of which must still be said which products had how many occurrences."""
    for ratio in plan.ratios:
        if not ratio.per_product:
            continue
        times = counting(lines, ratio)
        if not times.any():
            continue
        counted: Column = getattr(lines, ratio.counts)
        several = ~(lines.one_piece | (counted <= ONE))
        matters = several & ((counted % ONE != 0) | (ratio.lost * times > plan.scale)) | (counted < lines.completed)
        said: Column = getattr(lines, f"{ratio.occurrences}_said")
        yield ratio, matters & (times > 0) & (counted > 0) & (said < 0) & ~lines.handed_back


def unsaid_rows(plan: Plan, lines: Lines) -> Mask:
    """The rows with such a line."""
    rows = np.zeros(len(lines.offsets) - 1, dtype=np.bool_)
    for _, mask in unsaid(plan, lines):
        rows |= segment_any(mask, lines.offsets)
    return rows
