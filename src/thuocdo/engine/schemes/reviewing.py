"""What a rulebook says of reviews (kiểm điểm): the layout of a report, and what a meeting must keep to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schema import Cited, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import MeetingRule, ReviewForm, ReviewHead
from thuocdo.kernel.exact import scaled


@dataclass(frozen=True)
class Head:
    """A content that the report speaks of."""

    id: str
    label: str
    when_needed: bool
    months: bool
    cite: tuple[Citation, ...]


@dataclass(frozen=True)
class Block:
    """A block of the report with its heads; `kind` as in the schema."""

    id: str
    number: str
    label: str
    kind: str
    heads: tuple[Head, ...]


@dataclass(frozen=True)
class Row:
    """A line of the self-rating: marks up to `most` hundredths, or, where `most` is None, one of the four grades."""

    id: str
    label: str
    most: int | None


@dataclass(frozen=True)
class Layout:
    """The report of one kind of subject. `rows` are those of the scheme that rates it in a year; `unsaid`: what of its
    groups has no maximum yet. `levels` by code, best first."""

    id: str
    form: str
    label: str
    note: str
    cite: tuple[Citation, ...]
    blocks: tuple[Block, ...]
    rows: tuple[Row, ...]
    levels: tuple[tuple[str, str], ...]
    unsaid: tuple[str, ...]

    @property
    def heads(self) -> tuple[Head, ...]:
        return tuple(head for block in self.blocks for head in block.heads)

    def has(self, kind: str) -> bool:
        """Whether a block of this kind stands in it."""
        return any(block.kind == kind for block in self.blocks)


def layouts_of(book: SchemeBook, kind: str, role: Role, on: date) -> tuple[Layout, ...]:
    """The forms that such a subject may fill in on the rating date, the usual one first.

    >>> from thuocdo.engine import load_book
    >>> [one.form for one in layouts_of(load_book("party/qd-366-2025"), "leader", "head", date(2025, 12, 20))]
    ['02A']
    """
    return tuple(
        _layout(book, form, kind, role, on)
        for form in book.book.review_forms
        if holds(form, on) and any(who.concerns(kind, role) for who in form.of)
    )


def _layout(book: SchemeBook, form: ReviewForm, kind: str, role: Role, on: date) -> Layout:
    heads: dict[str, list[Head]] = {}
    for head in book.book.review_heads:
        if holds(head, on) and any(who.concerns(kind, role) for who in head.of):
            heads.setdefault(head.block, []).append(_head(book, head))
    blocks = tuple(Block(one.id, one.number, one.label, one.kind, tuple(heads.get(one.id, ()))) for one in form.blocks)
    rows, unsaid = rows_of(book, kind, role)
    scheme = book.scheme_for(kind, role, "year")
    levels = tuple((level.code, level.label) for level in scheme.levels) if scheme else ()
    return Layout(form.id, form.form, form.label, form.note, book.cite(form.cite), blocks, rows, levels, unsaid)


def _head(book: SchemeBook, head: ReviewHead) -> Head:
    return Head(head.id, head.label, head.when_needed, head.months, book.cite(head.cite))


def rows_of(book: SchemeBook, kind: str, role: Role) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Rows of the self-rating: parts where every part of a group has its maximum, else the group."""
    scheme = book.scheme_for(kind, role, "year")
    rows: list[Row] = []
    unsaid: list[str] = []
    for group in scheme.score.groups if scheme and scheme.score else ():
        if role not in group.roles or group.scale is not None:
            continue
        if group.parts and all(part.max != "open" for part in group.parts):
            rows += [
                Row(f"{group.slug}.{p.slug}", f"{group.label}: {p.label}", scaled(p.max))
                for p in group.parts
                if p.max != "open"
            ]
        elif group.max == "open":
            unsaid.append(group.label)
        else:
            rows.append(Row(group.slug, group.label, scaled(group.max)))
            unsaid += [part.label for part in group.parts]
    for criterion in scheme.grades.criteria if scheme and scheme.grades else ():
        rows.append(Row(criterion.slug, criterion.label, None))
    return tuple(rows), tuple(unsaid)


def holds(item: Cited, on: date) -> bool:
    """Whether a rule is in force on that day."""
    return item.since <= on and (item.until is None or on < item.until)


@dataclass(frozen=True)
class Terms:
    """What a meeting must keep to: working days between draft and meeting, half days of meeting, each with its
    articles; None where the text read says nothing."""

    draft_days: int | None
    draft_cite: tuple[Citation, ...]
    half_days: int | None
    length_cite: tuple[Citation, ...]


def meeting_terms(book: SchemeBook, committee: str, on: date) -> Terms:
    """The strictest of the rules for a meeting; `committee`: the kind of Party organisation whose committee meets,
    empty for any other.

    >>> from thuocdo.engine import load_book
    >>> book = load_book("party/qd-366-2025")
    >>> meeting_terms(book, "province", date(2025, 12, 20)).half_days
    4
    """
    rules = [
        one for one in book.book.meetings if holds(one, on) and (not one.committees or committee in one.committees)
    ]
    sent = max((one for one in rules if one.draft_days is not None), key=_days, default=None)
    long = max((one for one in rules if one.half_days is not None), key=_halves, default=None)
    return Terms(
        sent.draft_days if sent else None,
        book.cite(sent.cite) if sent else (),
        long.half_days if long else None,
        book.cite(long.cite) if long else (),
    )


def _days(one: MeetingRule) -> int:
    return one.draft_days or 0


def _halves(one: MeetingRule) -> int:
    return one.half_days or 0


@dataclass(frozen=True)
class Scoring:
    """Self-scoring of Party organisations: `places` as (kind, number, label); `rows` the criteria with their maximum in
    hundredths, empty where not every one is named; `criteria` how many there are, None where the text was not read."""

    label: str
    places: tuple[tuple[str, int, str], ...]
    rows: tuple[Row, ...]
    criteria: int | None
    not_scored: str
    not_recognised: str
    cite: tuple[Citation, ...]


def scoring_of(book: SchemeBook, on: date) -> Scoring | None:
    """The self-scoring that the rulebook asks for on the rating date; None where it asks for none."""
    found = next((one for one in book.book.self_scoring if holds(one, on)), None)
    if found is None:
        return None
    named = [one for one in book.book.self_scoring_criteria if holds(one, on)]
    whole = bool(named) and (found.criteria is None or len(named) == found.criteria)
    rows = tuple(Row(one.id, one.label, scaled(one.max)) for one in named) if whole else ()
    places = [("regular", number, f"Kỳ thường kỳ tháng {number}") for number in range(1, found.regular + 1)]
    places += [("thematic", number, f"Kỳ chuyên đề {number}") for number in range(1, found.thematic + 1)]
    return Scoring(
        found.label, tuple(places), rows, found.criteria, found.not_scored, found.not_recognised,
        book.cite(found.cite),
    )  # fmt: skip
