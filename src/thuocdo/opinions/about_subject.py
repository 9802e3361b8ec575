"""What was said about a subject of the year's round: for those who may see it and the room that decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.once import once
from thuocdo.opinions.bodies.forms import words_of_form
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import OpinionParty, OpinionRound, OpinionSubject
from thuocdo.opinions.queries import Questions, Result, block_lines, questions_of, results_of
from thuocdo.opinions.sides import Side, omitted, sides_of
from thuocdo.rounds.access import eyes_of, recordable, visible
from thuocdo.rounds.models import RoundSubject


@dataclass(frozen=True)
class Statement:
    """What one body says, by name, in which document."""

    side: str
    body: str
    document: str
    words: str


@dataclass(frozen=True)
class Gathered:
    """What a round of opinions gives about one subject: `result` of the people asked (None where no person was), what
    each body says, the bodies (side and name) that have not answered, and the sides that the rulebook requires and
    nobody was asked for. `facts`: what the rulebook takes of opinions into its rating, which no text read does: no
    weight is known."""

    round: OpinionRound
    result: Result | None
    statements: tuple[Statement, ...]
    silent: tuple[tuple[str, str], ...]
    omitted: tuple[Side, ...]
    facts: Mapping[str, object]


def facts_of(subjects: Collection[RoundSubject]) -> dict[int, Gathered]:
    """By the key of the subject, for the room that decides: of closed rounds only, and no more than is published. What
    was asked about a person in one procedure serves all of the same round. At most twelve queries."""
    return _gathered(list(subjects), texts=True)


def heard_of(subjects: Collection[RoundSubject]) -> tuple[dict[int, Gathered], dict[int, OpinionRound]]:
    """`facts_of` and `open_rounds_of` together, of which the first query is one."""
    every = list(subjects)
    rows = _rows(every, OpinionRound.State.CLOSED, OpinionRound.State.OPEN)
    running = [row for row in rows if row.round.state == OpinionRound.State.OPEN]
    closed = [row for row in rows if row.round.state == OpinionRound.State.CLOSED]
    return _gathered_from(every, closed, texts=True), _running(every, running)


def open_rounds_of(subjects: Collection[RoundSubject]) -> dict[int, OpinionRound]:
    """Rounds that still gather opinions about these subjects, by the key of the subject. One query."""
    return _running(subjects, _rows(list(subjects), OpinionRound.State.OPEN))


def _running(subjects: Collection[RoundSubject], rows: Sequence[OpinionSubject]) -> dict[int, OpinionRound]:
    return {one.pk: row.round for one in subjects for row in rows if _same(row, one)}


@dataclass(frozen=True)
class About:
    """The page about one subject. `running`: the round that still gathers, of which nothing is shown."""

    subject: RoundSubject
    gathered: Gathered | None
    running: OpinionRound | None


def about_subject(user: User, subject_id: int, at: datetime) -> About:
    """For who may record the steps of the subject or inspects its unit, with words for the former; the person reads
    what the round allows on the page of opinions. Raises NotYours."""
    on = localdate(at)
    one, records = _seen(user, subject_id, on)
    found = _gathered([one], texts=records).get(one.pk)
    return About(one, found, None if found else open_rounds_of([one]).get(one.pk))


def about_round(user: User, round_id: int, at: datetime) -> tuple[OpinionRound, list[tuple[RoundSubject, Gathered]]]:
    """What the pages about the subjects of a closed round show this user, together: the same blocks, the same words
    hidden. Raises NotYours where the user sees none."""
    on = localdate(at)
    one = OpinionRound.objects.filter(pk=round_id, state=OpinionRound.State.CLOSED, year_round__isnull=False)
    found = one.select_related("unit", "year_round__organisation").first()
    keys = OpinionSubject.objects.filter(round=round_id, living=True).values("year_subject")
    eyes = eyes_of(user, on)
    seen = RoundSubject.objects.filter(visible(user, on, eyes), pk__in=keys).exclude(person__user_id=user.pk)
    recorded = RoundSubject.objects.filter(recordable(user, on, eyes), pk=OuterRef("pk"))
    rows = seen.annotate(records=Exists(recorded)).select_related("round__organisation", "unit", "person")
    subjects = list(rows.order_by("search_key", "pk"))
    if found is None or not subjects:
        raise NotYours()
    words = {one.pk for one in subjects if one.records}
    heard = _gathered([one for one in subjects if one.pk in words], texts=True)
    heard |= _gathered([one for one in subjects if one.pk not in words], texts=False)
    return found, [(one, heard[one.pk]) for one in subjects if one.pk in heard]


def subject_seen(user: User, subject_id: int, on: date) -> RoundSubject:
    """A subject other than the user of whom the user may read what was said. Raises NotYours."""
    return _seen(user, subject_id, on)[0]


def _seen(user: User, subject_id: int, on: date) -> tuple[RoundSubject, bool]:
    """The subject, and whether the user may record its steps; read once for a page that also records who looked.
    Raises NotYours."""
    return once((_seen, user.pk, subject_id, on), lambda: _read(user, subject_id, on))


def _read(user: User, subject_id: int, on: date) -> tuple[RoundSubject, bool]:
    eyes = eyes_of(user, on)
    seen = RoundSubject.objects.filter(visible(user, on, eyes), pk=subject_id).exclude(person__user_id=user.pk)
    recorded = RoundSubject.objects.filter(recordable(user, on, eyes), pk=OuterRef("pk"))
    one = seen.annotate(records=Exists(recorded)).select_related("round__organisation", "unit", "person").first()
    if one is None:
        raise NotYours()
    return one, one.records


def _gathered(subjects: Sequence[RoundSubject], *, texts: bool) -> dict[int, Gathered]:
    return _gathered_from(subjects, _rows(subjects, OpinionRound.State.CLOSED), texts=texts)


def _gathered_from(
    subjects: Sequence[RoundSubject], rows: Sequence[OpinionSubject], *, texts: bool
) -> dict[int, Gathered]:
    if not rows:
        return {}
    asked = questions_of(row.round_id for row in rows)
    results = results_of(rows, asked, texts=texts)
    parties: dict[int, list[OpinionParty]] = {}
    for party in OpinionParty.objects.filter(round__in={row.round_id for row in rows}).order_by("number"):
        parties.setdefault(party.round_id, []).append(party)
    said, silent = _statements(rows, asked)
    found = {}
    for one in subjects:
        row = next((row for row in rows if _same(row, one)), None)
        if row is None:
            continue
        result = results[row.pk] if results[row.pk].blocks else None
        left = omitted(sides_of(one.round, [one]), parties.get(row.round_id, ()))
        found[one.pk] = Gathered(row.round, result, tuple(said.get(row.pk, ())), silent.get(row.round_id, ()), left, {})
    return found


def _rows(subjects: Sequence[RoundSubject], *states: str) -> list[OpinionSubject]:
    people = [one.person_id for one in subjects if one.person_id is not None]
    wanted = Q(year_subject__in=[one.pk for one in subjects]) | Q(
        person__in=people, year_round__in={one.round_id for one in subjects}
    )
    rows = OpinionSubject.objects.filter(wanted, living=True, round__state__in=states)
    kept = rows.select_related("round__year_round__organisation", "round__cycle", "round__unit", "year_subject")
    return list(kept.order_by("pk"))


def _same(row: OpinionSubject, one: RoundSubject) -> bool:
    same_person = one.person_id is not None and row.person_id == one.person_id and row.year_round_id == one.round_id
    return row.year_subject_id == one.pk or same_person


def _statements(
    rows: Sequence[OpinionSubject], asked: Questions
) -> tuple[dict[int, list[Statement]], dict[int, tuple[tuple[str, str], ...]]]:
    """What bodies said, by subject, and who has not answered, by round."""
    rounds = {row.round_id for row in rows}
    papers = OpinionPaper.objects.filter(body__party__round__in=rounds, state=OpinionPaper.State.CONFIRMED)
    said: dict[int, list[Statement]] = {}
    answered = set()
    for paper in papers.select_related("body__party").order_by("body__party__number", "body__number"):
        answered.add(paper.body_id)
        party, content = paper.body.party, json.loads(paper.content)
        side, document = str(party.get_group_display()), f"{paper.number}, ngày {paper.on:%d/%m/%Y}"
        for row in rows:
            if row.round_id == party.round_id:
                words = words_of_form(asked[row.round_id], content.get(str(row.pk)) or {})
                said.setdefault(row.pk, []).append(Statement(side, paper.body.name, document, words))
    silent: dict[int, tuple[tuple[str, str], ...]] = {}
    for body in OpinionBody.objects.filter(party__round__in=rounds).exclude(pk__in=answered).select_related("party"):
        one = (str(body.party.get_group_display()), body.name)
        silent[body.party.round_id] = (*silent.get(body.party.round_id, ()), one)
    return said, silent


def lines_of(gathered: Gathered) -> Iterable[tuple[str, str, str]]:
    """Side, who, and what was said, one line each: the same words on pages, in lists and in papers."""
    if gathered.result is not None:
        yield from block_lines(gathered.result)
    for one in gathered.statements:
        yield one.side, f"{one.body} (văn bản {one.document})", one.words
    for side_of, name in gathered.silent:
        yield side_of, name, "không trả lời"
    for side in gathered.omitted:
        yield side.label, "", f"không được hỏi, trong khi quy định yêu cầu: {side.cite}"
