"""Facts that a scheme asks for, and how they become a score or grades."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thuocdo.engine.schema import Cited, Points, Role, Slug, Text
from thuocdo.engine.schemes.schema.terms import Bound, Measure, Model, Open, SubjectKind


class FactSpec(Cited):
    """A fact that this scheme asks for, given under `facts.<id>`. A flag that is not given is false.

    `given_by`: a flag that says whether a section of facts exists at all; giving the section is saying so.
    `known_by`: where the year's round shows that the flag holds, it is delivered and not typed: `cell_head`, the
    person is the secretary of the own cell. The engine rates by the fact alone.
    `of_kind`: a flag that holds for subjects of this kind and no others, where a text speaks of somebody in one
    capacity only; it is never stated.
    `unrated`: a flag that holds where the one subject of this relation is decided to be not rated.
    `trigger`: a flag that is a circumstance of this trigger and of nothing else.
    """

    id: Slug
    label: Text
    kind: Literal["flag", "count", "percent", "points", "amount"]
    given_by: Literal["votes"] | None = None
    known_by: Literal["cell_head"] | None = None
    of_kind: SubjectKind | None = None
    unrated: Slug | None = None
    trigger: Slug | None = None


class Relation(Cited):
    """Other subjects whose level this scheme asks for, given under `related.<id>`. `of_kind`: asked of subjects of this
    kind only."""

    id: Slug
    label: Text
    many: bool = False
    of_kind: SubjectKind | None = None

    def asked_of(self, kind: str) -> bool:
        """Whether a subject of that kind has it."""
        return self.of_kind in (None, kind)


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
