"""What a rulebook says of assessments before an event, and which criteria are answered in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.reviewing import holds

SURE = ("H", "M", "L", "I")


@dataclass(frozen=True)
class Event:
    """An occasion with its articles. `confidence` is that of the surest article that names it."""

    id: str
    label: str
    subjects: tuple[str, ...]
    years: int | None
    note: str
    cite: tuple[Citation, ...]

    @property
    def confidence(self) -> str:
        return min((one.confidence for one in self.cite), key=SURE.index)

    @property
    def words(self) -> str:
        """The articles in words."""
        return "; ".join(one.text() for one in self.cite)


@dataclass(frozen=True)
class Criterion:
    """A criterion that is answered in words."""

    id: str
    label: str
    note: str
    cite: tuple[Citation, ...]


def events_of(book: SchemeBook, on: date) -> tuple[Event, ...]:
    """The occasions that the text names on that day, each once: a later row of an overlay adds, never replaces.

    >>> from thuocdo.engine import load_book
    >>> book = load_book("party/qd-366-2025")
    >>> [(one.id, one.years, one.confidence) for one in events_of(book, date(2025, 12, 1)) if one.years == 3]
    [('appointment', 3, 'H'), ('nomination', 3, 'H')]
    """
    found: dict[str, Event] = {}
    for one in book.book.occasions:
        if holds(one, on):
            found.setdefault(
                one.id, Event(one.id, one.label, one.subjects, one.years, one.note, book.cite(one.cite))
            )
    return tuple(found.values())


def criteria_of(book: SchemeBook, kind: str, role: str, on: date, *, key_cadre: bool) -> tuple[Criterion, ...]:
    """The criteria that such a subject is assessed by in words, beside what is scored; `key_cadre`: whether the person
    is recorded as one.

    >>> from thuocdo.engine import load_book
    >>> book = load_book("party/hd-27-2014", ["overlays/gia-lai-2017"])
    >>> [len(criteria_of(book, "leader", "head", date(2017, 12, 1), key_cadre=key)) for key in (True, False)]
    [9, 0]
    """
    return tuple(
        Criterion(one.id, one.label, one.note, book.cite(one.cite))
        for one in book.book.words_criteria
        if holds(one, on) and any(who.concerns(kind, role) for who in one.of) and (key_cadre or not one.key_cadres)
    )
