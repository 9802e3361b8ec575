"""A rulebook file as a whole, with its instruments."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from thuocdo.engine.schema import Form as StatutoryForm
from thuocdo.engine.schema import Instrument, Strict, Text
from thuocdo.engine.schemes.schema.levels import Scheme
from thuocdo.engine.schemes.schema.money import MoneyFile
from thuocdo.engine.schemes.schema.openings import OpenFile
from thuocdo.engine.schemes.schema.reviews import SchemeProcedure
from thuocdo.engine.schemes.schema.terms import Model


class Assumption(Model):
    """What the product takes for granted where no source says it (`label`, in words for whoever opens a period): the
    agency may see it otherwise. `since` and `until` bound the periods that it touches."""

    label: Text
    since: date | None = None
    until: date | None = None

    def touches(self, start: date, end: date) -> bool:
        """Whether it matters in a period from `start` to before `end`."""
        return (self.since is None or self.since < end) and (self.until is None or start < self.until)


class SchemeInstrument(Strict):
    """`instrument.toml`: identity, how much of the text is known, and the article tables.

    `procedure_kind`: what selection asks for. `key_date`: the date the instrument itself keys on. `since` and
    `until` bound that date. `amends`: the rulebook whose instrument this one changes. `unknown`: what is left out for
    want of a source; `assumed`: what is taken for granted all the same.
    """

    key: str
    title: Text
    short_title: Text
    version: Text
    since: date
    until: date | None = None
    procedure_kind: Literal["state", "party", "local", "confidence_vote", "pay"]
    key_date: Literal["period_start", "rating_date", "vote_date"]
    place: str = ""
    amends: str | None = None
    completeness: Literal["full", "partial"] = "partial"
    unknown: tuple[Text, ...] = ()
    assumed: Annotated[tuple[Assumption, ...], Field(max_length=20)] = ()
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1, max_length=20)]


class SchemeBookFile(SchemeInstrument, SchemeProcedure, MoneyFile, OpenFile):
    """All files of a rulebook of schemes together: what `thuocdo schema scheme` prints."""

    schemes: tuple[Scheme, ...] = ()
    forms: tuple[StatutoryForm, ...] = ()
