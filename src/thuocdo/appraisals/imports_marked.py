"""The evaluator's marks of the opened sheets of a period that stand under schemes, one line per mark: out and back.

What is applied becomes the evaluator's drafts; each sheet is still looked at and confirmed on its page. Cases to tick
and records of discipline stay on the page: they are facts with dates, not marks.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.appraisals.imports_judged import Opened, opened_sheets, write_drafts
from thuocdo.appraisals.judging import latest_base
from thuocdo.appraisals.locking import locked_all
from thuocdo.appraisals.models import Draft, Sheet
from thuocdo.appraisals.scheme_fields import Asked, is_own, read_fields
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.typed import SHORT_TEXT, Problems
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, UNCHANGED, Column, Effect, Held, Plan, Problem, Rewind, Row, Scope, Spec
from thuocdo.rulesets.fields import FieldSpec, all_fields

_SEEN = "Chỉ để xem."
COLUMNS = (
    Column("code", "Mã cán bộ", cells.code, "Mã của người được đánh giá.", "CC001", needed=True, width=16),
    Column("field", "Mã ô", cells.text(120), "Mã của ô trong phiếu.", "marks.results", needed=True, width=26),
    Column("name", "Họ và tên", cells.text(120), _SEEN, "Nguyễn Văn An", width=28),
    Column("label", "Nội dung", cells.text(300), _SEEN, "Kết quả thực hiện nhiệm vụ", width=46),
    Column("own", "Tự ghi", cells.text(300), _SEEN, "45", width=14),
    Column("value", "Đánh giá", cells.text(300), "Số hoặc tên mức. Để trống là như đang có.", "44,5", width=14),
    Column("note", "Lý do", cells.text(SHORT_TEXT), "Bắt buộc khi khác phần đang có.", "", width=40),
)
_TITLES = {column.key: column.title for column in COLUMNS}


@dataclass(frozen=True)
class Marked:
    """One field of an opened sheet: what it starts from, the owner's text, the evaluator's value and reason so far."""

    sheet: Sheet
    asked: Asked
    spec: FieldSpec
    start: str
    own: str
    value: str
    note: str

    def words(self, text: str) -> str:
        """A stored text as people read it: a level by its name."""
        return dict(self.spec.options).get(text, text)


@dataclass
class Work:
    """New values and reasons by sheet and field."""

    at: datetime
    texts: dict[int, dict[str, dict[str, str]]] = field(default_factory=dict)


def marked_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The period with this id, for somebody who evaluates in it. Raises NotYours."""
    return opened_sheets(by, at, code, SchemeShape)


def _lines(opened: Opened) -> Iterator[Marked]:
    drafts = Draft.objects.filter(sheet__in=opened.sheets, author=opened.user).values_list("sheet_id", "document")
    typed = {sheet: json.loads(text) for sheet, text in drafts}
    for sheet in opened.sheets:
        shape = shape_of(sheet.member)
        assert isinstance(shape, SchemeShape), "the scope chose by shape"
        asked, mine = shape.asked(sheet), typed.get(sheet.pk, {})
        before = shape.starting(sheet, latest_base(sheet)[0])
        values, reasons = mine.get("fields") or {}, mine.get("reasons") or {}
        for spec in all_fields(asked.groups):
            if spec.kind != "check" and not spec.name.startswith("disciplines."):
                start = before.get(spec.name, "")
                value, note = str(values.get(spec.name, start)), str(reasons.get(spec.name, ""))
                yield Marked(sheet, asked, spec, start, start if is_own(spec) else "", value, note)


def marked_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Every field of every opened sheet, by person and in the order of the sheet."""
    for one in _lines(scope.data):
        name, label = one.sheet.person.full_name, one.spec.label
        yield (one.sheet.person.code, one.spec.name, name, label, one.words(one.own), one.words(one.value), one.note)


def plan_marked(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row would put into the drafts; an empty or missing cell stays as it is."""
    opened: Opened = scope.data
    plan: Plan[Work] = Plan([], [], Work(opened.at))
    lines = {(one.sheet.person.code, one.spec.name): one for one in _lines(opened)} if rows else {}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row.values["code"], row.values["field"]
        line = lines.get(key)
        if line is None or key in seen:
            message = (
                f"Ô {key[1]} của {key[0]} đã có ở dòng {seen[key]}. Hãy xóa một dòng."
                if line
                else f"Không có ô “{key[1]}” của {key[0]} trong các phiếu ông/bà đã mở để đánh giá. Hãy mở phiếu "
                "trước, hoặc sửa mã."
            )
            plan.problems.append(Problem(row.number, _TITLES["field"], key[1], message))
            continue
        seen[key] = row.number
        _one(plan, row, line)
    return plan


