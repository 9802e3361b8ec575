"""Total: general points + weight × equal-weight mean of the components, held to the ceiling; then rounding.

A score is `num / den` hundredths of a point, exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.criteria import Criteria
from thuocdo.engine.blocks.factors import Factors
from thuocdo.engine.blocks.products import Products
from thuocdo.engine.plan import Choice, Plan

Column = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Total:
    """`count` components; mean = `mean_num` / (100 × count × base); result part = `result_num` / `den`
    hundredths.
    """

    base: Column
    count: Column
    mean_num: Column
    result_num: Column
    uncapped_num: Column
    exact_num: Column
    den: Column
    num: Column
    rounded_den: Column


def apply(plan: Plan, criteria: Criteria, products: Products, factors: Factors, choice: Choice) -> Total:
    """Exact score of every row; rows with an empty denominator carry the general points alone (status says
    so).
    """
    weight, weight_den = plan.weight
    base = np.where(products.empty, 1, products.denominator)
    count = len(plan.ratios) + np.where(factors.leader, len(plan.factor_slugs), 0)
    mean_num = 100 * products.total
    if factors.leader.any():
        mean_num = mean_num + factors.total * base
    den = count * base * weight_den
    uncapped = weight * mean_num
    result = np.minimum(uncapped, plan.ceiling * den)
    exact = criteria.total * den + result
    num, rounded_den = rounded(exact, den, choice)
    return Total(base, count, mean_num, result, uncapped, exact, den, num, rounded_den)


def rounded(num: Column, den: Column, choice: Choice) -> tuple[Column, Column]:
    """The named rounding primitive on columns: half up to the reading's places, or nothing."""
    reading = choice.get("rounding")
    if reading is None or reading.places is None:
        return num, den
    unit = 10 ** (2 - reading.places)
    return (2 * num + unit * den) // (2 * unit * den) * unit, np.ones_like(den)
