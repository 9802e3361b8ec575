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


def rulebooks() -> list[Rulebook]:
    """All rulebooks that rate people of a unit month by month (the shape with converted products), by key."""
    return [book for book in books() if isinstance(book, Rulebook)]


def overlays() -> tuple[str, ...]:
    """Keys of all overlays."""
    return list_overlays(roots())


def parent_of(overlay: str) -> str:
    """The key of the rulebook that an overlay is written for. Raises RulebookError."""
    return overlay_parent(overlay, roots())
