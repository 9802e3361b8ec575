"""Points that the law leaves open and their readings: `open.toml`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from thuocdo.engine.schema import Cited, Confidence, Slug, Strict, Text
from thuocdo.engine.schemes.schema.terms import Model


class SchemeReading(Model):
    """A listed reading: what it writes into the open places, by path."""

    id: Slug
    label: Text
    source: Text
    confidence: Confidence
    write: Annotated[dict[str, Any], Field(min_length=1, max_length=40)] = Field(alias="set")


class SchemePoint(Cited):
    """Open point: a question and the places it leaves open; readings if any are known, else an agency fills it."""

    id: Slug
    question: Text
    places: Annotated[tuple[str, ...], Field(min_length=1, max_length=60)]
    readings: Annotated[tuple[SchemeReading, ...], Field(max_length=6)] = ()
    note: str = ""


class OpenFile(Strict):
    points: Annotated[tuple[SchemePoint, ...], Field(max_length=300)] = ()
