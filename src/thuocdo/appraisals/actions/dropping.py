"""Giving up a run that stopped: what its batches did stays, nothing more of it is done."""

from datetime import datetime

from django.db.models import ProtectedError

from thuocdo.accounts.models import User
from thuocdo.appraisals.actions.runs import recorded, run_for_officer
from thuocdo.appraisals.locking import locked_cycle
from thuocdo.appraisals.second import Step, rule_for
from thuocdo.audit.recording import action, nothing_changed
from thuocdo.cycles.models import Run
from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of

HALF_OPENED = (
    "Danh sách người của kỳ đã chốt nên lượt mở kỳ không bỏ dở được: ai cũng phải có phiếu thì kỳ mới theo dõi và khóa "
    "được. Hãy bấm “Chạy tiếp”; nếu vẫn gặp lỗi, hãy báo người vận hành."
)
USED = "Đã có việc khác gắn với kỳ này nên không bỏ lượt mở kỳ được. Hãy bấm “Chạy tiếp”."


@action
def drop_run(*, run_id: int, reason: str, by: User, at: datetime) -> Run:
    """Drop a run that was stopped or failed. Proposed results and publications that are committed stay; what two
    officers agreed to publish no longer holds for the rest (`second.second_of`). A period of which nobody is frozen yet
    goes with the run that was to open it, and may be opened again; one with people must be opened to the end.

    Where the agency wants two officers to publish, the one in whose name the run went does not drop it alone. Raises
    NotYours, Refusal (reason), Conflict.
    """
    why = text_from(reason, "Lý do bỏ dở", "reason", 500)
    publishing = Run.objects.filter(pk=run_id, kind=Run.Kind.PUBLISH).values_list("cycle", flat=True).first()
    if publishing is not None:
        locked_cycle(publishing)  # as those who publish lock: the period first, so no batch is half-way
    run = run_for_officer(run_id, by, at)
    if run.state == Run.State.DROPPED and run.dropped_by_id == by.pk:
        nothing_changed()
        return run
    if run.ended:
        raise Conflict(f"Lượt này {run.get_state_display()}, không bỏ dở được nữa.")
    if run.state not in (Run.State.STOPPED, Run.State.FAILED):
        raise Conflict("Lượt này đang chạy. Hãy bấm “Dừng sau đợt này” trước, rồi mới bỏ dở.")
    if run.kind == Run.Kind.PUBLISH:
        _two_officers(run, by, at)
    if run.kind == Run.Kind.OPEN:
        return _never_opened(run, why, by, at)
    run.state, run.finished_at, run.dropped_by, run.drop_reason = Run.State.DROPPED, at, by, why
    run.save()
    recorded(run, "run.dropped", at, by=by, data={"reason": why})
    return run


def _two_officers(run: Run, by: User, at: datetime) -> None:
    rule = rule_for(run.cycle.root_id, Step.PUBLISH, day_of(at))
    if rule is not None and run.acts_by.pk == by.pk:
        raise Conflict(
            f"Cơ quan yêu cầu hai cán bộ tổ chức khi công bố kết quả ({rule.decided_by}). Lượt này đang chạy theo tên "
            "ông/bà; cần một cán bộ tổ chức khác bỏ dở."
        )


def _never_opened(run: Run, why: str, by: User, at: datetime) -> Run:
    """The period as if it had never been opened; the log keeps that it was."""
    cycle, number = run.cycle, run.pk
    if cycle.members.exists():
        raise Conflict(HALF_OPENED)
    gone = [cycle]
    try:
        run.delete()
        key = cycle.pk
        cycle.delete()
    except ProtectedError:
        raise Conflict(USED) from None
    cycle.pk, run.pk = key, number
    recorded(run, "run.opening_dropped", at, by=by, data={"reason": why, "period": cycle.short_name}, removed=gone)
    return run
