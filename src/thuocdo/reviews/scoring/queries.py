"""Reads of self-scores, with the access check in them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from thuocdo.accounts.models import User
from thuocdo.engine.schemes.reviewing import Scoring
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.access import day_of
from thuocdo.records.models import PartyOrganisation
from thuocdo.reviews.scoring.access import organisation_for, recognised_by, rule_for, rule_of, scored_by, seen_by
from thuocdo.reviews.scoring.models import Recognition, SelfScore
from thuocdo.reviews.scoring.rules import Counted, counted, facts_from
from thuocdo.rounds.access import eyes_of
from thuocdo.rounds.frame import tree_below
from thuocdo.rounds.models import Round

PAGE = 25
Key = tuple[int, str, int]


@dataclass(frozen=True)
class Standing:
    """The score that counts at one meeting and what the superior says of it."""

    score: SelfScore
    recognition: Recognition | None

    @property
    def said(self) -> bool | None:
        return self.recognition.recognised if self.recognition else None

    @property
    def key(self) -> str:
        """As the form posts it: the score and how many opinions on it were seen."""
        return f"{self.score.pk}.{self.recognition.turn if self.recognition else 0}"


def standing_of(organisations: Collection[int], year: int) -> dict[Key, Standing]:
    """By organisation, kind and number of the meeting. Two queries."""
    rows = SelfScore.objects.filter(organisation__in=organisations, year=year).select_related("by")
    last = {(row.organisation_id, str(row.kind), row.number): row for row in rows.order_by("turn")}
    said = Recognition.objects.filter(score__in=[row.pk for row in last.values()]).select_related("by")
    found = {row.score_id: row for row in said.order_by("turn")}
    return {key: Standing(row, found.get(row.pk)) for key, row in last.items()}


def counts_of(rule: Scoring, organisation: int, rows: dict[Key, Standing]) -> Counted:
    """Meetings that the rulebook counts."""
    mine = [rows[organisation, kind, n] for kind, n, _ in rule.places if (organisation, kind, n) in rows]
    return counted(rule, [(one.score.could, one.said) for one in mine])


def scoring_facts(round_: Round, organisations: Collection[int]) -> dict[int, tuple[dict[str, bool], str]]:
    """Facts of a rating by Party organisation, with the question that stays; nothing where the rulebook asks for no
    self-scoring. Two queries."""
    rule = rule_of(round_)
    if rule is None or not organisations:
        return {}
    rows = standing_of(organisations, round_.year)
    return {key: facts_from(rule, counts_of(rule, key, rows)) for key in organisations}


@dataclass(frozen=True)
class Overview:
    """Organisations of a round that the user sees, each with its counts."""

    round: Round
    rule: Scoring
    lines: list[tuple[PartyOrganisation, Counted]]
    total: int
    number: int
    pages: int


def overview(user: User, round_id: int, typed: str, number: int, at: datetime) -> Overview:
    """Constant queries. Raises NotYours."""
    on = day_of(at)
    found = Round.objects.exclude(state=Round.State.DROPPED).filter(pk=round_id).select_related("organisation", "unit")
    round_ = found.first()
    rule = rule_of(round_) if round_ is not None else None
    if round_ is None or rule is None:
        raise NotYours()
    inside = {round_.organisation_id, *tree_below(round_.organisation_id, on)}
    rows = [
        one
        for one in PartyOrganisation.objects.filter(seen_by(user, on)).order_by("name", "code")
        if one.pk in inside and fold(typed) in fold(one.name)
    ]
    if not rows and not typed:
        raise NotYours()
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(number, 1), pages)
    page = rows[(number - 1) * PAGE : number * PAGE]
    standing = standing_of([one.pk for one in page], round_.year)
    lines = [(one, counts_of(rule, one.pk, standing)) for one in page]
    return Overview(round_, rule, lines, len(rows), number, pages)


@dataclass(frozen=True)
class Place:
    """One meeting of the year with its score, marks in words."""

    kind: str
    number: int
    label: str
    standing: Standing | None
    marks: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """As the form posts it: `regular-3`."""
        return f"{self.kind}-{self.number}"


@dataclass(frozen=True)
class Scored:
    """The year of one organisation. `writes`, `recognises`: what the user may do."""

    organisation: PartyOrganisation
    year: int
    round: Round
    rule: Scoring
    places: list[Place]
    counted: Counted
    question: str
    writes: bool
    recognises: bool

    @property
    def same_days(self) -> list[tuple[date, str]]:
        """Days on which more than one meeting is said to have been held, with those meetings."""
        found: dict[date, list[str]] = {}
        for place in self.places:
            if place.standing is not None:
                found.setdefault(place.standing.score.held_on, []).append(place.label)
        return [(day, ", ".join(labels)) for day, labels in sorted(found.items()) if len(labels) > 1]


def scored(user: User, organisation_id: int, year: int, at: datetime) -> Scored:
    """Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    one = organisation_for(organisation_id, seen_by(user, on, eyes))
    round_, rule = rule_for(one, year, on)
    rows = standing_of([one.pk], year)
    places = [_place(rule, kind, n, label, rows.get((one.pk, kind, n))) for kind, n, label in rule.places]
    got = counts_of(rule, one.pk, rows)
    same = PartyOrganisation.objects.filter(pk=OuterRef("pk"))
    may = PartyOrganisation.objects.filter(pk=one.pk).values_list(
        Exists(same.filter(scored_by(user, on, eyes))), Exists(same.filter(recognised_by(user, on, eyes)))
    )
    writes, recognises = may.get() if round_.state != Round.State.CLOSED else (False, False)
    return Scored(one, year, round_, rule, places, got, facts_from(rule, got)[1], writes, recognises)


def _place(rule: Scoring, kind: str, number: int, label: str, one: Standing | None) -> Place:
    marks: tuple[tuple[str, str], ...] = ()
    if one is not None and one.score.could:
        typed = json.loads(one.score.marks)
        labels = {row.id: row.label for row in rule.rows}
        marks = tuple((labels.get(name, name), format_points(mark)) for name, mark in typed["criteria"].items())
        marks += (("Tổng điểm", typed["total"]),)
    return Place(kind, number, label, one, marks)
