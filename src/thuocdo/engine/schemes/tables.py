"""A table of subjects of several schemes, some naming others of the same table: rated from the bottom up, by columns.

The table holds the names of `arrays.py`, each with a row for every subject of the table, and `scheme` as an index of
`names`. A related subject of the table is named by its row: `link.<relation>` (-1 for none), or any number of them in
`link.<relation>.row` with `link.<relation>.offsets`. Names that a scheme does not know are not read for its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import Bytes, Ints, Mask, ragged_take
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Period
from thuocdo.engine.schemes.arrays import RAGGED, Arrays, columns_from_arrays, names_of
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.columns import NOT_GIVEN, UNKNOWN, UNRATED, Ranks, SchemeColumns
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.rate import NEEDS_DECISION_ROW, NOT_RATED_ROW, RATED_ROW, rate_scheme

SECTIONS = (*RAGGED, "roles", "scheme", "related", "link")


@dataclass(frozen=True, eq=False)
class TableOutcomes:
    """Results of all rows. `level` indexes `codes`, -1 for none; `num/den` are hundredths of a point where `known`."""

    kind: Bytes
    level: Bytes
    num: npt.NDArray[Any]
    den: npt.NDArray[Any]
    known: Mask
    codes: tuple[str, ...]

    def score(self, row: int) -> Fraction | None:
        """The exact score of one row in points; None where there is none."""
        return Fraction(int(self.num[row]), 100 * int(self.den[row])) if self.known[row] else None


@dataclass(frozen=True, eq=False)
class Links:
    """Rows that the rows of a table name; `offsets` None for one a row."""

    row: Ints
    offsets: Ints | None

    def waiting(self, done: Mask) -> Mask:
        """Rows that name one which is not rated yet."""
        open_ = (self.row >= 0) & ~done[np.maximum(self.row, 0)]
        if self.offsets is None:
            return open_
        running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(open_)])
        return np.asarray(running[self.offsets[1:]] > running[self.offsets[:-1]], dtype=np.bool_)

    def ranks(self, rows: Ints, rank: Bytes) -> Ranks:
        """The levels of what these rows name."""
        if self.offsets is None:
            named = self.row[rows]
            return Ranks(np.where(named >= 0, rank[np.maximum(named, 0)], NOT_GIVEN).astype(np.int8))
        index, offsets = ragged_take(self.offsets, rows)
        return Ranks(rank[self.row[index]], offsets)


def rate_table(
    book: SchemeBook,
    names: Sequence[str],
    table: Arrays,
    period: Period,
    ids: Sequence[str] | None = None,
) -> TableOutcomes:
    """Rate every row. Raises `CaseError` for rows that wait for each other in a ring, or facts that do not fit."""
    run = _Run(book, names, table, period, ids)
    while not run.done.all():
        run.wave()
    return run.outcomes()


class _Run:
    def __init__(
        self, book: SchemeBook, names: Sequence[str], table: Arrays, period: Period, ids: Sequence[str] | None
    ) -> None:
        self.table, self.period, self.ids = table, period, ids
        self.scheme = table["scheme"]
        rows = len(self.scheme)
        self.plans = [compile_scheme(book, name) for name in names]
        self.codes = tuple(dict.fromkeys(code for plan in self.plans for code in plan.codes))
        self._check_names()
        self.links = _links(table)
        self.rows_of = [np.flatnonzero(self.scheme == number) for number in range(len(names))]
        self.columns = [self._columns(plan, rows) for plan, rows in zip(self.plans, self.rows_of, strict=True)]
        self.done = np.zeros(rows, dtype=np.bool_)
        self.kind = np.full(rows, NEEDS_DECISION_ROW, dtype=np.int8)
        self.level = np.full(rows, -1, dtype=np.int8)
        self.num: npt.NDArray[Any] = np.zeros(rows, dtype=np.int64)
        self.den: npt.NDArray[Any] = np.ones(rows, dtype=np.int64)
        self.known = np.zeros(rows, dtype=np.bool_)

    def _check_names(self) -> None:
        known = frozenset().union(*(names_of(plan) for plan in self.plans))
        for name in self.table:
            if name not in known and name.split(".", 1)[0] not in SECTIONS:
                raise CaseError(file="", key=name, problem="không khung nào có cột này", remedy="Xóa hoặc sửa tên cột.")

    def _columns(self, plan: SchemePlan, rows: Ints) -> SchemeColumns:
        known = names_of(plan)
        given: dict[str, npt.NDArray[Any]] = {}
        for name, array in self.table.items():
            section = name.split(".", 1)[0]
            if name == "roles" or name in known or (section == "related" and array.ndim == 1):
                if name.endswith((".rank", ".offsets")):
                    continue
                given[name] = array[rows]
        given.update(_ragged(self.table, rows))
        ids = None if self.ids is None else [self.ids[row] for row in rows.tolist()]
        return columns_from_arrays(plan, given, self.period, ids)

    def wave(self) -> None:
        """Rate everybody whose related subjects are rated."""
        ready = ~self.done
        for links in self.links.values():
            ready &= ~links.waiting(self.done)
        if not ready.any():
            row = int(np.flatnonzero(~self.done)[0])
            raise CaseError(
                file="",
                key=f"subjects[{self.ids[row] if self.ids is not None else row}]",
                problem="đối tượng này nằm trong một vòng chờ mức của nhau",
                remedy="Ghi mức của một đối tượng thay cho mã.",
            )
        for plan, rows, columns in zip(self.plans, self.rows_of, self.columns, strict=True):
            here = np.flatnonzero(ready[rows])
            if len(here):
                self._rate(plan, rows[here], columns if len(here) == len(rows) else columns.take(here))
        self.done |= ready

    def _rate(self, plan: SchemePlan, rows: Ints, columns: SchemeColumns) -> None:
        relations = {relation.id for relation in plan.scheme.relations}
        linked = {name: links for name, links in self.links.items() if name in relations}
        if linked:
            rank = self._ranks(plan)
            related = {**columns.related, **{name: links.ranks(rows, rank) for name, links in linked.items()}}
            columns = replace(columns, related=related)
        found = rate_scheme(plan, columns)
        table = np.array([self.codes.index(code) for code in plan.codes] + [-1], dtype=np.int8)
        self.kind[rows], self.level[rows] = found.kind, table[found.level]
        if found.num.dtype == object and self.num.dtype != object:
            self.num, self.den = self.num.astype(object), self.den.astype(object)
        self.num[rows], self.den[rows], self.known[rows] = found.num, found.den, found.known

    def _ranks(self, plan: SchemePlan) -> Bytes:
        """The levels known so far, as an index of the plan's order."""
        table = np.full(len(self.codes) + 1, UNKNOWN, dtype=np.int8)
        for index, code in enumerate(self.codes):
            if code in plan.order:
                table[index] = plan.order.index(code)
        rank = np.where(self.kind == RATED_ROW, table[self.level], UNKNOWN)
        return np.where(self.kind == NOT_RATED_ROW, UNRATED, rank).astype(np.int8)

    def outcomes(self) -> TableOutcomes:
        return TableOutcomes(self.kind, self.level, self.num, self.den, self.known, self.codes)


def _links(table: Arrays) -> dict[str, Links]:
    found: dict[str, Links] = {}
    for name, array in table.items():
        section, _, rest = name.partition(".")
        if section != "link" or rest.endswith(".offsets"):
            continue
        relation = rest.removesuffix(".row")
        found[relation] = Links(array, table.get(f"link.{relation}.offsets"))
    return found


def _ragged(table: Arrays, rows: Ints) -> Mapping[str, npt.NDArray[Any]]:
    """The lines of the chosen rows of everything that is ragged."""
    found: dict[str, npt.NDArray[Any]] = {}
    for name, offsets in table.items():
        if not name.endswith(".offsets") or name.startswith("link."):
            continue
        prefix = name.removesuffix(".offsets")
        index, fresh = ragged_take(offsets, rows)
        found[name] = fresh
        lines = (
            [f"{prefix}.rank"]
            if prefix.startswith("related.")
            else [other for other in table if other.startswith(f"{prefix}.") and other != name]
        )
        found.update({line: table[line][index] for line in lines})
    for part in ("num", "den", "state"):
        if f"parts.{part}" in table:
            found[f"parts.{part}"] = table[f"parts.{part}"][rows]
    return found
