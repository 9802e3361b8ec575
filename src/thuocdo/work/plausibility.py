"""Plausibility of a month's volume, pure and exact: beside the person's own months and beside like posts.

Figures to look at before deciding, never a verdict: nothing here enters a score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAST_MONTHS = 3
LEAST_POSTS = 4
FLAG_FROM = Fraction(2)
FLAG_TO = Fraction(1, 2)
"""A volume of at least twice or at most half the median is marked for a look: thresholds of the software, not of any
regulation. The words of the pages and of the handbook name them."""


@dataclass(frozen=True)
class Range:
    """Median, least and most of some volumes (standard units), and how many there are."""

    median: Fraction
    least: Fraction
    most: Fraction
    count: int


@dataclass(frozen=True)
class Plausibility:
    """A month's completed converted volume beside its ranges; a range is None where figures are too few."""

    volume: Fraction
    own: Range | None
    like: Range | None

    @property
    def times_own(self) -> Fraction | None:
        return times(self.volume, self.own)

    @property
    def times_like(self) -> Fraction | None:
        return times(self.volume, self.like)

    @property
    def far_from_own(self) -> bool:
        return far(self.times_own)

    @property
    def far_from_like(self) -> bool:
        return far(self.times_like)

    @property
    def flagged(self) -> bool:
        """Whether either comparison reaches one of the software's thresholds."""
        return self.far_from_own or self.far_from_like


def far(found: Fraction | None) -> bool:
    """Whether so many times the median is marked for a look, above or below.

    >>> [far(Fraction(n, 4)) for n in (8, 7, 3, 2, 0)]
    [True, False, False, True, True]
    """
    return found is not None and not FLAG_TO < found < FLAG_FROM


def times(volume: Fraction, found: Range | None) -> Fraction | None:
    """How many times the median the volume is; None without figures or with a median of zero."""
    if found is None or found.median == 0:
        return None
    return volume / found.median


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value; of an even number, the mean of the two in the middle.

    >>> median([Fraction(3), Fraction(1), Fraction(2), Fraction(10)])
    Fraction(5, 2)
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def range_of(values: Sequence[Fraction], least: int) -> Range | None:
    """The range of the values, or None when there are fewer than `least`."""
    if len(values) < least:
        return None
    return Range(median(values), min(values), max(values), len(values))


def compare(volume: Fraction, months: Sequence[Fraction], posts: Sequence[Fraction]) -> Plausibility:
    """A volume beside the person's own earlier months and the same month of like posts."""
    return Plausibility(volume, range_of(months, LEAST_MONTHS), range_of(posts, LEAST_POSTS))
