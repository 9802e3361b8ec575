"""Confidence votes by the texts in force on a day: whom they concern, whom they leave out, when the two-way vote is
held, and what follows from how many low votes. Everything is asked of the rulebooks, none is preferred: which text
applies is for the competent authority to say. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import lcm
from typing import Any

from thuocdo.ballots.texts import BallotText, in_force, sourced, texts_for
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Case
from thuocdo.engine.rating import rate_case
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.votes import counts_levels, said_by, same_people
from thuocdo.kernel.exact import parse_fraction

BOUNDS = ("at_least", "more_than", "at_most", "below")
BASES = {
    "votes.collected": "số phiếu thu về", "votes.issued": "số phiếu phát ra", "votes.valid": "số phiếu hợp lệ",
    "votes.total": "tổng số người có quyền bỏ phiếu", "votes.convened": "số người được triệu tập",
}  # fmt: skip


@dataclass(frozen=True)
class Consequence:
    """What one text in force says follows, with what it leaves open."""

    title: str
    short: str
    outcome: str
    level: str
    words: str


@dataclass(frozen=True)
class Band:
    """A range of low votes, in words, and what follows by each text, in their order. `conflict`: texts on the same
    people say different things of it."""

    words: str
    follows: tuple[Consequence, ...]
    conflict: bool


@dataclass(frozen=True)
class Text:
    """One text: what it says of both ballots, whom it leaves out, on which number a share is taken (empty: left open),
    what it leaves open. Sentences with their articles."""

    title: str
    short: str
    days: str
    base: str
    levels: tuple[BallotText, ...]
    votes: tuple[BallotText, ...]
    left_out: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """`elsewhere`: what texts on yearly ratings say of low votes, with title and articles."""

    texts: tuple[Text, ...]
    bands: tuple[Band, ...]
    elsewhere: tuple[tuple[str, str, str], ...]

    @property
    def conflict(self) -> bool:
        return any(band.conflict for band in self.bands)


def overview(on: date) -> Overview:
    """Everything that the texts in force on that day say."""
    books = sorted(books_on(on), key=lambda book: book.title)
    return Overview(tuple(_text(book, on) for book in books), tuple(_bands(books, on)), tuple(_elsewhere(on)))


def books_on(on: date) -> list[SchemeBook]:
    """Rulebooks of votes on three levels in force on that day."""
    return [
        book
        for book in in_force(on)
        if counts_levels(book)
    ]


def consequence(book: SchemeBook, votes: Mapping[str, int], on: date) -> Consequence:
    """What the text says follows from these votes, by the engine."""
    whose = (book.title, book.book.short_title)
    try:
        outcome = rate_case(book, Case.model_validate(case_of([("A", "none", votes)], on, ""))).outcomes["A"]
    except CaseError as error:
        return Consequence(*whose, "needs_decision", "", str(error))
    return Consequence(*whose, outcome.kind, outcome.level or "", said_by(book, outcome))


@lru_cache(maxsize=256)
def void(rulebook: str, on: date, convened: int, present: int) -> str:
    """Why a vote on three levels held under this text has no result, by how many of those summoned were there: short
    title and rule; empty where the text does not say so, or the vote names no such text."""
    book = next((one for one in books_on(on) if one.key == rulebook), None)
    if book is None:
        return ""
    found = consequence(book, {"convened": convened, "present": present}, on)
    return f"{found.short}: {found.words.rstrip('.')}" if found.outcome == "not_rated" else ""


def case_of(people: Sequence[tuple[str, str, Mapping[str, int]]], on: date, note: str) -> dict[str, Any]:
    """Votes as a file in the case format (docs/case-format.md), each with code and `leadership`: `thuocdo rate` takes
    it."""
    value: dict[str, Any] = {
        "title": f"Kết quả lấy phiếu tín nhiệm ngày {on:%d/%m/%Y}",
        "procedure": "confidence_vote",
        "rating_date": on.isoformat(),
        "period": {"kind": "year", "year": on.year},
        "subjects": [
            {"id": code, "kind": "leader", "leadership": held, "votes": dict(votes)} for code, held, votes in people
        ],
    }
    return value | ({"note": note} if note else {})


def differ(follows: Sequence[Consequence]) -> bool:
    """Whether texts say different things of the same votes."""
    return len({(one.outcome, one.level) for one in follows}) > 1


def _text(book: SchemeBook, on: date) -> Text:
    def of(kind: str) -> tuple[BallotText, ...]:
        return tuple(text for text in texts_for(kind, on) if text.key == book.key)

    bases = {_base(test.of) for level in book.levels_of("vote") for test in _shares(level)}
    of_people = (rule for rule in book.scheme("vote").not_rated if any(test.test == "flag" for test in rule.when))
    rules = ((rule.label, sourced(book, rule.cite)) for rule in of_people)
    last = f" đến hết {book.until - timedelta(days=1):%d/%m/%Y}" if book.until else ""
    return Text(
        book.title, book.book.short_title, f"từ {book.since:%d/%m/%Y}{last}",
        bases.pop() if len(bases) == 1 else "", of("confidence_levels"), of("confidence_vote"), tuple(rules),
        tuple(book.book.unknown),
    )  # fmt: skip


def _elsewhere(on: date) -> Iterator[tuple[str, str, str]]:
    for book in in_force(on):
        if book.book.procedure_kind != "confidence_vote":
            rules = (rule for scheme in book.schemes for rule in scheme.triggers if any(_shares(rule)))
            yield from dict.fromkeys((book.title, rule.label, sourced(book, rule.cite)) for rule in rules)


def _base(of: Any) -> str:
    return "" if isinstance(of, str) else " và ".join(BASES.get(one, one) for one in of)


def _shares(rule: Any) -> Iterator[Any]:
    return (test for test in rule.when if test.test == "share" and test.part == ("votes.low",))


def _bands(books: Sequence[SchemeBook], on: date) -> Iterator[Band]:
    """Every range between bounds that some text or some reading of it names, each bound by itself: one number of low
    votes that lies there stands for it, all slips given out, returned and valid."""
    bounds = sorted({bound for book in books for bound in _bounds(book)})
    if not bounds:
        return
    whole = 2 * lcm(*(bound.denominator for bound in bounds))
    shares = [(f"dưới {bounds[0]}", bounds[0] / 2)]
    for one, next_ in pairwise([*bounds, Fraction(1)]):
        above = f"trên {one}" + (f" đến dưới {next_}" if next_ < 1 else "")
        shares += [(f"đúng {one}", one), (above, (one + next_) / 2)]
    for words, share in shares:
        low = int(share * whole)
        votes = dict.fromkeys(("convened", "total", "present", "issued", "collected", "valid"), whole)
        votes |= {"high": whole - low, "medium": 0, "low": low}
        follows = tuple(consequence(book, votes, on) for book in books)
        pairs = list(zip(books, follows, strict=True))
        clash = any(same_people(a, b) and differ((x, y)) for a, x in pairs for b, y in pairs)
        yield Band(words, follows, clash)


def _bounds(book: SchemeBook) -> Iterator[Fraction]:
    """Shares of low votes at which something changes, as parts of one."""
    for level in book.levels_of("vote"):
        for test in _shares(level):
            found = (getattr(test, name) for name in BOUNDS)
            yield from (bound / 100 for bound in found if isinstance(bound, Fraction))
    for point in book.open_points:
        for reading in point.readings:
            for path, value in reading.write.items():
                if path.rsplit(".", 1)[-1] in BOUNDS:
                    yield parse_fraction(value) / (1 if "/" in str(value) else 100)
