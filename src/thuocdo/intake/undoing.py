"""Taking an applied import back: a new batch that reverses exactly the rows it changed, looked at and applied like any.

When a batch of a kind with `Spec.undo` is applied, the rows of the list that differ are kept as they stood, each with
its mark as it stands since. The undo is those rows as a marked sheet: `comparing` finds what somebody changed since.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.intake import cells
from thuocdo.intake.comparing import MARK_TITLE, Stored, exported_columns, stored_rows
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.reading import title_key
from thuocdo.intake.rewinding import Remembered, remembered
from thuocdo.intake.specs import CHANGED, CONFLICT, ENDED, UNCHANGED, Effect, Problem, Scope, Spec
from thuocdo.intake.workbook import Sheet
from thuocdo.kernel.errors import Conflict, Refusal

MOST_UNDONE = 20_000
OFF_THE_LIST = "off"
"""The mark of a row that an import took off the list, as one that ended does: listed again, it was changed since."""
Key = tuple[str, ...]


@dataclass(frozen=True)
class Before:
    """The rows that an import changed, as texts of before, and the keys it added; each with its mark of after."""

    month: str
    changed: Sequence[tuple[Sequence[str], str]]
    added: Sequence[tuple[Key, str]]

    def text(self) -> str:
        return canonical({"month": self.month, "changed": self.changed, "added": self.added})


def before_of(batch: ImportBatch) -> Before:
    """What was kept of an applied batch, or what an undo is to take away."""
    kept = json.loads(batch.before)
    return Before(kept["month"], kept["changed"], [(tuple(key), mark) for key, mark in kept["added"]])


def month_of(spec: Spec, sheet: Sheet) -> str | None:
    """The one month that a sheet of a monthly kind is about, mm/yyyy; "" for other kinds, None where it names several
    or none."""
    if not spec.monthly:
        return ""
    title = next(title_key(c.title) for c in spec.columns if c.key == "month")
    place = next((i for i, t in enumerate(sheet.header) if title_key(t) == title), None)
    try:
        found = {cells.month(texts[place], "") for _, texts in sheet.rows if any(texts)} if place is not None else set()
    except Refusal:
        return None
    return f"{found.pop():%m/%Y}" if len(found) == 1 else None


def standing_before(
    spec: Spec, where: Scope, at: datetime, sheet: Sheet, batch: ImportBatch
) -> "Standing | Remembered | None":
    """The list as it stands before a batch is written; None where nothing can be taken back later."""
    if spec.rewind is not None and batch.undoes_id is None:
        return remembered(spec, spec.rewind, where, sheet)
    month = month_of(spec, sheet) if spec.undo is not None and batch.undoes_id is None else None
    return None if month is None else Standing(spec, at, month, stored_rows(spec, where, at, month))


@dataclass(frozen=True)
class Standing:
    """The list before writing."""

    spec: Spec
    at: datetime
    month: str
    rows: dict[Key, Stored]

    def kept(self, where: Scope) -> str:
        """What differs now, to be stored with the batch; empty where that is nothing or too much."""
        columns = [c.key for c in exported_columns(self.spec)]
        changed: list[tuple[list[str], str]] = []
        added: list[tuple[Key, str]] = []
        standing = stored_rows(self.spec, where, self.at, self.month)
        for key, old in self.rows.items():
            if key not in standing:
                changed.append(([old.texts[name] for name in columns], OFF_THE_LIST))
        for key, now in standing.items():
            before = self.rows.get(key)
            if before is None:
                added.append((key, now.mark))
            elif before.mark != now.mark:
                changed.append(([before.texts[name] for name in columns], now.mark))
        fits = 0 < len(changed) + len(added) <= MOST_UNDONE
        return Before(self.month, changed, added).text() if fits else ""


def undo_sheet(spec: Spec, before: Before) -> Sheet:
    """The rows of before as a sheet that was exported just after the import."""
    header = (*(c.title for c in exported_columns(spec)), f"{MARK_TITLE} {before.month}".strip())
    return Sheet(header, tuple((n, (*texts, mark)) for n, (texts, mark) in enumerate(before.changed, start=2)))


def added_effects(spec: Spec, where: Scope, at: datetime, batch: ImportBatch) -> list[Effect]:
    """What an undo does with each row that its batch added, numbered after those of the sheet."""
    if batch.undoes_id is None or spec.undo is None:
        return []
    before = before_of(batch)
    stored = stored_rows(spec, where, at, before.month) if before.added else {}
    reasons = dict(spec.undo.reasons(where, [key for key, _ in before.added]))
    effects = []
    for number, (key, mark) in enumerate(before.added, start=2 + len(before.changed)):
        now, name = stored.get(key), " · ".join(part for part in key if part)
        if now is None:
            why = "dòng này không còn trên hệ thống"
        elif now.mark != mark:
            why = "có người đã sửa dòng này từ khi nhập"
        else:
            why = reasons.get(key, "")
        said = f"{name}: {why}. Không hoàn tác dòng này." if why else f"{name}: bỏ dòng đã thêm"
        effects.append(Effect(number, CONFLICT if why else ENDED, said))
    return effects


def take_back(
    spec: Spec, where: Scope, batch: ImportBatch, effects: Sequence[Effect], skip: frozenset[int],
    by: User | None, at: datetime,
) -> tuple[list[Any], list[Any]]:  # fmt: skip
    """The added rows of an undo go; then every row that it wrote stands as it stood. Returns the rows written and those
    deleted. Raises Conflict naming the rows that a list cannot bring back."""
    if batch.undoes_id is None or spec.undo is None:
        return [], []
    before, keys = before_of(batch), going(spec, batch, effects, skip)
    gone = spec.undo.remove(where, keys, by, at) if keys else []
    _exact(spec, where, at, before, {e.row for e in effects if e.outcome == CHANGED} - skip)
    return ([], gone) if spec.undo.deletes else (gone, [])


def going(spec: Spec, batch: ImportBatch, effects: Sequence[Effect], skip: frozenset[int]) -> list[Key]:
    """The added rows that an undo takes out; none where the batch is none."""
    if batch.undoes_id is None or spec.undo is None:
        return []
    return _going(before_of(batch), {e.row for e in effects if e.outcome == ENDED} - skip)


def added_keys(spec: Spec, batch: ImportBatch) -> list[Key]:
    """All the rows that an undo may take out."""
    undoes = batch.undoes_id is not None and spec.undo is not None
    return [key for key, _ in before_of(batch).added] if undoes else []


def _going(before: Before, rows: set[int]) -> list[Key]:
    return [key for n, (key, _) in enumerate(before.added, start=2 + len(before.changed)) if n in rows]


@contextmanager
def added_gone(spec: Spec, where: Scope, at: datetime, batch: ImportBatch, added: Sequence[Effect]) -> Iterator[None]:
    """An undo is planned as if the rows that it deletes were gone: what it puts back may need their place."""
    keys = _going(before_of(batch), {e.row for e in added if e.outcome == ENDED})
    if spec.undo is None or not spec.undo.deletes or not keys:
        yield
        return
    with transaction.atomic():
        spec.undo.remove(where, keys, None, at)
        yield
        transaction.set_rollback(True)


def _exact(spec: Spec, where: Scope, at: datetime, before: Before, rows: set[int]) -> None:
    wrong = [f"dòng {n}: {', '.join(left)}" for n, left in _unlike(spec, where, at, before, rows).items()]
    if wrong:
        raise Conflict(
            "Chưa hoàn tác gì: bằng bảng không đưa lại đúng như cũ được ở " + "; ".join(wrong[:5])
            + ("; …" if len(wrong) > 5 else "") + ". Hãy bỏ qua các dòng ấy và sửa trên trang của chúng."
        )


def _unlike(spec: Spec, where: Scope, at: datetime, before: Before, rows: set[int]) -> dict[int, list[str]]:
    """Of these rows those that do not stand now as they stood before, each with the columns that differ."""
    columns = exported_columns(spec)
    stored = stored_rows(spec, where, at, before.month) if rows else {}
    found = {}
    for number, (texts, _) in enumerate(before.changed, start=2):
        wanted = dict(zip((c.key for c in columns), texts, strict=True))
        now = stored.get(tuple(wanted[k] for k in spec.keys))
        left = [c.title for c in columns if now is None or now.texts[c.key] != wanted[c.key]]
        if number in rows and left:
            found[number] = left
    return found


def kept_as_is(effects: Sequence[Effect], problems: Sequence[Problem], texts: Mapping[int, str]) -> list[Effect]:
    """The effects of an undo with each row that the list refuses to write as before: it stays, with the reason."""
    why: dict[int, str] = {}
    for one in problems:
        why.setdefault(one.row, f"{texts.get(one.row, 'dòng này')}: {one.message} Không hoàn tác dòng này.")
    stay = [Effect(row, CONFLICT, said) for row, said in why.items()]
    return sorted([*effects, *stay], key=lambda e: e.row)


def left_behind(spec: Spec, where: Scope, at: datetime, batch: ImportBatch, effects: Sequence[Effect]) -> list[Effect]:
    """The effects of an undo, where a row that the list cannot bring back (it would stay as it is) is a conflict."""
    same = {e.row for e in effects if e.outcome == UNCHANGED}
    unlike = _unlike(spec, where, at, before_of(batch), same)
    said = "{}: bằng bảng không đưa lại được {}; hãy sửa trên trang."
    return [
        Effect(e.row, CONFLICT, said.format(e.text, ", ".join(unlike[e.row]))) if e.row in unlike else e
        for e in effects
    ]
