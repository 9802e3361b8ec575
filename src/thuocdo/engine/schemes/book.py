"""The loaded rulebook of schemes: frozen data, its citations resolved, its open places settled or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thuocdo.engine.rulebook import Citation, Identity, Settlement
from thuocdo.engine.schema import Instrument, PeriodKind, Role
from thuocdo.engine.schemes.schema import Level, Scheme, SchemeBookFile, SchemePoint


@dataclass(frozen=True, eq=False)
class SchemeBook(Identity):
    """A rulebook of schemes with its overlays. `hash` is SHA-256 of the merged canonical content.

    `book` holds the content with overlays applied; a place that is still open holds `"open"`. `settled` says by
    point who settled it; `filled` by path which overlay wrote the figure.
    """

    key: str
    overlays: tuple[str, ...]
    hash: str
    book: SchemeBookFile
    articles: Mapping[str, Citation]
    settled: Mapping[str, Settlement]
    filled: Mapping[str, Settlement]
    overlay_titles: Mapping[str, str]
    overlay_instruments: tuple[Instrument, ...] = ()

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        return self.book.schemes

    @property
    def open_points(self) -> tuple[SchemePoint, ...]:
        """Every open point of the text, settled or not."""
        return self.book.points

    def scheme(self, scheme_id: str) -> Scheme:
        """Scheme by id; raises KeyError."""
        for item in self.book.schemes:
            if item.id == scheme_id:
                return item
        raise KeyError(scheme_id)

    def scheme_for(self, kind: str, role: Role, period: PeriodKind) -> Scheme | None:
        """The one scheme for this kind of subject, role and period; None where the rulebook has none."""
        for item in self.book.schemes:
            if kind in item.subject_kinds and role in item.roles and period in item.periods:
                return item
        return None

    def levels_of(self, scheme_id: str) -> tuple[Level, ...]:
        """Levels of a scheme from the best to the worst."""
        return self.scheme(scheme_id).levels
