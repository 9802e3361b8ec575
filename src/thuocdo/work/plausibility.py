"""Plausibility of a month's volume, pure and exact: beside the person's own months and beside like posts.

Figures to look at before deciding, never a verdict: nothing here enters a score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAST_MONTHS = 3
LEAST_POSTS = 4
FLAG_FROM = Fraction(2)
"""How many times the median a volume is shown as a flag: a threshold of the software, not of any regulation."""


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
    def flagged(self) -> bool:
        """Whether either comparison reaches the software's threshold."""
        return any(t is not None and t >= FLAG_FROM for t in (self.times_own, self.times_like))


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
