"""Conditions of a scheme: tests of figures, grades, levels, discipline, absences, and how they combine."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from thuocdo.engine.schema import Slug, Text
from thuocdo.engine.schemes.schema.terms import Bound, Form, Grade, Measure, Model, Open, ShareBound, WhenNone


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
