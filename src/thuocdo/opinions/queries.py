"""Reads of opinions: what waits for a giver, a round for its organiser, and results once they are frozen."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.opinions.access import organised
from thuocdo.opinions.asks import Asked, Suggested, asked_of, suggested
from thuocdo.opinions.models import (
    OpinionComment,
    OpinionInvitation,
    OpinionParty,
    OpinionQuestion,
    OpinionReturn,
    OpinionRound,
    OpinionSubject,
    OpinionTally,
)
from thuocdo.opinions.rules import AGAIN, agreeing
from thuocdo.opinions.typed import Form, forms_of
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.queries import descendants, on_day, person_of
from thuocdo.records.models import Absence

State = OpinionRound.State
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
    """What a round says about one person; while it is open only how many forms are back in the whole round, which
    `sent` and `returned` hold (0 afterwards)."""

    round: OpinionRound
    label: str
    sent: int
    returned: int
    blocks: tuple[Block, ...]


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
    units: tuple[Unit, ...]


def desk(user: User, at: datetime) -> Desk:
    """Everything of this room that concerns the user."""
    on, person = localdate(at), person_of(user)
    mine = organised(user, on)
    rounds = OpinionRound.objects.filter(unit__in=mine).exclude(state=State.DROPPED).select_related("cycle", "unit")
    cycles = Cycle.objects.filter(state=Cycle.State.OPEN, members__unit__in=mine).distinct() if mine else ()
    units = Unit.objects.filter(on_day(on), pk__in=mine).order_by("order", "code")
    return Desk(
        tuple(_waiting(person, on)) if person else (),
        tuple(_about(person)) if person else (),
        tuple((one, one.cycle.label) for one in rounds.order_by("-pk")[:50]),
        tuple((one, one.label) for one in sorted(cycles, key=lambda one: (one.year, one.number, one.pk))),
        tuple(units),
    )


def unanswered(whose: Q, on: date) -> QuerySet[OpinionInvitation]:
    """Invitations of open rounds that still can be answered, of those who have not."""
    done = OpinionReturn.objects.filter(round=OuterRef("party__round"), rater=OuterRef("rater"))
    rows = OpinionInvitation.objects.filter(party__round__state=State.OPEN, party__round__closes_on__gte=on)
    return rows.filter(whose).exclude(Exists(done))


def _waiting(person: Person, on: date) -> Iterable[ToAnswer]:
    rows = unanswered(Q(rater=person), on)
    counts = dict(rows.values_list("party__round").annotate(Count("pk")).order_by())
    for one in OpinionRound.objects.filter(pk__in=counts).select_related("cycle", "unit").order_by("closes_on", "pk"):
        yield ToAnswer(one, one.cycle.label, counts[one.pk])


def _about(person: Person) -> Iterable[Result]:
    told = OpinionSubject.objects.filter(member__person=person, living=True, round__state=State.CLOSED)
    told = told.exclude(round__told=OpinionRound.Told.NOTHING)
    rows = list(told.select_related("round__cycle", "round__unit").order_by("-round__pk")[:12])
    yield from _results(rows, texts=None, names=False)


def about_member(member: int | OuterRef) -> QuerySet[OpinionSubject]:
    """The round about a member of a cycle, once it was sent."""
    return OpinionSubject.objects.filter(member=member, living=True).exclude(round__state=State.DRAFT)


def of_member(member_id: int, *, texts: bool) -> Result | None:
    """What a round says about a member of a cycle, for pages whose reader may see that person's sheet; `texts`: with
    words and, where givers are named, their names. Figures only after closing. At most six queries."""
    rows = list(about_member(member_id).select_related("round__cycle", "round__unit")[:1])
    return next(iter(_results(rows, texts=texts, names=texts)), None)


def _results(subjects: Sequence[OpinionSubject], *, texts: bool | None, names: bool) -> Iterable[Result]:
    """`texts` None: as each round allows the person."""
    labels: dict[int, dict[str, str]] = {}
    for question in OpinionQuestion.objects.filter(round__in=[row.round_id for row in subjects]):
        labels.setdefault(question.round_id, {})[str(question.number)] = question.label
    for subject in subjects:
        one = subject.round
        sent, back = (0, 0) if one.state == State.CLOSED else counts_of(one)
        words = one.told == OpinionRound.Told.TEXTS if texts is None else texts
        found = tuple(_blocks(subject, labels.get(one.pk, {}), words, names=names))
        yield Result(one, one.cycle.label, sent, back, found)


def _blocks(subject: OpinionSubject, labels: dict[str, str], texts: bool, *, names: bool) -> Iterable[Block]:
    tallies = subject.tallies.order_by("number")
    for tally in tallies.prefetch_related("comments__author") if texts else tallies:
        figures = json.loads(tally.figures) if tally.figures else {}
        said = [(row.text, row.author.full_name if names and row.author else "") for row in _ordered(tally, texts)]
        told = (Figure(labels[number], _words(what, subject.round)) for number, what in sorted(figures.items()))
        yield _block(tally, subject.round, tuple(told), tuple(said))


def _block(
    tally: OpinionTally, one: OpinionRound, figures: tuple[Figure, ...] = (), said: tuple[tuple[str, str], ...] = ()
) -> Block:
    returned, valid = (None, None) if one.secret else (tally.returned, tally.valid)
    return Block(tally.parties, tally.sent, returned, valid, tally.shown, figures, said)


def _ordered(tally: OpinionTally, texts: bool) -> list[OpinionComment]:
    return sorted(tally.comments.all(), key=lambda row: row.key) if texts else []


def _words(what: dict[str, int], one: OpinionRound) -> str:
    if "few" in what:
        return "chưa đủ số ý kiến để công bố"
    if "tenths" in what:
        whole, tenth = divmod(what["tenths"], 10)
        many = f"từ {one.threshold} ý kiến trở lên" if one.secret else f"{what['answers']} ý kiến"
        return f"trung bình {whole},{tenth} điểm ({many})"
    if one.secret:
        return agreeing(what["yes"], what["no"])
    return f"{what['yes']} đồng ý, {what['no']} không đồng ý"


def counts_of(one: OpinionRound) -> tuple[int, int]:
    """Forms sent and returned of a whole open round: the only live figure, never by person or party. One query."""
    rows = OpinionInvitation.objects.filter(party__round=one)
    done = OpinionReturn.objects.filter(round=one, rater=OuterRef("rater"))
    flags = list(rows.annotate(back=Exists(done)).values_list("back", flat=True))
    return len(flags), sum(flags)


@dataclass(frozen=True)
class Preparing:
    """A round to be begun: the people of the unit, who is in another round, what the rule asks, what to ask about."""

    cycle: Cycle
    unit: Unit
    label: str
    people: tuple[tuple[Member, bool], ...]
    asked: Asked | None
    suggested: tuple[Suggested, ...]


def preparing(user: User, cycle_id: int, unit_id: int, at: datetime) -> Preparing:
    """Raises NotYours."""
    on = localdate(at)
    cycle = Cycle.objects.filter(pk=cycle_id, state=Cycle.State.OPEN).first()
    unit = Unit.objects.filter(pk=unit_id).first()
    if cycle is None or unit is None or unit_id not in organised(user, on):
        raise NotYours()
    rows = Member.objects.filter(cycle=cycle, standing=Member.Standing.IN, unit__in=descendants(unit_id, on))
    rows = rows.exclude(person__user_id=user.pk).select_related("person", "unit").order_by("person__sort_key", "pk")
    taken = set(OpinionSubject.objects.filter(living=True, member__cycle=cycle).values_list("member", flat=True))
    people = tuple((one, one.pk in taken) for one in rows[:LISTED])
    first = next((one for one, _ in people), None)
    return Preparing(
        cycle, unit, cycle.label, people, asked_of(one for one, _ in people),
        suggested(first, cycle.kind) if first else (),
    )  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A round for its organiser. Whom one party was given to ask is listed; who has answered never is. `returned`,
    `valid`: of the whole round; `counts`, after closing: by person. `people`: who can be asked, and whether they are
    away."""

    round: OpinionRound
    label: str
    questions: tuple[OpinionQuestion, ...]
    parties: tuple[tuple[OpinionParty, tuple[OpinionInvitation, ...]], ...]
    subjects: tuple[OpinionSubject, ...]
    counts: tuple[tuple[str, Block], ...]
    sent: int
    returned: int
    valid: int
    may_close: bool
    units: tuple[Unit, ...]
    people: tuple[tuple[Employment, bool], ...]


