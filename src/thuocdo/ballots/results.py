"""A settled result: each share with the number it is a share of, the votes as facts, and what texts say follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.ballots import figures
from thuocdo.ballots.lpk1.board import short
from thuocdo.ballots.lpk1.counting import Share, bases_of, passes
from thuocdo.ballots.models import Ballot, BallotLine, Minutes
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Case
from thuocdo.engine.rating import rate_case
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets import catalogue

THREE = ("high", "medium", "low")


@dataclass(frozen=True)
class OptionResult:
    """One option of a line: votes, and their shares of those summoned, present, handed out, returned, valid."""

    option: str
    votes: int
    shares: tuple[Share, ...]
    passed: bool | None


@dataclass(frozen=True)
class Consequence:
    """What one text in force says follows, with what it leaves open."""

    title: str
    outcome: str
    level: str
    words: str


@dataclass(frozen=True)
class LineResult:
    line: BallotLine
    valid: int
    invalid: int
    options: tuple[OptionResult, ...]
    consequences: tuple[Consequence, ...]

    @property
    def conflict(self) -> bool:
        """Whether two texts say different things of the same votes."""
        return len({(one.outcome, one.level) for one in self.consequences}) > 1


@dataclass(frozen=True)
class Result:
    """The result of one count as the minutes hold it."""

    content: Mapping[str, Any]
    figures: figures.Figures
    lines: tuple[LineResult, ...]
    code: str
    digest: str


def result_of(one: Ballot, minutes: Minutes, lines: list[BallotLine]) -> Result:
    """`lines`: those on the slip, by number. No query."""
    board = board_of(one, minutes)
    question, content = board["ballot"], json.loads(minutes.content)
    found = figures.figures_of(content["figures"])
    shown = []
    for place, (line, got) in enumerate(zip(lines, found.lines, strict=True)):
        bases = bases_of(board, place)
        options = tuple(
            OptionResult(
                option, votes, tuple(Share(votes, whole, of) for of, whole in bases.items()),
                passes(question, votes, bases),
            )
            for option, votes in zip(question["lines"][place]["options"], got.counts, strict=True)
        )  # fmt: skip
        shown.append(LineResult(line, got.valid, got.invalid, options, consequences(one, votes_of(board, place))))
    return Result(content, found, tuple(shown), short(minutes.digest), minutes.digest)


def board_of(one: Ballot, minutes: Minutes) -> dict[str, Any]:
    """The minutes in the shape of a board (docs/ballots.md), for `bases_of` and `passes`."""
    content = json.loads(minutes.content)
    found = figures.figures_of(content["figures"])
    return {
        "ballot": json.loads(one.document), "present": content["present"], "issued": content["issued"],
        "returned": found.returned, "result": figures.result_of(found),
    }  # fmt: skip


def votes_of(board: Mapping[str, Any], place: int) -> dict[str, int]:
    """One line of a vote on three levels in the words of the case format."""
    bases, counts = bases_of(board, place), board["result"]["lines"][place]["counts"]
    found = {
        "convened": bases["summoned"], "present": bases["present"], "issued": bases["issued"],
        "collected": bases["returned"], "valid": bases["valid"],
    }  # fmt: skip
    return found | dict(zip(THREE, counts, strict=True)) if len(counts) == len(THREE) else found


def consequences(one: Ballot, votes: Mapping[str, int]) -> tuple[Consequence, ...]:
    """What each text in force on the day of the vote on the same people says follows from votes on three levels. None
    is preferred: which one applies is for the competent authority to say."""
    if one.kind != Ballot.Kind.CONFIDENCE_LEVELS or "low" not in votes:
        return ()
    chosen = next((book for book in _books(one.held_on) if book.key == one.rulebook), None)
    if chosen is None:
        return ()
    people = chosen.scheme("vote").subject_kinds
    same = [book for book in _books(one.held_on) if book.scheme("vote").subject_kinds == people]
    return tuple(_consequence(book, votes, one.held_on) for book in sorted(same, key=lambda b: b.key != one.rulebook))


def _books(on: date) -> list[SchemeBook]:
    return [
        book
        for book in catalogue.books()
        if isinstance(book, SchemeBook)
        and book.book.procedure_kind == "confidence_vote"
        and book.since <= on
        and (book.until is None or on < book.until)
        and any(scheme.id == "vote" for scheme in book.schemes)
    ]


def _consequence(book: SchemeBook, votes: Mapping[str, int], on: date) -> Consequence:
    try:
        outcome = rate_case(book, Case.model_validate(case_of([("A", votes)], on, ""))).outcomes["A"]
    except CaseError as error:
        return Consequence(book.title, "needs_decision", "", str(error))
    level = next((one for one in book.levels_of("vote") if one.code == outcome.level), None)
    if level is not None:
        return Consequence(book.title, "rated", level.code, level.label)
    asked = " ".join(point.question_vi for point in outcome.open_points)
    return Consequence(book.title, outcome.kind, "", f"Cần cấp có thẩm quyền quyết định: {asked or outcome.reason}")


def case_of(people: Sequence[tuple[str, Mapping[str, int]]], on: date, note: str) -> dict[str, Any]:
    """Votes as a file in the case format (docs/case-format.md): `thuocdo rate` takes it."""
    value: dict[str, Any] = {
        "title": f"Kết quả lấy phiếu tín nhiệm ngày {on:%d/%m/%Y}",
        "procedure": "confidence_vote",
        "rating_date": on.isoformat(),
        "period": {"kind": "year", "year": on.year},
        "subjects": [
            {"id": code, "kind": "leader", "leadership": "head", "votes": dict(votes)} for code, votes in people
        ],
    }
    return value | ({"note": note} if note else {})
