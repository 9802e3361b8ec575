"""One's own progress of a month as XLSX or as a pasted block. A task is its code; what was assigned stands."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, UNCHANGED, Column, Effect, Held, Plan, Problem, Rewind, Row, Scope, Spec
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Person
from thuocdo.work.closed import closed_months, hold_months, require_open
from thuocdo.work.exports import amount
from thuocdo.work.imports_columns import COLUMNS as OFFICE
from thuocdo.work.imports_columns import PROGRESS, shown
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH, FIGURES, Report, check_report
from thuocdo.work.steps import own_post

_OFFICE = {c.key: c for c in OFFICE}
_STANDING = "Chỉ để xem; người giao việc đặt."
COLUMNS = (
    _OFFICE["code"],
    Column("title", "Tên công việc", cells.text(200), _STANDING, "Báo cáo tháng 3", width=46),
    Column("assigned", "Số lượng giao", cells.points, _STANDING, "4", default=None),
    Column("due", "Hạn hoàn thành", cells.day, _STANDING, "25/03/2026", default=None),
    *(_OFFICE[key] for key in (*PROGRESS, "quality_errors", "late", *EACH, "handed_back", "cause", "evidence")),
)
STORED = ("completed", "quality_met", "on_time", "quality_errors", "late", *EACH, "handed_back", "cause", "evidence")
SET_BY_GIVER = {"title": "title", "assigned": "assigned", "due": "due_date"}
_TITLES = {c.key: c.title for c in COLUMNS}
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


@dataclass
class Reported:
    """Tasks with their new content, names of the fields that differ anywhere, keys of those whose figures differ."""

    tasks: list[Task] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class OwnMonth:
    """Whose month it is."""

    person: Person
    month: date


def own_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The user's own tasks of a month written yyyy-mm. Raises NotYours (no post in that month)."""
    found = _MONTH.fullmatch(code)
    if by is None or found is None or not 1 <= int(found[2]) <= 12:
        raise NotYours()
    month = date(int(found[1]), int(found[2]), 1)
    try:
        post = own_post(by, month)
    except Refusal as refusal:
        raise NotYours(refusal.message) from refusal
    name = f"Việc tháng {month:%m/%Y} của {post.person.full_name}"
    return Scope(chain_of(post.unit, max(month, post.start)), name, OwnMonth(post.person, month))


def _tasks(own: OwnMonth) -> QuerySet[Task]:
    return Task.objects.filter(person=own.person, month=own.month, state=Task.State.ACTIVE).order_by("code")


def progress_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """The user's active tasks of the month, by code."""
    for t in _tasks(scope.data):
        yield (
            t.code, t.title, amount(t.assigned), f"{t.due_date:%d/%m/%Y}", amount(t.completed), amount(t.quality_met),
            amount(t.on_time), str(t.quality_errors), str(t.late), t.quality_errors_each, t.late_each,
            "có" if t.handed_back else "", t.cause, t.evidence,
        )  # fmt: skip


def plan_progress(scope: Scope, rows: Sequence[Row]) -> Plan[Reported]:
    """What each row reports; a column that is not there keeps what is stored. Two queries."""
    plan: Plan[Reported] = Plan([], [], Reported())
    own: OwnMonth = scope.data
    tasks = {t.code: t for t in _tasks(own)}
    given = set(_tasks(own).filter(taken_over_by__state=Task.State.ACTIVE).values_list("code", flat=True))
    key = (own.person.pk, own.month)
    closed = closed_months([key]).get(key, "")
    seen: dict[str, int] = {}
    for row in rows:
        code = row.values["code"]
        task = tasks.get(code)
        problem = _cannot(row, task, seen, closed, given)
        if problem is not None or task is None:
            plan.problems.append(Problem(row.number, *(problem or ("Mã công việc", code, ""))))
            continue
        seen[code] = row.number
        _one(plan, row, task)
    return plan


def _cannot(
    row: Row, task: Task | None, seen: dict[str, int], closed: str, given: set[str]
) -> tuple[str, str, str] | None:
    """Column, content and sentence of what stops a row before its figures are looked at."""
    code = row.values["code"]
    if task is None:
        message = f"Không có việc mã “{code}” trong các việc tháng này của ông/bà. Hãy sửa mã, hoặc xóa dòng này."
        return "Mã công việc", code, message
    if code in seen:
        return "Mã công việc", code, f"Mã {code} đã có ở dòng {seen[code]}. Hãy xóa một dòng."
    if closed:
        return "Mã công việc", code, closed
    for key, name in SET_BY_GIVER.items():
        if key in row.texts and row.values[key] not in ("", None, getattr(task, name)):
            words = f"{_TITLES[key]} do người giao việc đặt ({shown(name, getattr(task, name))}), không sửa ở đây."
            return _TITLES[key], row.texts[key], f"{words} Hãy ghi như cũ; cần đổi thì trao đổi với người giao việc."
    if code in given and not row.values["handed_back"]:
        return "Mã công việc", code, "Việc này đã giao cho người khác nhận thay, nên không báo cáo kết quả được nữa."
    return None


