"""The rulebooks of this installation: those that come with the product and those of THUOCDO_RULEBOOKS."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from thuocdo.engine import Rulebook, load_rulebook
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.loader import default_roots, list_overlays, list_rulebooks, load_book, overlay_parent
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.source import OverlaySource
from thuocdo.rulesets import stored

Book = Rulebook | SchemeBook
PEOPLE = frozenset({"cadre", "civil_servant", "public_employee", "contract_worker"})


def roots() -> tuple[Path, ...]:
    """Folders that are searched, in order."""
    return (*default_roots(), *(Path(p) for p in [settings.EXTRA_RULEBOOKS] if p))


def load(key: str, overlays: Sequence[str] = ()) -> Rulebook:
    """A rulebook with its overlays; cached. Raises RulebookError."""
    return load_rulebook(key, stored.given(overlays), roots())


def load_any(key: str, overlays: Sequence[str] = ()) -> Book:
    """A rulebook of either shape with its overlays; cached. Raises RulebookError."""
    return load_book(key, stored.given(overlays), roots())


def load_with(key: str, overlays: Sequence[str], last: OverlaySource) -> Book:
    """A rulebook with its overlays and one more that is not stored yet. Raises RulebookError."""
    return load_book(key, (*stored.given(overlays), last), roots())


def books() -> list[Book]:
    """All rulebooks of either shape that load, by key; `broken` names the others."""
    return [book for _, book in _read() if not isinstance(book, RulebookError)]


def broken() -> list[tuple[str, RulebookError]]:
    """Rulebooks that do not load, with the error that says why."""
    return [(key, book) for key, book in _read() if isinstance(book, RulebookError)]


def _read() -> Iterator[tuple[str, Book | RulebookError]]:
    for key in list_rulebooks(roots()):
        try:
            yield key, load_any(key)
        except RulebookError as error:
            yield key, error


def of_sheets() -> list[Book]:
    """All rulebooks that people of a unit can be rated by month by month or quarter by quarter, by key."""
    return [book for book in books() if sheet_kinds(book)]


def sheet_kinds(book: Book) -> frozenset[str]:
    """The kinds of people that a rulebook rates in a month or a quarter, by law or by choice. What is paid for a
    result is no sheet.
    """
    if isinstance(book, Rulebook):
        return frozenset(book.book.subject_kinds) | {o.kind for o in book.book.optional_kinds}
    if book.book.procedure_kind == "pay":
        return frozenset()
    schemes = (s for s in book.schemes if {"month", "quarter"} & set(s.periods))
    return frozenset(kind for s in schemes for kind in s.subject_kinds) & PEOPLE


def overlays() -> tuple[str, ...]:
    """Keys of all overlays."""
    return list_overlays(roots())


def parent_of(overlay: str) -> str:
    """The key of the rulebook that an overlay is written for. Raises RulebookError."""
    return overlay_parent(overlay, roots())
