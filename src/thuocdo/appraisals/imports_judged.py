"""The evaluator's figures for the products of all opened sheets of a period, as XLSX or as a pasted block.

What is applied becomes the evaluator's drafts (kept as typed, not on the sheet): each sheet is still looked at and
confirmed on its page. Sheets under schemes have a table of their own: `imports_marked`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.capacity import evaluated_by
from thuocdo.appraisals.judging import latest_base
from thuocdo.appraisals.locking import RELATED, locked_all, require_evaluator, standing
from thuocdo.appraisals.models import Draft, Sheet
from thuocdo.appraisals.points_shape import PointsShape
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.typed import SHORT_TEXT, Problems
from thuocdo.appraisals.typed_judgement import COUNTS, NUMBERS, Line, read_line
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, UNCHANGED, Column, Effect, Held, Plan, Problem, Rewind, Row, Scope, Spec
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import format_points

_SEEN = "Chỉ để xem."
COLUMNS = (
    Column("code", "Mã công việc", cells.code, "Mã của công việc trong phiếu.", "202603-CC001", needed=True, width=22),
    Column("name", "Họ và tên", cells.text(120), _SEEN, "Nguyễn Văn An", width=28),
    Column("title", "Tên công việc", cells.text(300), _SEEN, "Báo cáo tháng 3", width=46),
    *(Column(k, label, cells.points, "Để trống là như báo cáo.", "4", default=None) for k, label in NUMBERS.items()),
    *(Column(k, label, cells.count, "Để trống là như báo cáo.", "0", default=None) for k, label in COUNTS.items()),
    Column("note", "Lý do", cells.text(SHORT_TEXT), "Bắt buộc khi nhận định khác báo cáo.", "", width=40),
)
_TITLES = {c.key: c.title for c in COLUMNS}
_FIGURES = (*NUMBERS, *COUNTS)


@dataclass(frozen=True)
class Judged:
    """One product of an opened sheet: as reported, and the evaluator's texts so far."""

    sheet: Sheet
    code: str
    title: str
    base: Line
    typed: dict[str, str]


@dataclass(frozen=True)
class Opened:
    """Who evaluates, and the sheets of the period that this person has opened and not confirmed."""

    user: User
    at: datetime
    cycle_id: int
    sheets: list[Sheet]


@dataclass
class Work:
    """New texts by sheet and task code."""

    at: datetime
    texts: dict[int, dict[str, dict[str, str]]] = field(default_factory=dict)


def opened_sheets(by: User | None, at: datetime, code: str, shape: type[PointsShape] | type[SchemeShape]) -> Scope:
    """The period with this id and its opened sheets of one shape, for somebody who evaluates in it: those alone are
    read. One query, two where none is opened. Raises NotYours."""
    if by is None or not (code.isascii() and code.isdigit() and len(code) < 16):
        raise NotYours()
    mine = Sheet.objects.filter(evaluated_by(by, localdate(at)), cycle=int(code))
    held = mine.filter(state=rules.UNDER_REVIEW).select_related(*RELATED)
    sheets = list(held.order_by("person__sort_key", "pk"))
    any_one = sheets[0] if sheets else mine.select_related("cycle__root").first()
    if any_one is None:
        raise NotYours()
    cycle = any_one.cycle
    opened = [s for s in sheets if isinstance(shape_of(s.member), shape)]
    name = f"{cycle.label.capitalize()}, {cycle.root.name}: {len(opened)} phiếu đang mở để đánh giá"
    return Scope(cycle.root.code, name, Opened(by, at, cycle.pk, opened))


def judged_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The period with this id, for somebody who evaluates in it. Raises NotYours."""
    return opened_sheets(by, at, code, PointsShape)


def _lines(opened: Opened) -> Iterator[Judged]:
    drafts = Draft.objects.filter(sheet__in=opened.sheets, author=opened.user).values_list("sheet_id", "document")
    typed = {sheet: json.loads(text).get("tasks") or {} for sheet, text in drafts}
    for sheet in opened.sheets:
        subject = latest_base(sheet)[0]["subject"]
        titles = {entry["id"]: str(entry.get("name", entry["id"])) for entry in subject.get("products", [])}
        for code, base in sorted(facts.base_lines(subject).items()):
            mine = typed.get(sheet.pk, {}).get(code, {})
            yield Judged(sheet, code, titles[code], base, {k: str(v) for k, v in mine.items() if v not in (None, "")})


def _shown(key: str, value: int | None) -> str:
    if value is None:
        return ""
    return format_points(value) if key in NUMBERS else str(value)


def _texts(line: Judged) -> dict[str, str]:
    """What the table shows of a line: the evaluator's text, else what was reported."""
    figures = {key: line.typed.get(key) or _shown(key, getattr(line.base, key)) for key in _FIGURES}
    return figures | {"note": line.typed.get("note", "")}


