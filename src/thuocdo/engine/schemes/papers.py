"""Which papers a file consists of by the text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.reviewing import holds


@dataclass(frozen=True)
class Paper:
    """A paper of the file. `held`: what of the product it is; `when_there`: only where there is such a thing."""

    id: str
    label: str
    held: str | None
    when_there: bool
    cite: tuple[Citation, ...]

    @property
    def words(self) -> str:
        """The articles in words."""
        return "; ".join(one.text() for one in self.cite)


def papers_of(book: SchemeBook, kind: str, role: str, on: date) -> tuple[Paper, ...]:
    """The papers of the file of such a subject on the rating date, in the order of the text; none where no text read
    lists them.

    >>> from thuocdo.engine import load_book
    >>> book, day = load_book("party/qd-366-2025"), date(2025, 12, 20)
    >>> [len(papers_of(book, kind, "none", day)) for kind in ("party_member", "collective")]
    [8, 7]
    """
    return tuple(
        Paper(one.id, one.label, one.held, one.when_there, book.cite(one.cite))
        for one in book.book.file_papers
        if holds(one, on) and (not one.of or any(who.concerns(kind, role) for who in one.of))
    )
