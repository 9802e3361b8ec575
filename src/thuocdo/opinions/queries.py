"""Reads of opinions: what waits for a giver, a round for its organiser, and results once they are frozen."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.opinions.access import organised
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import (
    OpinionComment,
    OpinionInvitation,
    OpinionQuestion,
    OpinionReturn,
    OpinionRound,
    OpinionSubject,
    OpinionTally,
)
from thuocdo.opinions.rules import AGAIN, agreeing, averaged
from thuocdo.opinions.typed import Form, forms_of
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import on_day, person_of
from thuocdo.rounds.models import Round

State = OpinionRound.State
PERIOD = ("cycle", "year_round__organisation", "unit")
LISTED = 200
"""So many people a page offers; a larger unit is asked about part by part."""


@dataclass(frozen=True)
class Figure:
    """One question of a block in words: how many answered, the mean or the yes and no; or that too few did."""

    label: str
    words: str


@dataclass(frozen=True)
class Block:
    """Forms of one party, or of several counted together; `figures` empty and `comments` absent where hidden.

    `returned` and `valid` are None in a secret round: nobody gives an opinion about themselves, so the one person with
    a form more or less than the others would be named as who has not answered.
    """

    parties: str
    sent: int
    returned: int | None
    valid: int | None
    shown: bool
    figures: tuple[Figure, ...]
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Result:
    """What a round says about one person; while it is open only how many of those asked have answered in the whole
    round, which `sent` and `returned` hold (0 afterwards)."""

    round: OpinionRound
    label: str
    sent: int
    returned: int
    blocks: tuple[Block, ...]

    @property
    def hidden(self) -> str:
        return hidden_in(self.round)

    @property
    def hides(self) -> bool:
        """Whether a figure of a secret round is not shown."""
        words = {figure.words for block in self.blocks for figure in block.figures}
        return self.round.secret and (self.hidden in words or not all(block.shown for block in self.blocks))


def hidden_in(one: OpinionRound) -> str:
    """Why a figure is not shown, in words that do not say which of the two it is."""
    if not one.secret:
        return "chưa có ý kiến"
    return f"chưa đủ {one.threshold} ý kiến để công bố, hoặc đặt cạnh số liệu khác thì lộ ý kiến"


@dataclass(frozen=True)
class ToAnswer:
    """A round that waits for the user, with the number of people asked about."""

    round: OpinionRound
    label: str
    people: int


@dataclass(frozen=True)
class Desk:
    """The first page: what to answer, what was said about oneself, and the rounds one prepares."""

    to_answer: tuple[ToAnswer, ...]
    about_me: tuple[Result, ...]
    rounds: tuple[tuple[OpinionRound, str], ...]
    cycles: tuple[tuple[Cycle, str], ...]
    units: UnitChoice
    years: tuple[tuple[Round, str], ...]
    bodies: tuple[OpinionBody, ...]


def desk(user: User, at: datetime, *, typed: str = "") -> Desk:
    """Everything of this room that concerns the user; `typed` looks for units to ask about."""
    on, person = localdate(at), person_of(user)
    mine = organised(user, on)
    rounds = OpinionRound.objects.filter(unit__in=mine).exclude(state=State.DROPPED).select_related(*PERIOD)
    cycles = Cycle.objects.filter(state=Cycle.State.OPEN, members__unit__in=mine).distinct() if mine else ()
    years = Round.objects.filter(state=Round.State.OPEN, subjects__unit__in=mine).distinct()
    return Desk(
        tuple(_waiting(person, on)) if person else (),
        tuple(_about(person)) if person else (),
        tuple((one, one.label) for one in rounds.order_by("-pk")[:50]),
        tuple((one, one.label) for one in sorted(cycles, key=lambda one: (one.year, one.number, one.pk))),
        choice(Unit.objects.filter(on_day(on), pk__in=mine), typed),
        tuple((one, one.label) for one in years.select_related("organisation").order_by("-year", "pk")),
        tuple(bodies_waiting(user, on).select_related("party__round__unit")),
    )


def unanswered(whose: Q, on: date) -> QuerySet[OpinionInvitation]:
    """Invitations of open rounds that still can be answered, of those who have not."""
    done = OpinionReturn.objects.filter(round=OuterRef("party__round"), rater=OuterRef("rater"))
    rows = OpinionInvitation.objects.filter(party__round__state=State.OPEN, party__round__closes_on__gte=on)
    return rows.filter(whose).exclude(Exists(done))


def bodies_waiting(user: User, on: date) -> QuerySet[OpinionBody]:
    """Bodies for which the user speaks and which can still answer."""
    standing = OpinionPaper.objects.filter(body=OuterRef("pk")).exclude(state=OpinionPaper.State.RETURNED)
    rows = OpinionBody.objects.filter(speaker__user_id=user.pk, party__round__state=State.OPEN)
    return rows.filter(party__round__closes_on__gte=on).exclude(Exists(standing)).order_by("pk")


def _waiting(person: Person, on: date) -> Iterable[ToAnswer]:
    rows = unanswered(Q(rater=person), on)
    counts = dict(rows.values_list("party__round").annotate(Count("pk")).order_by())
    for one in OpinionRound.objects.filter(pk__in=counts).select_related(*PERIOD).order_by("closes_on", "pk"):
        yield ToAnswer(one, one.label, counts[one.pk])


def _about(person: Person) -> Iterable[Result]:
    mine = Q(member__person=person) | Q(person=person)
    told = OpinionSubject.objects.filter(mine, living=True, round__state=State.CLOSED)
    told = told.exclude(round__told=OpinionRound.Told.NOTHING)
    rows = list(told.select_related(*(f"round__{name}" for name in PERIOD)).order_by("-round__pk")[:12])
    yield from _results(rows, questions_of(row.round_id for row in rows), texts=None, names=False)


def about_member(member: int | OuterRef) -> QuerySet[OpinionSubject]:
    """The round about a member of a cycle, once it was sent."""
    return OpinionSubject.objects.filter(member=member, living=True).exclude(round__state=State.DRAFT)


def of_member(member_id: int, *, texts: bool) -> Result | None:
    """What a round says about a member of a cycle, for pages whose reader may see that person's sheet; `texts`: with
    words and, where givers are named, their names. Figures only after closing. At most six queries."""
    rows = list(about_member(member_id).select_related(*(f"round__{name}" for name in PERIOD))[:1])
    asked = questions_of(row.round_id for row in rows)
    return next(iter(_results(rows, asked, texts=texts, names=texts)), None)


Questions = dict[int, dict[str, OpinionQuestion]]
"""By round and number."""


def questions_of(rounds: Iterable[int]) -> Questions:
    """One query."""
    asked: Questions = {}
    for question in OpinionQuestion.objects.filter(round__in=set(rounds)):
        asked.setdefault(question.round_id, {})[str(question.number)] = question
    return asked


def results_of(rows: Sequence[OpinionSubject], asked: Questions, *, texts: bool) -> dict[int, Result]:
    """What was said about these subjects, by their keys, for readers who may see them. The rows come with their round,
    its period and its unit."""
    return {row.pk: found for row, found in zip(rows, _results(rows, asked, texts=texts, names=texts), strict=True)}


def _results(
    subjects: Sequence[OpinionSubject], asked: Questions, *, texts: bool | None, names: bool
) -> Iterable[Result]:
    """`texts` None: as each round allows the person."""
    for subject in subjects:
        one = subject.round
        sent, back = (0, 0) if one.state == State.CLOSED else counts_of(one)
        words = one.told == OpinionRound.Told.TEXTS if texts is None else texts
        found = tuple(_blocks(subject, asked.get(one.pk, {}), words, names=names))
        yield Result(one, one.label, sent, back, found)


def _blocks(subject: OpinionSubject, asked: dict[str, OpinionQuestion], texts: bool, *, names: bool) -> Iterable[Block]:
    tallies = subject.tallies.order_by("number")
    for tally in tallies.prefetch_related("comments__author") if texts else tallies:
        figures = json.loads(tally.figures) if tally.figures else {}
        said = [(row.text, row.author.full_name if names and row.author else "") for row in _ordered(tally, texts)]
        told = (
            Figure(asked[number].label, _words(what, asked[number], subject.round))
            for number, what in sorted(figures.items())
        )
        yield block_of(tally, subject.round, tuple(told), tuple(said))


def block_of(
    tally: OpinionTally, one: OpinionRound, figures: tuple[Figure, ...] = (), said: tuple[tuple[str, str], ...] = ()
) -> Block:
    returned, valid = (None, None) if one.secret else (tally.returned, tally.valid)
    return Block(tally.parties, tally.sent, returned, valid, tally.shown, figures, said)


def block_lines(found: Result) -> Iterable[tuple[str, str, str]]:
    """Side, who, and what was said by the people asked, one line each: the same words on pages and in lists."""
    for block in found.blocks:
        if block.shown:
            yield block.parties, "", "; ".join(f"{figure.label}: {figure.words}" for figure in block.figures)
            for text, name in block.comments:
                yield block.parties, name, text
        else:
            yield block.parties, "", found.hidden


def _ordered(tally: OpinionTally, texts: bool) -> list[OpinionComment]:
    return sorted(tally.comments.all(), key=lambda row: row.key) if texts else []


def _words(what: dict[str, int], question: OpinionQuestion, one: OpinionRound) -> str:
    if "few" in what:
        return hidden_in(one)
    if "tenths" in what:
        if one.secret:
            return f"{averaged(what['tenths'], question.maximum or 0)} (từ {one.threshold} ý kiến trở lên)"
        whole, tenth = divmod(what["tenths"], 10)
        return f"trung bình {whole},{tenth} điểm ({what['answers']} ý kiến)"
    if one.secret:
        return agreeing(what["yes"], what["no"], one.threshold)
    return f"{what['yes']} đồng ý, {what['no']} không đồng ý"


def counts_of(one: OpinionRound) -> tuple[int, int]:
    """People asked, and people who have answered, of a whole open round: the only live figure, never by person or
    party. Not forms: those asked about more would show in the number. Two queries."""
    raters = OpinionInvitation.objects.filter(party__round=one).values("rater").distinct().count()
    return raters, OpinionReturn.objects.filter(round=one).count()


@dataclass(frozen=True)
class Answering:
    """The forms of one giver."""

    round: OpinionRound
    label: str
    forms: tuple[Form, ...]


def answering(user: User, round_id: int, at: datetime) -> Answering:
    """Raises NotYours for who was not asked, Conflict once the round takes no answer or the user has given it."""
    rounds = OpinionRound.objects.select_related(*PERIOD)
    one = rounds.filter(pk=round_id).first()
    person = person_of(user)
    forms = tuple(forms_of(one, person)) if one and person else ()
    if one is None or not forms or one.state in (State.DRAFT, State.DROPPED):
        raise NotYours()
    if one.state != State.OPEN or localdate(at) > one.closes_on:
        raise Conflict(f"Đợt lấy ý kiến đã hết hạn ngày {one.closes_on:%d/%m/%Y}; không nhận thêm ý kiến.")
    if OpinionReturn.objects.filter(round=one, rater=person).exists():
        raise Conflict(AGAIN)
    return Answering(one, one.label, forms)
