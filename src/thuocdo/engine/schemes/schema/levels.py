"""Levels with their conditions and limits, quotas, and the scheme that holds them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thuocdo.engine.schema import Cited, PeriodKind, Points, Role, Slug, Text
from thuocdo.engine.schemes.schema.conditions import Conditions
from thuocdo.engine.schemes.schema.scoring import FactSpec, Grades, Relation, Score
from thuocdo.engine.schemes.schema.terms import Open, SubjectKind


class RollUp(Cited):
    """Roll-up (tổng hợp): the mean over the listed parts; how, may be open."""

    label: Text
    periods: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    parts: Literal["months", "quarters"]
    method: Literal["mean", "open"]
    left_out: tuple[str, ...] = ()


class Level(Cited):
    """Level (mức): holds when all of `when` hold; the best level that holds is the level.

    `otherwise`: the level of everybody for whom no other one holds (the last level only).
    """

    code: Slug
    label: Text
    abbr: Text
    when: Conditions = ()
    otherwise: bool = False


class Mitigation(Cited):
    """Circumstances in which the authority weighs whether the trigger applies, and answers for it."""

    label: Text
    when: Annotated[Conditions, Field(min_length=1)]


class SchemeTrigger(Cited):
    """Trigger (trường hợp xếp thẳng mức): all of `when` fix the level. With `discretion` the authority decides."""

    id: Slug
    label: Text
    level: Slug
    roles: tuple[Role, ...] = ("none", "head", "deputy")
    when: Annotated[Conditions, Field(min_length=1)]
    discretion: bool = False
    mitigation: Mitigation | None = None


class NotRated(Cited):
    """Who is not rated (không xếp loại): all of `when` hold and none of `unless`."""

    id: Slug
    label: Text
    when: Annotated[Conditions, Field(min_length=1)]
    unless: Conditions = ()


class Limit(Cited):
    """Limit (mức trần): while all of `when` hold, the level is not above `at_most`, or that of a related subject.

    `chooses`: the authority chooses among the levels that remain, whatever the score.
    """

    id: Slug
    label: Text
    roles: tuple[Role, ...] = ("none", "head", "deputy")
    when: Conditions = ()
    at_most: Slug | None = None
    at_most_of: Slug | None = None
    chooses: bool = False

    @model_validator(mode="after")
    def _one(self) -> Limit:
        if (self.at_most is None) == (self.at_most_of is None):
            raise ValueError("phải ghi đúng một trong at_most, at_most_of")
        return self


class DatingRule(Cited):
    """Which disciplinary decisions count. `counts_in`, of `one_year_only`: the year of the first or last decision on
    one act; open where the text only says that one year counts."""

    id: Literal["one_year_only", "already_used", "former_agency"]
    label: Text
    counts_in: Literal["first", "last", "open"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> DatingRule:
        if (self.id == "one_year_only") != (self.counts_in is not None):
            raise ValueError("counts_in đi cùng one_year_only: first, last, hoặc open khi văn bản không nói năm nào")
        return self


class Gap(Cited):
    """What holds when no level's conditions are met: the text has a hole, the authority decides."""

    id: Slug = "gap"
    question: Text
    levels: tuple[Slug, ...] = ()


class SmallGroup(Cited):
    """With fewer than `fewer_than` subjects in the scope, at most `at_most` hold the level."""

    fewer_than: Annotated[int, Field(ge=2, le=1000)]
    at_most: Annotated[int, Field(ge=0, le=1000)]


class RaisedLine(Cited):
    """`base` and `hardness` where the raised line has its own; else those of the quota. `needs_level`: the level that
    the agency itself must hold for it."""

    percent: Points
    label: Text
    needs_level: Slug | None = None
    base: Literal["levels", "rated", "all_staff", "leaders"] | None = None
    hardness: Literal["hard", "soft"] | None = None


class SchemeQuota(Cited):
    """Quota (tỷ lệ): subjects at `level` at most `percent` of the base, in each scope. It lowers nobody.

    `base`: those at `base_levels`, all who were rated, the whole staff, or the leaders. `roles`: whom it counts.
    `percent_fact`: the percent is not a number in the text but this fact of the file (`quota_facts`).
    """

    id: Slug
    label: Text
    level: Slug
    base: Literal["levels", "rated", "all_staff", "leaders", "open"]
    base_levels: tuple[Slug, ...] = ()
    roles: tuple[Role, ...] = ("none", "head", "deputy")
    percent: Points | Open | None = None
    percent_fact: Slug | None = None
    scopes: Annotated[tuple[Literal["agency", "group", "parent"], ...], Field(min_length=1)]
    rounding: Literal["floor", "half_up", "up", "open"]
    hardness: Literal["hard", "soft"] = "hard"
    small: SmallGroup | None = None
    raised: RaisedLine | None = None

    @model_validator(mode="after")
    def _fits(self) -> SchemeQuota:
        if (self.percent is None) == (self.percent_fact is None):
            raise ValueError("phải ghi đúng một trong percent, percent_fact")
        if (self.base == "levels") != bool(self.base_levels):
            raise ValueError("base_levels đi cùng base = “levels”")
        return self


class Scheme(Cited):
    """One scheme: for whom, in which periods, and how facts become a score and a level.

    `result`: `level` where the instrument rates in this period, `band` where it only scores it.
    `left_out`: grounds of the text that the product does not record, and why (they decide nothing here).
    """

    id: Slug
    label: Text
    subject_kinds: Annotated[tuple[SubjectKind, ...], Field(min_length=1)]
    roles: tuple[Role, ...] = ("none", "head", "deputy")
    periods: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    result: Literal["level", "band"] = "level"
    completeness: Literal["full", "partial"] = "partial"
    note: str = ""
    left_out: tuple[Text, ...] = ()
    facts: Annotated[tuple[FactSpec, ...], Field(max_length=60)] = ()
    relations: Annotated[tuple[Relation, ...], Field(max_length=20)] = ()
    score: Score | None = None
    grades: Grades | None = None
    rollup: RollUp | None = None
    levels: Annotated[tuple[Level, ...], Field(max_length=20)] = ()
    triggers: Annotated[tuple[SchemeTrigger, ...], Field(max_length=60)] = ()
    dating: tuple[DatingRule, ...] = ()
    not_rated: Annotated[tuple[NotRated, ...], Field(max_length=20)] = ()
    limits: Annotated[tuple[Limit, ...], Field(max_length=20)] = ()
    gap: Gap | None = None
    quotas: Annotated[tuple[SchemeQuota, ...], Field(max_length=20)] = ()
