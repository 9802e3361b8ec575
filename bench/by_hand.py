"""The floor: the same month written by hand in NumPy for this one rule, as a good programmer would, and nothing else.

Same integers in, same answers out: kind (0 scored, 2 needs a decision), exact num/den in hundredths, band.
"""

import numpy as np
import numpy.typing as npt

from bench.population import Ints, Month


def _sums(values: Ints, offsets: Ints) -> Ints:
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
    return running[offsets[1:]] - running[offsets[:-1]]


def rate(month: Month) -> tuple[npt.NDArray[np.int8], Ints, Ints, npt.NDArray[np.int8]]:
    """Readings of the example overlay: no rounding, the 70-point ceiling only, deductions stop at zero."""
    assigned = np.where(month.outside_plan, 0, month.assigned * month.coefficient)
    kept_lines = np.where(month.handed_back, 0, month.coefficient)
    quality = np.maximum(4 - month.quality_errors, 0)
    progress = np.maximum(4 - (month.late - month.late_excused), 0)
    achieved = kept_lines * (4 * month.completed + month.quality_met * quality + month.on_time * progress)
    base = 4 * _sums(assigned, month.offsets)
    parts = _sums(achieved, month.offsets)
    leader = month.roles > 0
    base_safe = np.where(base == 0, 1, base)
    mean = 100 * parts + np.where(leader, month.factors.sum(axis=1), 0) * base_safe
    count = np.where(leader, 6, 3)
    den = count * base_safe
    num = month.marks.sum(axis=1) * den + np.minimum(70 * mean, 7000 * den)
    band = ((num < 9000 * den).astype(np.int8) + (num < 7000 * den) + (num < 5000 * den)).astype(np.int8)
    kind = np.where(base == 0, 2, 0).astype(np.int8)
    if (month.marks > month.maxima).any() or (month.marks % 25 != 0).any():
        raise ValueError("a mark is above its maximum or off its step")
    return kind, num, den, band
