"""Objective causes of lateness: claimed by the doer, confirmed or refused by the head in charge (Điều 14)."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of
from thuocdo.work.closed import require_open
from thuocdo.work.models import CauseClaim, Task
from thuocdo.work.rules import check_cause_decided, check_claim
from thuocdo.work.seeing import may_decide_cause
from thuocdo.work.steps import lock_task, require_active, require_doer, require_seen, written


@action
def claim_cause(
    *, by: User, at: datetime, task_id: int, version: int, occurrences: int, text: str
) -> CauseClaim:
    """The doer claims an objective cause for so many of the late occurrences reported on the task.

    Raises NotYours, Refusal, Conflict (a claim stands already).
    """
    task = lock_task(task_id)
    require_doer(task, by)
    require_seen(task, version)
    require_active(task)
    require_open(task.person_id, task.month)
    check_claim(occurrences, task.late)
    if task.claims.exclude(state=CauseClaim.State.REFUSED).exists():
        raise Conflict("Việc này đã có nguyên nhân khách quan đang chờ hoặc đã được xác nhận.")
    said = text_from(text, "Nguyên nhân khách quan", most=500, field="text")
    claim = CauseClaim.objects.create(task=task, occurrences=occurrences, text=said, claimed_by=by, claimed_at=at)
    written(task, by, at, "cause.claimed", claim, occurrences=occurrences)
    return claim


@action
def decide_cause(
    *, by: User, at: datetime, claim_id: int, confirmed: int, reason: str
) -> CauseClaim:
    """The head in charge confirms so many of the claimed occurrences (0 refuses), with the reason.

    Raises NotYours, Refusal, Conflict (decided already, closed month).
    """
    found = CauseClaim.objects.filter(pk=claim_id).values_list("task_id", flat=True).first()
    task = lock_task(found or 0)
    claim = CauseClaim.objects.select_for_update().get(pk=claim_id)
    if not may_decide_cause(by, task, day_of(at)):
        raise NotYours()
    if claim.state != CauseClaim.State.WAITING:
        raise Conflict(f"Nguyên nhân này {claim.get_state_display()}. Hãy tải lại trang.")
    require_open(task.person_id, task.month)
    check_cause_decided(confirmed, claim.occurrences)
    if confirmed > task.late:
        raise Conflict("Số lần chậm được báo cáo đã thay đổi. Hãy tải lại trang để xem số mới.")
    claim.reason = text_from(reason, "Lý do quyết định", most=500, field="reason")
    claim.confirmed, claim.decided_by, claim.decided_at = confirmed, by, at
    claim.state = CauseClaim.State.CONFIRMED if confirmed else CauseClaim.State.REFUSED
    claim.save()
    if confirmed != task.late_excused:
        task.late_excused, task.late_each = confirmed, ""  # which products the rest befell is not said any more
    _tell(task, at)
    written(task, by, at, "cause.decided", claim, confirmed=confirmed)
    return claim


def _tell(task: Task, at: datetime) -> None:
    notify(
        users=[task.person.user], kind="cause.decided", path=f"/cong-viec/{task.pk}/", at=at,
        text="Nguyên nhân khách quan ông/bà nêu cho một công việc đã được xem xét.",
    )  # fmt: skip
