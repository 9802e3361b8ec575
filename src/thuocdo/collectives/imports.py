"""Tasks of a round's units as XLSX or as a pasted block: the authority gives them, and judges what was reported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.collectives import rules
from thuocdo.collectives.access import round_to_view
from thuocdo.collectives.locking import locked, next_number, require_state
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitTask
from thuocdo.collectives.tasks_back import tasks_back
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import CREATED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict, NotYours, Refusal

GIVES = (*rules.WITH_UNIT, rules.SUBMITTED, rules.UNDER_REVIEW)
JUDGED = ("done", "late", "failing", "above")


def task_code(typed: str, label: str) -> str:
    """`UNIT#3`, in capitals."""
    unit, mark, number = typed.rpartition("#")
    if not mark or not number.isascii() or not number.isdigit() or len(number) > 5:
        raise Refusal("cell", f"{label}: “{typed[:40]}” không phải số của một nhiệm vụ. Nhiệm vụ mới thì để trống.")
    return f"{cells.code(unit, label)}#{int(number)}"


GIVEN_COLUMNS = (
    Column("code", "Số nhiệm vụ", task_code, "Số phần mềm đặt; nhiệm vụ mới thì để trống.", "", default="", width=20),
    Column("unit", "Mã đơn vị", cells.code, "Mã đơn vị được giao.", "PKT", needed=True),
    Column("title", "Nhiệm vụ", cells.text(300), "Hãy ghi nhiệm vụ.", "Lập kế hoạch đầu tư", needed=True, width=46),
    Column("given_by", "Người giao", cells.text(160), "Hãy ghi ai giao.", "Chủ tịch UBND tỉnh", needed=True, width=24),
    Column("document", "Văn bản giao", cells.text(160), "Số, ngày văn bản, nếu có.", "12/TB-UBND", width=20),
    Column("due", "Thời hạn", cells.day, "Hãy ghi ngày phải xong.", "25/03/2026", needed=True),
    Column("done_on", "Đơn vị báo hoàn thành", cells.day, STANDING, "20/03/2026", default=None),
    Column("above_claimed", "Đơn vị báo vượt", cells.yes_no, STANDING, ""),
    Column("done", "Hoàn thành", cells.yes_no, "Ghi có hoặc không khi xem xét; để trống thì chưa xem xét.", "có"),
    Column("late", "Chậm tiến độ", cells.yes_no, "Ghi có nếu chậm.", ""),
    Column("failing", "Chưa bảo đảm chất lượng", cells.yes_no, "Ghi có nếu chưa bảo đảm.", ""),
    Column("above", "Vượt yêu cầu", cells.yes_no, "Ghi có nếu vượt yêu cầu.", ""),
    Column("judged_note", "Ý kiến của cấp đánh giá", cells.text(500), "Phải ghi nếu khác báo cáo.", "", width=40),
)
_SET = ("unit", "title", "given_by", "document", "due", "done_on", "above_claimed")


@dataclass
class Change:
    """One task: what the plan saw, and what it shall hold."""

    task: int
    sheet: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass
class Work:
    """Changes of tasks and new tasks by sheet, and the states in which a sheet takes them."""

    states: Sequence[str]
    changes: list[Change] = field(default_factory=list)
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


@dataclass(frozen=True)
class Tasks:
    """The sheets on which the user may work, by unit code."""

    sheets: Mapping[str, UnitSheet]

    def by_code(self) -> dict[str, UnitTask]:
        """Their tasks by `UNIT#3`. One query."""
        rows = UnitTask.objects.filter(sheet__in=[s.pk for s in self.sheets.values()]).order_by("sheet", "number")
        units = {s.pk: code for code, s in self.sheets.items()}
        return {f"{units[row.sheet_id]}#{row.number}": row for row in rows}


def given_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The sheets of an open round on which the user works for the authority. Raises NotYours."""
    if by is None or not code.isascii() or not code.isdigit() or len(code) > 15:
        raise NotYours()
    one, found = round_to_view(int(code), by, localdate(at))
    if not found.rates_in(one.authority_id) or one.state != UnitRound.State.OPEN:
        raise NotYours("Kỳ đánh giá này đã khóa, hoặc ông/bà không làm việc cho cấp đánh giá.")
    rows = UnitSheet.objects.filter(round=one).select_related("unit", "authority", "writer")
    sheets = {row.unit.code.upper(): row for row in rows.order_by("unit__order", "unit__code") if found.rates(row)}
    return Scope(one.authority.code, f"Nhiệm vụ giao các đơn vị, {one.authority.name}", Tasks(sheets))


