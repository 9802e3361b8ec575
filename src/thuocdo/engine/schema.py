"""The shape of a rulebook: frozen pydantic models of the TOML files; every figure is cited and dated.

The kinds of rule are a closed vocabulary. The engine reads them and knows no institution: names,
maxima, weights, bands and rates are data.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from thuocdo.kernel.exact import ExactError, parse_decimal

Confidence = Literal["H", "M", "L", "I"]
Fact = Literal["degradation_concluded", "unit_involved_in_corruption"]
Leave = Literal["maternity", "sick_leave", "unpaid_leave", "not_employed", "not_yet", "other"]
Role = Literal["none", "head", "deputy"]
PeriodKind = Literal["month", "quarter", "half_year", "year"]
LineNumber = Literal["assigned", "completed", "quality_met", "on_time"]
Joint = Literal[
    "mark_step",
    "ratio_cap",
    "deduction_floor",
    "empty_denominator",
    "missing_factor",
    "rounding",
    "applicability",
    "last_month",
    "partial_period",
    "quarter_parts",
    "discipline_year",
]


def _points(value: object) -> object:
    if isinstance(value, (bool, float)):
        raise ValueError("phải là số viết chính xác")
    try:
        return parse_decimal(value, maximum=1_000_000)
    except ExactError as error:
        raise ValueError(f"phải là số không âm, tối đa 2 chữ số thập phân, không quá 1000000: {error}") from None


def _refs(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Points = Annotated[Decimal, BeforeValidator(_points)]
Refs = Annotated[tuple[str, ...], BeforeValidator(_refs), Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Strict(BaseModel):
    """Unknown keys are refused; instances cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cited(Strict):
    """A rule or figure: its articles (`instrument/article`) and the days it is in force."""

    cite: Refs
    since: date
    until: date | None = None


# --- instrument.toml ---------------------------------------------------------------------------


class Article(Strict):
    ref: Annotated[str, Field(pattern=r"^[A-Za-z0-9.đ_-]+$")]
    text: Text
    source: Text
    confidence: Confidence
    about: str = ""


class Instrument(Strict):
    """Legal instrument (văn bản): identity and the articles that the rules cite.

    `issued` is absent where the day of issue is not known.
    """

    id: Slug
    title: Text
    name: Text
    number: str
    issuer: Text
    issued: date | None = None
    since: date
    until: date | None = None
    articles: Annotated[tuple[Article, ...], Field(min_length=1)]


class OptionalKind(Cited):
    """A kind of subject that the competent authority may choose to rate by this rulebook."""

    kind: str
    point: Slug


class InstrumentFile(Strict):
    key: str
    title: Text
    short_title: Text
    version: Text
    since: date
    until: date | None = None
    subject_kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    optional_kinds: tuple[OptionalKind, ...] = ()
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1)]


# --- criteria.toml -----------------------------------------------------------------------------


class Criterion(Cited):
    slug: Slug
    code: Text
    label: Text
    max: Points


class CriteriaGroup(Cited):
    slug: Slug
    code: Text
    label: Text
    max: Points
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=50)]


class General(Cited):
    """Criteria groups with ceilings (nhóm tiêu chí chung): marks add up to `max`."""

    label: Text
    max: Points
    groups: Annotated[tuple[CriteriaGroup, ...], Field(min_length=1, max_length=20)]


class CriteriaFile(Strict):
    general: General


# --- results.toml ------------------------------------------------------------------------------


class Deduction(Cited):
    """Share of a product's own points lost at each unexcused occurrence. `per`: whose points, those of the one product
    that it befell or of its whole line; rulebooks of before that was said took them from the line, and months that
    pinned one still do."""

    percent: Points
    per: Literal["product", "line"] = "line"
    occurrences: Literal["quality_errors", "late"]
    excused: Literal["late_excused"] | None = None


class Ratio(Cited):
    slug: Slug
    label: Text
    symbol: Text
    counts: LineNumber
    deduction: Deduction | None = None


class Exclusion(Cited):
    """What a flag of a product line takes out of the count."""

    flag: Literal["outside_plan", "handed_back"]
    not_counted_in: tuple[LineNumber, ...]
    label: Text


class Products(Cited):
    """Converted products (sản phẩm quy đổi): ratios over one common denominator."""

    label: Text
    denominator: LineNumber
    denominator_label: Text
    ratios: Annotated[tuple[Ratio, ...], Field(min_length=1, max_length=6)]
    exclusions: tuple[Exclusion, ...] = ()


