"""Absence rule: who worked fewer than the minimum of months is not rated, unless an exemption holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thuocdo.engine.columns import RollupColumns
from thuocdo.engine.plan import Mask
from thuocdo.engine.schema import Absence
from thuocdo.kernel.exact import scaled


@dataclass(frozen=True, eq=False)
class Worked:
    """`not_rated` rows worked too little; `unknown` rows lack the number of months and no exemption settles
    it.
    """

    not_rated: Mask
    unknown: Mask


def apply(rule: Absence | None, columns: RollupColumns) -> Worked:
    """Test the minimum and the exemptions."""
    nobody = np.zeros(len(columns), dtype=np.bool_)
    if rule is None:
        return Worked(nobody, nobody)
    worked = columns.months_worked
    exempt = nobody
    for item in rule.exemptions:
        holds = columns.flags[item.fact]
        if item.min_months is not None:
            holds = holds & (worked >= scaled(item.min_months))
        exempt = exempt | holds
    short = (worked >= 0) & (worked < scaled(rule.min_months))
    return Worked(short & ~exempt, (worked < 0) & ~exempt)
