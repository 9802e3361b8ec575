"""Facts of many subjects under one scheme as columns.

`values` maps the names of the case format to one array of a row each: `marks.<slug>`, `deductions.<group>`,
`time.<key>` and `facts.<id>` of kind percent, points or amount in hundredths; `tasks.<key>`, `led.<key>`,
`defects.<key>`, `votes.<key>` and `facts.<id>` of kind count as whole numbers; `grades.<slug>` as an index of
`GRADES`; a flag `facts.<id>` as 0 or 1. A negative number is missing; a name that is absent is missing in all
rows (a flag: false, a deduction: none).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import Bytes, Disciplines, Ints, Mask, ragged_take
from thuocdo.engine.facts import Period

UNKNOWN, UNRATED, NOT_GIVEN = -1, -2, -3
ABSENT, SCORED, LEFT_OUT, WAITING = 0, 1, 2, 3
Column = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Ranks:
    """Levels of related subjects as an index of the plan's `order`: one a row, or by `offsets` any number.

    Negative: `UNKNOWN` not rated yet, `UNRATED` not to be rated. A row for which nothing was given holds
    `NOT_GIVEN` (one a row) or is not in `given`; None there means that all rows are given.
    """

    rank: Bytes
    offsets: Ints | None = None
    given: Mask | None = None

    def span(self, start: int, stop: int) -> Ranks:
        if self.offsets is None:
            return Ranks(self.rank[start:stop])
        inside = slice(int(self.offsets[start]), int(self.offsets[stop]))
        given = None if self.given is None else self.given[start:stop]
        return Ranks(self.rank[inside], self.offsets[start : stop + 1] - inside.start, given)

    def take(self, rows: Ints) -> Ranks:
        if self.offsets is None:
            return Ranks(self.rank[rows])
        index, offsets = ragged_take(self.offsets, rows)
        return Ranks(self.rank[index], offsets, None if self.given is None else self.given[rows])

    def without(self, gone: Mask) -> Ranks:
        """The same without these lines."""
        offsets, given = self.offsets, self.given
        if offsets is None:
            offsets, given = np.arange(len(self.rank) + 1, dtype=np.int64), self.rank != NOT_GIVEN
            gone = gone | ~given
        running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(~gone)])
        return Ranks(self.rank[~gone], running[offsets], given)


@dataclass(frozen=True, eq=False)
class Absences:
    """Days away, flat by row: `reason` indexes `measures.ABSENCE_REASONS` in order, `days` in hundredths."""

    offsets: Ints
    reason: Bytes
    days: Ints

    def span(self, start: int, stop: int) -> Absences:
        inside = slice(int(self.offsets[start]), int(self.offsets[stop]))
        return Absences(self.offsets[start : stop + 1] - inside.start, self.reason[inside], self.days[inside])

    def take(self, rows: Ints) -> Absences:
        index, offsets = ragged_take(self.offsets, rows)
        return Absences(offsets, self.reason[index], self.days[index])


@dataclass(frozen=True, eq=False)
class Records:
    """Disciplinary records: the columns of the people engine, `forms` as an index of the schema's forms, whether the
    decision took effect inside the period, and the year of the act (0: not stated).
    """

    base: Disciplines
    forms: Bytes
    inside: Mask
    act_year: Ints

    @property
    def offsets(self) -> Ints:
        return self.base.offsets

    def span(self, start: int, stop: int) -> Records:
        return self.take(np.arange(start, stop, dtype=np.int64))

    def take(self, rows: Ints) -> Records:
        index, _ = ragged_take(self.base.offsets, rows)
        return Records(self.base.take(rows), self.forms[index], self.inside[index], self.act_year[index])


@dataclass(frozen=True, eq=False)
class Members:
    """Sheets of the members of a leadership collective, flat by row: `values` as in the columns."""

    offsets: Ints
    values: Mapping[str, Column]

    def span(self, start: int, stop: int) -> Members:
        inside = slice(int(self.offsets[start]), int(self.offsets[stop]))
        kept = {name: column[inside] for name, column in self.values.items()}
        return Members(self.offsets[start : stop + 1] - inside.start, kept)

    def take(self, rows: Ints) -> Members:
        index, offsets = ragged_take(self.offsets, rows)
        return Members(offsets, {name: column[index] for name, column in self.values.items()})


@dataclass(frozen=True, eq=False)
class Parts:
    """Earlier scores (n, parts) in points as `num/den`; `state` says which are there, left out or awaited."""

    num: Column
    den: Column
    state: Bytes

    def span(self, start: int, stop: int) -> Parts:
        return Parts(self.num[start:stop], self.den[start:stop], self.state[start:stop])

    def take(self, rows: Ints) -> Parts:
        return Parts(self.num[rows], self.den[rows], self.state[rows])


@dataclass(frozen=True, eq=False)
class Decided:
    """Decisions on single subjects, -1 for none: reading index by point, level index of the gap, 1 apply and
    0 waive by trigger, level index by limit.
    """

    points: Bytes
    gap: Bytes
    triggers: Bytes
    limits: Bytes

    def span(self, start: int, stop: int) -> Decided:
        return Decided(**{f.name: getattr(self, f.name)[start:stop] for f in fields(self)})

    def take(self, rows: Ints) -> Decided:
        return Decided(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, eq=False)
class SchemeColumns:
    """Rows of one scheme. `roles` 0 none, 1 head, 2 deputy. `complete` names columns without a missing number."""

    ids: Sequence[str]
    period: Period
    roles: Bytes
    values: Mapping[str, Column]
    complete: frozenset[str] = frozenset()
    related: Mapping[str, Ranks] = field(default_factory=dict)
    absences: Absences | None = None
    records: Records | None = None
    members: Members | None = None
    parts: Parts | None = None
    decided: Decided | None = None

    def __len__(self) -> int:
        return len(self.roles)

    def span(self, start: int, stop: int) -> SchemeColumns:
        """The rows `start` to `stop`, as views."""
        return replace(
            self,
            ids=self.ids[start:stop],
            roles=self.roles[start:stop],
            values={name: column[start:stop] for name, column in self.values.items()},
            related={name: ranks.span(start, stop) for name, ranks in self.related.items()},
            absences=None if self.absences is None else self.absences.span(start, stop),
            records=None if self.records is None else self.records.span(start, stop),
            members=None if self.members is None else self.members.span(start, stop),
            parts=None if self.parts is None else self.parts.span(start, stop),
            decided=None if self.decided is None else self.decided.span(start, stop),
        )

    def take(self, rows: Ints) -> SchemeColumns:
        """The chosen rows, in that order."""
        return replace(
            self,
            ids=[self.ids[row] for row in rows.tolist()],
            roles=self.roles[rows],
            values={name: column[rows] for name, column in self.values.items()},
            related={name: ranks.take(rows) for name, ranks in self.related.items()},
            absences=None if self.absences is None else self.absences.take(rows),
            records=None if self.records is None else self.records.take(rows),
            members=None if self.members is None else self.members.take(rows),
            parts=None if self.parts is None else self.parts.take(rows),
            decided=None if self.decided is None else self.decided.take(rows),
        )
