"""The rulebooks of this installation: those that come with the product and those of THUOCDO_RULEBOOKS."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
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
SPANS = {"month": "parts", "quarter": "parts", "year": "year"}
"""A unit rates its months and quarters by one rulebook and may rate its years by another."""
Spans = frozenset[str]


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


@dataclass(frozen=True)
class Shelf:
    """What the folders hold: rulebooks by key (or why one does not load), and overlays with parent and title."""

    books: tuple[tuple[str, Book | RulebookError], ...]
    overlays: tuple[str, ...]
    fitting: Mapping[str, tuple[tuple[str, str], ...]]


def books() -> list[Book]:
    """All rulebooks of either shape that load, by key; `broken` names the others."""
    return [book for _, book in shelf().books if not isinstance(book, RulebookError)]


def broken() -> list[tuple[str, RulebookError]]:
    """Rulebooks that do not load, with the error that says why."""
    return [(key, book) for key, book in shelf().books if isinstance(book, RulebookError)]


def shelf() -> Shelf:
    """Everything in the folders, read again when a folder has changed or a file could not be read."""
    searched = roots()
    known = _SHELVES.get(searched)
    if known is not None and _unchanged(known[0]):
        return known[1]
    stamp = _stamp(searched)
    found = _read(searched)
    whole = sum(map(len, found.fitting.values())) == len(found.overlays)
    if whole and not any(isinstance(book, RulebookError) for _, book in found.books):
        _SHELVES[searched] = stamp, found
    return found


_SHELVES: dict[tuple[Path, ...], tuple[tuple[tuple[str, int], ...], Shelf]] = {}


def _stamp(searched: tuple[Path, ...]) -> tuple[tuple[str, int], ...]:
    """Every folder with the time of its last change."""
    inside = (folder for root in searched for folder, _, _ in os.walk(root))
    return tuple((folder, _moment(folder)) for folder in dict.fromkeys((*map(str, searched), *inside)))


def _unchanged(stamp: tuple[tuple[str, int], ...]) -> bool:
    """Whether each folder is as it was; a new one changes the folder that it stands in."""
    return all(_moment(folder) == moment for folder, moment in stamp)


def _moment(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except FileNotFoundError:
        return 0


def _read(searched: tuple[Path, ...]) -> Shelf:
    found: list[tuple[str, Book | RulebookError]] = []
    for key in list_rulebooks(searched):
        try:
            found.append((key, load_any(key)))
        except RulebookError as error:
            found.append((key, error))
    layers = list_overlays(searched)
    fitting: dict[str, list[tuple[str, str]]] = {}
    for overlay in layers:
        try:
            parent = parent_of(overlay)
            title = load_any(parent, (overlay,)).overlay_titles[overlay]
        except RulebookError:
            continue  # `thuocdo check` names file and line
        fitting.setdefault(parent, []).append((overlay, title))
    return Shelf(tuple(found), layers, {parent: tuple(fits) for parent, fits in fitting.items()})


def of_sheets() -> list[Book]:
    """All rulebooks that people of a unit can be rated by in months, quarters or years, by key."""
    return [book for book in books() if sheet_kinds(book)]


def force_words(book: Book) -> str:
    """From which day to which a rulebook is in force, as people write it."""
    last = f" đến hết {book.until - timedelta(days=1):%d/%m/%Y}" if book.until else ""
    return f"có hiệu lực từ {book.since:%d/%m/%Y}{last}"


def sheet_kinds(book: Book) -> frozenset[str]:
    """The kinds of people that a rulebook rates in a month, quarter or year, by law or by choice. What is paid for a
    result is no sheet.
    """
    return frozenset(sheet_spans(book))


def sheet_spans(book: Book) -> dict[str, Spans]:
    """The same kinds of people, each with the kinds of period in which the rulebook rates them. A rulebook of points
    takes the year from its months. Votes of confidence and pay bind nobody's sheet.
    """
    if isinstance(book, Rulebook):
        kinds = {*book.book.subject_kinds, *(o.kind for o in book.book.optional_kinds)}
        return dict.fromkeys(kinds, frozenset(SPANS.values()))
    if book.book.procedure_kind in ("pay", "confidence_vote"):
        return {}
    found: dict[str, set[str]] = {}
    for scheme in book.schemes:
        spans = {SPANS[period] for period in scheme.periods if period in SPANS}
        for kind in PEOPLE.intersection(scheme.subject_kinds) if spans else ():
            found.setdefault(kind, set()).update(spans)
    return {kind: frozenset(spans) for kind, spans in found.items()}


def fitting() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Overlays by the rulebook they are written for, with their titles; one that does not load is left out."""
    return shelf().fitting


def overlays() -> tuple[str, ...]:
    """Keys of all overlays."""
    return shelf().overlays


def parent_of(overlay: str) -> str:
    """The key of the rulebook that an overlay is written for. Raises RulebookError."""
    return overlay_parent(overlay, roots())


def first_of(period: str) -> Book:
    """The oldest rulebook by which the work of people is rated in this kind of period: month, quarter or year."""
    return min((book for book in of_sheets() if _rates_in(book, period)), key=lambda book: (book.since, book.key))


def _rates_in(book: Book, period: str) -> bool:
    if isinstance(book, Rulebook):
        return True
    if book.book.procedure_kind == "confidence_vote":
        return False
    return any(period in one.periods and PEOPLE.intersection(one.subject_kinds) for one in book.schemes)
