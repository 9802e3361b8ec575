"""A settled result: each share with the number it is a share of, the votes as facts, and what texts say follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.ballots import figures
from thuocdo.ballots.confidence import Consequence, books_on, consequence, differ
from thuocdo.ballots.lpk1.board import short
from thuocdo.ballots.lpk1.counting import Share, bases_of, passes
from thuocdo.ballots.models import Ballot, BallotLine, Minutes
from thuocdo.engine.votes import same_people

THREE = ("high", "medium", "low")


@dataclass(frozen=True)
class OptionResult:
    """One option of a line: votes, and their shares of those summoned, present, handed out, returned, valid."""

    option: str
    votes: int
    shares: tuple[Share, ...]
    passed: bool | None


@dataclass(frozen=True)
class LineResult:
    line: BallotLine
    valid: int
    invalid: int
    options: tuple[OptionResult, ...]
    consequences: tuple[Consequence, ...]

    @property
    def tied(self) -> tuple[str, ...]:
        return tied([(one.option, one.votes) for one in self.options], self.valid)

    @property
    def conflict(self) -> bool:
        """Whether two texts say different things of the same votes."""
        return differ(self.consequences)


@dataclass(frozen=True)
class Result:
    """The result of one count as the minutes hold it."""

    content: Mapping[str, Any]
    figures: figures.Figures
    lines: tuple[LineResult, ...]
    code: str
    digest: str

    @property
    def plain(self) -> tuple[LineResult, ...]:
        """Lines of which no text says what follows: their shares stand in one list."""
        return tuple(line for line in self.lines if not line.consequences)


def tied(options: Sequence[tuple[str, int]], valid: int) -> tuple[str, ...]:
    """The options of a single choice that share the most votes, where several do: none is preferred, as no text read
    says which then holds. Of three levels of confidence the text counts shares and this says nothing.

    >>> tied([("A", 3), ("B", 3), ("C", 1)], 7), tied([("A", 4), ("B", 3)], 7), tied([("A", 0), ("B", 0)], 0)
    (('A', 'B'), (), ())
    """
    most = max(votes for _, votes in options)
    first = tuple(option for option, votes in options if votes == most)
    return first if most and len(first) > 1 and sum(votes for _, votes in options) == valid else ()


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
    if one.kind != Ballot.Kind.CONFIDENCE_LEVELS:
        return ()
    return follows(one.rulebook, one.held_on, votes)


def follows(rulebook: str, on: date, votes: Mapping[str, int]) -> tuple[Consequence, ...]:
    """`consequences` of votes on three levels held on that day under a rulebook; nothing where it is no such text. Of
    votes without a result by that rulebook only this is said: they are no ground for anything by another text."""
    known = books_on(on)
    chosen = next((book for book in known if book.key == rulebook), None)
    if chosen is None or "low" not in votes:
        return ()
    own = consequence(chosen, votes, on)
    if own.outcome == "not_rated":
        return (own,)
    others = (book for book in known if book is not chosen and same_people(book, chosen))
    return (own, *(consequence(book, votes, on) for book in others))
