"""One page of the evaluator's table, whose rows with flags stand first, without working out the flags of all sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

from thuocdo.appraisals import rules
from thuocdo.appraisals.models import Sheet

PAGE = 50


@dataclass(frozen=True)
class Part:
    """From which row of the whole table on (from 0), and how many at most; None: all that follow."""

    first: int = 0
    most: int | None = None


WHOLE = Part()


@dataclass(frozen=True)
class Near:
    """Sheets that may stand in a part, by name, and which part of them, once ordered, it is."""

    sheets: tuple[Sheet, ...]
    shown: slice


def by_name(sheet: Sheet) -> tuple[str, str]:
    """The order of names."""
    return sheet.person.sort_key, sheet.person.code


def near(sheets: Sequence[Sheet], part: Part) -> Near:
    """Only sheets that wait for the evaluator can be moved to the top by flags; so a sheet that does not wait stands
    at most as many places after its place by name as sheets wait, and never before it."""
    named = sorted(sheets, key=by_name)
    if part.most is None:
        return Near(tuple(named), slice(part.first, None))
    last = part.first + part.most
    moved = sum(1 for sheet in named if sheet.state in rules.WITH_EVALUATOR)
    found = tuple(
        sheet for place, sheet in enumerate(named)
        if sheet.state in rules.WITH_EVALUATOR or part.first - moved <= place < last
    )  # fmt: skip
    passed = sum(1 for sheet in named[: max(0, part.first - moved)] if sheet.state not in rules.WITH_EVALUATOR)
    return Near(found, slice(part.first - passed, last - passed))
