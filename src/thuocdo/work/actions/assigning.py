"""Assigning products (giao sản phẩm, công việc), changing and withdrawing them, and the doer's report."""

from collections.abc import Sequence
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.work.closed import require_open
from thuocdo.work.models import Task
from thuocdo.work.rules import Details, Report, Wanted, check_assignment, check_details
from thuocdo.work.steps import (
    details_of,
    lock_task,
    new_task,
    post_within_reach,
    put_details,
    put_report,
    require_active,
    require_doer,
    require_given_coefficient,
    require_may_go,
    require_same_total,
    require_seen,
    require_within_reach,
    written,
)


@action
def assign_task(
    *, by: User, at: datetime, person_id: int, month: date, title: str, coefficient: int, assigned: int,
    due_date: date, product_id: int | None = None, outside_plan: bool = False, uncountable: bool = False,
    details: Details | None = None,
) -> Task:
    """Give one person one product for a month (`month` its first day). Coefficient and quantity in
    hundredths; for work that is hard to count the agency's choice gives the coefficient.

    Raises NotYours (person or product), Refusal (values), Conflict (the month is closed for the person).
    """
    post = post_within_reach(by, at, person_id, month)
    wanted = Wanted(title, coefficient, assigned, due_date, product_id, outside_plan, uncountable)
    task = new_task(post, month, wanted, details or Details(), by=by, at=at)
    record(chain=task.agency.code, code="task.assigned", by=by, at=at, objects=[task])
    return task


@action
def change_task(
    *, by: User, at: datetime, task_id: int, version: int, title: str, coefficient: int, assigned: int,
    due_date: date, outside_plan: bool = False, details: Details | None = None,
) -> Task:
    """The giver corrects a task; the doer's report stays, and so do the details where none are given. What a task that
    was handed back adds to the total assigned stays too (NĐ 335 Điều 18 khoản 1). Raises NotYours, Refusal, Conflict.
    """
    task = lock_task(task_id)
    require_within_reach(by, at, task)
    require_seen(task, version)
    require_active(task)
    require_open(task.person_id, task.month)
    check_assignment(month=task.month, due_date=due_date, coefficient=coefficient, assigned=assigned)
    require_given_coefficient(task, coefficient)
    require_same_total(task, coefficient=coefficient, assigned=assigned, outside_plan=outside_plan)
    details = details or details_of(task)
    check_details(details, due_date)
    if task.part_of_id is not None and (coefficient, assigned) != (task.coefficient, task.assigned):
        raise Refusal(
            "task.share",
            "Đây là một phần của sản phẩm đã chia; hãy chia lại sản phẩm chung để tổng các phần vẫn đúng.",
            field="assigned",
        )
    task.title = text_from(title, "Tên công việc", most=200)
    task.coefficient, task.assigned = coefficient, assigned
    task.due_date, task.outside_plan = due_date, outside_plan
    put_details(task, details)
    return written(task, by, at, "task.changed")


@action
def withdraw_task(*, by: User, at: datetime, task_id: int, version: int, reason: str) -> Task:
    """The giver takes the task back and says why: it no longer counts, and its doer is told. With a split product all
    its shares go. What was handed back stays in the total assigned (NĐ 335 Điều 18 khoản 1) and is not taken back.

    Raises NotYours, Refusal, Conflict. Twice changes nothing.
    """
    task = Task.objects.filter(pk=task_id).first()
    if task is not None and task.state == Task.State.WITHDRAWN:
        require_within_reach(by, at, task)
        nothing_changed()
        return task
    task = lock_task(task_id)
    require_within_reach(by, at, task)
    require_seen(task, version)
    require_open(task.person_id, task.month)
    if task.part_of_id is not None:
        raise Conflict("Đây là một phần của sản phẩm đã chia; hãy chia lại hoặc thu hồi sản phẩm chung.")
    rows = Task.objects.select_for_update(of=("self",)).select_related("person__user")
    shares = list(rows.filter(part_of=task, state=Task.State.ACTIVE))
    why = text_from(reason, "Lý do thu hồi", most=500, field="reason")
    for gone in (task, *shares):
        require_may_go(gone)
        gone.state, gone.answer = Task.State.WITHDRAWN, why
    for share in shares:
        require_open(share.person_id, share.month)
        share.version += 1
        share.save()
    _tell_withdrawn(shares or [task], at)
    return written(task, by, at, "task.withdrawn", *shares)


def _tell_withdrawn(tasks: Sequence[Task], at: datetime) -> None:
    for task in tasks:
        notify(
            users=[task.person.user], kind="task.withdrawn", path=f"/cong-viec/{task.pk}/", at=at,
            text="Người giao việc đã thu hồi một công việc của ông/bà và nêu lý do.",
        )  # fmt: skip


@action
def report_task(*, by: User, at: datetime, task_id: int, version: int, report: Report) -> Task:
    """The doer reports completion, quality and progress. Raises NotYours (not the doer), Refusal,
    Conflict.
    """
    task = lock_task(task_id)
    require_doer(task, by)
    put_report(task, version, report, at)
    return written(task, by, at, "task.reported")