def _one(plan: Plan[Work], row: Row, line: Marked) -> None:
    typed = str(row.values.get("value") or "")
    codes = {label.casefold(): code for code, label in line.spec.options}
    note = str(row.values.get("note") or "") or line.note
    problems = Problems()
    text = codes.get(typed.casefold(), typed) if typed else line.value
    read = read_fields(line.asked.groups, {line.spec.name: text} if text else {}, problems)
    value = read.texts.get(line.spec.name, text)
    for message in problems.values():
        plan.problems.append(Problem(row.number, _TITLES["value"], typed, message))
    if not problems and value != line.start and not note:
        plan.problems.append(Problem(row.number, _TITLES["note"], "", "Khác phần đang có thì phải ghi lý do."))
    label = f"{line.sheet.person.full_name}: {line.spec.label}"
    if (value, note) == (line.value, line.note):
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    plan.work.texts.setdefault(line.sheet.pk, {})[line.spec.name] = {"value": value, "note": note}
    said = f"{line.words(line.value) or 'trống'} → {line.words(value) or 'trống'}" + (f" ({note})" if note else "")
    plan.effects.append(Effect(row.number, CHANGED, f"{label}: {said}"))


def write_marked(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Into the evaluator's drafts, which are not on the record. Raises NotYours, Forbidden, Conflict."""

    def merged(sheet: Sheet, document: dict[str, Any]) -> None:
        shape = shape_of(sheet.member)
        assert isinstance(shape, SchemeShape), "the scope chose by shape"
        before = shape.starting(sheet, latest_base(sheet)[0])
        texts = plan.work.texts[sheet.pk]
        values = (document.get("fields") or before) | {name: one["value"] for name, one in texts.items()}
        notes = (document.get("reasons") or {}) | {name: one["note"] for name, one in texts.items() if one["note"]}
        document["fields"], document["reasons"] = values, notes

    write_drafts(list(plan.work.texts), merged, by, at)
    return []


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """All fields of the people named: a key is the code, or code and field."""
    people = {key.partition(" ")[0] for key in keys}
    return {
        f"{one.sheet.person.code} {one.spec.name}": Held(
            f"{one.sheet.person.full_name}: {one.spec.label}",
            {_TITLES["value"]: one.words(one.value), _TITLES["note"]: one.note},
            {"sheet": one.sheet.pk, "field": one.spec.name, "value": one.value, "note": one.note},
        )
        for one in _lines(scope.data)
        if one.sheet.person.code in people
    }


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    people = {key.partition(" ")[0] for key in keys}
    locked_all([sheet.pk for sheet in scope.data.sheets if sheet.person.code in people])


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """What the drafts held in these fields; what else was typed into them stays. Raises as `write_marked`."""
    texts: dict[int, list[Mapping[str, Any]]] = {}
    for held in before.values():
        assert held is not None, "a sheet has its fields, a file adds none"
        texts.setdefault(held.state["sheet"], []).append(held.state)

    def merged(sheet: Sheet, document: dict[str, Any]) -> None:
        back = texts[sheet.pk]
        notes = (document.get("reasons") or {}) | {one["field"]: one["note"] for one in back}
        document["fields"] = (document.get("fields") or {}) | {one["field"]: one["value"] for one in back}
        document["reasons"] = {name: note for name, note in notes.items() if note}

    write_drafts(list(texts), merged, by, at)
    return [], []


MARKS = Spec(
    kind="marks",
    title="Chấm phiếu theo khung xếp loại",
    about="Chỉ các phiếu theo khung xếp loại ông/bà đã mở để đánh giá, mỗi ô một dòng. Áp dụng là ghi vào bản nháp; "
    "từng phiếu vẫn được xem và xác nhận trên trang của phiếu.",
    columns=COLUMNS,
    scope=marked_scope,
    plan=plan_marked,
    write=write_marked,
    export=marked_rows,
    keys=("code", "field"),
    personal=True,
    rewind=Rewind(_stand, lambda scope, before: {}, _lock, _restore),
)
