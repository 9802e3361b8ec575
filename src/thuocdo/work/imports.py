"""Assigned products of a month as XLSX, with the doer's progress where it is known."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.intake.specs import Plan, Row, Scope, Spec
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.imports import officer_scope
from thuocdo.work.exports import task_rows
from thuocdo.work.imports_columns import COLUMNS, STORED
from thuocdo.work.imports_plan import TaskPlanner, Work
from thuocdo.work.models import Task


def plan_tasks(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of tasks."""
    return TaskPlanner(scope, rows).run()


def write_tasks(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Two statements, whatever the number of rows; `by` is recorded as the giver of new tasks."""
    if by is None:
        raise Refusal("task.giver", "Nhập công việc cần một tài khoản đứng tên người giao.")
    work = plan.work
    for task in work.new:
        task.given_by, task.given_at = by, at
    for task in [*work.new, *work.changed]:
        if task.code in work.reported:
            task.reported_at = at
    Task.objects.bulk_create(work.new, batch_size=500)
    names = [*STORED.values(), "product", "version", "reported_at"]
    bulk.update(work.changed, names)
    return [*work.new, *work.changed]


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
)
