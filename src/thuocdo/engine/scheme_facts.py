"""Facts that schemes ask for: tasks, votes, grades, related subjects, pay (docs/schemes.md, “The case format”)."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from thuocdo.engine.fact_types import Facts, Hundredths, Id, Mark, Name
from thuocdo.engine.schemes.measures import AbsenceReason
from thuocdo.engine.schemes.schema import ShareBound
from thuocdo.kernel.exact import ExactError, fraction_text, parse_decimal, parse_fraction

MAX_NUMBER = 10_000_000
MAX_AMOUNT = 10**15
MAX_RELATED = 2000
REASONS: tuple[AbsenceReason, ...] = get_args(AbsenceReason)


def _whole(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("phải là số nguyên")
    if not 0 <= value <= most:
        raise ValueError(f"phải từ 0 đến {most}")
    return value


def _fact(value: object) -> object:
    if isinstance(value, bool):
        return value
    try:
        return parse_decimal(value, places=2)
    except ExactError as error:
        raise ValueError(f"{error}; dữ kiện có hoặc không thì ghi true hoặc false, không đặt trong dấu nháy") from error


def _money(value: object) -> Fraction:
    return Fraction(_whole(value, MAX_AMOUNT)) if isinstance(value, int) else parse_fraction(value)


Number = Annotated[int, BeforeValidator(lambda value: _whole(value, MAX_NUMBER))]
Amount = Annotated[int, BeforeValidator(lambda value: _whole(value, MAX_AMOUNT))]
Money = Annotated[Fraction, BeforeValidator(_money), PlainSerializer(fraction_text, return_type=str)]
FactValue = Annotated[bool | Hundredths, BeforeValidator(_fact)]
Key = Annotated[str, Field(min_length=1, max_length=64)]


def _chain(model: Facts, *chains: tuple[str, ...], also: str = "") -> None:
    """In each chain a number that is given is not more than the next one that is given. Says all that is wrong."""
    wrong = [also] if also else []
    for names in chains:
        given = [(name, getattr(model, name)) for name in names if getattr(model, name) is not None]
        for (small, few), (large, many) in pairwise(given):
            if few > many:
                wrong.append(f"{small} ({few}) lớn hơn {large} ({many})")
    if wrong:
        raise ValueError("; ".join(wrong))


class TaskCounts(Facts):
    """Tasks assigned in the period, and how many of them were done, done late, above or short of requirement."""

    assigned: Number | None = None
    done: Number | None = None
    late: Number | None = None
    above: Number | None = None
    failing: Number | None = None

    @model_validator(mode="after")
    def _fit(self) -> TaskCounts:
        _chain(self, *((part, "assigned") for part in ("done", "late", "above", "failing")))
        return self


class DefectCounts(Facts):
    """Shortcomings of the previous review, and how many of them have been put right."""

    total: Number | None = None
    fixed: Number | None = None

    @model_validator(mode="after")
    def _fit(self) -> DefectCounts:
        _chain(self, ("fixed", "total"))
        return self


class VoteCounts(Facts):
    """One counting of ballots, from those who may vote (`total`) down to the three answers. `invalid`: whole ballots;
    `invalid_lines`: lines of this name that are invalid on valid ballots. No text takes a share of these."""

    issued: Number | None = None
    collected: Number | None = None
    valid: Number | None = None
    invalid: Number | None = None
    invalid_lines: Number | None = None
    high: Number | None = None
    medium: Number | None = None
    low: Number | None = None
    convened: Number | None = None
    present: Number | None = None
    total: Number | None = None

    @model_validator(mode="after")
    def _fit(self) -> VoteCounts:
        answers = [n for n in (self.high, self.medium, self.low) if n is not None]
        over = self.valid is not None and sum(answers) > self.valid
        also = f"high + medium + low ({sum(answers)}) lớn hơn valid ({self.valid})" if over else ""
        papers = ("valid", "collected", "issued", "present", "convened")
        _chain(self, papers, ("valid", "total"), ("invalid", "collected"), ("invalid_lines", "valid"), also=also)
        return self


class TimeFacts(Facts):
    working_days: Annotated[Hundredths, Field(le=366)] | None = None
    worked_days: Annotated[Hundredths, Field(le=366)] | None = None
    months_worked: Annotated[Hundredths, Field(le=12)] | None = None
    months_member: Annotated[Hundredths, Field(le=1200)] | None = None

    @model_validator(mode="after")
    def _fit(self) -> TimeFacts:
        _chain(self, ("worked_days", "working_days"))
        return self


class Absence(Facts):
    """Days away from work for one reason."""

    reason: AbsenceReason
    days: Annotated[Hundredths, Field(le=366)]


class RelatedSubject(Facts):
    """Another subject whose level counts here: one of the same file by `id`, its `level`, or that it is decided to be
    `not_rated`."""

    id: Id | None = None
    level: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    not_rated: Literal[True] | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> RelatedSubject:
        if sum(value is not None for value in (self.id, self.level, self.not_rated)) != 1:
            raise ValueError(
                "phải ghi đúng một trong ba: id (đối tượng trong cùng tệp), level (mức đã có), "
                "hoặc not_rated = true (đã quyết định không xếp loại)"
            )
        return self


class MemberMarks(Facts):
    """The whole sheet as one member of the leadership collective marked it."""

    marker: Id
    marks: Annotated[dict[str, Mark], Field(max_length=200)]


class Pay(Facts):
    """Base of the money that hangs on a level, in đồng."""

    base: Amount


def as_list(value: object) -> object:
    return (value,) if isinstance(value, (dict, RelatedSubject)) else value


Related = Annotated[tuple[RelatedSubject, ...], BeforeValidator(as_list), Field(max_length=MAX_RELATED)]


class Step(Facts):
    """A step of the procedure that was taken, for one subject."""

    step: Key
    subject: Id


class Headcount(Facts):
    """The whole staff of an agency, or of one of its similar-task groups; how many of them are Party members."""

    agency: Id
    group: Id | None = None
    staff: Number
    members: Number | None = None

    @model_validator(mode="after")
    def _fit(self) -> Headcount:
        _chain(self, ("members", "staff"))
        return self


class QuotaFact(Facts):
    """A percent that is a fact, not a number of the text: in percents, or as a part of the whole ("37/180")."""

    agency: Id
    id: Key
    value: Annotated[ShareBound, Field(le=100)]


class SalaryFund(Facts):
    """A fund in đồng that a rule of `money.toml` takes a percent of."""

    agency: Id
    fund: Key
    amount: Amount