class Derived(Cited):
    """A factor that follows from the scores of subordinates."""

    fact: Literal["subordinates"]
    at_least: Points
    all_reach: Points
    otherwise: Points


class Factor(Cited):
    slug: Slug
    label: Text
    symbol: Text
    high: Text
    low: Text
    derived: Derived | None = None


class Factors(Cited):
    """Two-valued factors (yếu tố của người lãnh đạo): each of `allowed` percents, nothing between."""

    label: Text
    roles: tuple[Role, ...]
    allowed: Annotated[tuple[Points, ...], Field(min_length=2, max_length=2)]
    items: Annotated[tuple[Factor, ...], Field(min_length=1, max_length=6)]


class Total(Cited):
    """Total: general points + weight × mean of the components, the product part held to `ceiling`."""

    label: Text
    weight: Points
    ceiling: Points
    mean_label: Text
    results_label: Text


class ResultsFile(Strict):
    products: Products
    factors: Factors | None = None
    total: Total


# --- levels.toml -------------------------------------------------------------------------------


class Band(Cited):
    code: Slug
    label: Text
    abbr: Text
    at_least: Points


class DisciplineTest(Strict):
    """Which disciplinary records fire a trigger. Dating rules are applied first."""

    about: tuple[Literal["duty", "degradation", "other"], ...]
    sides: tuple[Literal["administrative", "party"], ...]


class Trigger(Cited):
    """Trigger (trường hợp xếp thẳng mức): one fact or a disciplinary record fixes the level."""

    id: Slug
    label: Text
    level: Slug
    roles: tuple[Role, ...] = ("none", "head", "deputy")
    fact: Fact | None = None
    discipline: DisciplineTest | None = None


class DatingRule(Cited):
    id: Literal["one_year_only", "already_used", "former_agency"]
    label: Text


class Exemption(Cited):
    """Who is rated although the minimum was not worked; `min_months` is the condition if any."""

    fact: Literal["maternity_leave", "sick_leave", "unpaid_leave"]
    label: Text
    min_months: Points | None = None


class Absence(Cited):
    """Absence rule (thời gian công tác tối thiểu): fewer months are not rated."""

    label: Text
    min_months: Points
    exemptions: tuple[Exemption, ...] = ()


class Ceiling(Cited):
    """Ceiling (mức trần): the level is not above the level of the organisation headed."""

    label: Text
    roles: tuple[Role, ...]


class LevelsFile(Strict):
    period_note: Text
    bands: Annotated[tuple[Band, ...], Field(min_length=2, max_length=20)]
    disqualifiers: tuple[Trigger, ...] = ()
    dating: tuple[DatingRule, ...] = ()
    absence: Absence | None = None
    ceiling: Ceiling | None = None


# --- quotas.toml, rollup.toml --------------------------------------------------------------------


class RaisedRate(Cited):
    percent: Points
    label: Text


class Quota(Cited):
    """Quota (tỷ lệ): subjects at `level` at most `percent` of those at `base`, in each scope."""

    id: Slug
    label: Text
    level: Slug
    base: Slug
    percent: Points
    scopes: Annotated[tuple[Literal["agency", "group"], ...], Field(min_length=1)]
    rounding: Literal["floor"]
    raised: RaisedRate | None = None


class QuotasFile(Strict):
    quotas: tuple[Quota, ...] = ()


class Mean(Cited):
    """Roll-up (tổng hợp): the mean of the scores of `months` months."""

    period: Literal["quarter", "half_year", "year"]
    label: Text
    months: Annotated[int, Field(ge=2, le=12)]


class ActualTime(Cited):
    """Reasons for a missing score that make the mean run over the scored months only."""

    label: Text
    periods: tuple[PeriodKind, ...]
    reasons: tuple[Leave, ...]


class RollupFile(Strict):
    means: Annotated[tuple[Mean, ...], Field(min_length=1)]
    actual_time: tuple[ActualTime, ...] = ()


# --- procedure.toml, forms -----------------------------------------------------------------------


class Evaluator(Cited):
    subject: Slug
    label: Text
    evaluates: Slug
    evaluates_label: Text
    rates: Slug
    rates_label: Text


class Step(Cited):
    number: Text
    text: Text


class Petition(Cited):
    label: Text
    answer_days: Annotated[int, Field(ge=1, le=365)]
    day_kind: Literal["working", "calendar"]
    counted_from: Text
    filing_days: int | None = None


