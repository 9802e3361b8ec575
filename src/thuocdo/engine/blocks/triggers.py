"""Triggers: a concluded fact or a disciplinary record fixes the level. Dating rules decide which records
count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.segments import segment_any
from thuocdo.engine.columns import Disciplines, RollupColumns
from thuocdo.engine.plan import ROLES, Choice, Mask, Plan
from thuocdo.engine.schema import DisciplineTest

ABOUT = ("duty", "degradation", "other")
SIDES = ("administrative", "party")
COUNTS, OTHER_YEAR, FORMER, USED, OTHER_READING = 0, 1, 2, 3, 4


@dataclass(frozen=True, eq=False)
class Triggers:
    """`fired` (triggers, n); `level` the lowest level index that a trigger fixes (0 where none); `dated` per
    record.
    """

    fired: tuple[Mask, ...]
    level: npt.NDArray[np.int8]
    dated: npt.NDArray[np.int8]
    year_touched: Mask


def apply(plan: Plan, columns: RollupColumns, choice: Choice) -> Triggers:
    """Which triggers fire on which rows."""
    book = plan.rulebook.book
    rules: set[str] = {rule.id for rule in book.dating}
    dated, ambiguous = _date(columns.disciplines, columns.period.year, rules, choice)
    fired: list[Mask] = []
    level = np.zeros(len(columns), dtype=np.int8)
    for trigger in book.disqualifiers:
        if trigger.fact is not None:
            here = columns.flags[trigger.fact]
        else:
            assert trigger.discipline is not None
            records = matches(columns.disciplines, trigger.discipline) & (dated == COUNTS)
            here = segment_any(records, columns.disciplines.offsets)
        here = here & np.isin(columns.roles, [ROLES.index(role) for role in trigger.roles])
        fired.append(here)
        level = np.where(here, np.maximum(level, plan.codes.index(trigger.level)), level).astype(np.int8)
    return Triggers(tuple(fired), level, dated, segment_any(ambiguous, columns.disciplines.offsets))


def matches(records: Disciplines, test: DisciplineTest) -> Mask:
    """Records whose subject and side the test names."""
    about = np.isin(records.about, [ABOUT.index(word) for word in test.about])
    result: Mask = about & np.isin(records.side, [SIDES.index(word) for word in test.sides])
    return result


def _date(
    records: Disciplines, year: int, rules: set[str], choice: Choice
) -> tuple[npt.NDArray[np.int8], Mask]:
    dated = np.where(records.year == year, COUNTS, OTHER_YEAR).astype(np.int8)
    if "former_agency" in rules:
        dated[(dated == COUNTS) & records.former] = FORMER
    if "already_used" in rules:
        dated[(dated == COUNTS) & (records.used > 0) & (records.used != year)] = USED
    ambiguous = np.zeros(len(dated), dtype=np.bool_)
    if "one_year_only" in rules:
        ambiguous = (dated == COUNTS) & (records.first != records.last) & (records.used != year)
        reading = choice.get("discipline_year")
        wanted = records.last if reading is not None and reading.use == "last_year" else records.first
        dated[ambiguous & (wanted != year)] = OTHER_READING
    return dated, ambiguous
