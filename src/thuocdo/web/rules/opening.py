"""Opening a rulebook by what an address names: its key with overlays, or the hash of a version that a period used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.engine.errors import RulebookError
from thuocdo.kernel.errors import NotYours
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.regulations import approved_for
from thuocdo.rulesets.versions import past_book
from thuocdo.web.rules.library import shelves

NO_SUCH = "Không có bộ quy tắc hoặc quy chế bổ sung này. Hãy chọn trong danh sách."


@dataclass(frozen=True)
class Source:
    """Where an article was read: its anchor on the page, the words of its instrument, how sure, and the source."""

    anchor: str
    instrument: str
    article: str
    about: str
    confidence: str
    source: str


def open_book(key: str, overlays: Sequence[str]) -> catalogue.Book:
    """The rulebook as installed. Raises NotYours when there is no such rulebook or overlay."""
    try:
        return catalogue.load_any(key, tuple(overlays))
    except RulebookError as error:
        raise NotYours(NO_SUCH) from error


def open_named(name: str) -> catalogue.Book:
    """A rulebook by one text: `key`, `key+overlay+overlay`, or `ban:<hash>` for a version of a period."""
    if name.startswith("ban:"):
        return past_book(name.removeprefix("ban:"))
    key, *overlays = name.split("+")
    return open_book(key, overlays)


def name_of(book: catalogue.Book) -> str:
    """The text that `open_named` reads."""
    return "+".join((book.key, *book.overlays))


def choices(user: User, on: date, *asked: str) -> list[tuple[str, str]]:
    """Every rulebook alone, with each overlay written for it and with the approved regulations that concern the user:
    name and title, for the lists of forms. What was asked for stands in the list too, also a draft or a version of a
    period. Raises NotYours.
    """
    own: dict[str, list[tuple[str, str]]] = {}
    for one in approved_for(user, on):
        name = "+".join((one.rulebook, *one.overlays))
        own.setdefault(one.rulebook, []).append((name, f"{one.title} ({one.unit}, từ {one.start:%m/%Y})"))
    found: list[tuple[str, str]] = []
    for shelf in shelves():
        for book in shelf.books:
            found.append((book.key, f"{shelf.label}: {book.title}"))
            laid = [(f"{book.key}+{o}", title) for o, title in book.overlays] + own.get(book.key, [])
            found += [(name, f"{shelf.label}: {book.short_title} + {title}") for name, title in laid]
    for name in asked:
        if name and name not in dict(found):
            opened = open_named(name)
            found.append((name, " + ".join((opened.short_title, *opened.overlay_titles.values()))))
    return found


def sources(book: catalogue.Book) -> list[Source]:
    """The article table of a rulebook, in the order of its instruments."""
    return [
        Source(f"{i.id}/{a.ref}", i.name, a.text, a.about, a.confidence, a.source)
        for i in book.instruments
        for a in i.articles
    ]
