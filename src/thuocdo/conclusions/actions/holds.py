"""What must be verified before a decision: opened by whoever learns of it, ended with an outcome."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions.access import by_key
from thuocdo.conclusions.locking import chain, needed, stored, taken
from thuocdo.conclusions.models import Assessment, AssessmentHold
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.organisation.access import day_of


@action
def begin_hold(
    *, subject_id: int = 0, assessment_id: int = 0, version: int, kind: str, note: str, by: User, at: datetime
) -> AssessmentHold:
    """A complaint, denunciation, disciplinary case or sign of disunity: nothing is decided while it runs. Who denounced
    is not written. Raises NotYours, Forbidden, Conflict where it is decided already, Several."""
    one, may = taken(subject_id, assessment_id, version, by, at)
    _may(may.verifies or may.decides)
    if one.state == Assessment.State.DECIDED:
        raise Conflict("Hồ sơ đã quyết định. Hãy ghi yêu cầu xếp loại lại của cấp trên trước.")
    read = Reading()
    read(_kind, kind)
    words = read(needed, note, 500, "hold_note", "Nội dung")
    read.done()
    stored(one, may, at)
    hold = AssessmentHold(assessment=one, kind=kind, note=words, begun_by=by, begun_at=at)
    hold.save(force_insert=True)
    record(chain=chain(one, at), code="assessment.hold_begun", by=by, at=at, objects=[one, hold])
    return hold


@action
def end_hold(*, hold_id: int, outcome: str, by: User, at: datetime) -> AssessmentHold:
    """The outcome of what was verified. Raises NotYours, Forbidden, Refusal."""
    if not AssessmentHold.objects.select_for_update(no_key=True, of=("self",)).filter(pk=hold_id).exists():
        raise NotYours()
    hold = AssessmentHold.objects.select_related("assessment").get(pk=hold_id)
    one, may = by_key(by, hold.assessment_id, day_of(at))
    _may(may.verifies or may.decides)
    if hold.ended_at is not None:
        nothing_changed()
        return hold
    hold.outcome = needed(outcome, 1000, f"outcome-{hold_id}", "Kết quả xác minh")
    hold.ended_by, hold.ended_at = by, at
    hold.save()
    record(chain=chain(one, at), code="assessment.hold_ended", by=by, at=at, objects=[hold])
    return hold


def _may(allowed: bool) -> None:
    if not allowed:
        raise Forbidden("Cán bộ tổ chức hoặc cấp quyết định ghi việc phải xác minh; không ai ghi về chính mình.")


def _kind(kind: str) -> None:
    if kind not in AssessmentHold.Kind.values:
        raise Refusal("assessment.hold_kind", "Hãy chọn loại việc trong danh sách.", field="hold_kind")
