"""The score: criteria groups added up, a mean over the members' sheets, or a mean over earlier scores. Exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from thuocdo.engine.blocks.segments import segment_any, segment_sum
from thuocdo.engine.columns import Ints, Mask
from thuocdo.engine.errors import CaseError
from thuocdo.engine.schemes import nodes
from thuocdo.engine.schemes.columns import SCORED, WAITING, Column, Members, Parts, SchemeColumns
from thuocdo.engine.schemes.plan import GroupPlan, ScalePlan, SchemePlan
from thuocdo.engine.schemes.truth import as_mask, total, within_share
from thuocdo.kernel.typed import format_points

SMALL = 1 << 20
NARROW = 1 << 30  # hundredths of a point; marks are checked against their maxima before they get here


@dataclass(frozen=True, eq=False)
class Group:
    """One group on all rows: points in units of the plan before deductions, and where they are known."""

    points: Column
    known: Any
    open: Any  # where the group waits for open points


@dataclass(frozen=True, eq=False)
class Score:
    """`num/den` hundredths of a point; `den` is one integer, or one a row. `rolled` rows are means of parts."""

    num: Column
    den: Any
    known: Any
    groups: tuple[Group, ...]
    rolled: Mask | None


def score_of(plan: SchemePlan, columns: SchemeColumns) -> Score:
    """The score of every row; where it is not known `num` means nothing."""
    num, den, where, groups = _added(plan, columns)
    if columns.parts is None or plan.rollup is None:
        return Score(num, den, where, groups, None)
    rolled, mean_num, mean_den, mean_known = _rolled(plan, columns.parts)
    if not rolled.any():
        return Score(num, den, where, groups, None)
    old = np.full(len(columns), den, dtype=np.int64) if isinstance(den, int) else den
    return Score(
        np.where(rolled, mean_num, num),
        np.where(rolled, mean_den, old),
        np.where(rolled, mean_known, where),
        groups,
        rolled,
    )


def _added(plan: SchemePlan, columns: SchemeColumns) -> tuple[Column, Any, Any, tuple[Group, ...]]:
    rows = len(columns)
    if not plan.groups:
        return np.zeros(rows, dtype=np.int64), plan.unit, False, ()
    mean = bool(plan.mean_roles)
    own, own_known, groups = _sum(plan, columns, columns.roles, columns.values, columns.complete, derived=True)
    own = _deducted(plan, columns, own)
    if not mean:
        return own, plan.unit, own_known, groups
    by_members = np.isin(columns.roles, plan.mean_roles)
    sheets, count, sheets_known = _sheets(plan, columns)
    fixed = _deducted(plan, columns, _derived(plan, columns, groups))
    derived_known = _derived_known(plan, columns, groups)
    num = np.where(by_members, sheets + count * fixed, own)
    den = np.where(by_members, np.maximum(count, 1), 1) * plan.unit
    known = np.where(by_members, sheets_known & derived_known, own_known)
    return num, den, known, groups


def _sum(
    plan: SchemePlan,
    columns: SchemeColumns,
    roles: Any,
    values: Any,
    complete: frozenset[str],
    *,
    derived: bool,
) -> tuple[Column, Any, tuple[Group, ...]]:
    rows = len(roles)
    total: Any = 0
    where: Any = True
    found: list[Group] = []
    for group in plan.groups:
        if group.scale is not None:
            part = _scaled(plan, group, group.scale, columns) if derived else None
        else:
            part = _marked(plan, group, values, complete, rows)
        if part is None:
            continue
        found.append(part)
        if len(group.roles) == 3:
            total = total + part.points
            where = where & part.known
        else:
            held = np.isin(roles, group.roles)
            total = total + np.where(held, part.points, 0)
            where = where & (part.known | ~held)
    return np.zeros(rows, dtype=np.int64) if isinstance(total, int) else total, where, tuple(found)


def _marked(plan: SchemePlan, group: GroupPlan, values: Any, complete: frozenset[str], rows: int) -> Group:
    """Marks of one group: the sum over its slots, as points or percents of the maximum."""
    narrow = plan.unit == 1 and not group.percent and plan.most < NARROW
    points: Any = 0
    there: Any = False
    where: Any = True
    for slot in group.slots:
        column = values.get(slot.name)
        if column is None:
            where = group.spec.bonus and where
            continue
        if slot.name in complete:
            there = True
            points = _plus(points, column, narrow)
            continue
        given = column >= 0
        there = there | given
        points = _plus(points, np.where(given, column, 0), narrow)
        where = where & (True if group.spec.bonus else given)
    if isinstance(points, int):
        points = np.zeros(rows, dtype=np.int64)
    if group.percent:
        held = points if group.percent_cap is None else np.minimum(points, group.percent_cap)
        points = held * (group.most or 0)
    elif plan.unit != 1:
        points = points * plan.unit
    if not group.waits:
        return Group(points, where, False)
    waits = (there if group.spec.bonus else where) & np.ones(rows, dtype=np.bool_)
    return Group(points, where & ~waits, waits)


def _plus(points: Any, column: Column, narrow: bool) -> Column:
    """Marks added up; in the narrow type of their columns where the maxima leave room for every sum."""
    if not narrow:
        column = column.astype(np.int64, copy=False)
    return column if isinstance(points, int) else cast(Column, points + column)


def _scaled(plan: SchemePlan, group: GroupPlan, scale: ScalePlan, columns: SchemeColumns) -> Group:
    """Points that follow from a share of measures: those of the first step that it falls into."""
    whole, whole_known = total(columns, scale.of)
    part, part_known = total(columns, scale.part)
    where = (whole > 0) & whole_known & part_known
    points = np.zeros(len(columns), dtype=np.int64)
    left = where.copy()
    waits = np.zeros(len(columns), dtype=np.bool_)
    for at_least, below, value in scale.steps:
        bounds = [] if at_least is None else [nodes.Bound("at_least", at_least)]
        bounds += [] if below is None else [nodes.Bound("below", below)]
        inside = left & within_share(bounds, part, whole, True).yes
        left = left & ~inside
        if value is None:
            waits |= inside
        else:
            points[inside] = value
    if group.waits:
        waits |= where
    return Group(points * plan.unit, where & ~left & ~waits, waits)


def _deducted(plan: SchemePlan, columns: SchemeColumns, total: Column) -> Column:
    for group in plan.groups:
        column = columns.values.get(f"deductions.{group.spec.slug}")
        if column is not None:
            total = total - np.maximum(column, 0) * plan.unit
    return total


def _derived(plan: SchemePlan, columns: SchemeColumns, groups: tuple[Group, ...]) -> Column:
    """The part of the score that no member marks."""
    total = np.zeros(len(columns), dtype=np.int64)
    for group, part in zip(plan.groups, groups, strict=True):
        if group.scale is not None:
            total += np.where(np.isin(columns.roles, group.roles), part.points, 0)
    return total


def _derived_known(plan: SchemePlan, columns: SchemeColumns, groups: tuple[Group, ...]) -> Mask:
    where = np.ones(len(columns), dtype=np.bool_)
    for group, part in zip(plan.groups, groups, strict=True):
        if group.scale is not None:
            where &= part.known | ~np.isin(columns.roles, group.roles)
    return where


def _sheets(plan: SchemePlan, columns: SchemeColumns) -> tuple[Ints, Ints, Mask]:
    """Sum over the members' sheets, how many there are, and where all of them are complete."""
    rows = len(columns)
    members = columns.members or Members(np.zeros(rows + 1, dtype=np.int64), {})
    count = np.diff(members.offsets)
    roles = np.repeat(columns.roles, count)
    lines, known, _ = _sum(plan, columns, roles, members.values, frozenset(), derived=False)
    lacking = ~(np.ones(len(lines), dtype=np.bool_) & known)
    return (
        segment_sum(lines, members.offsets),
        count,
        (count > 0) & ~segment_any(lacking, members.offsets),
    )


