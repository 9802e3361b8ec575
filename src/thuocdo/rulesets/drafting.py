"""A draft read against its parent: what may be chosen, what was chosen, what is wrong, and the overlay it makes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from thuocdo.engine import Rulebook
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.choices import OPEN_KINDS, Item, people_items, situation_items
from thuocdo.rulesets.models import Regulation
from thuocdo.rulesets.regulation_overlay import DRAFT, Overlay, overlay_of
from thuocdo.rulesets.rules import KIND_NAMES
from thuocdo.rulesets.scheme_choices import scheme_items
from thuocdo.rulesets.typed_regulation import HEADER, Fault, Reading, read_typed

Book = Rulebook | SchemeBook


@dataclass(frozen=True)
class Draft:
    """What was typed (`typed`) and what it means under its parent (`book`, overlays of superiors included)."""

    book: Book
    items: tuple[Item, ...]
    kinds: tuple[str, ...]
    typed: Mapping[str, str]
    reading: Reading
    regulation: int
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Faults of what was typed, apart from what is still blank."""
        return tuple(f for f in self.faults if not f.blank)

    @property
    def open_items(self) -> tuple[Item, ...]:
        """Places of the law that stay open under this draft."""
        chosen = {choice.item.name for choice in self.reading.choices}
        return tuple(
            item
            for item in self.items
            if item.kind in OPEN_KINDS and not item.settled and item.name not in chosen
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of every field of the page."""
        own = [f"{item.name}{part}" for item in self.items for part in ("", "-article", "-reason")]
        return (*HEADER, *(f"kind-{kind}" for kind in self.kinds), *own)

    def overlay(self, on: date) -> Overlay:
        """The overlay of what is readable so far."""
        return overlay_of(self.reading, self.book.key, on, self.regulation)


def items_of(book: Book) -> tuple[Item, ...]:
    """What the rulebook with its overlays leaves to a unit, of either shape."""
    if isinstance(book, SchemeBook):
        return (*scheme_items(book), *(situation_items(book) if catalogue.sheet_kinds(book) else ()))
    return people_items(book)


def kinds_of(book: Book) -> tuple[str, ...]:
    """The kinds of people whose months or quarters the rulebook rates; none where it has ended: it binds no new
    period.
    """
    covered = catalogue.sheet_kinds(book) if book.until is None else frozenset()
    return tuple(kind for kind in KIND_NAMES if kind in covered)


def read_draft(regulation: Regulation, typed: Mapping[str, str]) -> Draft:
    """The draft with these words in its fields. The engine judges it last: what it refuses becomes a fault of a field.

    Raises RulebookError when the parent itself does not load.
    """
    book = catalogue.load_any(regulation.rulebook, regulation.base)
    items, kinds = items_of(book), kinds_of(book)
    reading = read_typed(typed, items, kinds)
    faults = (*reading.faults, *_refused(regulation, reading))
    return Draft(book, items, kinds, typed, reading, regulation.pk, faults)


def _refused(regulation: Regulation, reading: Reading) -> tuple[Fault, ...]:
    if not reading.choices:
        return ()
    overlay = overlay_of(reading, regulation.rulebook, reading.month or date(2026, 1, 1), regulation.pk)
    try:
        catalogue.load_with(regulation.rulebook, regulation.base, overlay.source(f"{DRAFT}/kiem-tra"))
    except RulebookError as error:
        table, _, rest = error.key.partition(".")
        index = rest.partition(".")[0]
        field = overlay.places.get((table, int(index)), "") if index.isdigit() else ""
        article = f" ({error.article})" if error.article else ""
        return (Fault(field, f"{error.problem[:1].upper()}{error.problem[1:]}{article}. {error.remedy}"),)
    return ()


def typed_of(regulation: Regulation) -> dict[str, str]:
    """What the officers typed, by field."""
    document: dict[str, str] = json.loads(regulation.document)
    return document


def draft_of(regulation: Regulation) -> Draft:
    """The stored draft under its parent as it is today. Raises RulebookError."""
    return read_draft(regulation, typed_of(regulation))


def overlay_of_draft(regulation: Regulation, on: date) -> Overlay:
    """The overlay of a stored draft, for trying it out."""
    return draft_of(regulation).overlay(on)
