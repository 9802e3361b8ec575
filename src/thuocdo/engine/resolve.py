"""Open points: a result stands when all listed readings agree on this subject's facts, else it needs a
decision.

The calculation runs once under the first listed readings. Only rows that an open point touches are run again,
under every combination of the readings that could matter there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.period import FINE, OPEN, Evaluation
from thuocdo.engine.plan import Choice, Ints, Mask, Plan
from thuocdo.engine.rulebook import PointOfLaw

Evaluate = Callable[[Ints, Choice], Evaluation]
Combo = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Variants:
    """All combinations of readings on a few rows: `points` in order, results by combination."""

    rows: Ints
    undecided: Mask
    points: tuple[PointOfLaw, ...]
    results: dict[Combo, Evaluation]


def choice_for(plan: Plan, decided: dict[str, int]) -> tuple[Choice, tuple[PointOfLaw, ...]]:
    """The starting choice with one subject's own decisions, and the points that stay open."""
    choice = dict(plan.base)
    for point in plan.rulebook.open_points:
        if point.id in decided:
            choice[point.joint] = point.readings[decided[point.id]].spec
    still_open = tuple(p for p in plan.rulebook.open_points if p.settled is None and p.id not in decided)
    return choice, still_open


def variants(
    base: Evaluation, open_points: tuple[PointOfLaw, ...], choice: Choice, evaluate: Evaluate
) -> Iterator[Variants]:
    """Groups of rows that the same open points touch, evaluated under every combination of their readings."""
    masks = [base.touched.get(point.joint) for point in open_points]
    active = [
        (point, mask)
        for point, mask in zip(open_points, masks, strict=True)
        if mask is not None and mask.any()
    ]
    if not active:
        return
    matrix = np.stack([mask for _, mask in active], axis=1)
    rows = np.flatnonzero(matrix.any(axis=1))
    patterns, inverse = np.unique(matrix[rows], axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        here = rows[np.asarray(inverse).reshape(-1) == number]
        points = tuple(point for (point, _), on in zip(active, pattern, strict=True) if on)
        late = tuple(p for p in open_points if p.joint == "rounding" and p not in points)
        results = _all_combinations(here, points + late, choice, evaluate)
        yield Variants(here, base.status[here] == OPEN, points + late, results)


def _all_combinations(
    rows: Ints, points: tuple[PointOfLaw, ...], choice: Choice, evaluate: Evaluate
) -> dict[Combo, Evaluation]:
    results: dict[Combo, Evaluation] = {}
    for combo in product(*(range(len(point.readings)) for point in points)):
        picked = dict(choice)
        picked.update(
            {point.joint: point.readings[index].spec for point, index in zip(points, combo, strict=True)}
        )
        results[combo] = evaluate(rows, picked)
    return results


def matters(found: Variants, position: int) -> Mask:
    """Rows where the readings of one point differ in result, for some reading of the others."""
    point = found.points[position]
    differs = found.undecided.copy() if point.always else np.zeros(len(found.rows), dtype=np.bool_)
    for combo, result in found.results.items():
        if combo[position] == 0:
            continue
        other = found.results[(*combo[:position], 0, *combo[position + 1 :])]
        differs |= _different(result, other, point.compare)
    return differs


def _different(one: Evaluation, other: Evaluation, compare: str) -> Mask:
    values = one.band != other.band
    if compare == "score":
        left, right = lowest_terms(one.num, one.den), lowest_terms(other.num, other.den)
        values = values | np.asarray(left[0] != right[0], dtype=np.bool_)
        values = values | np.asarray(left[1] != right[1], dtype=np.bool_)
    result: Mask = (one.status != other.status) | (values & (one.status == FINE))
    return result


def lowest_terms(num: npt.NDArray[Any], den: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Both divided by their greatest common divisor, so that equal fractions look equal."""
    divisor = np.gcd(num, den)
    return num // divisor, den // divisor
