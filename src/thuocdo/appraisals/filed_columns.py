"""Filed documents that count converted products (NĐ 335) as the engine's columns, without an object for each line.

The documents are canonical JSON that was parsed when it was filed; here only what the columns hold is read.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any, NotRequired

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from thuocdo.appraisals import facts
from thuocdo.engine import Period, Rulebook
from thuocdo.engine.blocks.occurrences import unsaid_rows
from thuocdo.engine.blocks.segments import segment_any
from thuocdo.engine.columns import Ints, Lines, ProductColumns, Ragged
from thuocdo.engine.plan import ROLES, Plan

PLAIN = {"id", "name", "kind", "leadership", "agency", "marks", "products"}
NUMBERS = ("coefficient", "assigned", "completed", "quality_met", "on_time")
COUNTS = ("quality_errors", "late", "late_excused")
FLAGS = ("one_piece", "outside_plan", "handed_back")
LINE = (*NUMBERS, *COUNTS, *FLAGS)
SAID = {"quality_errors_each", "late_each"}
"""What is said of single products, rarely: such a subject goes the way of the exceptions."""
MISSING = {**dict.fromkeys(NUMBERS[2:], ""), **dict.fromkeys(COUNTS, 0), **dict.fromkeys(FLAGS, False)}
"""What a line need not say: numbers not reported yet, no occurrences."""


@with_config(ConfigDict(extra="ignore", strict=True))
class _Line(TypedDict):
    coefficient: str
    assigned: str
    completed: NotRequired[str]
    quality_met: NotRequired[str]
    on_time: NotRequired[str]
    quality_errors: NotRequired[int]
    late: NotRequired[int]
    late_excused: NotRequired[int]
    quality_errors_each: NotRequired[list[int]]
    late_each: NotRequired[list[int]]
    one_piece: NotRequired[bool]
    outside_plan: NotRequired[bool]
    handed_back: NotRequired[bool]


@with_config(ConfigDict(extra="allow", strict=True))
class _Subject(TypedDict):
    id: str
    kind: str
    leadership: NotRequired[str]
    marks: NotRequired[dict[str, str]]
    products: list[_Line]


@with_config(ConfigDict(extra="ignore", strict=True))
class _Document(TypedDict):
    subject: _Subject


DOCUMENT = TypeAdapter(_Document)


class _Hundredths(dict[str, int]):
    """Hundredths by their text, each worked out once; -1 for what is not given."""

    def __missing__(self, text: str) -> int:
        self[text] = found = facts.hundredths(text) if text else -1
        return found


def plain_subjects(book: Rulebook, texts: Sequence[str]) -> dict[int, _Subject]:
    """By place among the documents: the subjects that `product_columns` can hold."""
    criteria = {item.slug for item in book.criteria}
    covered = {*book.book.subject_kinds, *(item.kind for item in book.book.optional_kinds)}
    found: dict[int, _Subject] = {}
    for place, text in enumerate(texts):
        try:
            subject = DOCUMENT.validate_json(text)["subject"]
        except ValidationError:
            continue
        more = subject.keys() - PLAIN
        if any(subject[key] for key in more):  # type: ignore[literal-required]
            continue
        if any(line.keys() & SAID for line in subject["products"]):
            continue
        if subject["kind"] in covered and subject.get("marks", {}).keys() <= criteria:
            found[place] = subject
    return found


def product_columns(plan: Plan, period: Period, subjects: Sequence[_Subject]) -> ProductColumns:
    """Columns of a row each."""
    slugs = [item.slug for item in plan.rulebook.criteria]
    optional = {item.kind for item in plan.rulebook.book.optional_kinds}
    marks = _table([s.get("marks", {}) for s in subjects], slugs, dict.fromkeys(slugs, ""))
    lines = [s["products"] for s in subjects]
    cells = dict(zip(LINE, _table([*chain.from_iterable(lines)], LINE, MISSING), strict=True))
    known, count = _Hundredths(), len(subjects)
    offsets = np.array([0, *accumulate(map(len, lines))], dtype=np.int64)
    numbers = {name: _ints(cells[name], known.__getitem__) for name in NUMBERS}
    counts = {name: np.array(cells[name], dtype=np.int64) for name in COUNTS}
    piece, outside, back = (np.array(cells[name], dtype=np.bool_) for name in FLAGS)
    over = np.zeros(len(piece), dtype=np.int64)
    unsaid = {f"{n}_{w}": over - (w == "said") for n in ("quality_errors", "late") for w in ("said", "part", "over")}
    lacking = np.minimum.reduce([numbers[name] for name in NUMBERS[2:]]) < 0
    whole: dict[str, Any] = {name: np.maximum(column, 0) for name, column in numbers.items()}
    held = Lines(
        offsets=offsets, one_piece=piece, outside_plan=outside, handed_back=back, **unsaid, **counts, **whole
    )
    none = np.zeros(count + 1, dtype=np.int64)
    return ProductColumns(
        ids=tuple(s["id"] for s in subjects),
        period=period,
        marks=np.stack([_ints(column, known.__getitem__) for column in marks], axis=1),
        roles=np.array([ROLES.index(s.get("leadership", "none")) for s in subjects], dtype=np.int8),
        lines=held,
        factors=np.full((count, len(plan.factor_slugs)), -1, dtype=np.int64),
        subordinates=Ragged(none, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)),
        unreported=segment_any(lacking & ~back, offsets) | unsaid_rows(plan, held),
        optional=np.array([s["kind"] in optional for s in subjects], dtype=np.bool_),
        settled=None,
    )


def _table(rows: Sequence[Mapping[str, Any]], names: Sequence[str], missing: Mapping[str, Any]) -> list[Sequence[Any]]:
    """The rows turned into a column for each name."""
    get = itemgetter(*names, names[0])  # one more, so that a single name gives a tuple too
    try:
        found = [*map(get, rows)]
    except KeyError:
        found = [get({**missing, **row}) for row in rows]
    columns: list[Sequence[Any]] = [*zip(*found, strict=True)] if found else [()] * len(names)
    return columns[: len(names)]


def _ints(column: Sequence[str], number: Callable[[str], int]) -> Ints:
    return np.fromiter(map(number, column), np.int64, len(column))
