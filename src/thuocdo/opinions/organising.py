"""Reads for whoever prepares a round: whom it can be about, who can be asked, how far it is, what waits for them."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.opinions.access import organised
from thuocdo.opinions.asks import Asked, Suggested, asked_of, suggested
from thuocdo.opinions.bodies.forms import words_of_form
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.earlier import asked_again
from thuocdo.opinions.models import OpinionInvitation, OpinionParty, OpinionQuestion, OpinionRound, OpinionSubject
from thuocdo.opinions.queries import LISTED, Block, block_of, counts_of
from thuocdo.opinions.sides import Side, omitted, sides_of
from thuocdo.opinions.subjects import offered
from thuocdo.organisation.choosing import NO_UNITS, UnitChoice, choice
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import descendants, on_day
from thuocdo.records.models import Absence
from thuocdo.rounds.books import LABELS
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundSubject

State = OpinionRound.State


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
    rows = rows.exclude(person__user_id=user.pk).select_related("person", "unit")
    rows = rows.order_by("person__sort_key", "person__code")
    taken = set(OpinionSubject.objects.filter(living=True, member__cycle=cycle).values_list("member", flat=True))
    people = tuple((one, one.pk in taken) for one in rows[:LISTED])
    first = next((one for one, _ in people), None)
    return Preparing(
        cycle, unit, cycle.label, people, asked_of(one for one, _ in people),
        suggested(first, cycle.kind) if first else (),
    )  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A subject of the year that may be asked about; `taken`: in another round of opinions of this year, as itself or
    through another procedure of the same person. `levels`: what it may rate itself."""

    subject: RoundSubject
    taken: bool
    levels: tuple[str, ...]

    @property
    def kind(self) -> str:
        return LABELS[self.subject.kind]


@dataclass(frozen=True)
class PreparingYear:
    """A round about subjects of the year to be begun. `kinds`: what is there to choose from, `kind` the one chosen."""

    year: Round
    unit: Unit
    kinds: tuple[tuple[str, str], ...]
    kind: str
    people: tuple[Candidate, ...]
    sides: tuple[Side, ...]


def preparing_year(user: User, year_id: int, unit_id: int, kind: str, at: datetime) -> PreparingYear:
    """Raises NotYours."""
    on = localdate(at)
    year = Round.objects.select_related("organisation").filter(pk=year_id, state=Round.State.OPEN).first()
    unit = Unit.objects.filter(pk=unit_id).first()
    if year is None or unit is None or unit_id not in organised(user, on):
        raise NotYours()
    every = offered(year, unit_id, user, on)
    there = set(every.order_by().values_list("kind", flat=True).distinct())
    kinds = tuple((code, words) for code, words in LABELS.items() if code in there)
    chosen = kind if kind in there else next((code for code, _ in kinds), "")
    rows = list(every.filter(kind=chosen).order_by("search_key", "pk")[:LISTED])
    living = OpinionSubject.objects.filter(living=True, year_round=year)
    people = set(living.values_list("person", flat=True)) - {None}
    own = set(living.values_list("year_subject", flat=True))
    levels: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        if (row.kind, row.role) not in levels:
            levels[row.kind, row.role] = tuple(levels_for(year, row).values())
    found = (
        Candidate(row, row.pk in own or row.person_id in people, levels[row.kind, row.role]) for row in rows
    )  # fmt: skip
    return PreparingYear(year, unit, kinds, chosen, tuple(found), sides_of(year, rows))


@dataclass(frozen=True)
class AskedBody:
    """A body with what it has answered so far."""

    body: OpinionBody
    papers: tuple[OpinionPaper, ...]

    @property
    def state(self) -> str:
        """In words."""
        standing = next((one for one in self.papers if one.state != OpinionPaper.State.RETURNED), None)
        return str(standing.get_state_display()) if standing else "chưa trả lời"


@dataclass(frozen=True)
class ToCheck:
    """An entry that waits for the second person, with what was entered about each subject."""

    body: OpinionBody
    paper: OpinionPaper
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Prepared:
    """A round for its organiser. Whom one party was given to ask is listed; which person has answered never is, which
    body has is. `answering` people asked, `answered` of them; `sent`, `returned`, `valid` forms of people of the whole
    round, the last two after closing; of a secret one `returned` is not said, and `valid` only where everybody had
    as many forms: else the sum would name who, with more or fewer than others, has not answered. `counts`, after
    closing: by subject. `people`: who can be asked, and whether they are away. `omitted`: sides that the rulebook
    requires and nobody stands for. `again`: before sending, about whom the same people were asked this year
    (`earlier.asked_again`)."""

    round: OpinionRound
    label: str
    questions: tuple[OpinionQuestion, ...]
    parties: tuple[tuple[OpinionParty, tuple[OpinionInvitation, ...]], ...]
    subjects: tuple[OpinionSubject, ...]
    counts: tuple[tuple[str, Block], ...]
    bodies: tuple[AskedBody, ...]
    to_check: tuple[ToCheck, ...]
    sides: tuple[Side, ...]
    omitted: tuple[Side, ...]
    answering: int
    answered: int
    sent: int
    returned: int | None
    valid: int | None
    may_close: bool
    units: UnitChoice
    people: tuple[tuple[Employment, bool], ...]
    again: tuple[tuple[str, bool], ...]

    @property
    def hides(self) -> bool:
        """Whether the figures of a block of a secret round are not shown."""
        return self.round.secret and not all(block.shown for _, block in self.counts)


