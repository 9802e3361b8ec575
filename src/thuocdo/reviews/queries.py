"""Every read of reviews, with the access check in it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from thuocdo.accounts.models import User
from thuocdo.engine.schemes.reviewing import Layout
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.reviews import composing
from thuocdo.reviews.access import found, readable, written_by
from thuocdo.reviews.layouts import layout_for, steps_for
from thuocdo.reviews.meeting_rules import Soonest, soonest
from thuocdo.reviews.models import Defect, DefectDuty, ReviewMeeting, ReviewReport
from thuocdo.reviews.owners import points_of, reviewed_before
from thuocdo.reviews.past import past_and_present, said
from thuocdo.reviews.scoring.access import rule_of
from thuocdo.rounds import books, gate
from thuocdo.rounds.access import round_seen
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundSubject

PAGE = 25
KINDS = ("collective", "party_organisation", "leader", "party_member")
WHICH = ("write", "read")


@dataclass(frozen=True)
class Line:
    """A subject on the desk with the last report filed, if any."""

    subject: RoundSubject
    kind: str
    stage: str
    number: int
    sent_on: Any


@dataclass(frozen=True)
class Desk:
    """Reports of a round: those that the user writes (`which` = `write`), or those sent that the user may read."""

    round: Round
    which: str
    lines: list[Line]
    total: int
    number: int
    pages: int

    @property
    def scoring(self) -> bool:
        """Whether Party organisations score themselves in the year."""
        return rule_of(self.round) is not None


def with_form(round_: Round) -> Q:
    """Subjects for which the rulebook of the round has a report."""
    wanted = Q(pk__in=[])
    for form in books.rules_of(round_).book.book.review_forms:
        for who in form.of:
            wanted |= Q(kind=who.kind, role__in=who.roles) if who.roles else Q(kind=who.kind)
    return wanted


def listed(user: User, round_: Round, which: str, at: datetime) -> QuerySet[Any]:
    """Subjects of the desk, the own ones first, with the last report's stage, number and day."""
    on = day_of(at)
    last = ReviewReport.objects.filter(subject=OuterRef("pk")).order_by("-number")
    rows = RoundSubject.objects.filter(with_form(round_), round=round_, standing="in").annotate(
        last_stage=Subquery(last.values("stage")[:1]),
        last_number=Subquery(last.values("number")[:1]),
        last_sent=Subquery(last.values("sent_on")[:1]),
    )
    if which == "read":
        return rows.filter(readable(user, on), last_number__isnull=False).exclude(person__user_id=user.pk)
    return rows.filter(written_by(user, on))