def _one(plan: Plan[Reported], row: Row, task: Task) -> None:
    values = {k: row.values[k] if k in row.texts else getattr(task, k) for k in STORED}
    values["handed_back"] = bool(values["handed_back"])
    values |= {key: values[key] or "" for key in (*EACH, "cause", "evidence")}
    label = f"{task.title} ({task.code})"
    names = [k for k in STORED if getattr(task, k) != values[k]]
    if not names:
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    problem = _wrong(values, task)
    if problem is not None:
        key, message = problem
        plan.problems.append(Problem(row.number, _TITLES[key], row.texts.get(key, ""), message))
        return
    words = [f"{_TITLES[k]}: {_text(k, getattr(task, k))} → {_text(k, values[k])}" for k in names]
    for name in names:
        setattr(task, name, values[name])
    plan.work.tasks.append(task)
    plan.work.names.update(names)
    if task.reported_at is None or not FIGURES.isdisjoint(names):
        plan.work.counted.add(task.pk)
    plan.effects.append(Effect(row.number, CHANGED, f"{label}: {'; '.join(words)}"))


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    return shown(key, value)


def _wrong(values: dict[str, Any], task: Task) -> tuple[str, str] | None:
    missing = [k for k in PROGRESS if values[k] is None]
    if missing and not values["handed_back"]:
        needed = "Khi báo cáo, hãy ghi đủ Hoàn thành, Đạt chất lượng, Đúng hạn."
        return missing[0], f"{_TITLES[missing[0]]}: ô để trống. {needed}"
    if values["late"] < task.late_excused:
        excused = f"Đã có {task.late_excused} lần chậm được xác nhận nguyên nhân khách quan."
        return "late", f"{excused} Hãy ghi ít nhất số đó."
    try:
        check_report(Report(
            completed=values["completed"] or 0, quality_met=values["quality_met"] or 0, on_time=values["on_time"] or 0,
            quality_errors=values["quality_errors"], late=values["late"], handed_back=values["handed_back"],
            cause=values["cause"], evidence=values["evidence"], **{key: values[key] for key in EACH},
        ), late_excused=task.late_excused, one_piece=task.uncountable)  # fmt: skip
    except Refusal as refusal:
        return refusal.field if refusal.field in _TITLES else "code", refusal.message
    return None


def write_progress(plan: Plan[Reported], by: User | None, at: datetime) -> list[Model]:
    """One statement for all rows. Raises Conflict when a task changed, or the month was closed, while this was being
    read."""
    tasks = plan.work.tasks
    pks = [t.pk for t in tasks]
    held = dict(Task.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk", "version"))
    if any(held.get(t.pk) != t.version for t in tasks):
        raise Conflict("Có việc vừa được người khác sửa. Hãy dán hoặc tải lên lại để xem trước.")
    for person, month in {(task.person_id, task.month) for task in tasks}:
        require_open(person, month)
    for task in tasks:
        task.version += 1
        if task.pk in plan.work.counted:
            task.reported_at = at
    bulk.update(tasks, [*sorted(plan.work.names), "version", "reported_at"])
    return list(tasks)


def _named(scope: Scope, keys: Iterable[str]) -> dict[str, Task]:
    return {t.code: t for t in _tasks(scope.data).filter(code__in=list(keys))}


def _held(task: Task) -> Held:
    """Every step about a task gives it a new version, so what followed a report is seen by that."""
    state = {key: getattr(task, key) for key in STORED}
    state |= {"reported_at": task.reported_at and task.reported_at.isoformat(), "version": task.version}
    told = {_TITLES[key]: _text(key, getattr(task, key)) for key in STORED}
    return Held(f"{task.title} ({task.code})", told, state)


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    return {code: _held(task) for code, task in _named(scope, keys).items()}


def _stops(scope: Scope, before: Mapping[str, Held | None]) -> dict[str, str]:
    """The limits of the page: no closed month, no report again for what somebody else took over."""
    own: OwnMonth = scope.data
    key = (own.person.pk, own.month)
    if closed := closed_months([key]).get(key):
        return dict.fromkeys(before, closed.rstrip("."))
    given = _tasks(own).filter(taken_over_by__state=Task.State.ACTIVE, code__in=before)
    back = {code for code, held in before.items() if held is not None and not held.state["handed_back"]}
    taken = back.intersection(given.values_list("code", flat=True))
    return dict.fromkeys(taken, "việc đã giao cho người khác nhận thay")


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The month, then the tasks: it stays open until they are written."""
    hold_months([(scope.data.person.pk, scope.data.month)])
    rows = _tasks(scope.data).select_for_update(of=("self",)).filter(code__in=keys)
    list(rows.order_by("pk").values_list("pk"))


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """The figures and the day of the report as they stood; one that was not reported is not reported again."""
    rows = _named(scope, before)
    for code, held in before.items():
        assert held is not None, "a report adds no task"
        task, state = rows[code], held.state
        for name in STORED:
            setattr(task, name, state[name])
        task.reported_at = datetime.fromisoformat(state["reported_at"]) if state["reported_at"] else None
        task.version += 1
    bulk.update(list(rows.values()), [*STORED, "reported_at", "version"])
    return [*rows.values()], []


PROGRESS_OF_ONESELF = Spec(
    kind="progress",
    title="Kết quả công việc của tôi",
    about="Mỗi dòng là một việc đang thực hiện trong tháng; chỉ các cột kết quả được sửa.",
    columns=COLUMNS,
    scope=own_scope,
    plan=plan_progress,
    write=write_progress,
    export=progress_rows,
    keys=("code",),
    personal=True,
    rewind=Rewind(_stand, _stops, _lock, _restore),
)
