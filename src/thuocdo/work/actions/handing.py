"""Tasks handed back, and taken over by another (NĐ 335 Điều 18 khoản 1): the original stays in the first
person's total; the other's counts outside the initial total and adds to the results."""

from datetime import date, datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.models import Employment, Person
from thuocdo.work.closed import require_open
from thuocdo.work.models import Task
from thuocdo.work.rules import Details, Wanted
from thuocdo.work.seeing import shares_unit
from thuocdo.work.steps import (
    lock_task,
    new_task,
    own_post,
    post_within_reach,
    require_active,
    require_doer,
    require_seen,
    require_within_reach,
    written,
)

LIVE = (Task.State.ACTIVE, Task.State.PROPOSED)


@action
def hand_back_task(*, by: User, at: datetime, task_id: int, version: int, reason: str) -> Task:
    """The doer says, with the reason, that the task cannot be done: it stays in the assigned total and
    counts as not completed. Raises NotYours, Refusal, Conflict.
    """
    task = lock_task(task_id)
    require_doer(task, by)
    require_seen(task, version)
    require_active(task)
    require_open(task.person_id, task.month)
    task.handed_back_reason = text_from(reason, "Lý do không thực hiện được", most=500, field="reason")
    task.handed_back, task.reported_at = True, at
    task.completed = task.quality_met = task.on_time = 0
    task.quality_errors_each = task.late_each = ""
    return written(task, by, at, "task.handed_back")


def _require_free(task: Task) -> None:
    """Handed back and taken over by nobody. Asked only after the right to know it. Raises Conflict."""
    require_active(task)
    if not task.handed_back:
        raise Conflict("Việc này chưa được báo là không thực hiện được. Hãy tải lại trang.")
    taken = task.taken_over_by.filter(state__in=LIVE).select_related("person").first()
    if taken is not None:
        raise Conflict(
            f"{taken.person.full_name} đã nhận thay việc này lúc {taken.given_at:%d/%m/%Y}. Hãy tải lại trang."
        )


def _locked_for(task_id: int, takers: QuerySet[Person]) -> Task:
    """The task, and its month for who takes it over, which is held before any task. Raises NotYours."""
    months = Task.objects.filter(pk=task_id).values_list("month", flat=True)
    return lock_task(task_id, [(person, month) for person in takers.values_list("pk", flat=True) for month in months])


def _taken_over(
    task: Task, post: Employment, due_date: date, state: str, origin: str, by: User, at: datetime
) -> Task:
    wanted = Wanted(task.title, task.coefficient, task.assigned, due_date, task.product_id, outside_plan=True)
    details = Details(task.nature, task.is_key, task.is_new, task.is_hard, task.expected)
    return new_task(
        post, task.month, wanted, details, by=by, at=at,
        state=state, origin=origin, taken_over_from=task, proposed_by=by if origin == Task.Origin.OWN else None,
        uncountable=task.uncountable, unconverted=task.unconverted, conversion_note=task.conversion_note,
    )  # fmt: skip


@action
def give_over_task(*, by: User, at: datetime, task_id: int, person_id: int, due_date: date) -> Task:
    """The task giver gives a handed-back task to another person of their reach, for the same month.

    Raises NotYours, Conflict (somebody has it already, closed month), Refusal.
    """
    task = _locked_for(task_id, Person.objects.filter(pk=person_id))
    require_within_reach(by, at, task)
    _require_free(task)
    post = post_within_reach(by, at, person_id, task.month)
    if post.person_id == task.person_id:
        raise Conflict("Người này vừa báo không thực hiện được việc đó. Hãy chọn người khác.")
    made = _taken_over(task, post, due_date, Task.State.ACTIVE, Task.Origin.ASSIGNED, by, at)
    record(chain=made.agency.code, code="task.given_over", by=by, at=at, objects=[made])
    return made


@action
def offer_to_take_over(*, by: User, at: datetime, task_id: int, due_date: date) -> Task:
    """A colleague of the same unit offers to take a handed-back task over; the task giver then accepts.

    Raises NotYours (another unit), Conflict (somebody has it already), Refusal.
    """
    task = _locked_for(task_id, Person.objects.filter(user_id=by.pk))
    post = own_post(by, task.month)
    if post.person_id == task.person_id or not shares_unit(post, task):
        raise NotYours()
    _require_free(task)
    made = _taken_over(task, post, due_date, Task.State.PROPOSED, Task.Origin.OWN, by, at)
    record(chain=made.agency.code, code="task.take_over_offered", by=by, at=at, objects=[made])
    return made
