"""Own tasks: the doer proposes, the task giver accepts (with other figures where needed) or declines."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.typed import text_from
from thuocdo.work.closed import require_open
from thuocdo.work.models import Task
from thuocdo.work.rules import Details, Wanted, check_assignment
from thuocdo.work.steps import (
    lock_task,
    new_task,
    own_post,
    require_doer,
    require_given_coefficient,
    require_seen,
    require_within_reach,
    written,
)


@action
def propose_task(
    *, by: User, at: datetime, month: date, wanted: Wanted, details: Details | None = None
) -> Task:
    """The user proposes a task of their own for a month; it counts once the task giver accepts it.

    Raises Refusal (values, no post in that month), NotYours (product), Conflict (closed month).
    """
    task = new_task(
        own_post(by, month), month, wanted, details or Details(), by=by, at=at,
        state=Task.State.PROPOSED, origin=Task.Origin.OWN, proposed_by=by,
    )  # fmt: skip
    record(chain=task.agency.code, code="task.proposed", by=by, at=at, objects=[task])
    return task


def _proposed(by: User, at: datetime, task_id: int, version: int) -> Task:
    task = lock_task(task_id)
    require_within_reach(by, at, task)
    require_seen(task, version)
    _require_proposed(task)
    return task


def _require_proposed(task: Task) -> None:
    if task.state != Task.State.PROPOSED:
        raise Conflict(f"Đề xuất này đã được xử lý: {task.get_state_display()}. Hãy tải lại trang.")


@action
def accept_task(
    *, by: User, at: datetime, task_id: int, version: int, coefficient: int, assigned: int,
    outside_plan: bool, answer: str = "",
) -> Task:
    """The task giver accepts a proposal, with the coefficient and quantity that are to count (hundredths).

    `outside_plan`: outside the total assigned at first (Điều 18 khoản 1). Raises NotYours, Refusal, Conflict.
    """
    task = _proposed(by, at, task_id, version)
    require_open(task.person_id, task.month)
    check_assignment(
        month=task.month, due_date=task.due_date, coefficient=coefficient, assigned=assigned
    )
    require_given_coefficient(task, coefficient)
    task.coefficient, task.assigned = coefficient, assigned
    task.outside_plan = outside_plan or task.taken_over_from_id is not None
    task.answer = text_from(answer, "Ý kiến", most=500, needed=False, field="answer")
    task.state, task.given_by, task.given_at = Task.State.ACTIVE, by, at
    return written(task, by, at, "task.accepted")


@action
def decline_task(*, by: User, at: datetime, task_id: int, version: int, answer: str) -> Task:
    """The task giver declines a proposal with a reason, in a closed month too: nothing comes to count.

    Raises NotYours, Refusal, Conflict.
    """
    task = _proposed(by, at, task_id, version)
    task.answer = text_from(answer, "Lý do không duyệt", most=500, field="answer")
    task.state = Task.State.DECLINED
    return written(task, by, at, "task.declined")


@action
def drop_proposal(*, by: User, at: datetime, task_id: int, version: int) -> Task:
    """The doer takes a proposal back before it is decided. Raises NotYours, Conflict."""
    task = lock_task(task_id)
    require_doer(task, by)
    require_seen(task, version)
    _require_proposed(task)
    task.state = Task.State.WITHDRAWN
    return written(task, by, at, "task.proposal_dropped")
