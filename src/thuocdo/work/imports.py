"""Assigned products of a month as XLSX, with the doer's progress where it is known."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.intake.specs import Plan, Row, Scope, Spec, Undo
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices.actions import notify_each
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import lookup
from thuocdo.work.closed import closed_months, hold_months
from thuocdo.work.exports import task_rows
from thuocdo.work.imports_columns import COLUMNS, STORED
from thuocdo.work.imports_plan import TaskPlanner, Work
from thuocdo.work.models import Task
from thuocdo.work.rules import STAYS_IN_TOTAL

UNDONE = "Hoàn tác lượt nhập từ Excel."


def plan_tasks(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of tasks."""
    return TaskPlanner(scope, rows).run()


def hold_tasks(plan: Plan[Work], going: Sequence[tuple[str, ...]]) -> None:
    """The months of their doers, then the tasks that are there: the months stay open until the tasks are written."""
    there = [*plan.work.changed, *_added(going)]
    hold_months([(task.person_id, task.month) for task in (*plan.work.new, *there)])
    held = Task.objects.select_for_update(of=("self",)).only("pk").order_by("pk")
    lookup(held, "pk", sorted(task.pk for task in there))


def write_tasks(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Few statements, whatever the number of rows; `by` is recorded as the giver of new tasks. Raises Conflict when a
    task changed while this was being read."""
    if by is None:
        raise Refusal("task.giver", "Nhập công việc cần một tài khoản đứng tên người giao.")
    work = plan.work
    held = Task.objects.select_for_update(of=("self",)).only("pk", "version").order_by("pk")
    versions = {task.pk: task.version for task in lookup(held, "pk", [task.pk for task in work.changed])}
    if any(versions.get(task.pk) != task.version - 1 for task in work.changed):
        raise Conflict("Có việc vừa được người khác sửa. Hãy dán hoặc tải lên lại để xem trước.")
    closed = closed_months([(task.person_id, task.month) for task in (*work.new, *work.changed)])
    if closed:
        raise Conflict(next(iter(closed.values())))
    for task in work.new:
        task.given_by, task.given_at = by, at
    for task in [*work.new, *work.changed]:
        if task.code in work.reported:
            task.reported_at = at if task.completed is not None or task.handed_back else None
    Task.objects.bulk_create(work.new, batch_size=500)
    names = [*STORED.values(), "product", "version", "reported_at"]
    bulk.update(work.changed, names)
    return [*work.new, *work.changed]


def _added(keys: Sequence[tuple[str, ...]]) -> list[Task]:
    return lookup(Task.objects.select_related("person__user"), "code", [code for (code,) in keys])


def may_not_go(scope: Scope, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Why an added task stays: its month is closed, somebody acted on it, or it stays in the total assigned."""
    tasks = _added(keys)
    closed = closed_months([(t.person_id, t.month) for t in tasks])
    found: dict[tuple[str, ...], str] = {}
    for task in tasks:
        why = closed.get((task.person_id, task.month), "")
        if task.version != 1:
            why = "có người đã làm tiếp trên việc này từ khi nhập"
        elif task.stays_in_total:
            why = STAYS_IN_TOTAL
        if why:
            found[(task.code,)] = why.rstrip(".")
    return found


def withdraw_added(
    scope: Scope, keys: Sequence[tuple[str, ...]], by: User | None, at: datetime
) -> list[Model]:
    """Tasks that an import added are withdrawn, and their doers are told. What stands against it is asked again once
    they are held. Raises Conflict, with the reasons."""
    held = Task.objects.select_for_update(of=("self",)).filter(pk__in=[task.pk for task in _added(keys)])
    list(held.order_by("pk").values_list("pk"))
    stay = may_not_go(scope, keys)
    if stay:
        lines = "; ".join(f"{code}: {why}" for (code,), why in list(stay.items())[:5])
        raise Conflict(f"Chưa hoàn tác gì, vì có việc vừa thay đổi: {lines}. Hãy hoàn tác lại để xem trước.")
    tasks = _added(keys)
    for task in tasks:
        task.state, task.answer, task.version = Task.State.WITHDRAWN, UNDONE, task.version + 1
    bulk.update(tasks, ["state", "answer", "version"])
    pages = [(t.person.user_id, f"/cong-viec/{t.pk}/") for t in tasks]
    notify_each(pages=pages, kind="task.withdrawn", text="Một công việc giao bằng tệp Excel đã được thu hồi.", at=at)
    return list(tasks)


TASKS = Spec(
    kind="tasks",
    title="Công việc được giao trong tháng",
    about="Mỗi dòng là một sản phẩm, công việc giao cho một người trong một tháng, kèm kết quả nếu đã có.",
    columns=COLUMNS,
    scope=officer_scope,
    plan=plan_tasks,
    write=write_tasks,
    order=3,
    export=task_rows,
    keys=("code",),
    monthly=True,
    similar=similar_codes,
    lock=hold_tasks,
    undo=Undo(may_not_go, withdraw_added),
)
