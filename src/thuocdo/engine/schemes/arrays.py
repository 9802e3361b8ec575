"""Columns of a scheme from NumPy arrays by name, and back: for a nation in Parquet, and for benchmarks.

Arrays of a row each: `roles` (0 none, 1 head, 2 deputy), and any name of `columns.py` (`marks.<slug>`, `tasks.done`,
`facts.<id>`, `grades.<slug>`, …). `related.<relation>` holds one level a row as an index of `plan.order`; any number of
levels a row stand in `related.<relation>.rank` with `related.<relation>.offsets` (n+1). Ragged as well, each with its
`offsets`: `absences.reason`, `.days`; `disciplines.about`, `.side`, `.form`, `.former`, `.inside`, `.year`, `.first`,
`.last`, `.used`; `members.marks.<slug>`. Earlier scores (n, parts): `parts.num`, `parts.den`, `parts.state`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from thuocdo.engine.columns import Disciplines, Ints
from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Period
from thuocdo.engine.scheme_facts import MAX_AMOUNT
from thuocdo.engine.schemes.columns import (
    UNKNOWN,
    UNRATED,
    Absences,
    Members,
    Parts,
    Ranks,
    Records,
    SchemeColumns,
)
from thuocdo.engine.schemes.counting import Counts, Rounding, count, places_of, stable_of
from thuocdo.engine.schemes.measures import MEASURES
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.quotas import falls_into
from thuocdo.engine.schemes.rate import NOT_RATED_ROW, RATED_ROW, SchemeOutcomes
from thuocdo.engine.schemes.schema import SchemeQuota

Arrays = Mapping[str, npt.NDArray[Any]]
RAGGED = ("absences", "disciplines", "members", "parts")


def columns_from_arrays(
    plan: SchemePlan, arrays: Arrays, period: Period, ids: Sequence[str] | None = None
) -> SchemeColumns:
    """Columns over these arrays, without a copy. Raises `CaseError` for a name, length or mark that does not fit."""
    rows = len(arrays["roles"])
    values = {
        name: array
        for name, array in arrays.items()
        if name != "roles" and name.split(".", 1)[0] not in (*RAGGED, "related")
    }
    _check_names(plan, values)
    for name, array in values.items():
        _check_numbers(name, array, rows)
    _check_marks(plan, values)
    return SchemeColumns(
        ids=[str(row) for row in range(rows)] if ids is None else ids,
        period=period,
        roles=arrays["roles"],
        values=values,
        complete=frozenset(name for name, array in values.items() if int(array.min(initial=0)) >= 0),
        related=_related(plan, arrays),
        absences=_absences(arrays),
        records=_records(arrays),
        members=_members(arrays),
        parts=Parts(arrays["parts.num"], arrays["parts.den"], arrays["parts.state"]) if "parts.num" in arrays else None,
    )


def _fault(name: str, problem: str, remedy: str) -> CaseError:
    return CaseError(file="", key=name, problem=problem, remedy=remedy)


def names_of(plan: SchemePlan) -> frozenset[str]:
    """Every name of a number that this scheme may be given."""
    found = {f"{section}.{key}" for section, keys in MEASURES.items() for key in keys}
    found |= {f"facts.{fact.id}" for fact in plan.scheme.facts}
    found |= {slot.name for group in plan.groups for slot in group.slots}
    found |= {f"deductions.{group.spec.slug}" for group in plan.groups}
    found |= {f"grades.{item.slug}" for item in (plan.scheme.grades.criteria if plan.scheme.grades else ())}
    return frozenset(found)


def _check_names(plan: SchemePlan, values: Arrays) -> None:
    known = names_of(plan)
    for name in values:
        if name not in known:
            raise _fault(name, "khung này không có cột này", f"Các cột nhận được: {', '.join(sorted(known))}.")


def _check_numbers(name: str, array: npt.NDArray[Any], rows: int) -> None:
    if array.shape != (rows,):
        raise _fault(name, f"có {array.shape} ô, cần {rows} dòng", "Ghi mỗi đối tượng một ô.")
    if array.dtype.kind != "i":
        raise _fault(name, f"kiểu {array.dtype} không phải số nguyên", "Ghi số nguyên (phần trăm đơn vị).")
    if int(array.max(initial=0)) > MAX_AMOUNT:
        raise _fault(name, f"có số lớn hơn {MAX_AMOUNT}", "Kiểm tra đơn vị của cột.")


def _check_marks(plan: SchemePlan, values: Arrays) -> None:
    for group in plan.groups:
        for slot in group.slots:
            array, most = values.get(slot.name), slot.most
            if group.percent is None or array is None:
                continue
            if group.percent:
                most = None if group.spec.percent_cap is not None else 10_000
            if most is not None and int(array.max(initial=0)) > most:
                row = int(np.argmax(array))
                raise _fault(
                    slot.name,
                    f"dòng {row} có {int(array[row])} phần trăm điểm, tối đa của “{slot.label}” là {most}",
                    "Sửa điểm của dòng đó.",
                )


def _related(plan: SchemePlan, arrays: Arrays) -> dict[str, Ranks]:
    found: dict[str, Ranks] = {}
    for relation in plan.scheme.relations:
        name = f"related.{relation.id}"
        if name in arrays:
            found[relation.id] = Ranks(arrays[name])
        elif f"{name}.rank" in arrays:
            found[relation.id] = Ranks(arrays[f"{name}.rank"], arrays[f"{name}.offsets"])
    return found


def _absences(arrays: Arrays) -> Absences | None:
    if "absences.offsets" not in arrays:
        return None
    return Absences(arrays["absences.offsets"], arrays["absences.reason"], arrays["absences.days"])


def _records(arrays: Arrays) -> Records | None:
    if "disciplines.offsets" not in arrays:
        return None
    names = ("offsets", "about", "side", "former", "year", "first", "last", "used")
    base = Disciplines(**{name: arrays[f"disciplines.{name}"] for name in names})
    return Records(base, *(arrays[f"disciplines.{name}"] for name in ("form", "inside", "act_year")))


def _members(arrays: Arrays) -> Members | None:
    if "members.offsets" not in arrays:
        return None
    marks = {
        name.removeprefix("members."): array for name, array in arrays.items() if name.startswith("members.marks.")
    }
    return Members(arrays["members.offsets"], marks)


def ranks_for(outcomes: SchemeOutcomes, plan: SchemePlan) -> npt.NDArray[np.int8]:
    """Levels of rated subjects as another plan's `related` array: the next wave reads the wave before.

    Raises `CaseError` for a level that the plan's order does not have.
    """
    table = np.full(len(outcomes.codes) + 1, UNKNOWN, dtype=np.int8)
    for index, code in enumerate(outcomes.codes):
        if code not in plan.order:
            raise _fault("related", f"mức “{code}” không có trong thang mức", f"Thang: {', '.join(plan.order)}.")
        table[index] = plan.order.index(code)
    found = np.where(outcomes.kind == RATED_ROW, table[outcomes.level], UNKNOWN)
    return np.where(outcomes.kind == NOT_RATED_ROW, UNRATED, found).astype(np.int8)


def quota_counts(
    plan: SchemePlan,
    rule: SchemeQuota,
    outcomes: SchemeOutcomes,
    cell: Ints,
    cells: int,
    rounding: Rounding,
    staff: Ints | None = None,
) -> Counts:
    """One quota over all cells at once; `cell` by row, `staff` by cell for a base of the whole staff.

    The percent of the text; facts and raised lines are counted in `quotas.py`. Raises KeyError for a base that is open.
    """
    level = outcomes.level
    at_level = count(cell, level == plan.codes.index(rule.level), cells)
    if rule.base == "all_staff":
        assert staff is not None
        base = staff
    elif rule.base == "levels":
        base = sum(
            (count(cell, level == plan.codes.index(code), cells) for code in rule.base_levels),
            np.zeros(cells, dtype=np.int64),
        )
    elif rule.base == "rated":
        base = count(cell, level >= 0, cells)
    else:
        raise KeyError(rule.base)
    share = Fraction(cast(Decimal, rule.percent)) / 100
    places = places_of(base, share, rounding)
    falls = falls_into(plan.scheme, rule, rule.base)
    return Counts(at_level, base, places, stable_of(at_level, base, places, share, rounding, falls))
