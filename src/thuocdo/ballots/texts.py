"""What the texts in force on a day say of a ballot: secret or not, what stands on the slip, quorum, whom it leaves out.

Nothing is filled in where no text that was read says it: then the organiser names a text of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from thuocdo.engine.coverage import select_rulebook
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import BallotTrigger, BallotWords
from thuocdo.rulesets import catalogue

SURE = {"H": "nguồn chắc chắn", "M": "nguồn khá chắc", "L": "nguồn yếu", "I": "suy luận"}


@dataclass(frozen=True)
class Trigger:
    """A case in which the text brings somebody to the ballot, with its articles."""

    words: BallotTrigger
    cite: str

    @property
    def ratio(self) -> str:
        """The least part that must ask for it; empty where no number is asked."""
        return "" if self.words.share is None else str(self.words.share / 100)  # kept in percents

    def least(self, whole: int) -> int:
        """The least number of `whole` that is enough; 0 where no number is asked.

        >>> one = BallotTrigger(id="a", label="A", share="1/3", of="đại biểu", cite="nq-96/13", since=date(2023, 7, 1))
        >>> Trigger(one, "").least(50)
        17
        """
        return 0 if self.words.share is None else ceil(self.words.share / 100 * whole)


@dataclass(frozen=True)
class BallotText:
    """One text (`key` of its rulebook, `overlay` that adds to it) on one kind of ballot. `cite`: its articles with how
    sure the reading is, for pages; `articles` without that, for papers."""

    key: str
    overlay: str
    title: str
    words: BallotWords
    cite: str
    articles: str
    unknown: tuple[str, ...]
    triggers: tuple[Trigger, ...] = ()

    @property
    def code(self) -> str:
        """What a form posts."""
        return f"{self.key}+{self.overlay}".rstrip("+") + f"#{self.words.id}"

    @property
    def secrecy(self) -> str:
        """What is known of secrecy, as a sentence."""
        if self.words.secret:
            return "Văn bản quy định bỏ phiếu kín."
        signing = "người bỏ phiếu có thể ký hoặc không ký tên" if self.words.may_sign else ""
        if signing:
            return (
                f"Văn bản cho phép {signing}; lời văn về bỏ phiếu kín chưa đọc được, cần cấp có thẩm quyền quyết định."
            )
        return "Phần văn bản đã đọc không nói bỏ phiếu kín hay ghi tên: cần cấp có thẩm quyền quyết định."

    @property
    def ratio(self) -> str:
        """The quorum as a fraction; empty where it is not read."""
        return "{}/{}".format(*self.quorum) if self.quorum else ""

    @property
    def quorum(self) -> tuple[int, int] | None:
        bound = None if self.words.quorum is None else self.words.quorum / 100  # kept in percents
        return (bound.numerator, bound.denominator) if bound is not None else None


def texts_for(kind: str, on: date) -> list[BallotText]:
    """Every text in force on that day that speaks of this kind of ballot, by title."""
    found = [one for one in _every() if one[0].words.kind == kind and _in_force(one[1], on)]
    return [text for text, _ in sorted(found, key=_order)]


def text_of(code: str, kind: str, on: date) -> BallotText | None:
    """The text that a form posted; None where it says nothing of this kind on that day."""
    return next((text for text in texts_for(kind, on) if text.code == code), None)


def text_by(rulebook: str, kind: str, on: date) -> BallotText | None:
    """What the text that a ballot named says; None where it named one of its own."""
    return next((text for text in texts_for(kind, on) if text.key == rulebook), None) if rulebook else None


def silent(kind: str, on: date) -> list[tuple[str, str]]:
    """Instruments in force that prescribe no ballot in what was read: title and the sentence that says so."""
    wanted = {"member_levels": "party_member", "cadre_levels": "leader", "collective_levels": "collective"}.get(kind)
    found = []
    for book in _schemes():
        if wanted is None or book.book.procedure_kind != "party" or not _in_force(book, on):
            continue
        if any(wanted in scheme.subject_kinds for scheme in book.schemes):
            found += [(book.title, line) for line in book.book.unknown if "phiếu" in line]
    return found


def reasons(kind: str, on: date) -> list[str]:
    """Why the texts in force leave somebody off the slip: offered to the organiser, applied by nobody else."""
    wanted = {"member_levels": "party_member", "cadre_levels": "leader", "confidence_levels": "leader"}.get(kind)
    procedure = "confidence_vote" if kind == "confidence_levels" else "party"
    found = [
        rule.label
        for book in _schemes()
        if book.book.procedure_kind == procedure and _in_force(book, on)
        for scheme in book.schemes
        if wanted in scheme.subject_kinds
        for rule in scheme.not_rated
        if rule.id != "quorum"
    ]
    return list(dict.fromkeys(found))


def levels(kind: str, on: date) -> list[str]:
    """Names of the levels that the rulebook in force gives, as options to start from; none for confidence votes, whose
    text names them itself."""
    wanted = {"member_levels": "party_member", "cadre_levels": "leader", "collective_levels": "collective"}.get(kind)
    if wanted is None:
        return []
    key = select_rulebook(wanted, on, catalogue.roots(), procedure="party", rating_date=on, period="year").rulebook
    book = catalogue.load_any(key) if key else None
    schemes = book.schemes if isinstance(book, SchemeBook) else ()
    return next((list(dict.fromkeys(lvl.label for lvl in s.levels)) for s in schemes if wanted in s.subject_kinds), [])


def _order(one: tuple[BallotText, SchemeBook]) -> tuple[str, str]:
    return one[0].title, one[0].code


def in_force(on: date) -> Iterator[SchemeBook]:
    """Rulebooks of schemes in force on that day."""
    return (book for book in _schemes() if _in_force(book, on))


def _schemes() -> Iterator[SchemeBook]:
    return (book for book in catalogue.books() if isinstance(book, SchemeBook))


def _in_force(book: SchemeBook, on: date) -> bool:
    return book.since <= on and (book.until is None or on < book.until)


def _every() -> Iterator[tuple[BallotText, SchemeBook]]:
    fitting = catalogue.fitting()
    for book in _schemes():
        for words in book.book.ballots:
            yield _text(book, words, ""), book
        for overlay, _ in fitting.get(book.key, ()):
            laid = _laid(book.key, overlay)
            if laid is not None:
                for words in laid.book.ballots[len(book.book.ballots) :]:
                    yield _text(laid, words, overlay), laid


def _laid(key: str, overlay: str) -> SchemeBook | None:
    try:
        book = catalogue.load_any(key, [overlay])
    except RulebookError:
        return None
    return book if isinstance(book, SchemeBook) else None


def _text(book: SchemeBook, words: BallotWords, overlay: str) -> BallotText:
    articles = "; ".join(one.text() for one in book.cite(words.cite))
    title = book.overlay_titles[overlay] if overlay else book.title
    triggers = tuple(Trigger(one, sourced(book, one.cite)) for one in words.triggers)
    cite = sourced(book, words.cite)
    return BallotText(book.key, overlay, title, words, cite, articles, tuple(book.book.unknown), triggers)


def sourced(book: SchemeBook, cite: tuple[str, ...]) -> str:
    """Articles, each with how sure its reading is."""
    return "; ".join(f"{one.text()} ({SURE[one.confidence]})" for one in book.cite(cite))
