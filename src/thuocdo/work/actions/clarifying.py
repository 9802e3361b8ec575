"""Giải trình: the head asks about one task, with a deadline; the doer answers before the month is judged."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of
from thuocdo.work.closed import require_open
from thuocdo.work.models import Clarification
from thuocdo.work.seeing import may_ask
from thuocdo.work.steps import lock_task, require_active, require_doer, written


@action
def ask_clarification(
    *, by: User, at: datetime, task_id: int, question: str, due: date
) -> Clarification:
    """Ask the doer of a task that the user assigns or evaluates for an explanation until a day.

    Raises NotYours, Refusal, Conflict (one is still unanswered, closed month).
    """
    task = lock_task(task_id)
    if not may_ask(by, task, day_of(at)):
        raise NotYours()
    require_active(task)
    require_open(task.person_id, task.month)
    if due < day_of(at):
        raise Refusal("clarification.due", "Hạn giải trình đã qua. Hãy chọn ngày từ hôm nay.", field="due")
    if task.clarifications.filter(answered_at__isnull=True).exists():
        raise Conflict("Việc này còn một yêu cầu giải trình chưa được trả lời.")
    asked = Clarification.objects.create(
        task=task, due=due, asked_by=by, asked_of=task.person.user, asked_at=at,
        question=text_from(question, "Nội dung cần giải trình", most=500, field="question"),
    )  # fmt: skip
    notify(
        users=[task.person.user], kind="clarification.asked", path=f"/cong-viec/{task.pk}/", at=at,
        text=f"Ông/bà được yêu cầu giải trình về một công việc, hạn {due:%d/%m/%Y}.",
    )  # fmt: skip
    written(task, by, at, "clarification.asked", asked)
    return asked


@action
def answer_clarification(
    *, by: User, at: datetime, clarification_id: int, answer: str
) -> Clarification:
    """The doer answers, once; a late answer is taken as long as the month is open.

    Raises NotYours, Refusal, Conflict.
    """
    found = Clarification.objects.filter(pk=clarification_id).values_list("task_id", flat=True).first()
    task = lock_task(found or 0)
    require_doer(task, by)
    asked = Clarification.objects.select_for_update().select_related("asked_by").get(pk=clarification_id)
    require_open(task.person_id, task.month)
    if asked.answered_at is not None:
        raise Conflict("Ông/bà đã giải trình yêu cầu này. Hãy tải lại trang.")
    asked.answer = text_from(answer, "Nội dung giải trình", most=1000, field="answer")
    asked.answered_at = at
    asked.save()
    notify(
        users=[asked.asked_by], kind="clarification.answered", path=f"/cong-viec/{task.pk}/", at=at,
        text="Đã có giải trình về một công việc ông/bà yêu cầu.",
    )  # fmt: skip
    written(task, by, at, "clarification.answered", asked)
    return asked
