"""One page of the evaluator's table, whose rows with flags stand first, without working out the flags of all sheets."""

from collections import Counter
from collections.abc import Callable, Sequence
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


def near(sheets: Sequence[Sheet], part: Part, flagged: Callable[[Sheet], bool] = lambda _: False) -> Near:
    """Only sheets that wait for the evaluator can be moved to the top by flags. `flagged`: of those that wait, the ones
    already known to have some; of the others both places are thought of, the one by name and the one on top. A sheet
    that cannot stand in the part either way is left out."""
    named = sorted(sheets, key=by_name)
    if part.most is None:
        return Near(tuple(named), slice(part.first, None))
    last = part.first + part.most
    kinds = [_kind(sheet, flagged) for sheet in named]
    count = Counter(kinds)
    before: Counter[str] = Counter()
    found, passed = [], 0
    for sheet, kind in zip(named, kinds, strict=True):
        below = count[_ON_TOP] + before[_BY_NAME]
        if kind == _ON_TOP:
            earliest, latest = before[_ON_TOP], before[_ON_TOP] + before[_EITHER]
        elif kind == _EITHER:
            earliest, latest = before[_ON_TOP], below + count[_EITHER] - 1
        else:
            earliest, latest = below + before[_EITHER], below + count[_EITHER]
        if earliest < last and latest >= part.first:
            found.append(sheet)
        elif latest < part.first:
            passed += 1
        before[kind] += 1
    return Near(tuple(found), slice(part.first - passed, last - passed))


_ON_TOP, _EITHER, _BY_NAME = "on top", "either", "by name"


def _kind(sheet: Sheet, flagged: Callable[[Sheet], bool]) -> str:
    """Where a sheet stands in the order of the table, as far as it is known."""
    if sheet.state not in rules.WITH_EVALUATOR:
        return _BY_NAME
    return _ON_TOP if flagged(sheet) else _EITHER
