"""Criteria groups with ceilings: marks in hundredths add up; a mark above its maximum is refused."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import ProductColumns
from thuocdo.engine.errors import CaseError
from thuocdo.engine.plan import Choice, Mask, Plan
from thuocdo.kernel.exact import exact_vi, scaled


@dataclass(frozen=True, eq=False)
class Criteria:
    """`total` in hundredths; `missing` rows lack a mark; `off_step` rows break the chosen step."""

    total: npt.NDArray[Any]
    missing: Mask
    off_step: Mask
    touched: Mask | None


def apply(plan: Plan, columns: ProductColumns, choice: Choice, watch: frozenset[str]) -> Criteria:
    """Add the marks. Raises `CaseError` for a mark above the maximum of its criterion."""
    marks = columns.marks
    above = marks > plan.maxima
    if above.any():
        row, column = (int(x) for x in np.argwhere(above)[0])
        item = plan.rulebook.criteria[column]
        raise CaseError(
            file="",
            key=f"subjects[{columns.ids[row]}].marks.{item.slug}",
            problem=f"điểm {exact_vi(Fraction(int(marks[row, column]), 100))} lớn hơn mức tối đa "
            f"{exact_vi(Fraction(item.max))} của tiêu chí “{item.label}”",
            remedy=f"Chấm từ 0 đến {exact_vi(Fraction(item.max))}.",
        )
    missing, given = np.zeros(len(columns), dtype=np.bool_), marks
    if len(marks) and int(marks.min()) < 0:
        missing, given = np.asarray((marks < 0).any(axis=1), dtype=np.bool_), np.maximum(marks, 0)
    total = np.einsum("ij->i", given)
    reading = choice.get("mark_step")
    step = scaled(reading.step) if reading is not None and reading.step is not None else 1
    return Criteria(
        total=total,
        missing=missing,
        off_step=_off(marks, step, len(columns)),
        touched=_off(marks, plan.step_lcm, len(columns)) if "mark_step" in watch else None,
    )


def _off(marks: npt.NDArray[Any], step: int, rows: int) -> Mask:
    nobody = np.zeros(rows, dtype=np.bool_)
    if step == 1:
        return nobody
    off = marks // step * step != marks
    if not off.any():
        return nobody
    result: Mask = (off & (marks >= 0)).any(axis=1)
    return result
