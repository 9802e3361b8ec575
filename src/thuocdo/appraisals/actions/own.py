"""What the owner of a sheet does: save, submit, withdraw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.drafts import check_shape
from thuocdo.appraisals.locking import (
    locked,
    move,
    require_evaluator,
    require_owner,
    standing,
)
from thuocdo.appraisals.models import Draft, Sheet, Submission
from thuocdo.appraisals.shapes import shape_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict
from thuocdo.notices.actions import notify


@action
def save_draft(*, sheet_id: int, document: Mapping[str, Any], by: User, at: datetime) -> Draft:
    """Keep what the owner or the evaluator has typed so far; it may be partial or wrong and is not on the
    record.

    Raises NotYours, Conflict where the sheet is not in the author's hands, Refused for a document of
    another shape.
    """
    sheet = locked(sheet_id)
    mine = sheet.person.user_id == by.pk
    if not mine:
        require_evaluator(sheet, by, at)
    stands_in = not mine and sheet.stand_in_allowed and sheet.state in rules.WITH_OWNER
    if not stands_in:
        rules.check_open(standing(sheet), at, finishing=not mine)
    if not stands_in and sheet.state not in (rules.WITH_OWNER if mine else rules.WITH_EVALUATOR):
        raise Conflict(f"{rules.who_did_what(standing(sheet))} Bản nháp chưa được lưu; hãy tải lại trang.")
    text = facts.canonical(check_shape(document))
    draft, _ = Draft.objects.update_or_create(
        sheet=sheet, author=by, defaults={"document": text, "saved_at": at}
    )
    nothing_changed()
    return draft


@action
def submit(*, sheet_id: int, version: int, document: Mapping[str, Any], by: User, at: datetime) -> Submission:
    """File the sheet: freeze marks, texts and the tasks as reported. Sending the same document twice has
    one effect.

    `document` is the self document of `thuocdo.appraisals`, with the optional `unreported_ok`: True means
    "work I have not reported counts as not done"; without it a sheet with unreported tasks is refused. Raises
    Refused with every problem by field, Conflict for an older version or a closed cycle.
    """
    sheet = locked(sheet_id)
    require_owner(sheet, by)
    text = shape_of(sheet.member).self_text(sheet, document)
    last = stored.latest(sheet, Submission.Part.SELF)
    again = last is not None and last.digest == facts.digest_of(text)
    if again and last is not None and sheet.state == rules.SUBMITTED and sheet.changed_by_id == by.pk:
        nothing_changed()
        return last
    rules.check_open(standing(sheet), at)
    rules.check_version(standing(sheet), version)
    move(sheet, "submit", by, at)
    submission = stored.add(
        sheet, Submission.Part.SELF, text, number=stored.next_number(sheet), author=by, at=at
    )
    Draft.objects.filter(sheet=sheet, author=by).delete()
    notify(
        users=[sheet.evaluator.user],
        kind="sheet.submitted",
        at=at,
        path=f"/danh-gia/{sheet.cycle_id}/",
        text=f"Có phiếu {sheet.cycle.short_name} mới nộp, chờ ông/bà nhận xét.",
    )
    record(
        chain=sheet.cycle.root.code,
        code="sheet.submitted",
        by=by,
        at=at,
        objects=[sheet, submission],
        data={"sheet": sheet.pk, "number": submission.number},
    )
    return submission


@action
def withdraw(*, sheet_id: int, version: int, by: User, at: datetime) -> Sheet:
    """Take a submitted sheet back to change it, until the evaluator opens it. The submitted document is
    kept."""
    sheet = locked(sheet_id)
    require_owner(sheet, by)
    if sheet.state == rules.DRAFTING and sheet.version == version + 1 and sheet.changed_by_id == by.pk:
        nothing_changed()
        return sheet
    rules.check_open(standing(sheet), at)
    rules.check_version(standing(sheet), version)
    move(sheet, "withdraw", by, at)
    record(
        chain=sheet.cycle.root.code,
        code="sheet.withdrawn",
        by=by,
        at=at,
        objects=[sheet],
        data={"sheet": sheet.pk},
    )
    return sheet
