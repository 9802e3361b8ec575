"""The shape of a scheme: frozen pydantic models of `schemes/*.toml`, `procedure.toml`, `money.toml`, `open.toml`.

A scheme (khung xếp loại) turns the facts of one kind of subject in one kind of period into a score and a level.
A figure that the law leaves open is written `"open"`; every such place is listed by exactly one open point.
A condition is true, false or unknown; unknown facts and open figures stop a result only where it hangs on them.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from thuocdo.engine.schema import Cited, Confidence, Instrument, PeriodKind, Points, Role, Slug, Strict, Sync, Text
from thuocdo.engine.schema import Form as StatutoryForm
from thuocdo.kernel.exact import decimal_text, fraction_text, is_terminating, parse_fraction

Open = Literal["open"]
SubjectKind = Literal[
    "civil_servant",
    "cadre",
    "public_employee",
    "contract_worker",
    "party_member",
    "leader",
    "collective",
    "party_organisation",
    "agency",
    "unit",
]
Grade = Literal["excellent", "good", "average", "poor"]
GRADES: tuple[Grade, ...] = ("excellent", "good", "average", "poor")
Form = Literal["khien_trach", "canh_cao", "ha_bac_luong", "giang_chuc", "cach_chuc", "buoc_thoi_viec", "khai_tru"]


_BOUND_SCHEMA = WithJsonSchema({"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]{1,20})?$|^[0-9]+/[0-9]+$"})


def _bound(value: object) -> Fraction:
    bound = parse_fraction(value)
    if not 0 <= bound <= 1_000_000_000:
        raise ValueError("phải từ 0 đến 1000000000")
    return bound


def _share(value: object) -> Fraction:
    """Percents; a text with a slash is that part of the whole: "2/3" is 200/3 percents."""
    slash = isinstance(value, str) and "/" in value
    return _bound(parse_fraction(value) * 100 if slash else value)


def _share_text(value: Fraction) -> str:
    """The text that `_share` reads back as the same percents."""
    return decimal_text(value, places=20) if is_terminating(value, 20) else fraction_text(value / 100)


Bound = Annotated[Fraction, BeforeValidator(_bound), PlainSerializer(fraction_text, return_type=str), _BOUND_SCHEMA]
ShareBound = Annotated[Fraction, BeforeValidator(_share), PlainSerializer(_share_text, return_type=str), _BOUND_SCHEMA]
# A measure: `score`, a declared fact (`facts.<id>`), or one of the standing sections of the case format
# (`tasks.done`, `led.late`, `defects.fixed`, `votes.low`, `time.worked_days`, …): facts.MEASURES lists them.
Measure = Annotated[str, Field(pattern=r"^[a-z][a-z_]*\.[a-z0-9][a-z0-9_]*$")]
WhenNone = Literal["holds", "fails", "open"]


class Model(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


# --- conditions ----------------------------------------------------------------------------------


class Comparison(Model):
    """Bounds of a test; several hold together. `at_least` ≥, `more_than` >, `at_most` ≤, `below` <."""

    at_least: Bound | Open | None = None
    more_than: Bound | Open | None = None
    at_most: Bound | Open | None = None
    below: Bound | Open | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> Comparison:
        if all(bound is None for bound in (self.at_least, self.more_than, self.at_most, self.below)):
            raise ValueError("phải ghi ít nhất một trong at_least, more_than, at_most, below")
        return self


class ShareComparison(Comparison):
    """Bounds of a share, held in percents: 30 is 30 %, "2/3" is 200/3 %."""

    at_least: ShareBound | Open | None = None
    more_than: ShareBound | Open | None = None
    at_most: ShareBound | Open | None = None
    below: ShareBound | Open | None = None


class ScoreTest(Comparison):
    """The score lies within bounds, compared unrounded."""

    test: Literal["score"]
    id: Slug = "score"
    label: Text


class ShareTest(ShareComparison):
    """`part` (summed) over `of` (summed): bounds are percents; a bound written "2/3" is that part of the whole.

    `of` may be open: the text does not say of what the share is taken.
    """

    test: Literal["share"]
    id: Slug
    label: Text
    part: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=6)]
    of: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=6)] | Open
    when_none: WhenNone = "open"


class NumberTest(Comparison):
    """One measure within bounds."""

    test: Literal["number"]
    id: Slug
    label: Text
    of: Measure


class FlagTest(Model):
    """A declared flag has this value."""

    test: Literal["flag"]
    id: Slug
    label: Text
    fact: Slug
    value: bool = Field(default=True, alias="is")


class GradesTest(Model):
    """Grades of the graded criteria: of `groups` (none: all) without `except_groups`, compared to a grade."""

    test: Literal["grades"]
    id: Slug
    label: Text
    groups: tuple[Slug, ...] = ()
    except_groups: tuple[Slug, ...] = ()
    quantifier: Literal["all", "any"] = "all"
    at_least: Grade | Open | None = None
    exactly: Grade | Open | None = None

    @model_validator(mode="after")
    def _one(self) -> GradesTest:
        if (self.at_least is None) == (self.exactly is None):
            raise ValueError("phải ghi đúng một trong at_least, exactly")
        return self


class LevelsTest(Model):
    """Levels of related subjects: all, any, or a share of them at least (or exactly) at a level."""

    test: Literal["levels"]
    id: Slug
    label: Text
    relation: Slug
    quantifier: Literal["all", "any", "share"] = "all"
    at_least_level: Slug | None = None
    exactly_level: Slug | None = None
    share: ShareComparison | None = None
    when_none: WhenNone = "open"

    @model_validator(mode="after")
    def _fits(self) -> LevelsTest:
        if (self.at_least_level is None) == (self.exactly_level is None):
            raise ValueError("phải ghi đúng một trong at_least_level, exactly_level")
        if (self.quantifier == "share") == (self.share is None):
            raise ValueError("share đi cùng quantifier = “share”")
        return self


class DisciplineTest(Model):
    """A disciplinary record that counts in this period (after the dating rules) of these kinds.

    With `is = false`: no such record counts. `act`: only about acts of this year, or of an earlier one, be it that the
    act is dated there or that a decision on it took effect there.
    """

    test: Literal["discipline"]
    id: Slug
    label: Text
    value: bool = Field(default=True, alias="is")
    about: tuple[Literal["duty", "degradation", "other"], ...] = ("duty", "degradation", "other")
    sides: tuple[Literal["administrative", "party"], ...] = ("administrative", "party")
    forms: tuple[Form, ...] = ()
    act: Literal["this_year", "earlier"] | None = None


class AbsenceTest(ShareComparison):
    """Days of absence for these reasons (summed) within bounds; with `of`, as percent of that measure."""

    test: Literal["absence"]
    id: Slug
    label: Text
    reasons: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=20)]
    of: Measure | None = None

    @model_validator(mode="before")
    @classmethod
    def _days_are_numbers(cls, data: Any) -> Any:
        bounds = [data.get(word) for word in Comparison.model_fields] if isinstance(data, dict) else []
        if bounds and data.get("of") is None and any(isinstance(b, str) and "/" in b for b in bounds):
            raise ValueError("số ngày nghỉ phải ghi bằng số, không ghi phân số; phân số chỉ dùng khi có of")
        return data


class AnyTest(Model):
    """At least one of the conditions holds."""

    test: Literal["any"]
    id: Slug
    label: Text
    conditions: Annotated[tuple[Condition, ...], Field(min_length=2, max_length=20)]


class AllTest(Model):
    """All of the conditions hold."""

    test: Literal["all"]
    id: Slug
    label: Text
    conditions: Annotated[tuple[Condition, ...], Field(min_length=2, max_length=20)]


class ChosenTest(Model):
    """How many of the conditions must hold (one, or all) is itself a figure, and may be open."""

    test: Literal["some"]
    id: Slug
    label: Text
    need: Literal["any", "all", "open"]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=2, max_length=20)]


Condition = Annotated[
    ScoreTest
    | ShareTest
    | NumberTest
    | FlagTest
    | GradesTest
    | LevelsTest
    | DisciplineTest
    | AbsenceTest
    | AnyTest
    | AllTest
    | ChosenTest,
    Field(discriminator="test"),
]
Conditions = Annotated[tuple[Condition, ...], Field(max_length=40)]


# --- facts, score, grades ------------------------------------------------------------------------


class FactSpec(Cited):
    """A fact that this scheme asks for, given under `facts.<id>`. A flag that is not given is false.

    `given_by`: a flag that says whether a section of facts exists at all; giving the section is saying so.
    `known_by`: where the year's round shows that the flag holds, it is delivered and not typed: `cell_head`, the
    person is the secretary of the own cell. The engine rates by the fact alone.
    """

    id: Slug
    label: Text
    kind: Literal["flag", "count", "percent", "points", "amount"]
    given_by: Literal["votes"] | None = None
    known_by: Literal["cell_head"] | None = None


class Relation(Cited):
    """Other subjects whose level this scheme asks for, given under `related.<id>`."""

    id: Slug
    label: Text
    many: bool = False


class Part(Cited):
    """A part of a criteria group. Marks are given by part once every part of the group has its maximum."""

    slug: Slug
    code: str = ""
    label: Text
    max: Points | Open


class ScaleStep(Model):
    """Points for a share between `at_least` and `below` percents."""

    id: Slug
    at_least: Bound | None = None
    below: Bound | None = None
    points: Points | Open


class Scale(Cited):
    """Points that follow from a share of measures."""

    part: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=6)]
    of: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=6)]
    steps: Annotated[tuple[ScaleStep, ...], Field(min_length=1, max_length=20)]


class Group(Cited):
    """Criteria group (nhóm tiêu chí).

    `roles`: who is marked by it. `bonus`: no mark means 0. `overflow`: deductions may take more than the group
    holds. `input`: marks are points, or percents of the maximum held to `percent_cap`. `scale`: not marked but
    derived.
    """

    slug: Slug
    code: str = ""
    label: Text
    max: Points | Open
    roles: tuple[Role, ...] = ("none", "head", "deputy")
    bonus: bool = False
    overflow: bool = False
    input: Literal["points", "percent", "open"] = "points"
    percent_cap: Points | Open | None = None
    scale: Scale | None = None
    parts: Annotated[tuple[Part, ...], Field(max_length=50)] = ()


class Score(Cited):
    """Score (thang điểm): the groups that a role is marked by add up to `max`, once their maxima are filled.

    `max` is open where no source says on what scale the instrument scores.
    """

    label: Text
    max: Points | Open
    groups: Annotated[tuple[Group, ...], Field(min_length=1, max_length=40)]
    combine: Literal["one", "mean_of_members"] = "one"
    combine_roles: tuple[Role, ...] = ()


class GradedCriterion(Cited):
    """A criterion judged with one of four grades (xuất sắc, tốt, trung bình, kém)."""

    slug: Slug
    code: str = ""
    label: Text
    group: Slug


class Grades(Cited):
    label: Text
    criteria: Annotated[tuple[GradedCriterion, ...], Field(min_length=1, max_length=100)]


class RollUp(Cited):
    """Roll-up (tổng hợp): the mean over the listed parts; how, may be open."""

    label: Text
    periods: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    parts: Literal["months", "quarters"]
    method: Literal["mean", "open"]
    left_out: tuple[str, ...] = ()


# --- levels, triggers, limits --------------------------------------------------------------------


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


# --- quotas --------------------------------------------------------------------------------------


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


# --- procedure.toml, money.toml, open.toml -------------------------------------------------------


class Decider(Cited):
    """Who decides on whom."""

    id: Slug
    subject: Text
    proposes: str = ""
    decides: Text


class ProcedureStep(Cited):
    """A step of the procedure; `of` groups the steps of one object."""

    of: Text
    number: Text
    text: Text


class FormUse(Cited):
    """A form by the number that this instrument gives it, and whose it is (none: of nobody in particular)."""

    number: Text
    label: Text
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[Role, ...] = ()

    def concerns(self, kind: str, role: str) -> bool:
        """Whether a subject of that kind and role fills it in."""
        return kind in self.subjects and (not self.roles or role in self.roles)


class Timing(Cited):
    id: Slug
    label: Text


StepKind = Literal["review", "report", "rating", "opinion", "ballot", "decision"]


class Stage(Cited):
    """A stage that precedence speaks of: what is done (`step`), to which kinds of subject (`subjects`) in which roles
    (`roles`; none listed: all).

    `parts`: the text speaks of these stages together; nobody takes the stage itself. Open where the text names a stage
    without saying which steps it is: nothing waits for it or by it until an agency accepts a reading. `note`: what the
    product takes for granted about it. A stage without subjects and parts is of no round.
    """

    id: Slug
    label: Text
    step: StepKind | None = None
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[Role, ...] = ()
    parts: tuple[Slug, ...] | Open = ()
    note: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Stage:
        if self.parts and (self.subjects or self.step or self.roles):
            raise ValueError("bước gồm nhiều bước khác (parts) thì không ghi step, subjects, roles")
        if bool(self.subjects) != (self.step is not None):
            raise ValueError("step đi cùng subjects")
        return self


class Before(Cited):
    """`then` is refused while `first` is not done for the linked subject.

    `link`: `itself` (an earlier step of the same subject), `same` (the same person's other procedure), `any` (every
    subject of the file), or a relation of the later subject (`collective`, `units`, …).
    """

    id: Slug
    label: Text
    first: Slug
    then: Slug
    link: Slug


class OpinionGiver(Cited):
    """Who is asked about a subject before the rating (ý kiến nhiều phía). `secret`: the text keeps the mark secret,
    or names the giver; `asked`: a body or a person; both absent where what was read does not say. `subjects` and
    `roles`: about whom (none listed: about all). `required` false: the text leaves it to need."""

    id: Slug
    group: Literal["superior", "colleague", "subordinate", "related", "residence", "front", "public"]
    label: Text
    secret: bool | None = None
    asked: Literal["body", "person"] | None = None
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[Role, ...] = ()
    required: bool = True

    def concerns(self, kind: str, role: str) -> bool:
        """Whether a subject of that kind and role is asked about."""
        return (not self.subjects or kind in self.subjects) and (not self.roles or role in self.roles)


class BallotTrigger(Cited):
    """A case in which a text brings somebody to this ballot (trường hợp đưa ra bỏ phiếu). `share`: so much of `of` must
    ask for it, "1/3" being that part."""

    id: Slug
    label: Text
    share: ShareBound | None = None
    of: str = ""

    @model_validator(mode="after")
    def _fits(self) -> BallotTrigger:
        if (self.share is None) != (not self.of):
            raise ValueError("share đi cùng of")
        return self


class BallotWords(Cited):
    """What a text says of a ballot (bỏ phiếu). Absent where what was read does not say: `secret` whether it is kept
    secret, `options` what stands on the slip, `quorum` the least share of those summoned, `invalid` whether one wrong
    line spoils the line or the slip, `spoils` what is wrong, `triggers` the cases in which the ballot is held.
    `may_sign`: the voter may sign."""

    id: Slug
    kind: Literal["member_levels", "cadre_levels", "collective_levels", "confidence_levels", "confidence_vote"]
    label: Text
    secret: bool | None = None
    may_sign: bool = False
    options: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    quorum: ShareBound | None = None
    invalid: Literal["line", "slip"] | None = None
    spoils: tuple[Literal["not_issued", "struck_out", "unmarked", "overmarked", "added"], ...] = ()
    triggers: Annotated[tuple[BallotTrigger, ...], Field(max_length=20)] = ()


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
    sync: Sync | None = None
    petition: PetitionWords | None = None


class MoneyRow(Model):
    """What a level is worth: a coefficient of the base, or a percent of the best level's amount; a floor in đồng."""

    level: Slug
    kinds: tuple[SubjectKind, ...] = ()
    coefficient: Points | Open | None = None
    percent_of_best: Points | Open | None = None
    at_most: bool = False
    floor: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


