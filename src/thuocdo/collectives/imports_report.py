"""A unit's own report on its tasks as XLSX or as a pasted block. A task is its number; what was given stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.collectives import rules
from thuocdo.collectives.access import reach
from thuocdo.collectives.imports import Change, Tasks, Work, task_code, write_tasks
from thuocdo.collectives.locking import chain_of
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitTask
from thuocdo.collectives.tasks_back import tasks_back
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import Column, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import NotYours

REPORT_COLUMNS = (
    Column("code", "Số nhiệm vụ", task_code, "Giữ như trong tệp đã xuất.", "PKT#1", needed=True, width=20),
    Column("title", "Nhiệm vụ", cells.text(300), STANDING, "Lập kế hoạch đầu tư", width=46),
    Column("given_by", "Người giao", cells.text(160), STANDING, "Chủ tịch UBND tỉnh", width=24),
    Column("due", "Thời hạn", cells.day, STANDING, "25/03/2026", default=None),
    Column("done_on", "Ngày hoàn thành", cells.day, "Để trống nếu chưa hoàn thành.", "20/03/2026", default=None),
    Column("above_claimed", "Vượt yêu cầu", cells.yes_no, "Ghi có nếu vượt; phải có minh chứng.", ""),
    Column("evidence", "Minh chứng", cells.text(500), "Số văn bản hoặc nơi lưu.", "12/BC-PKT", width=30),
    Column("note", "Báo cáo", cells.text(500), "Ghi thêm nếu cần.", "", width=40),
)
_REPORTED = ("done_on", "above_claimed", "evidence", "note")


@dataclass(frozen=True)
class OwnTasks(Tasks):
    """The unit's own sheet, and the day on which it reports."""

    today: date


def report_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The tasks of a unit for which the user writes, while the unit may work on its sheet. Raises NotYours."""
    if by is None or not code.isascii() or not code.isdigit() or len(code) > 15:
        raise NotYours()
    related = UnitSheet.objects.select_related("round", "authority", "unit", "writer")
    sheet = related.filter(pk=int(code)).first()
    if sheet is None or not reach(by, localdate(at)).writes(sheet):
        raise NotYours()
    if sheet.state not in rules.WITH_UNIT or sheet.round.state != UnitRound.State.OPEN:
        raise NotYours(f"Phiếu {rules.MACHINE.states[sheet.state]} nên đơn vị không sửa báo cáo nhiệm vụ được.")
    tasks = OwnTasks({sheet.unit.code.upper(): sheet}, localdate(at))
    return Scope(chain_of(sheet), f"Nhiệm vụ của {sheet.unit.name}", tasks)


def _report_texts(code: str, task: UnitTask) -> dict[str, str]:
    return {
        "code": code, "title": task.title, "given_by": task.given_by, "due": day_text(task.due),
        "done_on": day_text(task.done_on), "above_claimed": "có" if task.above_claimed else "",
        "evidence": task.evidence, "note": task.note,
    }  # fmt: skip


def report_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Every task of the unit, by number. One query."""
    return [tuple(_report_texts(code, task).values()) for code, task in scope.data.by_code().items()]


def plan_report(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row reports; a column that is not there keeps what is stored. One query."""
    own: OwnTasks = scope.data
    plan: Plan[Work] = Plan([], [], Work(rules.WITH_UNIT))
    tasks = own.by_code()
    codes = {task.pk: code for code, task in tasks.items()}

    def standing(task: UnitTask) -> dict[str, str]:
        return {n: t for n, t in _report_texts("", task).items() if n in ("title", "given_by", "due")}

    for row, task in matched(plan, rows, REPORT_COLUMNS, tasks, standing):
        assert task is not None, "only rows with a known number are matched here"
        before = {name: getattr(task, name) for name in _REPORTED}
        after = {name: row.values[name] if name in row.texts else before[name] for name in _REPORTED}
        after["above_claimed"] = bool(after["above_claimed"])
        old = _report_texts(codes[task.pk], task)
        for name, value in after.items():
            setattr(task, name, value)
        if after["done_on"] is not None and after["done_on"] > own.today:
            words = "Ngày hoàn thành ở tương lai. Hãy ghi ngày đã hoàn thành."
            plan.problems.append(Problem(row.number, "Ngày hoàn thành", row.texts["done_on"], words))
        elif after["above_claimed"] and not after["evidence"]:
            words = "Minh chứng: ô để trống. Vượt yêu cầu thì phải ghi minh chứng."
            plan.problems.append(Problem(row.number, "Minh chứng", "", words))
        elif differences(plan, row, task.title, REPORT_COLUMNS, old, _report_texts(codes[task.pk], task)):
            plan.work.changes.append(Change(task.pk, task.sheet_id, before, after))
    return plan


REPORTED = Spec(
    kind="unit-report",
    title="Báo cáo nhiệm vụ của đơn vị",
    about="Mỗi dòng là một nhiệm vụ cấp trên giao đơn vị; chỉ các cột báo cáo được sửa.",
    columns=REPORT_COLUMNS,
    scope=report_scope,
    plan=plan_report,
    write=write_tasks,
    export=report_rows,
    keys=("code",),
    personal=True,
    rewind=tasks_back(REPORT_COLUMNS, _report_texts, _REPORTED, rules.WITH_UNIT, ()),
)
