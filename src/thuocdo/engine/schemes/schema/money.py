"""Money that hangs on levels: `money.toml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thuocdo.engine.schema import Cited, Points, Slug, Strict, Text
from thuocdo.engine.schemes.schema.terms import Model, Open, SubjectKind


class MoneyRow(Model):
    """What a level is worth: a coefficient of the base, or a percent of the best level's amount; a floor in đồng."""

    level: Slug
    kinds: tuple[SubjectKind, ...] = ()
    coefficient: Points | Open | None = None
    percent_of_best: Points | Open | None = None
    at_most: bool = False
    floor: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


class MoneyTable(Cited):
    """Money that hangs on a level (thu nhập tăng thêm): coefficient by level, over a base in words."""

    id: Slug
    label: Text
    base_label: Text
    paid: Text
    kinds: tuple[SubjectKind, ...] = ()
    rows: Annotated[tuple[MoneyRow, ...], Field(max_length=20)] = ()
    note: str = ""


class Fund(Cited):
    """A fund as a percent or multiple of another fund."""

    id: Slug
    label: Text
    of_label: Text
    percent: Points


class MoneyFile(Strict):
    tables: Annotated[tuple[MoneyTable, ...], Field(max_length=40)] = ()
    funds: Annotated[tuple[Fund, ...], Field(max_length=40)] = ()
