"""Rows of a list that comes back against the things it lists: which is which, what stands, what differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from thuocdo.intake.comparing import same
from thuocdo.intake.specs import CHANGED, UNCHANGED, Column, Effect, Plan, Problem, Row

T = TypeVar("T")
STANDING = "Chỉ để xem, không sửa ở đây."
"""The hint of a column that only helps to recognise the row."""


def matched(
    plan: Plan[Any],
    rows: Sequence[Row],
    columns: Sequence[Column],
    known: Mapping[Any, T],
    texts: Callable[[T], Mapping[str, str]],
    *,
    new: bool = False,
) -> Iterator[tuple[Row, T | None]]:
    """Each row with its thing in `known`, by the first column; None for a row without a key where `new` ones may come.

    `texts` gives, for a thing, the texts of the columns that stand. Unknown and doubled keys and edited standing
    columns become problems of the plan.
    """
    by_key = {c.key: c for c in columns}
    first = columns[0]
    seen: dict[Any, int] = {}
    for row in rows:
        value = row.values[first.key]
        if value in ("", None) and new:
            yield row, None
            continue
        problem = _problem(row, first, by_key, known, texts, seen)
        if problem is not None:
            plan.problems.append(problem)
            continue
        seen[value] = row.number
        yield row, known[value]


def _problem(
    row: Row,
    first: Column,
    columns: Mapping[str, Column],
    known: Mapping[Any, T],
    texts: Callable[[T], Mapping[str, str]],
    seen: Mapping[Any, int],
) -> Problem | None:
    value, typed = row.values[first.key], row.texts.get(first.key, "")
    if value not in known:
        words = f"{first.title} “{typed[:40]}” không có trong bảng này. Hãy ghi như trong tệp đã xuất, hoặc xóa dòng."
        return Problem(row.number, first.title, typed, words)
    if value in seen:
        return Problem(row.number, first.title, typed, f"Đã có ở dòng {seen[value]}. Hãy xóa một dòng.")
    for key, text in texts(known[value]).items():
        if key in row.texts and row.texts[key] and not same(columns[key], row.texts[key], text):
            words = f"{columns[key].title} không sửa ở đây. Hãy ghi như cũ (“{text}”)."
            return Problem(row.number, columns[key].title, row.texts[key], words)
    return None


def differences(
    plan: Plan[Any],
    row: Row,
    label: str,
    columns: Sequence[Column],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> bool:
    """Add the effect of a row: what changes, cell by cell, or that it stays. Texts by column key. True: it changes."""
    titles = {c.key: c.title for c in columns}
    words = [
        f"{titles[key]}: {before[key] or 'trống'} → {text or 'trống'}" for key, text in after.items()
        if text != before[key]
    ]  # fmt: skip
    text = f"{label}: {'; '.join(words)}" if words else label
    plan.effects.append(Effect(row.number, CHANGED if words else UNCHANGED, text))
    return bool(words)
