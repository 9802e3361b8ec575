"""Rating of many subjects under one scheme: a level, a score, or what the result waits for. No loop over subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import Bytes, Ints, Mask
from thuocdo.engine.schemes.columns import SchemeColumns
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.conditions import Evaluator
from thuocdo.engine.schemes.levels import Possible, meets_open_places, not_rated_bit, possible, single
from thuocdo.engine.schemes.liveness import Causes, causes_of
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.readings import with_readings
from thuocdo.engine.schemes.truth import as_mask

ROWS_AT_ONCE = 40_960
MAX_COMBINATIONS = 64
RATED_ROW, NOT_RATED_ROW, NEEDS_DECISION_ROW = 0, 1, 2
Combo = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class SchemeOutcomes:
    """Results of many subjects.

    `kind` is 0 rated (or scored), 1 not rated, 2 needs a decision; `level` indexes `codes` where `kind` is 0, else
    -1; `num/den` are hundredths of a point where `known`. `open` (n, points) marks the open points a row hangs on.
    """

    ids: Sequence[str]
    kind: Bytes
    level: Bytes
    num: npt.NDArray[Any]
    den: npt.NDArray[Any]
    known: Mask
    codes: tuple[str, ...]
    open: Mask
    point_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.kind)

    def score(self, row: int) -> Fraction | None:
        """The exact score of one row in points; None where there is none."""
        if not bool(self.known[row]):
            return None
        return Fraction(int(self.num[row]), 100 * int(self.den[row]))


@dataclass(frozen=True, eq=False)
class Found:
    """One evaluation of a span of rows under one plan."""

    evaluator: Evaluator
    possible: Possible
    kind: Bytes
    level: Bytes

    def score(self, row: int) -> Fraction | None:
        """The exact score of one row in points; None where there is none."""
        score = self.evaluator.score
        if not bool(as_mask(score.known, self.evaluator.rows)[row]):
            return None
        den = score.den if isinstance(score.den, int) else int(score.den[row])
        return Fraction(int(score.num[row]), 100 * den)


@dataclass(frozen=True, eq=False)
class Variants:
    """A few rows under every combination of readings of the open points that they touch.

    `points` are places in the plan. Beyond `MAX_COMBINATIONS`, only the combinations that change one point.
    """

    plan: SchemePlan
    rows: Ints
    points: tuple[int, ...]
    results: Mapping[Combo, Found]
    complete: bool


def evaluate(plan: SchemePlan, columns: SchemeColumns) -> Found:
    """All rules on all rows, in one span."""
    evaluator = Evaluator(plan, columns)
    found = possible(evaluator)
    level = _level_table(plan, found.bits)
    kind = (level < 0).view(np.int8) * np.int8(NEEDS_DECISION_ROW)
    if plan.not_rated:
        kind[found.bits == found.bits.dtype.type(not_rated_bit(plan))] = NOT_RATED_ROW
    return Found(evaluator, found, kind, level)


def _level_table(plan: SchemePlan, bits: Any) -> Bytes:
    if bits.dtype == np.uint8:
        found: Bytes = np.take(_table(len(plan.codes)), bits)
        return found
    level = np.full(len(bits), -1, dtype=np.int8)
    for index in range(len(plan.codes)):
        level[bits == bits.dtype.type(1 << index)] = index
    return level


@lru_cache(maxsize=8)
def _table(levels: int) -> Bytes:
    table = np.full(256, -1, dtype=np.int8)
    for index in range(levels):
        table[1 << index] = index
    return table


def variants(found: Found, causes: Causes) -> Iterator[Variants]:
    """Groups of rows that touch the same open points with listed readings, under each of their readings."""
    plan, columns = found.evaluator.plan, found.evaluator.columns
    listed = [place for place in causes.points if plan.points[place].readings]
    if not listed:
        return
    matrix = np.stack([causes.points[place] for place in listed], axis=1)
    rows = np.flatnonzero(matrix.any(axis=1))
    patterns, inverse = np.unique(matrix[rows], axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        here = rows[np.asarray(inverse).reshape(-1) == number]
        points = tuple(place for place, on in zip(listed, pattern, strict=True) if on)
        combos, complete = combinations(plan, points)
        part = columns.take(here)
        results = {combo: evaluate(under_readings(plan, points, combo), part) for combo in combos}
        yield Variants(plan, here, points, results, complete)


def combinations(plan: SchemePlan, points: Sequence[int]) -> tuple[list[Combo], bool]:
    """Every combination of readings if they are few, else each reading beside the first ones of the others."""
    sizes = [len(plan.points[place].readings) for place in points]
    count = 1
    for size in sizes:
        count *= size
    if count <= MAX_COMBINATIONS:
        return list(product(*(range(size) for size in sizes))), True
    first = [0] * len(sizes)
    single_changes = {
        (*first[:place], index, *first[place + 1 :]) for place, size in enumerate(sizes) for index in range(size)
    }
    return sorted(single_changes), False


def under_readings(plan: SchemePlan, points: Sequence[int], combo: Combo) -> SchemePlan:
    """The plan with these readings written into the rulebook."""
    chosen = {
        plan.points[place].id: plan.points[place].readings[index].id for place, index in zip(points, combo, strict=True)
    }
    return compile_scheme(with_readings(plan.book, chosen), plan.scheme.id)


def agreeing(found: Variants) -> Mask:
    """Rows on which every combination of readings gives the same known result."""
    first, *others = found.results.values()
    plan = found.plan
    chosen = all(len(plan.points[place].readings) > 1 for place in found.points)  # one reading is no agreement
    same = (first.kind != NEEDS_DECISION_ROW) & (found.complete and chosen)
    for other in others:
        same = same & (first.kind == other.kind) & (first.level == other.level)
        if first.evaluator.plan.band_only:
            same = same & _same_score(first, other)
    return np.asarray(same, dtype=np.bool_)


def _same_score(one: Found, other: Found) -> Mask:
    left, right = one.evaluator.score, other.evaluator.score
    rows = one.evaluator.rows
    known, other_known = as_mask(left.known, rows), as_mask(right.known, rows)
    equal = np.asarray(left.num * right.den == right.num * left.den, dtype=np.bool_)
    same: Mask = (known == other_known) & (equal | ~known)
    return same


def matters(found: Variants, position: int) -> Mask:
    """Rows where the readings of one point differ in result, for some reading of the others."""
    alone = len(found.plan.points[found.points[position]].readings) == 1
    differs = np.full(len(found.rows), alone, dtype=np.bool_)
    for combo, result in found.results.items():
        other = found.results.get((*combo[:position], 0, *combo[position + 1 :]))
        if combo[position] == 0 or other is None:
            continue
        differs |= np.asarray(result.possible.bits != other.possible.bits, dtype=np.bool_)
        if result.evaluator.plan.band_only:
            differs |= ~_same_score(result, other)
    return differs


def rate_scheme(plan: SchemePlan, columns: SchemeColumns) -> SchemeOutcomes:
    """Rate all rows, a few thousand at a time, so that they stay in the processor's cache."""
    result = _Gather(plan, columns)
    for rows, part, own in by_readings(plan, columns):
        for start in range(0, len(part), ROWS_AT_ONCE):
            stop = min(start + ROWS_AT_ONCE, len(part))
            span = part if stop - start == len(part) else part.span(start, stop)
            place = slice(start, stop) if rows is None else rows[start:stop]
            found = evaluate(own, span)
            result.add(place, found)
            waiting = (found.kind == NEEDS_DECISION_ROW) & ~single(found.possible.bits)  # a gap alone asks nobody else
            if plan.points and meets_open_places(found.evaluator, found.possible) and waiting.any():
                result.settle(place, own, span.take(np.flatnonzero(waiting)), np.flatnonzero(waiting))
    return result.outcomes()


