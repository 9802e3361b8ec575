"""The loaded rulebook (bộ quy tắc): frozen data, its citations resolved, its open points settled or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.engine.schema import (
    Band,
    BookFile,
    Confidence,
    CriteriaGroup,
    Criterion,
    Form,
    Instrument,
    Joint,
    ReadingSpec,
)


@dataclass(frozen=True)
class Citation:
    """One article: `instrument` in words, `article` in words, and how sure the reading of it is (H/M/L/I)."""

    key: str
    instrument: str
    article: str
    confidence: Confidence
    source: str

    def text(self) -> str:
        return f"{self.article} {self.instrument}"


@dataclass(frozen=True)
class Settlement:
    """How an open point was settled: which reading, by whom, why; `overlay` is empty for one subject's
    decision.
    """

    reading: str
    by: str
    reason: str
    cite: tuple[Citation, ...]
    overlay: str


@dataclass(frozen=True)
class Reading:
    """A listed reading of an open point; `spec` holds its figures for the calculation."""

    id: str
    label_vi: str
    source: str
    confidence: Confidence
    spec: ReadingSpec


@dataclass(frozen=True)
class PointOfLaw:
    """Open point (điểm luật còn để ngỏ) as loaded; `settled` is None while no overlay has chosen."""

    id: str
    joint: Joint
    question_vi: str
    cite: tuple[Citation, ...]
    compare: str
    always: bool
    readings: tuple[Reading, ...]
    settled: Settlement | None

    def index_of(self, reading: str) -> int:
        """Position of a reading by id; raises KeyError for an unlisted one."""
        for index, item in enumerate(self.readings):
            if item.id == reading:
                return index
        raise KeyError(reading)


class Identity:
    """What a rulebook of either shape says of itself, and how it resolves what it cites."""

    book: Any
    articles: Mapping[str, Citation]
    overlay_instruments: tuple[Instrument, ...]

    @property
    def title(self) -> str:
        return str(self.book.title)

    @property
    def short_title(self) -> str:
        return str(self.book.short_title)

    @property
    def version(self) -> str:
        return str(self.book.version)

    @property
    def since(self) -> date:
        found: date = self.book.since
        return found

    @property
    def until(self) -> date | None:
        found: date | None = self.book.until
        return found

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        found: tuple[Instrument, ...] = self.book.instruments + self.overlay_instruments
        return found

    def cite(self, refs: tuple[str, ...]) -> tuple[Citation, ...]:
        """Resolve `instrument/article` references; they were all checked at load."""
        return tuple(self.articles[ref] for ref in refs)


@dataclass(frozen=True, eq=False)
class Rulebook(Identity):
    """A rulebook with its overlays, ready to rate. `hash` is SHA-256 of the merged canonical content."""

    key: str
    overlays: tuple[str, ...]
    hash: str
    book: BookFile
    articles: Mapping[str, Citation]
    open_points: tuple[PointOfLaw, ...]
    overlay_titles: Mapping[str, str]
    overlay_instruments: tuple[Instrument, ...] = ()

    @property
    def criteria_groups(self) -> tuple[CriteriaGroup, ...]:
        return self.book.general.groups

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order of the form."""
        return tuple(item for group in self.book.general.groups for item in group.criteria)

    @property
    def levels(self) -> tuple[Band, ...]:
        """Bands and levels from the highest to the lowest."""
        return self.book.bands

    @property
    def bands(self) -> tuple[Band, ...]:
        return self.book.bands

    @property
    def takes_from_products(self) -> bool:
        """Whether an occurrence takes from the one product that it befell, so that it may matter from which."""
        return any(r.deduction is not None and r.deduction.per == "product" for r in self.book.products.ratios)

    @property
    def procedure(self) -> BookFile:
        """Evaluators, steps, petition, deadlines: `procedure.evaluators`, `procedure.petition`, …"""
        return self.book

    @property
    def forms(self) -> Mapping[str, Form]:
        return {form.id: form for form in self.book.forms}

    def level(self, code: str) -> Band:
        """Band by code; raises KeyError."""
        for band in self.book.bands:
            if band.code == code:
                return band
        raise KeyError(code)

    def point(self, point_id: str) -> PointOfLaw:
        """Open point by id; raises KeyError."""
        for item in self.open_points:
            if item.id == point_id:
                return item
        raise KeyError(point_id)
