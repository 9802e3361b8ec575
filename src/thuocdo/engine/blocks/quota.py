"""Quota: how many may hold a level, given how many hold the base level. It counts and shows; it lowers
nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thuocdo.engine.plan import Ints


@dataclass(frozen=True, eq=False)
class Cells:
    """Per cell: counts at the level and at the base, places now, and places once the surplus joins the
    base.
    """

    at_level: Ints
    base: Ints
    places: Ints
    stable: Ints


def apply(cell: Ints, level: npt.NDArray[np.int8], *, limited: int, base: int, rates: Ints) -> Cells:
    """Count rows per cell. `rates` (cells) in hundredths of a percent.

    "At most" means the whole number below. If those above the limit fall back to the base level the base
    grows: the stable number E is the largest with E ≤ rate × (T − E), T being both levels together.

    >>> rows = np.zeros(36, dtype=np.int64)
    >>> levels = np.array([0] * 6 + [1] * 30, dtype=np.int8)
    >>> found = apply(rows, levels, limited=0, base=1, rates=np.array([2000]))
    >>> found.places.tolist(), found.stable.tolist()
    ([6], [6])
    """
    at_level, at_base = np.zeros_like(rates), np.zeros_like(rates)
    np.add.at(at_level, cell[level == limited], 1)
    np.add.at(at_base, cell[level == base], 1)
    both = at_level + at_base
    return Cells(at_level, at_base, at_base * rates // 10_000, both * rates // (10_000 + rates))