class Sync(Cited):
    """Sync (đồng bộ): results go to the national database within `days` of the result."""

    label: Text
    days: Annotated[int, Field(ge=1, le=365)]


class Deadline(Cited):
    id: Slug
    label: Text
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    next_year: bool = False


class Correction(Cited):
    label: Text


class Situation(Cited):
    """A case of the month that hangs on dates (vắng, mới đến, chuyển đi, nhiều vị trí): `says` is what the text says of
    it, empty where it says nothing, and `asks` what it leaves to whoever evaluates. A unit's own regulation has a
    `reason`; what it says answers what those before it leave open (`engine.situations`)."""

    kind: Literal[
        "maternity", "sick_leave", "unpaid_leave", "study", "secondment", "joined", "left", "moved", "moved_inside",
        "changed", "gap", "posts",
    ]  # fmt: skip
    says: Annotated[str, Field(max_length=2000)] = ""
    asks: Annotated[str, Field(max_length=2000)] = ""
    reason: Annotated[str, Field(max_length=2000)] = ""


class ProcedureFile(Strict):
    evaluators: Annotated[tuple[Evaluator, ...], Field(min_length=1)]
    period_steps: tuple[Step, ...] = ()
    year_steps_head: tuple[Step, ...] = ()
    year_steps_others: tuple[Step, ...] = ()
    petition: Petition | None = None
    correction: Correction | None = None
    sync: Sync | None = None
    deadlines: tuple[Deadline, ...] = ()
    situations: tuple[Situation, ...] = ()


class SignatureBlock(Strict):
    title: Text
    note: str = ""


class FormSection(Strict):
    heading: Text
    note: str = ""
    columns: tuple[str, ...] = ()
    column_numbers: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    total_row: str = ""


class Form(Cited):
    """Statutory form (mẫu phiếu): the wording that the annex prescribes."""

    id: Slug
    number: Text
    title: Text
    under_title: Text
    left_head: Text
    right_head: tuple[str, ...]
    identity: tuple[str, ...]
    sections: tuple[FormSection, ...]
    signatures: tuple[SignatureBlock, ...]


# --- open_points.toml ----------------------------------------------------------------------------


class ReadingSpec(Strict):
    """One reading of an open point. Which of the optional figures it needs depends on the joint."""

    id: Slug
    label: Text
    source: Text
    confidence: Confidence
    step: Points | None = None
    places: Annotated[int, Field(ge=0, le=2)] | None = None
    each_ratio: bool | None = None
    floor: Points | None = None
    percent: Points | None = None
    applies: bool | None = None
    use: Literal["mean_of_scored", "wait", "not_scored", "first_year", "last_year", "mean_of_quarters"] | None = None
    reason: str = ""


class OpenPoint(Cited):
    """Open point (điểm luật còn để ngỏ): a question, its listed readings, and what depends on it."""

    id: Slug
    joint: Joint
    question: Text
    compare: Literal["score", "band"] = "score"
    always: bool = False
    note: str = ""
    readings: Annotated[tuple[ReadingSpec, ...], Field(min_length=1, max_length=6)]


class OpenPointsFile(Strict):
    points: tuple[OpenPoint, ...] = ()


# --- overlay.toml ----------------------------------------------------------------------------------


class Settle(Cited):
    point: Slug
    reading: Slug
    reason: Text


class Tighten(Cited):
    """A stricter figure: `quotas.<id>.percent` downwards or `bands.<code>.at_least` upwards."""

    path: Annotated[str, Field(pattern=r"^(quotas|bands)\.[a-z0-9_-]+\.(percent|at_least)$")]
    value: Points
    reason: Text


class OverlayFile(Strict):
    """Overlay (quy chế bổ sung của đơn vị): lists only what it fills or tightens."""

    key: str
    title: Text
    extends: str
    by: Text
    on: date
    reason: Text
    example: bool = False
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1)]
    settle: tuple[Settle, ...] = ()
    tighten: tuple[Tighten, ...] = ()
    situations: tuple[Situation, ...] = ()


class BookFile(
    InstrumentFile,
    CriteriaFile,
    ResultsFile,
    LevelsFile,
    QuotasFile,
    RollupFile,
    ProcedureFile,
    OpenPointsFile,
):
    """All files of a rulebook together: what `thuocdo schema rulebook` prints."""

    forms: tuple[Form, ...] = ()
