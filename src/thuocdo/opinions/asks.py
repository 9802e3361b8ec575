"""What the pinned rulebooks say about opinions: who is asked, in secret or by name, and what could be asked about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from thuocdo.cycles.models import Member
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.opinions.rules import MOST_QUESTIONS
from thuocdo.rulesets.catalogue import Book
from thuocdo.rulesets.versions import pinned_book

SURE = {"H": "nguồn chắc chắn", "M": "nguồn khá chắc", "L": "nguồn yếu", "I": "suy luận"}


@dataclass(frozen=True)
class Giver:
    """One party that a text asks: its group, its words, the article with how sure the reading is."""

    group: str
    label: str
    cite: str


@dataclass(frozen=True)
class Asked:
    """What the text asks; `secret` is None where it does not say, and the agency chooses."""

    givers: tuple[Giver, ...]
    secret: bool | None

    @property
    def text(self) -> str:
        """The articles in one line."""
        return "; ".join(dict.fromkeys(giver.cite for giver in self.givers))


@dataclass(frozen=True)
class Suggested:
    """One thing the text rates, with its maximum in hundredths where the text has one."""

    label: str
    maximum: int | None


def asked_of(members: Iterable[Member]) -> Asked | None:
    """What the rulebooks of all these members ask in common; None as soon as one of them asks nothing."""
    found: list[Asked] = []
    people = list(members)
    for digest, book in books_of(people).items():
        asked = _asked(book, {(one.kind, one.leadership) for one in people if one.rulebook_hash == digest})
        if asked is None:
            return None
        found.append(asked)
    if not found:
        return None
    givers = tuple(dict.fromkeys(giver for asked in found for giver in asked.givers))
    said = {asked.secret for asked in found if asked.secret is not None}
    return Asked(givers, said.pop() if len(said) == 1 else None)


def books_of(members: Iterable[Member]) -> dict[str, Book]:
    """The pinned rulebooks of the members, by hash."""
    pins = {one.rulebook_hash: (one.rulebook, tuple(one.overlays)) for one in members if one.rulebook_hash}
    return {digest: pinned_book(*pin, digest) for digest, pin in sorted(pins.items())}


def _asked(book: Book, whom: Collection[tuple[str, str]]) -> Asked | None:
    if not isinstance(book, SchemeBook):
        return None
    rows = [row for row in book.book.opinions if all(row.concerns(kind, role) for kind, role in whom)]
    if not rows:
        return None
    said = {row.secret for row in rows if row.secret is not None}
    givers = tuple(Giver(row.group, row.label, words_of(book, row.cite)) for row in rows)
    return Asked(givers, said.pop() if len(said) == 1 else None)


def words_of(book: SchemeBook, refs: tuple[str, ...]) -> str:
    """The articles in words, with how sure their reading is."""
    return "; ".join(f"{one.text()} ({SURE[one.confidence]})" for one in book.cite(refs))


def suggested(member: Member, period: str) -> tuple[Suggested, ...]:
    """What could be asked about this member: the groups or parts that the text marks. A start, not a rule: the form of
    the opinion is the agency's choice."""
    book = pinned_book(member.rulebook, tuple(member.overlays), member.rulebook_hash)
    if not isinstance(book, SchemeBook):
        return tuple(Suggested(group.label, _hundredths(group.max)) for group in book.criteria_groups)[:MOST_QUESTIONS]
    scheme = book.scheme_for(member.kind, cast(Role, member.leadership), cast(PeriodKind, period))
    if scheme is None or scheme.score is None:
        return ()
    marked = [group for group in scheme.score.groups if group.scale is None and member.leadership in group.roles]
    return tuple(one for group in marked for one in _of_group(group))[:MOST_QUESTIONS]


def _of_group(group: schema.Group) -> tuple[Suggested, ...]:
    open_parts = any(part.max == "open" for part in group.parts)
    items = group.parts if group.parts and not open_parts else (group,)
    return tuple(Suggested(item.label, None if item.max == "open" else _hundredths(item.max)) for item in items)


def _hundredths(points: Decimal | str) -> int:
    return int(Decimal(points) * 100)
