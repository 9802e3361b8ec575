"""Steps shared by the actions on units' sheets: lock, check the version, move, file a part, record."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from thuocdo.appraisals.facts import digest_of
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitSubmission
from thuocdo.collectives.rules import MACHINE
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.models import Person


def locked(sheet_id: int) -> UnitSheet:
    """The sheet, locked until the end of the transaction. Raises NotYours."""
    if not UnitSheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).exists():
        raise NotYours()
    return UnitSheet.objects.select_related("round", "authority", "unit", "writer").get(pk=sheet_id)


def locked_round(round_id: int) -> UnitRound:
    """The round, locked until the end of the transaction. Raises NotYours."""
    if not UnitRound.objects.select_for_update(of=("self",)).filter(pk=round_id).exists():
        raise NotYours()
    return UnitRound.objects.select_related("authority").get(pk=round_id)


def next_number(sheet: UnitSheet) -> int:
    """The number of the next task given to the unit; one that was taken back leaves a gap, others keep theirs."""
    return (sheet.tasks.aggregate(last=Max("number"))["last"] or 0) + 1


def require_version(sheet: UnitSheet, version: int) -> None:
    """Raises Conflict where somebody changed the sheet since it was read."""
    if sheet.version != version:
        state = MACHINE.states[sheet.state]
        raise Conflict(f"Phiếu vừa được người khác thay đổi (hiện {state}). Hãy tải lại trang, xem lại rồi làm tiếp.")


def require_state(sheet: UnitSheet, states: Sequence[str], what: str) -> None:
    """Raises Conflict where the sheet stands elsewhere."""
    if sheet.state not in states:
        raise Conflict(f"Không {what} được: phiếu {MACHINE.states[sheet.state]}. Hãy tải lại trang.")


def require_not_reopened_alone(one: UnitRound, step: str) -> None:
    """Raises Conflict where one person alone would open a closed round: that takes two (`actions.reopening`)."""
    if step == "reconsider" and one.state == UnitRound.State.CLOSED:
        raise Conflict(
            "Kỳ này đã khóa nên một người không tự mở lại. Hãy để cán bộ tổ chức hoặc cấp phó đề nghị mở lại trên "
            "trang phiếu của đơn vị, người đứng đầu đồng ý."
        )


def move(sheet: UnitSheet, step: str) -> None:
    """The sheet one step on; every step is a new version."""
    sheet.state = MACHINE.target(step, sheet.state)
    sheet.version += 1
    sheet.save()


def require_no_hold(sheet: UnitSheet, what: str) -> None:
    """Nothing of the unit is being verified. Raises Conflict."""
    running = sheet.holds.filter(ended_at=None).first()
    if running is not None:
        raise Conflict(
            f"Đang xác minh {running.get_kind_display()} ({running.note}). Hãy ghi kết quả xác minh rồi mới {what}."
        )


def file_part(sheet: UnitSheet, part: UnitSubmission.Part, text: str, author: Person, at: datetime) -> UnitSubmission:
    """Append a part to the sheet."""
    last = sheet.submissions.order_by("-number").first()
    return UnitSubmission.objects.create(
        sheet=sheet,
        number=last.number + 1 if last else 1,
        part=part,
        document=text,
        digest=digest_of(text),
        author=author,
        at=at,
    )


def latest(sheet: UnitSheet, part: UnitSubmission.Part) -> tuple[UnitSubmission | None, dict[str, Any]]:
    """The last part of a kind with its document; None and nothing where there is none."""
    row = sheet.submissions.filter(part=part).select_related("author").order_by("-number").first()
    return row, json.loads(row.document) if row else {}


def chain_of(sheet: UnitSheet) -> str:
    """The chain on which the events of a sheet stand: that of the authority."""
    return sheet.authority.code
