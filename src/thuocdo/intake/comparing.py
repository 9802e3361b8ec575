"""A file that was exported here and comes back: row by row against what is stored now, by the hidden mark of each row.

A mark holds digests of the row's key and of its texts as exported, so that a row that somebody changed in the meantime
is a conflict and never an overwriting. A file without marks (the template) is planned whole.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from thuocdo.intake.reading import title_key
from thuocdo.intake.specs import CONFLICT, UNCHANGED, Column, Effect, Scope, Spec
from thuocdo.intake.workbook import Sheet, text_of
from thuocdo.kernel.errors import Refusal

MARK_TITLE = "Dấu đối chiếu (không sửa)"
PART_TITLE = "Lọc:"
"""How the title of the empty column begins that says by what filter a file was taken."""
MOST_ABSENT = 50


@dataclass(frozen=True)
class Compared:
    """Rows that remain to be planned, what is settled already, and rows of the export that the file does not have."""

    sheet: Sheet
    effects: list[Effect] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    whole: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """By row the cells in which nothing was typed, of texts that a cell does not hold as stored (line breaks)."""
    part: str = ""
    """The filter by which the file was taken, as its title says; it never has the other rows."""


def exported_columns(spec: Spec) -> tuple[Column, ...]:
    """The columns of an export, in their order."""
    return tuple(c for c in spec.columns if not spec.exported or c.key in spec.exported)


def _digest(texts: Iterable[str], size: int) -> str:
    return hashlib.blake2b("\x1f".join(texts).encode(), digest_size=size).hexdigest()


def mark_of(key: Sequence[str], texts: Sequence[str]) -> str:
    """The mark of a row: digests of its key and of all its exported texts."""
    return f"{_digest(key, 6)}-{_digest(texts, 10)}"


@dataclass(frozen=True)
class Stored:
    """A row as it stands now: texts by column key, its mark, and what is stored of texts that a cell changes."""

    texts: Mapping[str, str]
    mark: str
    whole: Mapping[str, str] = field(default_factory=dict)


def stored_rows(spec: Spec, where: Scope, at: datetime, month: str) -> dict[tuple[str, ...], Stored]:
    """Every row of the export as it stands now, by key."""
    columns = [c.key for c in exported_columns(spec)]
    found: dict[tuple[str, ...], Stored] = {}
    for row in spec.export(where, at, month) if spec.export else ():
        texts = [text_of(text) for text in row]
        by_key = dict(zip(columns, texts, strict=True))
        key = tuple(by_key[k] for k in spec.keys)
        whole = {name: text for name, text, cell in zip(columns, row, texts, strict=True) if text != cell}
        found[key] = Stored(by_key, mark_of(key, texts), whole)
    return found


def compare(spec: Spec, where: Scope, at: datetime, sheet: Sheet) -> Compared:
    """Settle the rows that need no plan. A file without marks passes unchanged, but for the title of a filter."""
    part = next((i for i, t in enumerate(sheet.header) if t.startswith(PART_TITLE)), None)
    if part is not None:
        plain = Sheet(_but(sheet.header, part), tuple((number, _but(texts, part)) for number, texts in sheet.rows))
        return replace(compare(spec, where, at, plain), absent=[], part=sheet.header[part])
    place = next((i for i, t in enumerate(sheet.header) if t.startswith(MARK_TITLE)), None)
    if place is None:
        small = spec.personal and not spec.monthly
        return Compared(sheet, whole=_whole(spec, sheet, stored_rows(spec, where, at, "")) if small else {})
    header = _but(sheet.header, place)
    comparing = _Comparing(spec, header, stored_rows(spec, where, at, sheet.header[place][len(MARK_TITLE):].strip()))
    rest = []
    for number, texts in sheet.rows:
        kept = _but(texts, place)
        if any(kept) and comparing.to_plan(number, kept, texts[place]):
            rest.append((number, kept))
    left = Sheet(header, tuple(rest))
    return Compared(left, comparing.effects, comparing.absent(), _whole(spec, left, comparing.stored))


def _but(texts: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*texts[:place], *texts[place + 1:])


def _whole(
    spec: Spec, sheet: Sheet, stored: Mapping[tuple[str, ...], Stored]
) -> dict[int, Mapping[str, str]]:
    places = {c.key: i for i, t in enumerate(sheet.header) for c in spec.columns if title_key(c.title) == title_key(t)}
    if not all(key in places for key in spec.keys) or not any(one.whole for one in stored.values()):
        return {}
    found: dict[int, Mapping[str, str]] = {}
    for number, texts in sheet.rows:
        one = stored.get(tuple(texts[places[key]] for key in spec.keys))
        if one is not None and one.whole:
            same_cells = {k: t for k, t in one.whole.items() if k in places and texts[places[k]] == one.texts[k]}
            found[number] = same_cells
    return found


class _Comparing:
    """One pass over the rows of a file."""

    def __init__(self, spec: Spec, header: Sequence[str], stored: dict[tuple[str, ...], Stored]) -> None:
        self.spec, self.stored = spec, stored
        self.effects: list[Effect] = []
        self.seen: set[tuple[str, ...]] = set()
        titles = {title_key(t): i for i, t in enumerate(header)}
        self.columns = [(c, titles[title_key(c.title)]) for c in exported_columns(spec) if title_key(c.title) in titles]
        self.whole = len(self.columns) == len(exported_columns(spec))
        places = {c.key: i for c, i in self.columns}
        self.keys = [places[k] for k in spec.keys] if all(k in places for k in spec.keys) else None

    def to_plan(self, number: int, texts: Sequence[str], mark: str) -> bool:
        """Whether the row is new or changed by its author; anything else is settled here."""
        if self.keys is None:
            return True
        key = tuple(texts[i] for i in self.keys)
        again = key in self.seen
        self.seen.add(key)
        stored = self.stored.get(key)
        if stored is None:
            return not self._gone(number, key, mark)
        different = [(c, texts[i]) for c, i in self.columns if not same(c, texts[i], stored.texts[c.key])]
        untouched = self.whole and bool(mark) and mark == mark_of(key, [texts[i] for _, i in self.columns])
        if again or (different and mark in ("", stored.mark)):
            return True
        if not different or untouched:
            note = " (đã đổi trên hệ thống từ khi xuất; giữ như trên hệ thống)" if different else ""
            self.effects.append(Effect(number, UNCHANGED, f"{_name(key)}{note}"))
        else:
            cells = [f"{c.title}: trên hệ thống “{stored.texts[c.key]}”, trong tệp “{t}”" for c, t in different]
            self._conflict(number, key, f"có người đã sửa dòng này từ khi xuất tệp. {'; '.join(cells)}")
        return False

    def _gone(self, number: int, key: tuple[str, ...], mark: str) -> bool:
        """Whether the row stood in the export under this very key and does not exist any more."""
        gone = mark.split("-")[0] == mark_of(key, ()).split("-")[0]
        if gone:
            self._conflict(number, key, "dòng này không còn trên hệ thống từ khi xuất tệp")
        return gone

    def _conflict(self, number: int, key: tuple[str, ...], what: str) -> None:
        text = f"{_name(key)}: {what}. Không ghi dòng này; nếu vẫn cần sửa, hãy xuất lại tệp."
        self.effects.append(Effect(number, CONFLICT, text))

    def absent(self) -> list[str]:
        """Rows of the export that the file does not have: nothing happens to them."""
        return [_name(key) for key in self.stored if key not in self.seen] if self.keys is not None else []


def _name(key: Sequence[str]) -> str:
    return " · ".join(text for text in key if text)


def same(column: Column, one: str, other: str) -> bool:
    """Whether two texts are one value in this column (1,5 and 1.5; có and x)."""
    if one == other:
        return True
    if not one or not other:
        return False
    try:
        return bool(column.read(one, column.title) == column.read(other, column.title))
    except Refusal:
        return False
