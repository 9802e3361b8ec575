"""The library of rulebooks: what there is, from when until when, for whom, how complete; and which one applies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.periods import Span
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.fact_words import first_upper
from thuocdo.web.rules.rows import PERIODS, PROCEDURES, SUBJECTS, listed


@dataclass(frozen=True)
class Shelved:
    """One rulebook on the list. `open_points` counts those that the text leaves open; `overlays` fit on it."""

    key: str
    title: str
    short_title: str
    version: str
    since: date
    until: date | None
    kinds: tuple[str, ...]
    periods: tuple[str, ...]
    full: bool
    open_points: int
    unknown: int
    procedure: str
    place: str
    amends: str
    overlays: tuple[tuple[str, str], ...]

    @property
    def subjects(self) -> str:
        return first_upper(listed(self.kinds, SUBJECTS))

    @property
    def rates(self) -> str:
        """The kinds of period it has results for, in words."""
        return listed(self.periods, PERIODS)


@dataclass(frozen=True)
class Shelf:
    """The rulebooks of one kind of procedure."""

    label: str
    books: tuple[Shelved, ...]


def shelves(kind: str = "", on: date | None = None) -> list[Shelf]:
    """All rulebooks by procedure, only those for `kind` and in force on `on` where these are given."""
    fitting = catalogue.fitting()
    found = [_shelved(book, fitting.get(book.key, ())) for book in catalogue.books()]
    kept = [b for b in found if (not kind or kind in b.kinds) and (on is None or Span(b.since, b.until).holds(on))]
    return [
        Shelf(label, tuple(sorted((b for b in kept if b.procedure == code), key=lambda b: (b.place, b.since, b.key))))
        for code, label in PROCEDURES.items()
        if any(b.procedure == code for b in kept)
    ]


def _shelved(book: Rulebook | SchemeBook, overlays: Sequence[tuple[str, str]]) -> Shelved:
    data = book.book
    if isinstance(book, Rulebook):
        kinds = tuple(dict.fromkeys((*book.book.subject_kinds, *(o.kind for o in book.book.optional_kinds))))
        periods = tuple(PERIODS)
        full, unknown, procedure, place, amends = True, 0, "state", "", ""
    else:
        kinds = subject_kinds(book)
        periods = tuple(p for p in PERIODS if any(p in scheme.periods for scheme in book.schemes))
        full, unknown = book.book.completeness == "full", len(book.book.unknown)
        procedure, place, amends = book.book.procedure_kind, book.book.place, book.book.amends or ""
    return Shelved(
        book.key, book.title, book.short_title, book.version, data.since, data.until, kinds, periods, full,
        len(book.open_points), unknown, procedure, place, amends, tuple(overlays),
    )  # fmt: skip


def subject_kinds(book: SchemeBook) -> tuple[str, ...]:
    """The kinds of subject that the schemes and the money tables speak of."""
    schemes = (kind for scheme in book.schemes for kind in scheme.subject_kinds)
    money = (kind for table in book.book.tables for kind in table.kinds)
    return tuple(dict.fromkeys((*schemes, *money)))


def kinds_on_shelves() -> dict[str, str]:
    """Subject kinds that any rulebook is for, in words, for the filter."""
    there = {kind for shelf in shelves() for book in shelf.books for kind in book.kinds}
    return {kind: label for kind, label in SUBJECTS.items() if kind in there}


def chain_of(key: str) -> Iterator[Shelved]:
    """The rulebooks before and after this one by amendment, the oldest first, itself among them."""
    books = {book.key: book for shelf in shelves() for book in shelf.books}
    earlier, here = [], key
    while here in books and books[here] not in earlier:
        earlier.append(books[here])
        here = books[here].amends
    yield from reversed(earlier)
    later = [b for b in books.values() if b.amends == key and b not in earlier]
    yield from sorted(later, key=lambda b: b.since)