def prepared(user: User, round_id: int, from_unit: int, at: datetime, *, typed: str = "") -> Prepared:
    """A round of a unit the user organises; `from_unit`: whose people are offered as raters, `typed` looks for such a
    unit. Raises NotYours."""
    on = localdate(at)
    rounds = OpinionRound.objects.select_related("cycle", "year_round__organisation", "unit", "made_by")
    one = rounds.filter(pk=round_id).first()
    if one is None or one.unit_id not in organised(user, on):
        raise NotYours()
    asked: dict[int, list[OpinionInvitation]] = {}
    rows = OpinionInvitation.objects.filter(party__round=one).select_related("about", "rater", "subject__year_subject")
    for row in rows.order_by("about__sort_key", "subject", "rater__sort_key", "pk"):
        asked.setdefault(row.party_id, []).append(row)
    units, people = _choices(one, from_unit, on, typed) if one.state == State.DRAFT else (NO_UNITS, ())
    subjects = _with_counts(one)
    tallies = [tally for subject in subjects for tally in subject.tallies.all()]
    parties = tuple(one.parties.order_by("number"))
    bodies = tuple(_bodies(one)) if any(party.asks == OpinionParty.Asks.BODIES for party in parties) else ()
    year = [subject.year_subject for subject in subjects if subject.year_subject is not None]
    sides = sides_of(one.year_round, year) if one.year_round is not None else ()
    answering, back = counts_of(one)
    again = asked_again(one, subjects, on) if one.state == State.DRAFT and one.secret and parties else ()
    waiting = any(not found.papers or found.papers[-1].state == OpinionPaper.State.RETURNED for found in bodies)
    return Prepared(
        one, one.label, tuple(one.questions.order_by("number")),
        tuple((party, tuple(asked.get(party.pk, ()))) for party in parties),
        subjects, tuple(_counted(one, subjects)), bodies, tuple(_to_check(one, bodies, subjects)), sides,
        omitted(sides, parties), answering,
        one.answered if one.answered is not None else back, sum(map(len, asked.values())),
        None if one.secret else sum(tally.returned for tally in tallies),
        sum(tally.valid for tally in tallies) if not one.secret or _alike(asked.values()) else None,
        one.state == State.OPEN and (on > one.closes_on or (answering == back and not waiting)), units, people,
        tuple(again),
    )  # fmt: skip


def _alike(asked: Iterable[Iterable[OpinionInvitation]]) -> bool:
    """Whether everybody was given as many forms."""
    return len(set(Counter(form.rater_id for forms in asked for form in forms).values())) < 2


def _bodies(one: OpinionRound) -> Iterable[AskedBody]:
    rows = OpinionBody.objects.filter(party__round=one).select_related("party", "speaker").prefetch_related("papers")
    for row in rows.order_by("party__number", "number"):
        yield AskedBody(row, tuple(sorted(row.papers.all(), key=lambda paper: paper.turn)))


def _to_check(one: OpinionRound, bodies: Iterable[AskedBody], subjects: Iterable[OpinionSubject]) -> Iterable[ToCheck]:
    asked = {str(question.number): question for question in one.questions.all()}
    names = {str(subject.pk): subject.name for subject in subjects}
    for found in bodies if one.state == State.OPEN else ():
        for paper in found.papers:
            if paper.state == OpinionPaper.State.ENTERED:
                content = json.loads(paper.content)
                lines = tuple((names[key], words_of_form(asked, said)) for key, said in content.items())
                yield ToCheck(found.body, paper, lines)


def _with_counts(one: OpinionRound) -> tuple[OpinionSubject, ...]:
    rows = one.subjects.select_related("member__person", "member__unit", "year_subject__unit")
    return tuple(
        rows.prefetch_related("tallies").order_by("member__person__sort_key", "year_subject__search_key", "pk")
    )


def _counted(one: OpinionRound, subjects: Iterable[OpinionSubject]) -> Iterable[tuple[str, Block]]:
    for subject in subjects:
        for tally in sorted(subject.tallies.all(), key=lambda row: row.number):
            yield subject.name, block_of(tally, one)


def _choices(
    one: OpinionRound, from_unit: int, on: date, typed: str
) -> tuple[UnitChoice, tuple[tuple[Employment, bool], ...]]:
    inside = descendants(one.root_id, on)
    shown = from_unit if from_unit in inside else one.unit_id
    units = choice(Unit.objects.filter(on_day(on), pk__in=inside), typed, shown)
    posts = Employment.objects.filter(on_day(on), unit_id=shown, person__user__is_active=True)
    away = Exists(Absence.objects.filter(on_day(on), person=OuterRef("person")))
    rows = posts.annotate(away=away).select_related("person", "unit").order_by("person__sort_key", "pk")[:LISTED]
    return units, tuple((post, post.away) for post in rows)