def _rolled(plan: SchemePlan, parts: Parts) -> tuple[Mask, Column, Column, Mask]:
    """Rows made of earlier scores: the exact mean of those that are there, in hundredths."""
    assert plan.rollup is not None
    scored = parts.state == SCORED
    count = scored.sum(axis=1).astype(np.int64)
    rolled = np.asarray((parts.state > 0).any(axis=1), dtype=np.bool_)
    where = rolled & (count > 0) & ~(parts.state == WAITING).any(axis=1)
    if plan.rollup.waits or plan.rollup.spec.method == "open":
        where = np.zeros(len(rolled), dtype=np.bool_)
    num, den = np.where(scored, parts.num, 0), np.where(scored, parts.den, 1)
    common = _common_denominator(den)
    if common is not None and int(np.abs(num).max(initial=0)) < SMALL * 1000:
        total = (num.astype(np.int64) * (common // den.astype(np.int64))).sum(axis=1)
        return rolled, total * 100, np.maximum(count, 1) * common, where
    num, den = num.astype(object), den.astype(object)
    each = np.lcm.reduce(den, axis=1)
    total = (num * (each[:, None] // den)).sum(axis=1)
    return rolled, total * 100, np.maximum(count, 1).astype(object) * each, where


def _common_denominator(den: Column) -> int | None:
    """The least common denominator if it is small enough for int64."""
    if den.dtype == object and any(value >= SMALL for value in den.ravel()):
        return None
    common = 1
    for value in np.unique(den.astype(np.int64)).tolist():
        common = int(np.lcm(common, cast(Any, value)))
        if common >= SMALL:
            return None
    return common


def check_deductions(plan: SchemePlan, columns: SchemeColumns, score: Score) -> None:
    """Deductions that take more than a group holds, or more than there is; raises `CaseError`."""
    for place, group in enumerate(plan.groups):
        column = columns.values.get(f"deductions.{group.spec.slug}")
        if column is None or group.spec.overflow or columns.members is not None:
            continue
        found = score.groups[place]
        taken = np.maximum(column, 0) * plan.unit
        over = (taken > found.points) & as_mask(found.known, len(columns))
        if over.any():
            row = int(np.flatnonzero(over)[0])
            raise CaseError(
                file="",
                key=f"subjects[{columns.ids[row]}].deductions.{group.spec.slug}",
                problem=f"trừ {format_points(int(column[row]))} điểm, nhiều hơn "
                f"{format_points(int(found.points[row]) // plan.unit)} điểm của nhóm “{group.spec.label}”",
                remedy="Trừ nhiều nhất bằng số điểm của nhóm.",
            )
    negative = as_mask(score.known, len(columns)) & np.asarray(score.num < 0, dtype=np.bool_)
    if negative.any():
        row = int(np.flatnonzero(negative)[0])
        raise CaseError(
            file="",
            key=f"subjects[{columns.ids[row]}].deductions",
            problem="điểm trừ nhiều hơn tổng điểm",
            remedy="Trừ nhiều nhất bằng tổng điểm.",
        )