def by_readings(plan: SchemePlan, columns: SchemeColumns) -> Iterator[tuple[Ints | None, SchemeColumns, SchemePlan]]:
    """Rows that share their own decisions on open points, with their plan; None for all rows at once."""
    if columns.decided is None or not plan.points:
        yield None, columns, plan
        return
    patterns, inverse = np.unique(columns.decided.points, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(np.asarray(inverse).reshape(-1) == number)
        points = tuple(place for place, index in enumerate(pattern.tolist()) if index >= 0)
        combo = tuple(int(pattern[place]) for place in points)
        yield rows, columns.take(rows), under_readings(plan, points, combo)


class _Gather:
    """Scatters the results of spans into whole columns."""

    def __init__(self, plan: SchemePlan, columns: SchemeColumns) -> None:
        rows = len(columns)
        self.plan, self.columns = plan, columns
        self.kind = np.zeros(rows, dtype=np.int8)
        self.level = np.zeros(rows, dtype=np.int8)
        self.num: npt.NDArray[Any] = np.zeros(rows, dtype=np.int32)  # wider as soon as a span's scores are
        self.den: npt.NDArray[Any] = np.broadcast_to(np.int64(plan.unit), rows)  # until a row has its own
        self.known = np.zeros(rows, dtype=np.bool_)
        self.open = np.zeros((rows, len(plan.points)), dtype=np.bool_)

    def add(self, place: Any, found: Found) -> None:
        self.kind[place], self.level[place] = found.kind, found.level
        if self.plan.groups or self.plan.rollup is not None:
            self._score(place, found, slice(None))

    def _score(self, place: Any, found: Found, rows: Any) -> None:
        score = found.evaluator.score
        if score.num.dtype == object and self.num.dtype != object:
            self.num, self.den = self.num.astype(object), self.den.astype(object)
        elif score.num.dtype.itemsize > self.num.dtype.itemsize:
            self.num = self.num.astype(np.int64)
        self.num[place] = score.num[rows]
        if not isinstance(score.den, int):
            if not self.den.flags.writeable:
                self.den = self.den.copy()
            self.den[place] = score.den[rows]
        self.known[place] = score.known if isinstance(score.known, bool) else score.known[rows]

    def settle(self, place: Any, plan: SchemePlan, columns: SchemeColumns, inside: Ints) -> None:
        """Rows that wait: give the result on which all readings agree, or mark the points that they hang on."""
        absolute = inside + place.start if isinstance(place, slice) else place[inside]
        found = evaluate(plan, columns)
        causes = causes_of(found.evaluator, found.possible)
        columns_of = {point.id: index for index, point in enumerate(self.plan.points)}
        for point, mask in causes.points.items():
            if not plan.points[point].readings:
                self.open[absolute[mask], columns_of[plan.points[point].id]] = True
        for variant in variants(found, causes):
            agreed = agreeing(variant)
            first = next(iter(variant.results.values()))
            rows = absolute[variant.rows[agreed]]
            self.kind[rows], self.level[rows] = first.kind[agreed], first.level[agreed]
            self._agreed_score(rows, variant, agreed)
            for position, point in enumerate(variant.points):
                hangs = (matters(variant, position) | (not variant.complete)) & ~agreed
                self.open[absolute[variant.rows[hangs]], columns_of[plan.points[point].id]] = True

    def _agreed_score(self, rows: Ints, variant: Variants, agreed: Mask) -> None:
        """The score stands only if it, too, is the same under every reading."""
        first, *others = variant.results.values()
        if not self.plan.groups and self.plan.rollup is None:
            return
        self._score(rows, first, agreed)
        for other in others:
            self.known[rows] &= _same_score(first, other)[agreed]

    def outcomes(self) -> SchemeOutcomes:
        return SchemeOutcomes(
            self.columns.ids,
            self.kind,
            self.level,
            self.num,
            self.den,
            self.known & (self.kind == RATED_ROW),
            self.plan.codes,
            self.open,
            tuple(point.id for point in self.plan.points),
        )
