"""Reads of what comes of a review: prompts, meetings, duties and remedies, each with its access check."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from thuocdo.accounts.models import User
from thuocdo.engine.schemes.reviewing import Terms
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person
from thuocdo.reviews import meeting_rules
from thuocdo.reviews.access import found, found_among, prompted_by, readable, written_by
from thuocdo.reviews.layouts import terms_for
from thuocdo.reviews.models import (
    Defect,
    DefectDuty,
    MeetingComment,
    MeetingSeat,
    Remedy,
    ReviewMeeting,
    ReviewPrompt,
)
from thuocdo.reviews.owners import owner_of
from thuocdo.reviews.remedied import Remedied, remedied
from thuocdo.rounds import books
from thuocdo.rounds.access import recordable
from thuocdo.rounds.models import Round, RoundSubject


@dataclass(frozen=True)
class Prompted:
    """A subject with its prompt, if any; `issues`: the user may issue and follow it; `writes`: may answer it in the
    report."""

    subject: RoundSubject
    prompt: ReviewPrompt | None
    answers: dict[str, str]
    issues: bool
    writes: bool


def prompted(user: User, subject_id: int, at: datetime) -> Prompted:
    """Raises NotYours."""
    on = day_of(at)
    may = prompted_by(user, on)
    one = found(subject_id, readable(user, on) | written_by(user, on) | may)
    prompt = ReviewPrompt.objects.filter(subject=one).prefetch_related("points__followed_by").first()
    last = one.reports.order_by("number").last()
    answers = json_answers(last.content) if last else {}
    own = one.person is not None and one.person.user_id == user.pk
    same = RoundSubject.objects.filter(pk=OuterRef("pk"))
    over, writes = RoundSubject.objects.filter(pk=one.pk).values_list(
        Exists(same.filter(may)), Exists(same.filter(written_by(user, on)))
    ).get()  # fmt: skip
    return Prompted(one, prompt, answers, over and not own, writes and one.round.state == Round.State.OPEN)


def json_answers(content: str) -> dict[str, str]:
    """The answers of a filed report by number of the point."""
    answers: dict[str, str] = json.loads(content)["answers"]
    return answers


@dataclass(frozen=True)
class Meeting:
    """A meeting with all that belongs to it; `records`: the user writes it down. `broken`: terms not kept as called."""

    meeting: ReviewMeeting
    round: Round
    subjects: list[tuple[RoundSubject, str]]
    seats: list[MeetingSeat]
    comments: list[MeetingComment]
    terms: Terms
    broken: list[str]
    records: bool

    @property
    def present(self) -> int:
        return sum(seat.present is True for seat in self.seats)


def meeting(user: User, meeting_id: int, at: datetime) -> Meeting:
    """For those summoned and those who record its subjects. Raises NotYours."""
    on = day_of(at)
    related = ("round__organisation", "round__unit", "chair", "secretary", "called_by", "held_by")
    row = ReviewMeeting.objects.select_related(*related).filter(pk=meeting_id).first()
    if row is None:
        raise NotYours()
    subjects = meeting_rules.subjects_of(row)
    seats = list(row.seats.select_related("person").order_by("person__sort_key", "pk"))
    mine = RoundSubject.objects.filter(recordable(user, on), pk__in=[one.pk for one in subjects]).count()
    records = mine == len(subjects)
    if not records and not mine and user.pk not in {seat.person.user_id for seat in seats}:
        raise NotYours()
    comments = row.comments.select_related("person", "subject").order_by("subject", "pk")
    broken = row.terms
    if row.state == ReviewMeeting.State.CALLED:
        broken = meeting_rules.broken(subjects, row.on, row.half_days)
    named = [(one, books.LABELS[one.kind]) for one in subjects]
    return Meeting(row, row.round, named, seats, list(comments), terms_for(subjects), broken, records)


@dataclass(frozen=True)
class Followed:
    """One defect with its duties and remedies."""

    defect: Defect
    duties: list[DefectDuty]
    remedies: list[Remedy]


@dataclass(frozen=True)
class Remedies:
    """What the reviews of this year and of the year before pointed out in one subject, and what was done about it.
    `people` may be named; `plans`: the user writes it; `confirms`: the user confirms; `me`: the user's own person."""

    subject: RoundSubject
    years: list[tuple[int, Remedied | None, list[Followed]]]
    people: list[Person]
    leaders: list[RoundSubject]
    plans: bool
    confirms: bool
    me: Person | None


def remedies(user: User, subject_id: int, at: datetime) -> Remedies:
    """Constant queries. Raises NotYours."""
    on = day_of(at)
    writes = written_by(user, on)
    one, (confirms, plans) = found_among(subject_id, readable(user, on) | writes, recordable(user, on), writes)
    owner, year = owner_of(one), one.round.year
    rows = Defect.objects.filter(owner=owner, year__in=(year, year - 1), dropped_at=None).order_by("pk")
    rows = rows.prefetch_related(
        "duties__subject__person", "remedies__person", "remedies__steps__by", "remedies__works__item"
    )
    listed = [Followed(d, list(d.duties.all()), list(d.remedies.all())) for d in rows]
    counts = remedied([owner], year, year - 1)
    years = [(of, counts.get((owner, of)), [f for f in listed if f.defect.year == of]) for of in (year, year - 1)]
    people = [one.person_id] if one.person_id is not None else meeting_rules.summoned([one])
    named = list(Person.objects.filter(Q(pk__in=people) | Q(user_id=user.pk)).order_by("sort_key", "pk"))
    leaders = RoundSubject.objects.filter(collective=one, kind="leader", standing="in", person__isnull=False)
    return Remedies(
        one,
        years,
        [person for person in named if person.pk in people],
        list(leaders.order_by("role", "search_key", "pk")) if one.kind == "collective" else [],
        confirms or plans,
        confirms,
        next((person for person in named if person.user_id == user.pk), None),
    )