def judged_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Every product of every opened sheet, by person and code."""
    for line in _lines(scope.data):
        yield (line.code, line.sheet.person.full_name, line.title, *_texts(line).values())


def plan_judged(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row would put into the drafts; an empty or missing cell stays as it is."""
    opened: Opened = scope.data
    plan: Plan[Work] = Plan([], [], Work(opened.at))
    lines = {line.code: line for line in _lines(opened)} if rows else {}
    seen: dict[str, int] = {}
    for row in rows:
        code = row.values["code"]
        line = lines.get(code)
        if line is None or code in seen:
            message = (f"Mã {code} đã có ở dòng {seen[code]}. Hãy xóa một dòng." if line else
                       f"Không có công việc “{code}” trong các phiếu ông/bà đã mở để đánh giá. Hãy mở phiếu trước, "
                       "hoặc sửa mã.")
            plan.problems.append(Problem(row.number, _TITLES["code"], code, message))
            continue
        seen[code] = row.number
        _one(plan, row, line)
    return plan


def _one(plan: Plan[Work], row: Row, line: Judged) -> None:
    before = _texts(line)
    after = dict(before)
    for key in before:
        value = row.values.get(key)
        if key in row.texts and value not in (None, ""):
            after[key] = value if key == "note" else _shown(key, value)
    if "note" in row.texts:
        after["note"] = row.values["note"]
    problems = Problems()
    read_line(line.code, after, line.base, problems, apart=False)  # a draft; the form asks about single products
    for place, message in problems.items():
        key = place.rsplit(".", 1)[-1]
        plan.problems.append(Problem(row.number, _TITLES.get(key, _TITLES["code"]), row.texts.get(key, ""), message))
    label = f"{line.sheet.person.full_name}: {line.title} ({line.code})"
    changed = {key: text for key, text in after.items() if text != before[key]}
    if not changed:
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    words = [f"{_TITLES[k]}: {before[k] or 'trống'} → {text or 'trống'}" for k, text in changed.items()]
    plan.work.texts.setdefault(line.sheet.pk, {})[line.code] = line.typed | changed
    plan.effects.append(Effect(row.number, CHANGED, f"{label}: {'; '.join(words)}"))


def write_judged(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Into the evaluator's drafts, which are not on the record. Raises NotYours, Forbidden, Conflict."""

    def merged(sheet: Sheet, document: dict[str, Any]) -> None:
        document["tasks"] = (document.get("tasks") or {}) | plan.work.texts[sheet.pk]

    write_drafts(list(plan.work.texts), merged, by, at)
    return []


def write_drafts(
    sheets: list[int], merge: Callable[[Sheet, dict[str, Any]], None], by: User | None, at: datetime
) -> None:
    """Merge into the evaluator's draft of each sheet that is under review. Raises NotYours, Forbidden, Conflict."""
    if by is None:
        raise Refusal("judged.by", "Nhận định cần một tài khoản đứng tên người đánh giá.")
    for sheet in locked_all(sheets).values():
        require_evaluator(sheet, by, at)
        rules.check_open(standing(sheet), at, finishing=True)
        if sheet.state != rules.UNDER_REVIEW:
            raise Conflict(f"{rules.who_did_what(standing(sheet))} Chưa ghi gì; hãy tải lại trang.")
        draft = Draft.objects.filter(sheet=sheet, author=by).first() or Draft(sheet=sheet, author=by)
        document: dict[str, Any] = json.loads(draft.document) if draft.document else {}
        merge(sheet, document)
        draft.document, draft.saved_at = facts.canonical(document), at
        draft.save()


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    return {
        line.code: Held(
            f"{line.sheet.person.full_name}: {line.title} ({line.code})",
            {_TITLES[key]: text for key, text in _texts(line).items()},
            {"sheet": line.sheet.pk, "typed": line.typed},
        )
        for line in _lines(scope.data)
        if line.code in keys
    }


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    locked_all(sorted({held.state["sheet"] for held in _stand(scope, keys).values()}))


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """What the drafts held of these products; what else was typed into them stays. Raises as `write_judged`."""
    texts: dict[int, dict[str, dict[str, str]]] = {}
    for code, held in before.items():
        assert held is not None, "a judgement adds no task"
        texts.setdefault(held.state["sheet"], {})[code] = held.state["typed"]

    def merged(sheet: Sheet, document: dict[str, Any]) -> None:
        tasks = (document.get("tasks") or {}) | texts[sheet.pk]
        document["tasks"] = {code: typed for code, typed in tasks.items() if typed}

    write_drafts(list(texts), merged, by, at)
    return [], []


JUDGEMENTS = Spec(
    kind="judgements",
    title="Nhận định từng công việc",
    about="Chỉ các phiếu ông/bà đã mở để đánh giá. Áp dụng là ghi vào bản nháp nhận định; từng phiếu vẫn được xem "
          "và xác nhận trên trang của phiếu.",
    columns=COLUMNS,
    scope=judged_scope,
    plan=plan_judged,
    write=write_judged,
    export=judged_rows,
    keys=("code",),
    personal=True,
    rewind=Rewind(_stand, lambda scope, before: {}, _lock, _restore),
)
