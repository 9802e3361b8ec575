"""Ceiling by another subject's level: a head's level is not above the level of the organisation headed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import RollupColumns
from thuocdo.engine.plan import ROLES, Mask
from thuocdo.engine.schema import Ceiling


@dataclass(frozen=True, eq=False)
class Held:
    """`level` after the ceiling; `lowered` rows lost a level; `unknown` rows lack the organisation's
    level.
    """

    level: npt.NDArray[np.int8]
    lowered: Mask
    unknown: Mask


def apply(rule: Ceiling | None, columns: RollupColumns, level: npt.NDArray[np.int8], lowest: int) -> Held:
    """Index 0 is the highest level, `lowest` the lowest, which no ceiling can change."""
    nobody = np.zeros(len(columns), dtype=np.bool_)
    if rule is None:
        return Held(level, nobody, nobody)
    bound = np.isin(columns.roles, [ROLES.index(role) for role in rule.roles])
    known = columns.organisation >= 0
    held = np.where(bound & known, np.maximum(level, columns.organisation), level).astype(np.int8)
    return Held(held, held > level, bound & ~known & (level < lowest))