class MoneyTable(Cited):
    """Money that hangs on a level (thu nhập tăng thêm): coefficient by level, over a base in words."""

    id: Slug
    label: Text
    base_label: Text
    paid: Text
    kinds: tuple[SubjectKind, ...] = ()
    rows: Annotated[tuple[MoneyRow, ...], Field(max_length=20)] = ()
    note: str = ""


class Fund(Cited):
    """A fund as a percent or multiple of another fund."""

    id: Slug
    label: Text
    of_label: Text
    percent: Points


class MoneyFile(Strict):
    tables: Annotated[tuple[MoneyTable, ...], Field(max_length=40)] = ()
    funds: Annotated[tuple[Fund, ...], Field(max_length=40)] = ()


class SchemeReading(Model):
    """A listed reading: what it writes into the open places, by path."""

    id: Slug
    label: Text
    source: Text
    confidence: Confidence
    write: Annotated[dict[str, Any], Field(min_length=1, max_length=40)] = Field(alias="set")


class SchemePoint(Cited):
    """Open point: a question and the places it leaves open; readings if any are known, else an agency fills it."""

    id: Slug
    question: Text
    places: Annotated[tuple[str, ...], Field(min_length=1, max_length=60)]
    readings: Annotated[tuple[SchemeReading, ...], Field(max_length=6)] = ()
    note: str = ""


