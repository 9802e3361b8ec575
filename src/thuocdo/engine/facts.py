"""The case format: frozen pydantic models of the facts about subjects in one period (docs/case-format.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from thuocdo.engine import scheme_facts
from thuocdo.engine.each import each_problem
from thuocdo.engine.fact_types import (
    Count,
    Each,
    Facts,
    Hundredths,
    Id,
    Mark,
    Name,
    Reason,
    Score,
    plain_decimal,
    twice,
    unique,
)
from thuocdo.engine.schema import Leave, PeriodKind, Role
from thuocdo.engine.schemes.schema import Grade, SubjectKind
from thuocdo.kernel.exact import fraction_text, parse_decimal, parse_fraction, scaled

MAX_PRODUCTS = 2000
MAX_SUBJECTS = 20_000
Kind = SubjectKind
KINDS: tuple[Kind, ...] = get_args(SubjectKind)
ProcedureKind = Literal["state", "party", "local", "confidence_vote", "pay"]
OutcomeKind = Literal["scored", "rated", "not_rated", "needs_decision"]


class Period(Facts):
    """Reporting period (kỳ theo dõi, đánh giá): a month, quarter, half year or year."""

    kind: PeriodKind
    year: Annotated[int, Field(ge=2000, le=2100)]
    number: Annotated[int, Field(ge=1, le=12)] | None = None

    @model_validator(mode="after")
    def _number_fits(self) -> Period:
        most = {"month": 12, "quarter": 4, "half_year": 2, "year": 0}[self.kind]
        if most == 0 and self.number is not None:
            raise ValueError("kỳ năm không ghi number")
        if most and (self.number is None or self.number > most):
            raise ValueError(f"kỳ {self.label_kind} phải ghi number từ 1 đến {most}")
        return self

    @property
    def label_kind(self) -> str:
        return {"month": "tháng", "quarter": "quý", "half_year": "6 tháng", "year": "năm"}[self.kind]

    @property
    def label(self) -> str:
        """`tháng 3 năm 2026`."""
        return f"{self.label_kind} {self.number} năm {self.year}" if self.number else f"năm {self.year}"

    @property
    def months(self) -> tuple[int, ...]:
        """The months inside the period."""
        length = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.kind]
        first = ((self.number or 1) - 1) * length + 1
        return tuple(range(first, first + length))

    @property
    def start(self) -> date:
        return date(self.year, self.months[0], 1)

    @property
    def end(self) -> date:
        """Last day."""
        last = self.months[-1]
        following = date(self.year + 1, 1, 1) if last == 12 else date(self.year, last + 1, 1)
        return following - timedelta(days=1)


class Product(Facts):
    """Product line (sản phẩm, công việc). Numbers that are absent are not reported yet.

    `quality_errors_each`, `late_each`: of the products that count in `quality_met`, `on_time` and had occurrences that
    count, how many each had; needed only where the result depends on it. `one_piece`: one task whose quantity is a
    measure, as hours, so that it is one product however large.
    """

    id: Id
    name: Name | None = None
    coefficient: Annotated[Hundredths, Field(gt=0)]
    assigned: Hundredths
    completed: Hundredths | None = None
    quality_met: Hundredths | None = None
    on_time: Hundredths | None = None
    quality_errors: Count = 0
    late: Count = 0
    late_excused: Count = 0
    quality_errors_each: Each | None = None
    late_each: Each | None = None
    one_piece: Literal[True] | None = None
    outside_plan: bool = False
    handed_back: bool = False

    @model_validator(mode="after")
    def _parts_fit(self) -> Product:
        if self.completed is not None:
            for value, word in ((self.quality_met, "quality_met"), (self.on_time, "on_time")):
                if value is not None and value > self.completed:
                    raise ValueError(f"{word} ({value}) lớn hơn completed ({self.completed})")
        if self.late_excused > self.late:
            raise ValueError(f"late_excused ({self.late_excused}) lớn hơn late ({self.late})")
        for key, counted, times in (
            ("quality_errors_each", self.quality_met, self.quality_errors),
            ("late_each", self.on_time, self.late - self.late_excused),
        ):
            each = getattr(self, key)
            if each is not None and counted is not None and self.completed is not None:
                numbers = (scaled(counted), scaled(self.completed))
                problem = each_problem(each, *numbers, times, one_piece=bool(self.one_piece))
                if problem:
                    raise ValueError(f"{key}: {problem}")
        return self


class Subordinate(Facts):
    id: Id
    score: Score | None = None


class PartScore(Facts):
    """One month or quarter of a roll-up: a score, or why there is none."""

    score: Score | None = None
    not_scored: Leave | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> PartScore:
        if (self.score is None) == (self.not_scored is None):
            raise ValueError("phải ghi đúng một trong hai: score hoặc not_scored")
        return self


class MonthScore(PartScore):
    month: Annotated[int, Field(ge=1, le=12)]


class QuarterScore(PartScore):
    quarter: Annotated[int, Field(ge=1, le=4)]


class Discipline(Facts):
    """Disciplinary record (kỷ luật): one decision about one act."""

    act: Id
    form: Literal["khien_trach", "canh_cao", "ha_bac_luong", "giang_chuc", "cach_chuc", "buoc_thoi_viec", "khai_tru"]
    side: Literal["administrative", "party"]
    effective_date: date
    act_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    about: Literal["duty", "degradation", "other"]
    act_agency: Literal["current", "former"] = "current"
    used_in_year: Annotated[int, Field(ge=1990, le=2100)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Discipline:
        if self.act_year is not None and self.act_year > self.effective_date.year:
            raise ValueError(f"năm xảy ra hành vi ({self.act_year}) sau năm quyết định có hiệu lực")
        if self.act_year is not None and self.used_in_year is not None and self.used_in_year < self.act_year:
            raise ValueError(f"hành vi đã tính vào năm {self.used_in_year}, trước năm xảy ra ({self.act_year})")
        return self


class YearFacts(Facts):
    """Facts that only a year needs."""

    months_worked: Annotated[Hundredths, Field(le=12)] | None = None
    maternity_leave: bool = False
    sick_leave: bool = False
    unpaid_leave: bool = False
    degradation_concluded: bool = False
    unit_involved_in_corruption: bool = False
    organisation_level: Annotated[str, Field(max_length=40)] | None = None
    disciplines: Annotated[tuple[Discipline, ...], Field(max_length=200)] = ()


class Decision(Facts):
    """What the competent authority decided on one open point for one subject."""

    reading: Annotated[str, Field(min_length=1, max_length=64)]
    by: Reason
    reason: Reason


class Expect(Facts):
    """What a case must yield; only the keys that are written are compared."""

    outcome: OutcomeKind
    score: Annotated[str, BeforeValidator(lambda v: fraction_text(parse_fraction(v)))] | None = None
    band: str | None = None
    level: str | None = None
    findings: tuple[str, ...] | None = None
    open_points: tuple[str, ...] | None = None
    reason: str | None = None
    money: dict[str, scheme_facts.Money] | None = None


class SubjectFacts(Facts):
    """Everything known about one subject in one period: exactly what a submitted sheet freezes."""

    id: Id
    name: Name | None = None
    kind: Kind
    leadership: Role = "none"
    agency: Id | None = None
    group: Id | None = None
    decided_by: Id | None = None
    marks: Annotated[dict[str, Mark], Field(max_length=200)] | None = None
    products: Annotated[tuple[Product, ...], Field(max_length=MAX_PRODUCTS)] | None = None
    leadership_factors: Annotated[dict[str, Count], Field(max_length=20)] = Field(default_factory=dict)
    subordinates: Annotated[tuple[Subordinate, ...], Field(max_length=MAX_PRODUCTS)] | None = None
    months: Annotated[tuple[MonthScore, ...], Field(max_length=12)] | None = None
    quarters: Annotated[tuple[QuarterScore, ...], Field(max_length=4)] | None = None
    year: YearFacts | None = None
    procedure: ProcedureKind | None = None
    person: Id | None = None
    parent: Id | None = None
    grades: Annotated[dict[str, Grade], Field(max_length=200)] | None = None
    deductions: Annotated[dict[str, Mark], Field(max_length=100)] | None = None
    member_marks: Annotated[tuple[scheme_facts.MemberMarks, ...], Field(max_length=200)] | None = None
    tasks: scheme_facts.TaskCounts | None = None
    led: scheme_facts.TaskCounts | None = None
    defects: scheme_facts.DefectCounts | None = None
    votes: scheme_facts.VoteCounts | None = None
    time: scheme_facts.TimeFacts | None = None
    facts: Annotated[dict[str, scheme_facts.FactValue], Field(max_length=100)] | None = None
    absences: Annotated[tuple[scheme_facts.Absence, ...], Field(max_length=100)] | None = None
    related: Annotated[dict[str, scheme_facts.Related], Field(max_length=20)] | None = None
    disciplines: Annotated[tuple[Discipline, ...], Field(max_length=200)] | None = None
    pay: scheme_facts.Pay | None = None
    decisions: Annotated[dict[str, Decision], Field(max_length=40)] = Field(default_factory=dict)
    expect: Expect | None = None

    @model_validator(mode="after")
    def _once_each(self) -> SubjectFacts:
        unique([p.id for p in self.products or ()], "mã sản phẩm")
        unique([s.id for s in self.subordinates or ()], "mã cấp dưới")
        unique([str(m.month) for m in self.months or ()], "tháng")
        unique([str(q.quarter) for q in self.quarters or ()], "quý")
        unique([m.marker for m in self.member_marks or ()], "người chấm")
        scored = (self.products, self.marks, self.member_marks)
        if self.is_rollup and any(item is not None for item in scored):
            raise ValueError("không ghi cùng lúc điểm các tháng (months, quarters) và dữ kiện chấm điểm của kỳ")
        if self.months is not None and self.quarters is not None:
            raise ValueError("không ghi cùng lúc điểm tháng (months) và điểm quý (quarters)")
        return self

    @property
    def is_rollup(self) -> bool:
        """Whether the score is a mean of earlier scores."""
        return self.months is not None or self.quarters is not None


class QuotaRaise(Facts):
    """The competent authority's decision to apply the higher quota rate to one agency, or to one group of it. `unit`:
    the agency's own level, where the text hangs the higher rate on it. `side`: of a group name that leaders, members,
    collectives… share, whose share alone."""

    agency: Id
    group: Id | None = None
    side: Literal["staff", "leader", "party_member", "party_organisation", "collective", "agency"] | None = None
    by: Reason
    reason: Reason
    unit: scheme_facts.RelatedSubject | None = None


class QuotaExpect(Facts):
    """What a quota finding must say; without `group` and `parent` it is that of the whole agency. `side` (staff,
    leader, party_member, party_organisation, collective, agency): where subjects of several sides bear one group name.
    """

    quota: str
    agency: str = ""
    group: str | None = None
    parent: str | None = None
    side: str | None = None
    base: int | None = None
    at_level: int | None = None
    places: int | None = None
    stable_places: int | None = None
    exceeded: bool | None = None


class CaseExpect(Facts):
    """`refused_steps`: exactly the steps that were taken too early, as `step:subject`. `findings`: ids that must be
    among the findings about the whole file; `money`: amounts of its funds, by finding id.
    """

    quotas: tuple[QuotaExpect, ...] = ()
    refused_steps: tuple[str, ...] | None = None
    findings: tuple[str, ...] | None = None
    money: dict[str, scheme_facts.Money] | None = None


class Case(Facts):
    """One file of facts: a period and its subjects."""

    title: Name
    note: Annotated[str, Field(max_length=4000)] | None = None
    rulebook: Annotated[str, Field(max_length=100)] | None = None
    overlays: Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(max_length=10)] = ()
    procedure: ProcedureKind = "state"
    place: Annotated[str, Field(max_length=64)] = ""
    rating_date: date | None = None
    own_regulation: bool | None = None
    period: Period
    steps: Annotated[tuple[scheme_facts.Step, ...], Field(max_length=20_000)] = ()
    headcounts: Annotated[tuple[scheme_facts.Headcount, ...], Field(max_length=1000)] = ()
    quota_facts: Annotated[tuple[scheme_facts.QuotaFact, ...], Field(max_length=1000)] = ()
    salary_funds: Annotated[tuple[scheme_facts.SalaryFund, ...], Field(max_length=1000)] = ()
    subjects: Annotated[tuple[SubjectFacts, ...], Field(min_length=1, max_length=MAX_SUBJECTS)]
    quota_raises: Annotated[tuple[QuotaRaise, ...], Field(max_length=1000)] = ()
    expect: CaseExpect | None = None

    @model_validator(mode="after")
    def _ids_once(self) -> Case:
        raises = [(item.agency, item.group, item.side) for item in self.quota_raises]
        lists = (
            ([subject.id for subject in self.subjects], "mã người"),
            ([" ".join(word for word in names if word) for names in raises], "tỷ lệ nâng của"),
            ([f"{item.agency} {item.group or ''}".strip() for item in self.headcounts], "biên chế của"),
            ([f"{item.agency}: {item.id}" for item in self.quota_facts], "tỷ lệ của cơ quan"),
            ([f"{item.agency}: {item.fund}" for item in self.salary_funds], "quỹ của cơ quan"),
        )
        wrong = [said for ids, word in lists for said in twice(ids, word)]
        if self.rating_date is not None and self.rating_date < self.period.start:
            day = f"{self.rating_date:%d/%m/%Y}"
            wrong.append(f"ngày xếp loại (rating_date) {day} trước ngày đầu của {self.period.label}")
        known = {subject.id for subject in self.subjects}
        wrong += [
            f"bước “{step.step}” ghi cho “{step.subject}”, không có mã này trong subjects"
            for step in self.steps
            if step.subject not in known
        ]
        if wrong:
            raise ValueError("; ".join(dict.fromkeys(wrong)))
        return self


AS_IT_IS = (str, int, bool)


def plain(value: Any) -> Any:
    """Model or mapping as JSON values: exact numbers as text, absent keys left out."""
    if type(value) in AS_IT_IS:
        return value
    if isinstance(value, (dict, Mapping)):
        # Asked here too, not by a call: nine values of ten.
        return {str(key): item if type(item) in AS_IT_IS else plain(item) for key, item in value.items()}
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json", exclude_none=True))
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return plain_decimal(parse_decimal(value, places=20))
    if isinstance(value, Fraction):
        return fraction_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    raise TypeError(f"no exact text for {type(value).__name__}")
