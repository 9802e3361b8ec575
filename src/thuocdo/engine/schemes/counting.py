"""Places of a quota: whole numbers per cell, by integers alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from thuocdo.engine.columns import Ints, Mask

Rounding = Literal["floor", "half_up", "up"]


@dataclass(frozen=True, eq=False)
class Counts:
    """Per cell: how many hold the level, the base, places, and places once those above the limit fell back."""

    at_level: Ints
    base: Ints
    places: Ints
    stable: Ints


def count(cell: Ints, holds: Mask, cells: int) -> Ints:
    """How many rows of each cell are set.

    >>> count(np.array([0, 0, 1]), np.array([True, True, False]), 2).tolist()
    [2, 0]
    """
    return np.bincount(cell[holds], minlength=cells).astype(np.int64)


def places_of(base: Ints, share: Fraction, rounding: Rounding) -> Ints:
    """A share of the base as a whole number.

    >>> [int(places_of(np.array([11]), Fraction(1, 5), word)[0]) for word in ("floor", "half_up", "up")]
    [2, 2, 3]
    """
    a, b = share.numerator, share.denominator
    if rounding == "floor":
        return base * a // b
    if rounding == "half_up":
        return (2 * base * a + b) // (2 * b)
    return -(-base * a // b)


def stable_of(at_level: Ints, base: Ints, places: Ints, share: Fraction, rounding: Rounding, falls_into: int) -> Ints:
    """The most that may keep the level once everybody above the limit has fallen to the next lower level.

    `falls_into`: by how much the base changes with each one who falls: 1 if only the lower level is in it, -1 if
    only this one is, else 0. Where nobody is above the limit, nobody falls.

    >>> one = np.array([3]), np.array([12]), np.array([2])
    >>> stable_of(*one, Fraction(1, 5), "floor", 1).tolist()
    [2]
    """
    if falls_into == 0:
        return places
    a, b = share.numerator, share.denominator
    left = base + falls_into * at_level  # the base if nobody kept the level
    slope = b + falls_into * a
    if slope <= 0:
        return np.where(at_level > places, at_level, places)
    if rounding == "floor":
        most = a * left // slope
    elif rounding == "half_up":
        most = (2 * a * left + b) // (2 * slope)
    else:
        most = (a * left + b - 1) // slope
    return np.where(at_level > places, np.clip(most, 0, at_level), places)
