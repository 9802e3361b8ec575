"""A judgement entered from the paper that whoever evaluates has signed, and their objection to what was entered."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.actions.confirming import tell_owner, write_result
from thuocdo.appraisals.actions.paper import Paper, read_paper
from thuocdo.appraisals.actions.review import reason_text
from thuocdo.appraisals.locking import locked, move, require_evaluator, standing
from thuocdo.appraisals.models import Confirmation, Draft, Petition, Remark, Sheet, Submission
from thuocdo.appraisals.paper.notes import JUDGED, stored_note
from thuocdo.appraisals.paper.queries import entered_result, enterer_of, last_paper, require_may_enter_judgement
from thuocdo.appraisals.shapes import judge
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.notices.actions import notify


@action
def enter_judgement(
    *, sheet_id: int, version: int, judgement: Mapping[str, Any], paper: Paper, by: User, at: datetime
) -> Confirmation:
    """Confirm a filed sheet in the name of its evaluator, as the signed paper says.

    Both are told; the evaluator may object while the period is open, and then confirms alone. Raises NotYours,
    Forbidden (own sheet, who evaluates, who entered the owner's part, an evaluator who has left the post), Refused with
    every problem by field, Refusal (paper), Conflict.
    """
    sheet = locked(sheet_id)
    require_may_enter_judgement(sheet, by, localdate(at))
    rules.check_open(standing(sheet), at, finishing=True)
    rules.check_version(standing(sheet), version)
    rules.MACHINE.target("enter_judgement", sheet.state)
    row = read_paper(sheet, paper, by, at)
    row.own_entered_by_id = enterer_of(sheet)
    _require_signed_after_filing(sheet, row.signed_on)
    judged = judge(sheet, judgement, sheet.evaluator, complete=True)
    note = stored_note(row.entered_by.full_name, row.signed_on, row.number, row.scan_sha256)
    marked = replace(judged, text=facts.canonical(json.loads(judged.text) | {JUDGED: note}))
    submission, confirmation = write_result(sheet, marked, Submission.Part.EVALUATOR, sheet.evaluator, by, at)
    row.submission = submission
    row.save(force_insert=True)
    move(sheet, "enter_judgement", by, at)
    kept = _kept_draft(sheet)
    tell_owner(sheet, at)
    _tell_evaluator(sheet, row.entered_by.full_name, at, kept=kept)
    record(
        chain=sheet.cycle.root.code, code="sheet.judgement_entered_from_paper", by=by, at=at,
        on_behalf_of=str(sheet.evaluator.user_id or ""), objects=[sheet, submission, confirmation, row],
        data={"sheet": sheet.pk, "confirmation": confirmation.number, "outcome": judged.outcome.kind},
    )
    return confirmation


def _require_signed_after_filing(sheet: Sheet, signed_on: date) -> None:
    """Nobody has judged what was not there: the day of the owner's signature, or of filing. Raises Refusal."""
    filed, paper = stored.latest(sheet, Submission.Part.SELF), last_paper(sheet)
    if filed is None:
        raise Conflict("Phiếu chưa có bản tự đánh giá nào được nộp. Hãy tải lại trang.")
    on_paper = paper is not None and paper.submission_id == filed.pk
    day = paper.signed_on if paper is not None and on_paper else localdate(filed.at)
    if signed_on < day:
        what = "người được đánh giá ký" if on_paper else "người được đánh giá nộp"
        raise Refusal(
            "paper.signed", f"Ngày ký phần nhận xét trước ngày {what} ({day:%d/%m/%Y}). Hãy xem lại bản giấy.",
            field="signed_on",
        )


def _kept_draft(sheet: Sheet) -> bool:
    """What the evaluator has typed so far stays until the period is closed, for when they object. Whether there is
    some."""
    if standing(sheet).closed_at is not None:
        Draft.objects.filter(sheet=sheet).delete()
    return Draft.objects.filter(sheet=sheet, author=sheet.evaluator.user).exists()


def _tell_evaluator(sheet: Sheet, name: str, at: datetime, *, kept: bool) -> None:
    step = "bấm “Không đồng ý với phần nhận xét nhập thay”"
    draft = " Bản nháp đang soạn được giữ." if kept else ""
    if standing(sheet).closed_at is not None:
        step = "báo cán bộ tổ chức đề nghị mở lại phiếu, vì kỳ đã khóa"
    notify(
        users=[sheet.evaluator.user], kind="sheet.judgement_entered", at=at, path=f"/danh-gia/phieu/{sheet.pk}/",
        text=f"{name} đã nhập thay phần nhận xét của ông/bà cho phiếu {sheet.cycle.short_name} từ bản giấy. "
        f"Khác bản đã ký thì {step}.{draft}",
    )


@action
def object_to_judgement(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> Sheet:
    """The evaluator says that what was entered is not what was signed: the sheet is under review again, and the next
    result replaces the entered one, which stays on record with the reason.

    Raises NotYours, Refusal without a reason, Conflict (confirmed in the product, by somebody else, under petition,
    closed, changed since).
    """
    sheet = locked(sheet_id)
    who = require_evaluator(sheet, by, at)
    why = reason_text(reason, "Lý do không đồng ý")
    if sheet.state == rules.UNDER_REVIEW and sheet.version == version + 1 and sheet.changed_by_id == by.pk:
        nothing_changed()
        return sheet
    result = entered_result(sheet)
    if result is None or result.confirmed_by_id != who.person.pk:
        raise Conflict("Kết quả này không phải bản nhập thay đứng tên ông/bà. Hãy tải lại trang.")
    rules.check_objection(standing(sheet))
    rules.check_version(standing(sheet), version)
    if Petition.objects.filter(confirmation=result).exists():
        raise Conflict("Kết quả này có kiến nghị: nơi giải quyết kiến nghị xem lại, ông/bà báo nội dung khác ở đó.")
    move(sheet, "object_judgement", by, at)
    remark = Remark.objects.create(
        sheet=sheet, owner=sheet.person.user, kind=Remark.Kind.OBJECTION, reason=why, by=by, at=at
    )
    notify(
        users=[result.submission.paper.entered_by.user, sheet.person.user], kind="sheet.judgement_objected", at=at,
        path="/",
        text=f"Người đánh giá không đồng ý với phần nhận xét đã nhập thay của một phiếu {sheet.cycle.short_name}; "
        "phiếu được nhận xét lại.",
    )
    record(
        chain=sheet.cycle.root.code, code="sheet.judgement_objected", by=by, at=at, objects=[sheet, remark],
        data={"sheet": sheet.pk},
    )
    return sheet