def _given_texts(code: str, task: UnitTask) -> dict[str, str]:
    yes = {True: "có", False: ""}
    judged = {name: yes[getattr(task, name)] for name in JUDGED}
    judged["done"] = ("có" if task.done else "không") if task.judged else ""
    return {
        "code": code, "unit": code.rpartition("#")[0], "title": task.title, "given_by": task.given_by,
        "document": task.document, "due": day_text(task.due), "done_on": day_text(task.done_on),
        "above_claimed": yes[task.above_claimed], **judged, "judged_note": task.judged_note,
    }  # fmt: skip


def given_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Every task of these sheets, by unit and number. One query."""
    return [tuple(_given_texts(code, task).values()) for code, task in scope.data.by_code().items()]


def plan_given(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """New tasks, and judgements of those there are. One query."""
    here: Tasks = scope.data
    plan: Plan[Work] = Plan([], [], Work(GIVES))
    tasks = here.by_code()
    codes = {task.pk: code for code, task in tasks.items()}

    def standing(task: UnitTask) -> dict[str, str]:
        texts = _given_texts(codes[task.pk], task)
        return {name: texts[name] for name in _SET}

    for row, task in matched(plan, rows, GIVEN_COLUMNS, tasks, standing, new=True):
        if task is None:
            _give(plan, row, here.sheets.get(row.values["unit"]))
        else:
            sheet = here.sheets[codes[task.pk].rpartition("#")[0]]
            _judge(plan, row, task, sheet, codes[task.pk])
    return plan


def _give(plan: Plan[Work], row: Row, sheet: UnitSheet | None) -> None:
    unit = row.texts["unit"]
    if sheet is None:
        words = f"Không có đơn vị “{unit}” trong kỳ này. Hãy sửa mã đơn vị."
        plan.problems.append(Problem(row.number, "Mã đơn vị", unit, words))
    elif sheet.state not in GIVES:
        words = f"Phiếu của {sheet.unit.name} {rules.MACHINE.states[sheet.state]} nên không giao thêm được."
        plan.problems.append(Problem(row.number, "Mã đơn vị", unit, f"{words} Hãy xóa dòng này."))
    elif any(row.values[name] for name in (*JUDGED, "judged_note")):
        words = "Nhiệm vụ mới thì để trống các cột xem xét; xem xét sau khi đơn vị báo cáo."
        plan.problems.append(Problem(row.number, "Hoàn thành", row.texts.get("done", ""), words))
    else:
        plan.work.new.append((sheet.pk, {n: row.values[n] for n in ("title", "given_by", "document", "due")}))
        plan.effects.append(Effect(row.number, CREATED, f"{sheet.unit.name}: {row.values['title']}"))


def _judge(plan: Plan[Work], row: Row, task: UnitTask, sheet: UnitSheet, code: str) -> None:
    old = _given_texts(code, task)
    names = (*JUDGED, "judged_note")
    typed = {name: row.texts.get(name, old[name]) for name in names}
    label = f"{sheet.unit.name}: {task.title}"
    before = {name: getattr(task, name) for name in ("judged", *names)}
    same_cells = all(_same(name, typed[name], old[name]) for name in names)
    if same_cells or (not typed["done"] and not task.judged and not any(typed.values())):
        differences(plan, row, label, GIVEN_COLUMNS, {}, {})
        return
    after = {name: row.values[name] == "yes" if name in row.texts else before[name] for name in JUDGED}
    after |= {"judged": True, "judged_note": typed["judged_note"]}
    problem = _wrong(typed, after, task, sheet)
    if problem is not None:
        plan.problems.append(Problem(row.number, *problem))
        return
    shown = {n: ("có" if after[n] else "") for n in JUDGED} | {"done": "có" if after["done"] else "không"}
    if differences(plan, row, label, GIVEN_COLUMNS, old, shown | {"judged_note": typed["judged_note"]}):
        plan.work.changes.append(Change(task.pk, sheet.pk, before, after))


def _same(name: str, typed: str, old: str) -> bool:
    if name == "judged_note":
        return typed == old
    read = {text: text in ("có", "x") for text in (typed, old)}
    return read[typed] == read[old] and (name != "done" or bool(typed) == bool(old))


def _wrong(
    typed: Mapping[str, str], after: Mapping[str, Any], task: UnitTask, sheet: UnitSheet
) -> tuple[str, str, str] | None:
    """Column, content and sentence of what stops a judgement."""
    if sheet.state != rules.UNDER_REVIEW:
        words = f"Phiếu của {sheet.unit.name} {rules.MACHINE.states[sheet.state]} nên chưa xem xét nhiệm vụ được."
        return "Hoàn thành", typed["done"], f"{words} Hãy để trống các cột xem xét, hoặc mở phiếu trước."
    if not typed["done"]:
        return "Hoàn thành", "", "Hoàn thành: ô để trống. Khi xem xét, hãy ghi có hoặc không."
    if not after["done"] and any(after[name] for name in JUDGED):
        return "Hoàn thành", typed["done"], "Nhiệm vụ chưa hoàn thành thì không ghi chậm, chất lượng hay vượt."
    differs = (after["done"], after["late"], after["above"]) != task.reported or after["failing"]
    if differs and not typed["judged_note"]:
        return "Ý kiến của cấp đánh giá", "", "Khác báo cáo của đơn vị nên phải ghi ý kiến."
    return None


def write_tasks(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """New tasks and changes, under the lock of each sheet. Raises Conflict where something moved meanwhile."""
    work = plan.work
    keys = sorted({change.sheet for change in work.changes} | {sheet for sheet, _ in work.new})
    sheets = {key: locked(key) for key in keys}
    for sheet in sheets.values():
        require_state(sheet, work.states, "ghi nhiệm vụ")
    held = UnitTask.objects.in_bulk([change.task for change in work.changes])
    written: list[Model] = []
    for change in work.changes:
        task = held[change.task]
        if any(getattr(task, name) != value for name, value in change.before.items()):
            raise Conflict(f"“{task.title}” vừa được người khác sửa. Hãy tải tệp lên lại để xem trước.")
        for name, value in change.after.items():
            setattr(task, name, value)
        task.save()
        written.append(task)
    numbers = {key: next_number(sheets[key]) for key in {key for key, _ in work.new}}
    for key, values in work.new:
        written.append(UnitTask.objects.create(sheet=sheets[key], number=numbers[key], **values))
        numbers[key] += 1
    return written


GIVEN = Spec(
    kind="unit-tasks",
    title="Nhiệm vụ giao các đơn vị",
    about="Mỗi dòng là một nhiệm vụ giao một đơn vị trong kỳ: giao thêm, và ghi xem xét khi đã mở phiếu.",
    columns=GIVEN_COLUMNS,
    scope=given_scope,
    plan=plan_given,
    write=write_tasks,
    export=given_rows,
    keys=("code",),
    personal=True,
    rewind=tasks_back(GIVEN_COLUMNS, _given_texts, ("judged", *JUDGED, "judged_note"), (rules.UNDER_REVIEW,), GIVES),
)
