"""Where a text lets the level of one procedure stand for another of the same person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.reviewing import holds
from thuocdo.engine.schemes.schema import Stage


@dataclass(frozen=True)
class ReuseRule:
    """The level of `first` is that of `then` where at least so many percent of the staff are Party members."""

    label: str
    first: Stage
    then: Stage
    at_least: Fraction
    cite: tuple[Citation, ...]

    def enough(self, members: int, staff: int) -> bool:
        """Compared exactly; nobody is no share.

        >>> from thuocdo.engine import load_book
        >>> book = load_book("party/qd-366-2025", ["overlays/vi-du-dung-lai-muc"])
        >>> rule = reuse_of(book, "party_member", date(2025, 12, 20))
        >>> [rule.enough(*pair) for pair in ((4, 5), (799, 1000), (0, 0))]
        [True, False, False]
        """
        return staff > 0 and 100 * members * self.at_least.denominator >= staff * self.at_least.numerator

    @property
    def bound(self) -> str:
        """As people read it: percents where they are whole, else a part of the whole."""
        return f"{self.at_least}%" if self.at_least.denominator == 1 else str(self.at_least / 100)


def reuse_of(book: SchemeBook, kind: str, on: date) -> ReuseRule | None:
    """The rule that gives such a subject its level on that day; None where no text has one.

    >>> from thuocdo.engine import load_book
    >>> reuse_of(load_book("party/qd-366-2025"), "party_member", date(2025, 12, 20))
    """
    stages = {stage.id: stage for stage in book.book.stages}
    for one in book.book.reuses:
        then = stages[one.then]
        if holds(one, on) and kind in then.subjects:
            return ReuseRule(one.label, stages[one.first], then, one.at_least, book.cite(one.cite))
    return None
