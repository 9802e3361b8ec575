"""A ballot held in the year's round: which round, whether its step may be taken now, and telling the round when it is
done. Where the round's rulebook has no step of voting, nothing is refused and nothing told: the page says what the
rating itself still waits for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from thuocdo.accounts.models import User
from thuocdo.ballots.lpk1.board import short
from thuocdo.ballots.models import Ballot, BallotLine, Minutes
from thuocdo.engine.schemes.standing import Standing
from thuocdo.organisation.queries import person_of
from thuocdo.rounds import books, gate
from thuocdo.rounds.access import rounds_seen
from thuocdo.rounds.locking import locked
from thuocdo.rounds.models import Round, RoundSubject, StepDone

KINDS: dict[str, tuple[str, ...]] = {
    Ballot.Kind.MEMBER_LEVELS: ("party_member",),
    Ballot.Kind.CADRE_LEVELS: ("leader", "cadre"),
    Ballot.Kind.COLLECTIVE_LEVELS: ("collective",),
    Ballot.Kind.CONFIDENCE_LEVELS: ("leader",),
    Ballot.Kind.CONFIDENCE_VOTE: ("leader",),
}
"""Which subjects of a round stand on the slip."""
ON_LEVELS = (Ballot.Kind.MEMBER_LEVELS, Ballot.Kind.CADRE_LEVELS, Ballot.Kind.COLLECTIVE_LEVELS)
SOURCE = "ballots.minutes"
SHOWN = 5


@dataclass(frozen=True)
class Held:
    """A ballot in its round, for its page: `waits` in sentences, `told` of so many lines that are subjects."""

    label: str
    step: str
    waits: tuple[str, ...]
    outside: tuple[str, ...]
    told: int
    lines: int


def open_rounds(user: User, on: date) -> list[Round]:
    """Rounds in which the user has something to see and steps are taken, newest first."""
    found = Round.objects.filter(rounds_seen(user, on), state=Round.State.OPEN).select_related("organisation")
    return list(found.order_by("-year", "pk"))


def step_of(round_: Round, kind: str) -> str:
    """The step that such a ballot is under the rulebook of the round; empty where it has none."""
    if kind not in ON_LEVELS:
        return ""
    nodes = (node for node in books.rules_of(round_).graph.nodes if node.step == "ballot")
    return next((node.id for node in nodes if set(node.subjects) & set(KINDS[kind])), "")


def subjects_of(one: Ballot, lines: Iterable[BallotLine]) -> dict[int, RoundSubject]:
    """The subject of the round that each line (by key) is about; who is in two collectives is there once. One query."""
    listed = list(lines)
    people = {line.person_id for line in listed if line.person_id is not None}
    units = {line.unit_id for line in listed if line.unit_id is not None}
    rows = RoundSubject.objects.filter(round=one.round, kind__in=KINDS[one.kind]).order_by(
        F("reviewed_with").asc(nulls_first=True), "-pk"
    )
    rows = rows.filter(unit__in=units, person=None) if one.kind == Ballot.Kind.COLLECTIVE_LEVELS else rows.filter(
        person__in=people)  # fmt: skip
    about: dict[tuple[int | None, int | None], RoundSubject] = {}
    for row in rows.select_related("person"):
        about.setdefault((row.person_id, None) if row.person_id else (None, row.unit_id), row)
    keys = {line.pk: (line.person_id, None if line.person_id else line.unit_id) for line in listed}
    return {pk: about[key] for pk, key in keys.items() if key in about}


def link(one: Ballot, lines: Collection[BallotLine]) -> list[BallotLine]:
    """Each line bound to its subject, and the step asked for: saved, for the caller to record. Raises Conflict with the
    articles where it comes too early, or the round has ended."""
    if one.round_id is None:
        return []
    round_, subjects = locked(one.round_id), subjects_of(one, lines)
    if one.step:
        gate.require_free(round_, [(one.step, subject) for subject in subjects.values()])
    bound = [line for line in lines if line.pk in subjects]
    for line in bound:
        line.subject = subjects[line.pk]
    BallotLine.objects.bulk_update(bound, ["subject"], batch_size=200)
    return bound


def tell(one: Ballot, minutes: Minutes, by: User, at: datetime) -> list[StepDone]:
    """The round is told of every line whose step is free, the caller's own excepted, which somebody else tells: saved,
    for the caller to record."""
    if not one.step or one.round_id is None:
        return []
    round_, me = locked(one.round_id), person_of(by)
    if round_.state != Round.State.OPEN:
        return []
    asked = RoundSubject.objects.filter(ballot_lines__ballot=one).select_related("person", "unit")
    subjects = {row.pk: row for row in asked if row.person is None or row.person != me}
    how = gate.Taken(one.held_on, one.meeting[:200], short(minutes.digest), source=SOURCE, source_key=str(one.pk))
    free = [
        (row.node, subjects[key])
        for key, rows in gate.standing_of(round_, list(subjects.values())).items()
        for row in rows
        if row.node.id == one.step and row.state == "free"
    ]
    return [gate.told(round_, node, subject, how, by, at) for node, subject in free]


def held(one: Ballot, lines: Collection[BallotLine]) -> Held | None:
    """What the page of a ballot (read with its round and its organisation) says of its round; nothing where it is in
    none. At most seven queries."""
    round_ = one.round
    if round_ is None:
        return None
    rules, draft = books.rules_of(round_), one.state == Ballot.State.DRAFT
    subjects = subjects_of(one, lines)
    done = StepDone.objects.filter(round=round_, source=SOURCE, source_key=str(one.pk), undone__isnull=True)
    told = 0 if draft else done.count()
    waits: list[str] = []
    if draft and one.kind in ON_LEVELS:
        standing = gate.standing_of(round_, list(subjects.values())).values()
        early = [row for rows in standing for row in rows if row.waits and _asked(one, row)][:SHOWN]
        keys = {key for row in early for key in (row.subject, *(key for wait in row.waits for key in wait.subjects))}
        named = RoundSubject.objects.filter(pk__in=keys).values_list("pk", "name") if keys else ()
        names = {str(pk): name for pk, name in named}
        waits = [gate.early(rules.graph, row, names.get(row.subject, ""), names) for row in early]
    outside = tuple(line.text for line in lines if line.pk not in subjects) if draft else ()
    return Held(round_.label, rules.label(one.step) if one.step else "", tuple(waits), outside, told, len(subjects))


def _asked(one: Ballot, row: Standing) -> bool:
    """Whether this is the ballot's step; where the rulebook has none, the rating."""
    return row.node.id == one.step if one.step else row.node.step == "rating"