def prepared(user: User, round_id: int, from_unit: int, at: datetime) -> Prepared:
    """A round of a unit the user organises; `from_unit`: whose people are offered as raters. Raises NotYours."""
    on = localdate(at)
    one = OpinionRound.objects.select_related("cycle__root", "unit", "made_by").filter(pk=round_id).first()
    if one is None or one.unit_id not in organised(user, on):
        raise NotYours()
    asked: dict[int, list[OpinionInvitation]] = {}
    rows = OpinionInvitation.objects.filter(party__round=one).select_related("about", "rater")
    for row in rows.order_by("about__sort_key", "rater__sort_key", "pk"):
        asked.setdefault(row.party_id, []).append(row)
    units, people = _choices(one, from_unit, on) if one.state == State.DRAFT else ((), ())
    subjects = _with_counts(one)
    tallies = [tally for subject in subjects for tally in subject.tallies.all()]
    sent, back = sum(map(len, asked.values())), sum(tally.returned for tally in tallies)
    if one.state == State.OPEN:
        sent, back = counts_of(one)
    return Prepared(
        one, one.cycle.label, tuple(one.questions.order_by("number")),
        tuple((party, tuple(asked.get(party.pk, ()))) for party in one.parties.order_by("number")),
        subjects, tuple(_counted(one, subjects)), sent, back, sum(tally.valid for tally in tallies),
        one.state == State.OPEN and (on > one.closes_on or sent == back), units, people,
    )  # fmt: skip


