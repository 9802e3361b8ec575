"""Facts of subjects as the columns of one scheme. What does not fit the scheme is refused, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from thuocdo.engine.blocks.triggers import ABOUT, SIDES
from thuocdo.engine.columns import Bytes, Disciplines, Ints
from thuocdo.engine.facts import MonthScore, Period, SubjectFacts
from thuocdo.engine.scheme_facts import REASONS
from thuocdo.engine.schemes.columns import (
    ABSENT,
    LEFT_OUT,
    NOT_GIVEN,
    SCORED,
    UNKNOWN,
    UNRATED,
    WAITING,
    Absences,
    Decided,
    Members,
    Parts,
    Ranks,
    Records,
    SchemeColumns,
)
from thuocdo.engine.schemes.compiling import FORMS
from thuocdo.engine.schemes.fitting import check_fits, fault
from thuocdo.engine.schemes.measures import MEASURES
from thuocdo.engine.schemes.plan import ROLES, SchemePlan
from thuocdo.engine.schemes.readings import index_of
from thuocdo.engine.schemes.schema import GRADES, FactSpec
from thuocdo.kernel.exact import scaled

Ranked = Mapping[str, int]


def columns_from_subjects(
    plan: SchemePlan, subjects: Sequence[SubjectFacts], period: Period, ranks: Ranked | None = None
) -> SchemeColumns:
    """Columns of a row each. `ranks`: by subject id, the level of those rated before, as an index of `plan.order`
    (or `UNKNOWN`, `UNRATED`). Raises `CaseError`.
    """
    for subject in subjects:
        check_fits(plan, subject, period)
    values = {name: column for name, column in _values(plan, subjects).items() if (column >= 0).any()}
    rows = len(subjects)
    return SchemeColumns(
        ids=[subject.id for subject in subjects],
        period=period,
        roles=np.array([ROLES.index(subject.leadership) for subject in subjects], dtype=np.int8),
        values=values,
        complete=frozenset(name for name, column in values.items() if (column >= 0).all()),
        related=_related(plan, subjects, ranks or {}),
        absences=_absences(subjects),
        records=_records(subjects, period),
        members=_members(plan, subjects),
        parts=_parts(plan, subjects, rows),
        decided=_decided(plan, subjects),
    )


def measures_of(plan: SchemePlan, subjects: Sequence[SubjectFacts]) -> dict[str, int]:
    """Numbers that these subjects state, with 1 for whole numbers and 100 for hundredths. All of them: a reading
    of an open place may ask for others than the text.
    """
    names = [
        f"{section}.{key}"
        for section, keys in MEASURES.items()
        if any(getattr(subject, section) is not None for subject in subjects)
        for key in keys
    ]
    names += [f"facts.{fact.id}" for fact in plan.scheme.facts if fact.kind != "flag"]
    return {name: plan.unit_of(name) for name in names}


def _values(plan: SchemePlan, subjects: Sequence[SubjectFacts]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for group in plan.groups:
        for slot in group.slots:
            found[slot.name] = _hundredths((s.marks or {}).get(slot.slug) for s in subjects)
        slug = group.spec.slug
        found[f"deductions.{slug}"] = _hundredths((s.deductions or {}).get(slug) for s in subjects)
    for criterion in plan.scheme.grades.criteria if plan.scheme.grades else ():
        grades = ((s.grades or {}).get(criterion.slug) for s in subjects)
        found[f"grades.{criterion.slug}"] = np.array(
            [-1 if grade is None else GRADES.index(grade) for grade in grades], dtype=np.int8
        )
    for name, unit in measures_of(plan, subjects).items():
        section, _, key = name.partition(".")
        found[name] = _numbers((_given(s, section, key) for s in subjects), unit)
    for fact in plan.scheme.facts:
        if fact.kind == "flag":
            flags = [1 if _flag(s, fact) else 0 for s in subjects]
            found[f"facts.{fact.id}"] = np.array(flags, dtype=np.int8)
    return found


def _flag(subject: SubjectFacts, fact: FactSpec) -> bool:
    """A flag is set where it is stated, where the section is given that it speaks of, or for the kind it speaks of."""
    stated, section = (subject.facts or {}).get(fact.id) is True, fact.given_by
    return stated or fact.of_kind == subject.kind or (section is not None and getattr(subject, section) is not None)


def _given(subject: SubjectFacts, section: str, key: str) -> Any:
    if section == "facts":
        return (subject.facts or {}).get(key)
    part = getattr(subject, section)
    return None if part is None else getattr(part, key)


def _hundredths(values: Iterable[Decimal | None]) -> Ints:
    return np.array([-1 if value is None else scaled(value) for value in values], dtype=np.int64)


def _numbers(values: Iterable[Any], unit: int) -> Ints:
    found = [-1 if value is None else int(scaled(Decimal(value)) * unit // 100) for value in values]
    return np.array(found, dtype=np.int64)


def offsets_of(lengths: Iterable[int]) -> Ints:
    """Where the lines of each row begin, and the end."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.array(list(lengths), dtype=np.int64))])


