"""Exact sums and tests over ragged rows, for int64 and for Python integers alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def segment_sum(values: npt.NDArray[Any], offsets: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Sum of each row's lines; 0 for a row without lines.

    >>> segment_sum(np.array([1, 2, 3]), np.array([0, 2, 2, 3])).tolist()
    [3, 0, 3]
    """
    # Differences of running sums: int64 wraps around, so they are exact whenever each row's own sum fits.
    running = np.zeros(len(values) + 1, dtype=values.dtype)
    np.cumsum(values, out=running[1:])
    at_offsets = running[offsets]
    found: npt.NDArray[Any] = at_offsets[1:] - at_offsets[:-1]
    return found


def segment_any(flags: npt.NDArray[np.bool_], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether any line of each row is flagged."""
    if not flags.any():
        return np.zeros(len(offsets) - 1, dtype=np.bool_)
    return segment_sum(flags.astype(np.int64), offsets) > 0
