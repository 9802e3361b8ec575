"""Facts of many subjects as columns of scaled integers (hundredths); product lines are ragged rows."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.facts import Period

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.int8]


def ragged_take(offsets: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Line indexes of the chosen rows, and their new offsets."""
    lengths = offsets[rows + 1] - offsets[rows]
    fresh = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    index = np.repeat(offsets[rows] - fresh[:-1], lengths) + np.arange(int(fresh[-1]), dtype=np.int64)
    return index, fresh


@dataclass(frozen=True, eq=False)
class Lines:
    """Product lines of all subjects, flat; `offsets[i]:offsets[i+1]` are those of row i. Hundredths, counts,
    flags. `…_said`: the occurrences said of single products, -1 where none were; `…_part`: those of them that befell
    the part of a product; `…_over`: the parts of `Plan.scale` by which these take more than all of a product.
    """

    offsets: Ints
    coefficient: Ints
    assigned: Ints
    completed: Ints
    quality_met: Ints
    on_time: Ints
    quality_errors: Ints
    late: Ints
    late_excused: Ints
    quality_errors_said: Ints
    quality_errors_part: Ints
    quality_errors_over: Ints
    late_said: Ints
    late_part: Ints
    late_over: Ints
    one_piece: Mask
    outside_plan: Mask
    handed_back: Mask

    def span(self, start: int, stop: int) -> Lines:
        """The rows `start` to `stop`, without a copy of their lines."""
        inside = slice(int(self.offsets[start]), int(self.offsets[stop]))
        kept = {f.name: getattr(self, f.name)[inside] for f in fields(self) if f.name != "offsets"}
        return Lines(offsets=self.offsets[start : stop + 1] - inside.start, **kept)

    def take(self, rows: Ints) -> Lines:
        index, offsets = ragged_take(self.offsets, rows)
        kept = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "offsets"}
        return Lines(offsets=offsets, **kept)


@dataclass(frozen=True, eq=False)
class Ragged:
    """Scores of subordinates, flat: numerator and denominator; denominator 0 stands for a score not known
    yet.
    """

    offsets: Ints
    num: npt.NDArray[Any]
    den: npt.NDArray[Any]

    def span(self, start: int, stop: int) -> Ragged:
        """The rows `start` to `stop`, without a copy of their scores."""
        inside = slice(int(self.offsets[start]), int(self.offsets[stop]))
        return Ragged(self.offsets[start : stop + 1] - inside.start, self.num[inside], self.den[inside])

    def take(self, rows: Ints) -> Ragged:
        index, offsets = ragged_take(self.offsets, rows)
        return Ragged(offsets, self.num[index], self.den[index])


@dataclass(frozen=True, eq=False)
class ProductColumns:
    """A month or quarter scored from marks and products.

    `marks` (n, criteria) in hundredths, -1 for none; `roles` 0 none, 1 head, 2 deputy; `factors` (n,
    factors) in percent, -1 for none; `unreported` rows have a line whose numbers are not all reported;
    `optional` rows
    are of a kind that the authority may choose to rate; `settled` (n, points) holds the reading chosen for
    that
    subject alone, -1 for none, or is None when there is no such decision at all.
    """

    ids: tuple[str, ...]
    period: Period
    marks: Ints
    roles: Bytes
    lines: Lines
    factors: Ints
    subordinates: Ragged
    unreported: Mask
    optional: Mask
    settled: Bytes | None = None

    def __len__(self) -> int:
        return len(self.roles)

    def span(self, start: int, stop: int) -> ProductColumns:
        """The rows `start` to `stop`, as views."""
        inside = slice(start, stop)
        return replace(
            self,
            ids=self.ids[inside],
            marks=self.marks[inside],
            roles=self.roles[inside],
            lines=self.lines.span(start, stop),
            factors=self.factors[inside],
            subordinates=self.subordinates.span(start, stop),
            unreported=self.unreported[inside],
            optional=self.optional[inside],
            settled=None if self.settled is None else self.settled[inside],
        )

    def take(self, rows: Ints) -> ProductColumns:
        """The chosen rows, in that order."""
        return replace(
            self,
            ids=_ids(self.ids, rows),
            marks=self.marks[rows],
            roles=self.roles[rows],
            lines=self.lines.take(rows),
            factors=self.factors[rows],
            subordinates=self.subordinates.take(rows),
            unreported=self.unreported[rows],
            optional=self.optional[rows],
            settled=None if self.settled is None else self.settled[rows],
        )

    def as_objects(self) -> ProductColumns:
        """The same numbers as Python integers of any size."""
        exact = {
            name: getattr(self.lines, name).astype(object)
            for name in (
                "coefficient",
                "assigned",
                "completed",
                "quality_met",
                "on_time",
                "quality_errors",
                "late",
                "late_excused",
            )
        }
        return replace(self, lines=replace(self.lines, **exact))


@dataclass(frozen=True, eq=False)
class Disciplines:
    """Disciplinary records, flat by row. `first`/`last` are the years in which decisions on that act took
    effect.
    """

    offsets: Ints
    about: Bytes
    side: Bytes
    former: Mask
    year: Ints
    first: Ints
    last: Ints
    used: Ints

    def take(self, rows: Ints) -> Disciplines:
        index, offsets = ragged_take(self.offsets, rows)
        kept = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "offsets"}
        return Disciplines(offsets=offsets, **kept)


@dataclass(frozen=True, eq=False)
class RollupColumns:
    """A quarter, half year or year made of earlier scores.

    `num`/`den` (n, parts) hold exact scores; `state` (n, parts) is 0 for no entry, 1 for a score, 2.. for the
    reason of `LEAVES`. `quarterly` rows are made of quarters, and only their first parts are used. The year's
    columns hold hundredths of months (-1 unknown), flags, and the level index of the organisation headed
    (-1).
    """

    ids: tuple[str, ...]
    period: Period
    num: npt.NDArray[Any]
    den: npt.NDArray[Any]
    state: Bytes
    quarterly: Mask
    roles: Bytes
    optional: Mask
    months_worked: Ints
    flags: dict[str, Mask]
    organisation: Bytes
    disciplines: Disciplines
    settled: Bytes | None = None

    def __len__(self) -> int:
        return len(self.roles)

    def take(self, rows: Ints) -> RollupColumns:
        """The chosen rows, in that order."""
        return replace(
            self,
            ids=_ids(self.ids, rows),
            num=self.num[rows],
            den=self.den[rows],
            state=self.state[rows],
            quarterly=self.quarterly[rows],
            roles=self.roles[rows],
            optional=self.optional[rows],
            months_worked=self.months_worked[rows],
            flags={k: v[rows] for k, v in self.flags.items()},
            organisation=self.organisation[rows],
            disciplines=self.disciplines.take(rows),
            settled=None if self.settled is None else self.settled[rows],
        )


def _ids(ids: tuple[str, ...], rows: Ints) -> tuple[str, ...]:
    return tuple(map(ids.__getitem__, rows.tolist()))
