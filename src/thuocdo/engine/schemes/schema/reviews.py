"""Reviews, meetings, occasions, self-scoring, papers of files and petitions; and `procedure.toml` as a whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thuocdo.engine.schema import Cited, Points, Role, Situation, Slug, Strict, Sync, Text
from thuocdo.engine.schemes.schema.steps import (
    BallotWords,
    Before,
    Decider,
    FormUse,
    OpinionGiver,
    ProcedureStep,
    Stage,
    Timing,
)
from thuocdo.engine.schemes.schema.terms import Model, ShareBound, SubjectKind


class ReviewWhose(Model):
    """A kind of subject in some roles (none listed: all)."""

    kind: SubjectKind
    roles: tuple[Role, ...] = ()

    def concerns(self, kind: str, role: str) -> bool:
        """Whether a subject of that kind and role is meant."""
        return kind == self.kind and (not self.roles or role in self.roles)


class ReviewBlock(Model):
    """A block of a review report: `heads` the contents that the text lists one by one, `text` free words, `defects` and
    `remedies` of this and of past years, `prompts` the answers to a review prompt, `marks` the self-rating."""

    id: Slug
    number: str = ""
    label: Text
    kind: Literal["heads", "text", "defects", "remedies", "prompts", "marks"]


class ReviewForm(Cited):
    """How a review report (bản kiểm điểm) is laid out and whose it is. `form` is empty where the number of the form was
    not read; `note` says what of the layout was not."""

    id: Slug
    form: str = ""
    label: Text
    of: Annotated[tuple[ReviewWhose, ...], Field(min_length=1, max_length=20)]
    blocks: Annotated[tuple[ReviewBlock, ...], Field(min_length=1, max_length=20)]
    note: str = ""


class ReviewHead(Cited):
    """A content that a report must speak of (nội dung kiểm điểm), in its block. `when_needed`: only in the case that
    the label names; `months`: the results of the year's months are offered here."""

    id: Slug
    label: Text
    block: Slug
    of: Annotated[tuple[ReviewWhose, ...], Field(min_length=1, max_length=20)]
    when_needed: bool = False
    months: bool = False


class MeetingRule(Cited):
    """What the text asks of a review meeting: drafts sent so many working days before, at least so many half days.
    `committees`: only for the committees of these kinds of Party organisation (none listed: every meeting)."""

    id: Slug
    label: Text
    draft_days: Annotated[int, Field(ge=1, le=60)] | None = None
    half_days: Annotated[int, Field(ge=1, le=60)] | None = None
    committees: tuple[Literal["province", "above_base", "base", "part", "base_cell", "sub_cell"], ...] = ()


class Occasion(Cited):
    """An event before which the text asks for an assessment (dịp đánh giá) of these kinds of subject. `years`: how many
    last years' levels it reads, absent where what was read does not say. `note`: what of it was not read."""

    id: Literal[
        "appointment", "reappointment", "nomination", "election", "planning", "reward", "discipline", "term", "needed"
    ]
    label: Text
    subjects: Annotated[tuple[SubjectKind, ...], Field(min_length=1)]
    years: Annotated[int, Field(ge=1, le=10)] | None = None
    note: str = ""


class WordsCriterion(Cited):
    """A criterion that is answered in words and never scored (tiêu chí bằng lời), and whose it is. `key_cadres`: only
    of those who are recorded as key cadres (cán bộ chủ chốt)."""

    id: Slug
    label: Text
    of: Annotated[tuple[ReviewWhose, ...], Field(min_length=1, max_length=20)]
    key_cadres: bool = False
    note: str = ""


class Reuse(Cited):
    """The level of one procedure is that of another of the same person (dùng lại mức) where so large a share of the
    staff of the agency are Party members. `first`, `then`: rating stages in the order that the text has; a level better
    than the rule gives is never taken."""

    id: Slug
    label: Text
    first: Slug
    then: Slug
    at_least: ShareBound


class SelfScoring(Cited):
    """Self-scoring of Party organisations (tự chấm điểm) at their meetings over a year, recognised by the superior.
    `criteria`: how many the text has, absent where it was not read; their names come in `self_scoring_criteria`.
    `not_scored`, `not_recognised`: facts of the scheme that follow where no meeting was scored, or none recognised."""

    id: Slug
    label: Text
    regular: Annotated[int, Field(ge=1, le=12)]
    thematic: Annotated[int, Field(ge=0, le=12)] = 0
    criteria: Annotated[int, Field(ge=1, le=60)] | None = None
    not_scored: Slug
    not_recognised: Slug


class SelfScoringCriterion(Cited):
    """A criterion of the self-scoring (tiêu chí tự chấm) with its maximum, as an agency's own text has it."""

    id: Slug
    label: Text
    max: Points


class FilePaper(Cited):
    """A paper that the file of a subject consists of (thành phần hồ sơ). `of`: whose (none listed: everybody's);
    `held`: what of the product it is, absent where somebody states it; `when_there`: only where there is one."""

    id: Slug
    label: Text
    of: Annotated[tuple[ReviewWhose, ...], Field(max_length=20)] = ()
    held: Literal["review", "verification", "conclusion", "complaint"] | None = None
    when_there: bool = False


class PetitionWords(Cited):
    """What the text says of petitions (kiến nghị): `label` whole sentences; no clock follows from it. `note`: what the
    product does otherwise. `authority`: who answers where the text leaves that to the agency; absent where the text was
    not read for it."""

    label: Text
    note: str = ""
    authority: Literal["managing", "open"] | None = None


class SchemeProcedure(Strict):
    deciders: Annotated[tuple[Decider, ...], Field(max_length=200)] = ()
    steps: Annotated[tuple[ProcedureStep, ...], Field(max_length=200)] = ()
    form_uses: Annotated[tuple[FormUse, ...], Field(max_length=60)] = ()
    timings: Annotated[tuple[Timing, ...], Field(max_length=100)] = ()
    stages: Annotated[tuple[Stage, ...], Field(max_length=100)] = ()
    precedence: Annotated[tuple[Before, ...], Field(max_length=200)] = ()
    opinions: Annotated[tuple[OpinionGiver, ...], Field(max_length=20)] = ()
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
    situations: Annotated[tuple[Situation, ...], Field(max_length=60)] = ()
    sync: Sync | None = None
    petition: PetitionWords | None = None
