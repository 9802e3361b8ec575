"""Bands: thresholds by cross-multiplication, from the highest to the lowest; a bound belongs to the band
above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def apply(num: npt.NDArray[Any], den: npt.NDArray[Any], bounds: Sequence[int]) -> npt.NDArray[np.int8]:
    """Index of the band of `num/den` hundredths; the last band takes everything below.

    >>> apply(np.array([9000, 8999, 26999, 0]), np.array([1, 1, 3, 1]), (9000, 7000, 5000, 0)).tolist()
    [0, 1, 1, 3]
    """
    index = np.zeros(len(num), dtype=np.int8)
    for bound in bounds[:-1]:
        index += (num < bound * den).astype(np.int8)
    return index