class OpenFile(Strict):
    points: Annotated[tuple[SchemePoint, ...], Field(max_length=300)] = ()


# --- overlay -------------------------------------------------------------------------------------


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


# --- instrument.toml of a rulebook of schemes ----------------------------------------------------


class Assumption(Model):
    """What the product takes for granted where no source says it (`label`, in words for whoever opens a period): the
    agency may see it otherwise. `since` and `until` bound the periods that it touches."""

    label: Text
    since: date | None = None
    until: date | None = None

    def touches(self, start: date, end: date) -> bool:
        """Whether it matters in a period from `start` to before `end`."""
        return (self.since is None or self.since < end) and (self.until is None or start < self.until)


class SchemeInstrument(Strict):
    """`instrument.toml`: identity, how much of the text is known, and the article tables.

    `procedure_kind`: what selection asks for. `key_date`: the date the instrument itself keys on. `since` and
    `until` bound that date. `amends`: the rulebook whose instrument this one changes. `unknown`: what is left out for
    want of a source; `assumed`: what is taken for granted all the same.
    """

    key: str
    title: Text
    short_title: Text
    version: Text
    since: date
    until: date | None = None
    procedure_kind: Literal["state", "party", "local", "confidence_vote", "pay"]
    key_date: Literal["period_start", "rating_date", "vote_date"]
    place: str = ""
    amends: str | None = None
    completeness: Literal["full", "partial"] = "partial"
    unknown: tuple[Text, ...] = ()
    assumed: Annotated[tuple[Assumption, ...], Field(max_length=20)] = ()
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1, max_length=20)]


class SchemeBookFile(SchemeInstrument, SchemeProcedure, MoneyFile, OpenFile):
    """All files of a rulebook of schemes together: what `thuocdo schema scheme` prints."""

    schemes: tuple[Scheme, ...] = ()
    forms: tuple[StatutoryForm, ...] = ()