def named(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """The subjects with this in their names; all where nothing is typed."""
    return rows.filter(search_key__contains=fold(typed)) if typed else rows


def desk(user: User, round_id: int, which: str, typed: str, number: int, at: datetime) -> Desk:
    """Constant queries. Raises NotYours."""
    round_ = round_seen(user, round_id, day_of(at))
    which = which if which in WHICH else "write"
    rows = named(listed(user, round_, which, at), typed)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    mine = Case(When(person__user_id=user.pk, then=0), default=1)
    page = rows.select_related("unit", "collective").order_by(mine, "kind", "search_key", "pk")
    stages = dict(ReviewReport.Stage.choices)
    lines = [
        Line(one, books.LABELS[one.kind], str(stages.get(one.last_stage, "")), one.last_number or 0, one.last_sent)
        for one in page[(number - 1) * PAGE : number * PAGE]
    ]
    return Desk(round_, which, lines, total, number, pages)


@dataclass(frozen=True)
class Writing:
    """What the page of writing a report shows. `elsewhere`: the person's other procedures, which share the texts;
    `early`: why the review cannot be held yet; `reviewed`: it was held; `own`: the user is the subject. `past_said` is
    what a report says of `past`, `called` the meeting about it, `soonest` when one may be held; `copied` the other
    round of the year whose texts the form begins with."""

    subject: RoundSubject
    written: composing.Written
    months: list[composing.Month]
    offered: str
    defects: list[Defect]
    past: list[Defect]
    past_said: list[dict[str, Any]]
    past_known: bool
    copied: Round | None
    called: ReviewMeeting | None
    soonest: Soonest | None
    points: list[tuple[str, str]]
    duties: list[DefectDuty]
    reports: list[ReviewReport]
    elsewhere: list[RoundSubject]
    early: list[str]
    reviewed: bool
    own: bool


def writing(user: User, subject_id: int, at: datetime) -> Writing:
    """Raises NotYours, Conflict where the subject has no form."""
    one = found(subject_id, written_by(user, day_of(at)))
    months = composing.months_of(one)
    reports = ReviewReport.objects.filter(subject=one).select_related("by").order_by("-number")
    others: list[RoundSubject] = []
    if one.person_id is not None:
        same = RoundSubject.objects.filter(with_form(one.round), round=one.round, person=one.person_id, standing="in")
        others = list(same.exclude(pk=one.pk).select_related("collective").order_by("kind", "pk"))
    early, reviewed = _review_state(one)
    (past, present), filed, called = past_and_present(one), list(reports), called_about(one)
    own = one.person is not None and one.person.user_id == user.pk
    written, copied = _begun(one, own)
    return Writing(
        one,
        written,
        months,
        composing.offered(one, months),
        present,
        past,
        [said(defect) for defect in past],
        reviewed_before(one),
        copied,
        called,
        None if reviewed or called else soonest(one, filed, day_of(at)),
        points_of(one),
        _duties(one),
        filed,
        others,
        early,
        reviewed,
        own,
    )


def _begun(one: RoundSubject, own: bool) -> tuple[composing.Written, Round | None]:
    """What is written so far; of a person who has not begun in this round, what the same hand wrote in another."""
    written = composing.written(one)
    if not own or composing.SHARED in written.drafts:
        return written, None
    other = composing.written_elsewhere(one)
    known = {head.id for head in written.layout.heads}
    known |= {block.id for block in written.layout.blocks if block.kind == "text"}
    texts = {key: text for key, text in other.texts.items() if key in known} if other else {}
    if not texts or other is None:
        return written, None
    typed = replace(written.typed, texts={**texts, **written.typed.texts})
    return replace(written, typed=typed), other.round


def _duties(one: RoundSubject) -> list[DefectDuty]:
    """Of a person: what was named to them; of a collective: what its people answered, to go back into its report."""
    rows = DefectDuty.objects.filter(defect__dropped_at=None).select_related("defect__subject", "subject")
    if one.person_id is not None:
        return list(rows.filter(subject__round=one.round, subject__person=one.person_id).order_by("pk"))
    return list(rows.filter(subject__round=one.round, subject__collective=one).order_by("defect", "pk"))


def _review_state(one: RoundSubject) -> tuple[list[str], bool]:
    nodes = {node.id for node in steps_for(one, "review")}
    found_now = [row for row in gate.standing_of(one.round, [one])[one.pk] if row.node.id in nodes]
    graph = books.rules_of(one.round).graph
    keys = {int(key) for row in found_now for w in row.waits for key in w.subjects[: gate.NAMED]}
    names = {str(pk): name for pk, name in RoundSubject.objects.filter(pk__in=keys).values_list("pk", "name")}
    early = [gate.said(graph, w, names) for row in found_now for w in row.waits]
    return early, bool(found_now) and all(row.state == "done" for row in found_now)


@dataclass(frozen=True)
class Reading:
    """One filed report: its content by the form it was filed on, and the others of the subject."""

    subject: RoundSubject
    report: ReviewReport
    layout: Layout
    content: Mapping[str, Any]
    reports: list[ReviewReport]
    writes: bool
    called: ReviewMeeting | None
    soonest: Soonest | None


def reading(user: User, subject_id: int, number: int, at: datetime) -> Reading | None:
    """The report of that number, or the last; None where nothing was filed yet. Raises NotYours."""
    on = day_of(at)
    one = found(subject_id, readable(user, on) | written_by(user, on))
    rows = list(ReviewReport.objects.filter(subject=one).select_related("by").order_by("-number"))
    chosen = next((row for row in rows if row.number == number), rows[0] if rows else None)
    if chosen is None:
        return None
    writes = RoundSubject.objects.filter(written_by(user, on), pk=one.pk).exists()
    called = called_about(one)
    final = any(row.stage == ReviewReport.Stage.FINAL for row in rows)
    when = None if called or final else soonest(one, rows, day_of(at))
    return Reading(one, chosen, layout_for(one, chosen.layout), json.loads(chosen.content), rows, writes, called, when)


def called_about(one: RoundSubject) -> ReviewMeeting | None:
    """The meeting about the subject that counts, called or held. One query."""
    return ReviewMeeting.objects.filter(subjects__subject=one, subjects__counts=True).first()


@dataclass(frozen=True)
class Unfiled:
    """A subject of whom no report was filed yet."""

    subject: RoundSubject
    writes: bool


def unfiled(user: User, subject_id: int, at: datetime) -> Unfiled:
    """Raises NotYours."""
    on = day_of(at)
    one = found(subject_id, readable(user, on) | written_by(user, on))
    return Unfiled(one, RoundSubject.objects.filter(written_by(user, on), pk=one.pk).exists())


def own_levels(user: User, subjects: Collection[RoundSubject], at: datetime) -> dict[int, str]:
    """The level that each of these subjects took for itself in its last report that the user may read, in words."""
    on = day_of(at)
    seen = RoundSubject.objects.filter(readable(user, on), pk__in=[one.pk for one in subjects])
    reports = ReviewReport.objects.filter(subject__in=seen).order_by("subject", "number")
    taken = {row.subject_id: str(json.loads(row.content)["level"]) for row in reports}
    levels: dict[tuple[str, str], dict[str, str]] = {}
    found = {}
    for one in subjects:
        level = taken.get(one.pk, "")
        if not level:
            continue
        if (one.kind, one.role) not in levels:
            levels[one.kind, one.role] = levels_for(one.round, one)
        if level in levels[one.kind, one.role]:
            found[one.pk] = levels[one.kind, one.role][level]
    return found
