"""What a unit's own regulation fills, settles, tightens and adds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from thuocdo.engine.schema import Cited, Instrument, Situation, Slug, Strict, Text
from thuocdo.engine.schemes.schema.levels import Limit, NotRated, SchemeQuota
from thuocdo.engine.schemes.schema.reviews import (
    FilePaper,
    MeetingRule,
    Occasion,
    Reuse,
    ReviewForm,
    ReviewHead,
    SelfScoring,
    SelfScoringCriterion,
    WordsCriterion,
)
from thuocdo.engine.schemes.schema.scoring import FactSpec, Part, Relation
from thuocdo.engine.schemes.schema.steps import BallotWords, Before, Decider, OpinionGiver, Stage


class Fill(Cited):
    """A figure that the parent leaves open, by path."""

    path: Text
    value: Any
    reason: Text


class SettleReading(Cited):
    point: Slug
    reading: Slug
    reason: Text


class TightenFigure(Cited):
    """A stricter figure, by path: quota percents downwards, bounds that a level asks for upwards."""

    path: Text
    value: Any
    reason: Text


class AddParts(Cited):
    """The unit's own table under a group: parts whose maxima add up to the group's."""

    group: Text
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=50)]
    reason: Text


class AddRule(Cited):
    """A further rule of the unit: a limit, a not-rated rule or a quota, never a looser one.

    `facts`, `relations`: what the further rule asks for and the parent's scheme does not declare yet.
    """

    scheme: Slug
    facts: Annotated[tuple[FactSpec, ...], Field(max_length=20)] = ()
    relations: Annotated[tuple[Relation, ...], Field(max_length=10)] = ()
    limit: Limit | None = None
    not_rated: NotRated | None = None
    quota: SchemeQuota | None = None
    reason: Text


class SchemeOverlay(Strict):
    """Overlay (quy chế của đơn vị) on a rulebook of schemes: what it fills, settles, tightens or adds."""

    key: str
    title: Text
    extends: str
    by: Text
    on: date
    reason: Text
    example: bool = False
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1)]
    fill: Annotated[tuple[Fill, ...], Field(max_length=200)] = ()
    settle: Annotated[tuple[SettleReading, ...], Field(max_length=60)] = ()
    tighten: Annotated[tuple[TightenFigure, ...], Field(max_length=60)] = ()
    add_parts: Annotated[tuple[AddParts, ...], Field(max_length=60)] = ()
    add_rules: Annotated[tuple[AddRule, ...], Field(max_length=60)] = ()
    deciders: Annotated[tuple[Decider, ...], Field(max_length=20)] = ()
    stages: Annotated[tuple[Stage, ...], Field(max_length=40)] = ()
    precedence: Annotated[tuple[Before, ...], Field(max_length=60)] = ()
    ballots: Annotated[tuple[BallotWords, ...], Field(max_length=20)] = ()
    review_forms: Annotated[tuple[ReviewForm, ...], Field(max_length=20)] = ()
    review_heads: Annotated[tuple[ReviewHead, ...], Field(max_length=100)] = ()
    meetings: Annotated[tuple[MeetingRule, ...], Field(max_length=20)] = ()
    occasions: Annotated[tuple[Occasion, ...], Field(max_length=20)] = ()
    words_criteria: Annotated[tuple[WordsCriterion, ...], Field(max_length=40)] = ()
    reuses: Annotated[tuple[Reuse, ...], Field(max_length=4)] = ()
    self_scoring: Annotated[tuple[SelfScoring, ...], Field(max_length=1)] = ()
    self_scoring_criteria: Annotated[tuple[SelfScoringCriterion, ...], Field(max_length=60)] = ()
    file_papers: Annotated[tuple[FilePaper, ...], Field(max_length=40)] = ()
    opinions: Annotated[tuple[OpinionGiver, ...], Field(max_length=20)] = ()
    situations: Annotated[tuple[Situation, ...], Field(max_length=20)] = ()
