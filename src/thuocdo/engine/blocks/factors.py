"""Two-valued factors of leaders: each is one of two percents; one of them may follow from subordinates'
scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.segments import segment_any
from thuocdo.engine.columns import ProductColumns
from thuocdo.engine.errors import CaseError
from thuocdo.engine.plan import Choice, Mask, Plan
from thuocdo.kernel.exact import scaled


@dataclass(frozen=True, eq=False)
class Factors:
    """`values` in percent (-1 none), `total` their sum, `leader` rows use them, `waiting` rows lack a score
    below.
    """

    values: npt.NDArray[Any]
    total: npt.NDArray[Any]
    leader: Mask
    waiting: Mask
    absent: Mask
    derived: Mask


def apply(plan: Plan, columns: ProductColumns, choice: Choice) -> Factors:
    """Fill the derived factor, then the reading chosen for factors between the two descriptions."""
    leader = np.zeros(len(columns), dtype=np.bool_)
    for role in plan.factor_roles:
        leader |= columns.roles == role
    values = columns.factors
    rows = len(columns)
    nobody = np.zeros(rows, dtype=np.bool_)
    if not plan.factor_slugs or not leader.any():
        return Factors(values, np.zeros(rows, dtype=np.int64), leader, nobody, nobody, nobody)
    _check_values(plan, columns, leader)
    waiting, derived = nobody, nobody
    if plan.derived is not None and len(columns.subordinates.num):
        values, waiting, derived = _derive(plan, columns, leader)
    led = np.flatnonzero(leader)
    absent = nobody.copy()
    absent[led] = (values[led] < 0).any(axis=1)
    reading = choice.get("missing_factor")
    if reading is not None and reading.percent is not None and absent.any():
        values = np.where((values < 0) & absent[:, None], int(reading.percent), values)
    total = np.zeros(rows, dtype=np.int64)
    total[led] = values[led].sum(axis=1)
    return Factors(values, total, leader, waiting, absent & ~waiting, derived)


def _check_values(plan: Plan, columns: ProductColumns, leader: Mask) -> None:
    led = np.flatnonzero(leader)
    given = columns.factors[led]
    wrong = given != -1
    for value in plan.factor_values:
        wrong &= given != value
    if wrong.any():
        place, column = (int(x) for x in np.argwhere(wrong)[0])
        row = int(led[place])
        allowed = " hoặc ".join(str(value) for value in plan.factor_values)
        raise CaseError(
            file="",
            key=f"subjects[{columns.ids[row]}].leadership_factors.{plan.factor_slugs[column]}",
            problem=f"giá trị {int(columns.factors[row, column])} không được dùng",
            remedy=f"Chỉ ghi {allowed}.",
        )


def _derive(plan: Plan, columns: ProductColumns, leader: Mask) -> tuple[npt.NDArray[Any], Mask, Mask]:
    book = plan.rulebook.book.factors
    assert book is not None
    assert plan.derived is not None
    rule = book.items[plan.derived].derived
    assert rule is not None
    below_line = scaled(rule.at_least)
    sub = columns.subordinates
    unknown = segment_any(sub.den == 0, sub.offsets)
    below = segment_any((sub.den != 0) & (sub.num * 100 < below_line * sub.den), sub.offsets)
    some = (sub.offsets[1:] > sub.offsets[:-1]) & leader
    found = np.where(below, int(rule.otherwise), int(rule.all_reach))
    known = some & (below | ~unknown)
    given = columns.factors[:, plan.derived]
    clash = known & (given >= 0) & (given != found)
    if clash.any():
        row = int(np.argwhere(clash)[0][0])
        raise CaseError(
            file="",
            key=f"subjects[{columns.ids[row]}].leadership_factors.{plan.factor_slugs[plan.derived]}",
            problem=f"ghi {int(given[row])} nhưng điểm của cấp dưới cho kết quả {int(found[row])}",
            remedy="Bỏ khóa này hoặc sửa điểm của cấp dưới trong subordinates.",
        )
    values = columns.factors.copy()
    fill = known & (given < 0)
    values[fill, plan.derived] = found[fill]
    return values, some & ~known & (given < 0), fill
