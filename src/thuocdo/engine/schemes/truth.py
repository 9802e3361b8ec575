"""Three-valued truth over columns, and exact comparisons by cross-multiplication.

A `Truth` holds the rows where it surely holds (`yes`) and where it surely fails (`no`); it is known where one of
them is set. Missing facts and open figures leave both unset. A Python bool stands for a column of one value. Where
nothing is missing `no` is the opposite of `yes` and is made only when asked for: half the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

import numpy as np

from thuocdo.engine.columns import Ints, Mask
from thuocdo.engine.schemes import nodes
from thuocdo.engine.schemes.columns import Column, SchemeColumns

Flags = Mask | bool
LIMIT = 1 << 62


class Truth:
    """True, false or unknown on every row; without `no` and `maybe`, known on every row.

    `maybe`: the rows where it does not surely fail, the opposite of `no`; either may be given.
    """

    __slots__ = ("_maybe", "_no", "sure", "yes")

    def __init__(self, yes: Flags, no: Flags | None = None, *, maybe: Flags | None = None) -> None:
        self.yes, self._no, self._maybe = yes, no, maybe
        self.sure = no is None and maybe is None

    @property
    def no(self) -> Flags:
        if self._no is None:
            self._no = negated(self.maybe)
        return self._no

    @property
    def maybe(self) -> Flags:
        if self._maybe is None:
            self._maybe = self.yes if self._no is None else negated(self._no)
        return self._maybe

    @property
    def unknown(self) -> Flags:
        return False if self.sure else self.maybe & negated(self.yes)


UNKNOWN = Truth(False, maybe=True)
TRUE = Truth(True)
FALSE = Truth(False)


def negated(flags: Flags) -> Flags:
    return (not flags) if isinstance(flags, bool) else ~flags


def as_mask(flags: Flags, rows: int) -> Mask:
    """One flag a row."""
    return np.full(rows, flags, dtype=np.bool_) if isinstance(flags, bool) else flags


def both(one: Truth, other: Truth) -> Truth:
    """Kleene's “and”."""
    if one is TRUE or other is FALSE:
        return other
    if one.sure and other.sure:
        return Truth(one.yes & other.yes)
    return Truth(one.yes & other.yes, maybe=one.maybe & other.maybe)


def either(one: Truth, other: Truth) -> Truth:
    """Kleene's “or”."""
    if one is FALSE or other is TRUE:
        return other
    if one.sure and other.sure:
        return Truth(one.yes | other.yes)
    return Truth(one.yes | other.yes, maybe=one.maybe | other.maybe)


def inverse(truth: Truth) -> Truth:
    """Kleene's “not”."""
    if truth.sure:
        return Truth(truth.no)
    return Truth(truth.no, truth.yes)


def known(holds: Mask, where: Flags) -> Truth:
    """The truth of `holds` where it can be told at all."""
    if where is True:
        return Truth(holds)
    return Truth(holds & where, ~holds & where)


def measured(column: Column, complete: bool) -> Flags:
    return True if complete else column >= 0


def either_none(result: Truth, none: Flags, when_none: str) -> Truth:
    """What holds where there is nothing to take a share of."""
    if none is False:
        return result
    if when_none == "holds":
        return Truth(result.yes | none, result.no & negated(none))
    if when_none == "fails":
        return Truth(result.yes & negated(none), result.no | none)
    return Truth(result.yes & negated(none), result.no & negated(none))


def total(columns: SchemeColumns, measures: Sequence[tuple[str, int]]) -> tuple[Column, Flags]:
    """The sum of measures, each times its multiplier, and where all of them are given."""
    found: Any = None
    where: Flags = True
    for name, factor in measures:
        column = columns.values.get(name)
        if column is None:
            return np.full(len(columns), -1, dtype=np.int64), False
        where = where & measured(column, name in columns.complete)
        if len(measures) > 1 or factor != 1:
            column = column.astype(np.int64, copy=False) * factor
        found = column if found is None else found + column
    return found, where


def compare(num: Column, den: Any, word: nodes.Word, limit: Fraction) -> Mask:
    """`num/den` against a limit, exactly; `den` one integer for all rows or one a row.

    >>> compare(np.array([8999, 9000]), 1, "at_least", Fraction(9000)).tolist()
    [False, True]
    """
    if isinstance(den, int):
        line = limit * den
        up, down = -(-line.numerator // line.denominator), line.numerator // line.denominator
        return _ordered(num, {"at_least": up, "more_than": down, "at_most": down, "below": up}[word], word)
    left, right = limit.denominator, limit.numerator
    if num.dtype != object and not _fits(num, left, den, right):
        num, den = num.astype(object), den.astype(object)
    return _ordered(num * left, den * right, word)


def _fits(num: Column, left: int, den: Column, right: int) -> bool:
    top = max(int(np.abs(num).max(initial=0)) * left, int(np.abs(den).max(initial=0)) * right)
    return top < LIMIT


def _ordered(value: Any, line: Any, word: nodes.Word) -> Mask:
    match word:
        case "at_least":
            found = value >= line
        case "more_than":
            found = value > line
        case "at_most":
            found = value <= line
        case _:
            found = value < line
    return cast(Mask, np.asarray(found, dtype=np.bool_))


def within_share(bounds: Sequence[nodes.Bound], part: Column, whole: Column, where: Flags) -> Truth:
    """`part/whole` within bounds in percents, by cross-multiplication; unknown outside `where`.

    >>> twos = (nodes.Bound("at_least", Fraction(200, 3)),)
    >>> within_share(twos, np.array([19, 20]), np.array([30, 30]), True).yes.tolist()
    [False, True]
    """
    result = TRUE
    for bound in bounds:
        if bound.value is None:
            result = both(result, UNKNOWN)
            continue
        result = both(result, known(_share_compare(part, whole, bound.word, hundredth(bound.value)), where))
    return result


@lru_cache(maxsize=4096)
def scaled_by(figure: Fraction, factor: int) -> Fraction:
    """A figure of the text in the unit of a column."""
    return figure * factor


@lru_cache(maxsize=4096)
def hundredth(percents: Fraction) -> Fraction:
    """Percents as a part of the whole."""
    return percents / 100


def _share_compare(part: Column, whole: Column, word: nodes.Word, limit: Fraction) -> Mask:
    left, right = limit.denominator, limit.numerator
    if left >= 1 << 20 or right >= 1 << 20:  # measures stay below 2**41 (facts.MAX_NUMBER, amounts in hundredths)
        part, whole = part.astype(object), whole.astype(object)
    value = part if left == 1 else _times(part, left)
    line = whole if right == 1 else _times(whole, right)
    return _ordered(value, line, word)


def _times(column: Column, factor: int) -> Column:
    """A product that does not wrap around: a narrow column stays narrow only where its numbers leave room."""
    if column.dtype == object:
        return column * factor
    if column.dtype == np.int32 and int(column.max(initial=0)) * factor < 1 << 31:
        return column * np.int32(factor)
    return np.multiply(column, factor, dtype=np.int64)


def same_side(bounds: Sequence[nodes.Bound], low: Ints, high: Ints, whole: Ints) -> Mask:
    """Whether a share that fails at both ends of its range fails all through it."""
    too_high = np.zeros(len(low), dtype=np.bool_)
    too_low = np.zeros(len(low), dtype=np.bool_)
    for bound in bounds:
        if bound.value is None:
            continue
        if bound.word in ("at_least", "more_than"):
            too_low |= ~_share_compare(high, whole, bound.word, hundredth(bound.value))
        else:
            too_high |= ~_share_compare(low, whole, bound.word, hundredth(bound.value))
    return too_low | too_high
