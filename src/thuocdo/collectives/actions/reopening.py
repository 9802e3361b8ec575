"""A closed round opens for one unit's result, wanted by two people: one asks with the reason, the head agrees."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.collectives import rules
from thuocdo.collectives.access import acting, reach, require_decides, require_rates
from thuocdo.collectives.locking import (
    chain_of,
    locked,
    locked_round,
    move,
    require_no_hold,
    require_state,
    require_version,
)
from thuocdo.collectives.models import UnitReopening, UnitReopeningEnd, UnitRound, UnitSheet
from thuocdo.kernel.errors import Conflict, Forbidden
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.queries import head_of

State = UnitReopening.State


@action
def ask_unit_reopening(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> UnitReopening:
    """One of the authority's people, not who would agree, asks to look again at a decided unit of a closed round;
    nothing opens yet, and its head is told. Raises NotYours, Forbidden, Refusal, Conflict."""
    on = localdate(at)
    sheet = _of_closed(sheet_id)
    asker = require_rates(sheet, by, on)
    if reach(by, on).decides(sheet):
        raise Forbidden(
            "Ông/bà là người đồng ý mở lại nên không tự đề nghị: phải có hai người. Hãy để cán bộ tổ chức hoặc cấp phó "
            "đề nghị."
        )
    require_version(sheet, version)
    require_state(sheet, (rules.DECIDED,), "đề nghị mở lại")
    if sheet.reopenings.filter(state=State.ASKED).exists():
        raise Conflict("Phiếu này đã có đề nghị mở lại đang chờ. Hãy tải lại trang để xem.")
    why = text_from(reason, "Lý do đề nghị mở lại", "reopen_reason", 1000, lines=True)
    row = UnitReopening.objects.create(sheet=sheet, reason=why, asked_by=asker, asked_at=at)
    head = head_of(sheet.authority_id, on)
    text = f"Có đề nghị mở lại phiếu {sheet.round.label} đã khóa của {sheet.unit.name}, chờ ông/bà đồng ý hoặc không."
    _tell([head.user if head else None], "unit_reopening.asked", row, text, at)
    _record("unit_reopening.asked", row, [row], by, at)
    return row


@action
def agree_unit_reopening(*, sheet_id: int, version: int, by: User, at: datetime) -> UnitReopening:
    """The authority's head, not who asked, agrees: the unit is looked at again, its result stands until two people
    replace it. Raises NotYours, Forbidden, Conflict."""
    sheet = _of_closed(sheet_id)
    person = require_decides(sheet, by, localdate(at))
    require_version(sheet, version)
    row = _asked(sheet)
    if row.asked_by_id == person.pk:
        raise Forbidden("Ông/bà là người đề nghị nên cần người thứ hai đồng ý.")
    row.state, row.ended_by, row.ended_at = State.AGREED, person, at
    row.save()
    sheet.returned = row.reason
    move(sheet, "reconsider")
    text = f"Phiếu {sheet.round.label} của {sheet.unit.name} được mở lại; kết quả cũ còn hiệu lực tới khi được thay."
    _tell([row.asked_by.user], "reopening.agreed", row, text, at)
    _record("unit_reopening.agreed", row, [row, sheet], by, at)
    return row


@action
def drop_unit_reopening(*, sheet_id: int, reason: str, by: User, at: datetime) -> UnitReopening:
    """Not opened after all, with the reason: by the head, or by who asked. Raises NotYours, Forbidden, Refusal,
    Conflict; twice changes nothing."""
    on = localdate(at)
    sheet = _of_closed(sheet_id)
    person = require_rates(sheet, by, on)
    last = sheet.reopenings.order_by("pk").last()
    if last is not None and (last.state, last.ended_by_id) == (State.DROPPED, person.pk):
        nothing_changed()
        return last
    row = _asked(sheet)
    found = reach(by, on)
    if row.asked_by_id != acting(found).pk and not found.decides(sheet):
        raise Forbidden("Chỉ người đề nghị hoặc người đứng đầu cấp đánh giá bỏ đề nghị này.")
    row.end_reason = text_from(reason, "Lý do không mở lại", "reopen_end", 1000, lines=True)
    row.state, row.ended_by, row.ended_at = State.DROPPED, person, at
    row.save()
    if row.asked_by_id != person.pk:
        text = f"Đề nghị mở lại phiếu {sheet.round.label} của {sheet.unit.name} không được đồng ý."
        _tell([row.asked_by.user], "reopening.dropped", row, text, at)
    _record("unit_reopening.dropped", row, [row], by, at)
    return row


@action
def close_unit_again(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> UnitReopeningEnd:
    """The authority's head closes a reopened unit again with the result that stood all the time, and says why; nothing
    is replaced. Who asked is told, and the unit's head and writer, whose step it may have been.
    Raises NotYours, Refusal, Conflict (nothing is reopened, something is verified)."""
    sheet = _of_closed(sheet_id)
    person = require_decides(sheet, by, localdate(at))
    require_version(sheet, version)
    row = sheet.reopenings.select_related("asked_by__user").filter(state=State.AGREED, end=None).order_by("pk").last()
    if row is None or sheet.state == rules.DECIDED:
        raise Conflict("Phiếu này không đang được mở lại. Hãy tải lại trang.")
    require_no_hold(sheet, "khóa lại")
    why = text_from(reason, "Lý do giữ kết quả cũ", "keep_reason", 1000, lines=True)
    made = UnitReopeningEnd.objects.create(reopening=row, reason=why, by=person, at=at)
    move(sheet, "keep")
    text = f"Phiếu {sheet.round.label} của {sheet.unit.name} được khóa lại, kết quả cũ giữ nguyên."
    head = head_of(sheet.unit_id, localdate(at))
    told = {one.user_id: one.user for one in (row.asked_by, head, sheet.writer) if one is not None}
    _tell([user for pk, user in told.items() if pk != by.pk], "unit_reopening.closed", row, text, at)
    _record("unit_reopening.closed", row, [made, sheet], by, at)
    return made


def _of_closed(sheet_id: int) -> UnitSheet:
    """The sheet and then its round, held. Raises NotYours, Conflict while the round is open."""
    sheet = locked(sheet_id)
    if locked_round(sheet.round_id).state != UnitRound.State.CLOSED:
        raise Conflict("Kỳ này đang mở: người đứng đầu xem xét lại ngay trên phiếu, không cần đề nghị mở lại.")
    return sheet


def _asked(sheet: UnitSheet) -> UnitReopening:
    rows = UnitReopening.objects.select_related("asked_by__user").filter(sheet=sheet, state=State.ASKED)
    row = rows.first()
    if row is None:
        raise Conflict("Phiếu này không có đề nghị mở lại đang chờ. Hãy tải lại trang.")
    return row


def _tell(users: list[Any], kind: str, row: UnitReopening, text: str, at: datetime) -> None:
    notify(users=users, kind=kind, path=f"/tap-the/phieu/{row.sheet_id}/", at=at, text=text[:300])


def _record(code: str, row: UnitReopening, objects: list[Any], by: User, at: datetime) -> None:
    chain = chain_of(row.sheet)
    record(chain=chain, code=code, by=by, at=at, objects=objects, data={"sheet": row.sheet_id})