def _with_counts(one: OpinionRound) -> tuple[OpinionSubject, ...]:
    rows = one.subjects.select_related("member__person", "member__unit").prefetch_related("tallies")
    return tuple(rows.order_by("member__person__sort_key", "pk"))


def _counted(one: OpinionRound, subjects: Iterable[OpinionSubject]) -> Iterable[tuple[str, Block]]:
    for subject in subjects:
        for tally in sorted(subject.tallies.all(), key=lambda row: row.number):
            yield subject.member.person.full_name, _block(tally, one)


def _choices(
    one: OpinionRound, from_unit: int, on: date
) -> tuple[tuple[Unit, ...], tuple[tuple[Employment, bool], ...]]:
    inside = descendants(one.cycle.root_id, on)
    units = tuple(Unit.objects.filter(on_day(on), pk__in=inside).order_by("order", "code"))
    shown = from_unit if from_unit in inside else one.unit_id
    posts = Employment.objects.filter(on_day(on), unit_id=shown, person__user__is_active=True)
    away = Exists(Absence.objects.filter(on_day(on), person=OuterRef("person")))
    rows = posts.annotate(away=away).select_related("person", "unit").order_by("person__sort_key", "pk")[:LISTED]
    return units, tuple((post, post.away) for post in rows)


@dataclass(frozen=True)
class Answering:
    """The forms of one giver."""

    round: OpinionRound
    label: str
    forms: tuple[Form, ...]


def answering(user: User, round_id: int, at: datetime) -> Answering:
    """Raises NotYours for who was not asked, Conflict once the round takes no answer or the user has given it."""
    one = OpinionRound.objects.select_related("cycle", "unit").filter(pk=round_id).first()
    person = person_of(user)
    forms = tuple(forms_of(one, person)) if one and person else ()
    if one is None or not forms or one.state in (State.DRAFT, State.DROPPED):
        raise NotYours()
    if one.state != State.OPEN or localdate(at) > one.closes_on:
        raise Conflict(f"Đợt lấy ý kiến đã hết hạn ngày {one.closes_on:%d/%m/%Y}; không nhận thêm ý kiến.")
    if OpinionReturn.objects.filter(round=one, rater=person).exists():
        raise Conflict(AGAIN)
    return Answering(one, one.cycle.label, forms)
