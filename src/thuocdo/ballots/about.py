"""Results of ballots as facts for whoever rates: paper and phones alike, by the last minutes whose signed scan a second
person has compared; they hold while slips are counted again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from thuocdo.ballots.confidence import differ, void
from thuocdo.ballots.lpk1.board import short
from thuocdo.ballots.lpk1.counting import Share, bases_of, passes
from thuocdo.ballots.models import Ballot, BallotLine, MinutesScan
from thuocdo.ballots.results import board_of, follows, tied, votes_of
from thuocdo.engine.votes import DIFFER
from thuocdo.rounds.models import RoundSubject
from thuocdo.rounds.rules import LEADING


@dataclass(frozen=True)
class VoteFact:
    """Votes on one line, with the minutes they come from: their code and SHA-256, and that of the signed scan.

    `votes`: counts in the words of the case format (`convened` … `valid`, on three levels also `high`, `medium`,
    `low`). `options`: every option with its votes. `shares`: of the first base the text counts on and of valid slips.
    `passed`: by option whether the frozen majority is reached, None where none was frozen.
    """

    votes: Mapping[str, int]
    held_on: str
    minutes: str
    digest: str
    scan: str
    kind: str = ""
    title: str = ""
    options: tuple[tuple[str, int], ...] = ()
    shares: tuple[str, ...] = ()
    passed: tuple[bool | None, ...] = ()
    rulebook: str = ""

    @property
    def source(self) -> str:
        """Where it comes from, as a sentence for a note of the case format."""
        return f"Biên bản kiểm phiếu mã {self.minutes}, SHA-256 {self.digest}; bản chụp đã ký, SHA-256 {self.scan}."

    @property
    def void(self) -> str:
        """Why a vote on three levels has no result by the text that it was held under; empty where it has one."""
        if not self.on_levels or "convened" not in self.votes:
            return ""
        return void(
            self.rulebook, date.fromisoformat(self.held_on), self.votes["convened"], self.votes.get("present", 0)
        )

    @property
    def on_levels(self) -> bool:
        return self.kind == Ballot.Kind.CONFIDENCE_LEVELS and "low" in self.votes


Said = tuple[str, str, str]
"""A ballot on somebody in words: what and when, the result, the minutes."""


def said_of(fact: VoteFact) -> Said:
    """For whoever verifies or decides: every share with its base, whether a frozen majority is reached, and of a
    confidence vote what each text in force on the day says follows; none is preferred."""
    day = date.fromisoformat(fact.held_on)
    words = "; ".join(fact.shares)
    reached = [option for (option, _), passed in zip(fact.options, fact.passed, strict=True) if passed]
    if any(passed is not None for passed in fact.passed):
        words += f". Đạt tỷ lệ: {', '.join(reached) or 'không lựa chọn nào'}"
    level = fact.kind != Ballot.Kind.CONFIDENCE_LEVELS and tied(fact.options, fact.votes["valid"])
    if level:
        words += f". Bằng phiếu nhau: {', '.join(level)}; cấp có thẩm quyền quyết định theo văn bản áp dụng, nêu lý do"
    found = follows(fact.rulebook, day, fact.votes)
    words += "".join(f". {one.short}: {one.words.rstrip('.')}" for one in found)
    if differ(found):
        words += f". {DIFFER}"
    return f"{fact.title}, ngày {day:%d/%m/%Y}", f"{words}.", f"biên bản mã {fact.minutes}"


def votes_about(person_id: int, year: int) -> list[VoteFact]:
    """Confidence votes on a person in a year, oldest first, for rooms above whose reader may see that person's sheet.
    Two queries."""
    rows = _lines(Q(person_id=person_id, ballot__year=year, ballot__kind=Ballot.Kind.CONFIDENCE_LEVELS))
    return [fact for _, fact in _facts(rows)]


def facts_of(subjects: Collection[RoundSubject], year: int) -> dict[int, list[VoteFact]]:
    """Everything that was voted on these subjects of a round (by key), oldest first: lines bound to them, and for
    leaders, and members rated as such, the confidence votes of the year wherever they were held. Set-based: two queries
    however many they are."""
    leading = [one for one in subjects if one.kind == "leader" or (one.kind == "party_member" and one.role in LEADING)]
    leaders = {one.person_id for one in leading if one.person_id is not None}
    found: dict[int, list[VoteFact]] = {one.pk: [] for one in subjects}
    wide = Q(person_id__in=leaders, ballot__year=year, ballot__kind=Ballot.Kind.CONFIDENCE_LEVELS)
    for line, fact in _facts(_lines(Q(subject__in=list(found)) | wide)):
        keys = {line.subject_id} if line.subject_id in found else set()
        if line.ballot.kind == Ballot.Kind.CONFIDENCE_LEVELS and line.ballot.year == year:
            keys |= {one.pk for one in leading if one.person_id == line.person_id}
        for key in keys:
            if key is not None:
                found[key].append(fact)
    return found


def as_case(facts: Collection[VoteFact]) -> dict[str, Any]:
    """What goes into a subject of the case format: `votes` of the one vote on three levels that has a result by its
    own text, with its source as `note`. Nothing where there is none, or more than one: which holds is for the competent
    authority to say."""
    three = [fact for fact in facts if fact.on_levels and not fact.void]
    return {"votes": dict(three[0].votes), "note": three[0].source} if len(three) == 1 else {}


def _lines(wanted: Q) -> list[BallotLine]:
    rows = BallotLine.objects.filter(wanted, number__isnull=False).exclude(ballot__state=Ballot.State.CANCELLED)
    return list(rows.select_related("ballot").order_by("ballot__held_on", "pk"))


def _facts(lines: Collection[BallotLine]) -> list[tuple[BallotLine, VoteFact]]:
    scans: dict[int, MinutesScan] = {}
    confirmed = MinutesScan.objects.filter(
        minutes__ballot__in={line.ballot_id for line in lines}, confirmed_by__isnull=False
    )
    for scan in confirmed.select_related("minutes").order_by("minutes__counting") if lines else ():
        scans[scan.minutes.ballot_id] = scan
    return [(line, _fact(line, scans[line.ballot_id])) for line in lines if line.ballot_id in scans]


def _fact(line: BallotLine, scan: MinutesScan) -> VoteFact:
    one, place, digest = line.ballot, (line.number or 1) - 1, scan.minutes.digest
    board = board_of(one, scan.minutes)
    question, bases = board["ballot"], bases_of(board, place)
    counts = board["result"]["lines"][place]["counts"]
    options = tuple(zip(question["lines"][place]["options"], counts, strict=True))
    shares = tuple(
        f"{option}: {Share(votes, bases[of], of).text}" for option, votes in options for of in ("returned", "valid")
    )
    passed = tuple(passes(question, votes, bases) for _, votes in options)
    votes = votes_of(board, place)
    if one.kind != Ballot.Kind.CONFIDENCE_LEVELS:
        votes = {name: number for name, number in votes.items() if name not in ("high", "medium", "low")}
    return VoteFact(
        votes, one.held_on.isoformat(), short(digest), digest, scan.digest, one.kind, one.title, options, shares,
        passed, one.rulebook,
    )