def _related(plan: SchemePlan, subjects: Sequence[SubjectFacts], ranks: Ranked) -> dict[str, Ranks]:
    found: dict[str, Ranks] = {}
    for relation in plan.scheme.relations:
        lists = [(s.related or {}).get(relation.id) for s in subjects]
        given = np.array([item is not None for item in lists], dtype=np.bool_)
        if not given.any():
            continue
        levels = [
            [_rank(plan, subject, item, ranks) for item in items or ()]
            for subject, items in zip(subjects, lists, strict=True)
        ]
        if all(len(row) == 1 for row in levels):
            found[relation.id] = Ranks(np.array([row[0] for row in levels], dtype=np.int8))
            continue
        if not relation.many:
            flat = [row[0] if row else NOT_GIVEN for row in levels]
            found[relation.id] = Ranks(np.array(flat, dtype=np.int8))
            continue
        found[relation.id] = Ranks(
            np.array([rank for row in levels for rank in row], dtype=np.int8),
            offsets_of(len(row) for row in levels),
            None if given.all() else given,
        )
    return found


def _rank(plan: SchemePlan, subject: SubjectFacts, item: Any, ranks: Ranked) -> int:
    if item.id is not None:
        return ranks.get(item.id, UNKNOWN)
    if item.not_rated:
        return UNRATED
    if item.level not in plan.order:
        raise fault(
            subject,
            "related",
            f"mức “{item.level}” không có trong thang mức",
            f"Dùng một trong: {', '.join(plan.order)}.",
        )
    return plan.order.index(item.level)


def _absences(subjects: Sequence[SubjectFacts]) -> Absences | None:
    rows = [subject.absences or () for subject in subjects]
    if not any(rows):
        return None
    flat = [item for row in rows for item in row]
    return Absences(
        offsets_of(len(row) for row in rows),
        np.array([REASONS.index(item.reason) for item in flat], dtype=np.int8),
        np.array([scaled(item.days) for item in flat], dtype=np.int64),
    )


def _records(subjects: Sequence[SubjectFacts], period: Period) -> Records | None:
    rows = [subject.disciplines or () for subject in subjects]
    if not any(rows):
        return None
    flat = [
        (item, {other.effective_date.year for other in row if other.act == item.act}) for row in rows for item in row
    ]
    base = Disciplines(
        offsets=offsets_of(len(row) for row in rows),
        about=np.array([ABOUT.index(item.about) for item, _ in flat], dtype=np.int8),
        side=np.array([SIDES.index(item.side) for item, _ in flat], dtype=np.int8),
        former=np.array([item.act_agency == "former" for item, _ in flat], dtype=np.bool_),
        year=np.array([item.effective_date.year for item, _ in flat], dtype=np.int64),
        first=np.array([min(years) for _, years in flat], dtype=np.int64),
        last=np.array([max(years) for _, years in flat], dtype=np.int64),
        used=np.array([item.used_in_year or 0 for item, _ in flat], dtype=np.int64),
    )
    return Records(
        base,
        np.array([FORMS.index(item.form) for item, _ in flat], dtype=np.int8),
        np.array([period.start <= item.effective_date <= period.end for item, _ in flat], dtype=np.bool_),
        np.array([item.act_year or 0 for item, _ in flat], dtype=np.int64),
    )


def _members(plan: SchemePlan, subjects: Sequence[SubjectFacts]) -> Members | None:
    rows = [subject.member_marks or () for subject in subjects]
    if not any(rows):
        return None
    flat = [item.marks for row in rows for item in row]
    values = {
        slot.name: _hundredths(marks.get(slot.slug) for marks in flat) for group in plan.groups for slot in group.slots
    }
    return Members(offsets_of(len(row) for row in rows), values)


def _parts(plan: SchemePlan, subjects: Sequence[SubjectFacts], rows: int) -> Parts | None:
    if plan.rollup is None or not any(subject.is_rollup for subject in subjects):
        return None
    num, den = np.zeros((rows, 12), dtype=object), np.ones((rows, 12), dtype=object)
    state = np.full((rows, 12), ABSENT, dtype=np.int8)
    left_out = plan.rollup.spec.left_out
    for row, subject in enumerate(subjects):
        for part in subject.months or subject.quarters or ():
            place = (part.month if isinstance(part, MonthScore) else part.quarter) - 1
            if part.score is not None:
                num[row, place], den[row, place] = part.score.numerator, part.score.denominator
                state[row, place] = SCORED
            else:
                state[row, place] = LEFT_OUT if part.not_scored in left_out else WAITING
    return Parts(num, den, state)


def _decided(plan: SchemePlan, subjects: Sequence[SubjectFacts]) -> Decided | None:
    if not any(subject.decisions for subject in subjects):
        return None

    def table(names: Sequence[str], number: Any) -> Bytes:
        cells = [[_cell(subject, name, number) for name in names] for subject in subjects]
        return np.array(cells, dtype=np.int8).reshape(len(subjects), len(names))

    points = {point.id: point for point in plan.points}
    answers = {"apply": 1, "waive": 0}
    return Decided(
        points=table(tuple(points), lambda name, reading: index_of(points[name], reading)),
        gap=table((plan.gap_id,), lambda _, reading: plan.codes.index(reading))[:, 0],
        triggers=table([t.spec.id for t in plan.triggers], lambda _, reading: answers[reading]),
        limits=table([rule.spec.id for rule in plan.limits], lambda _, reading: plan.codes.index(reading)),
    )


def _cell(subject: SubjectFacts, name: str, number: Any) -> int:
    """The decision of that name as a number; -1 where there is none, or it answers another question of that name."""
    decision = subject.decisions.get(name)
    if decision is None:
        return -1
    try:
        return int(number(name, decision.reading))
    except (KeyError, ValueError):
        return -1
