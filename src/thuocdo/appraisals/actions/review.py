"""What the evaluator does before confirming: open, look, return with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import may_view, officer_or_inspector
from thuocdo.appraisals.locking import locked, locked_all, move, require_evaluator, standing
from thuocdo.appraisals.models import Draft, Remark, Sheet, sheet_made
from thuocdo.appraisals.typed import SHORT_TEXT, Problems
from thuocdo.appraisals.years import year_seen
from thuocdo.audit.models import EventObject
from thuocdo.audit.queries import events_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.actions import notify

SAME_LOOK = timedelta(minutes=10)


@action
def open_for_review(*, sheet_id: int, by: User, at: datetime) -> Sheet:
    """The evaluator opens a submitted sheet; from now on the owner cannot withdraw it. Opening twice is
    one effect."""
    sheet = locked(sheet_id)
    who = require_evaluator(sheet, by, at)
    if sheet.state == rules.UNDER_REVIEW:
        nothing_changed()
        return sheet
    rules.check_open(standing(sheet), at, finishing=True)
    move(sheet, "open", by, at)
    record(
        chain=sheet.cycle.root.code,
        code="sheet.opened",
        by=by,
        at=at,
        on_behalf_of=who.behalf,
        objects=[sheet],
        data={"sheet": sheet.pk},
    )
    return sheet


@action
def record_view(*, sheet_id: int, by: User, at: datetime) -> None:
    """Somebody else than the owner looked at the sheet: on the record, and shown to the owner. Raises
    NotYours.

    Looking again within ten minutes (a reload) adds nothing.
    """
    sheet = locked(sheet_id)
    if not may_view(sheet, by, localdate(at)):
        raise NotYours()
    looked = events_of("appraisals.sheet", sheet_id, codes=("sheet.viewed",)).filter(actor=str(by.pk))
    if sheet.person.user_id == by.pk or looked.filter(at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    record(
        chain=sheet.cycle.root.code,
        code="sheet.viewed",
        by=by,
        at=at,
        objects=[sheet],
        data={"sheet": sheet.pk},
    )


@action
def record_year_view(*, person_id: int, year: int, by: User, at: datetime) -> None:
    """Somebody else than the owner takes the draft of a person's year: shown to the owner on every sheet of
    the year. Raises NotYours.

    Taking it again within ten minutes (the other file format) adds nothing.
    """
    person, members, read = year_seen(by, person_id, year, at)
    inside = [s.pk for m in members if m.pk in read and (s := sheet_made(m)) is not None]
    sheets = list(locked_all(inside).values())
    codes = ("sheet.year_viewed",)
    looked = [events_of("appraisals.sheet", s.pk, codes=codes).filter(actor=str(by.pk)) for s in sheets[-1:]]
    if person.user_id == by.pk or not sheets or looked[0].filter(at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    record(
        chain=sheets[-1].cycle.root.code,
        code="sheet.year_viewed",
        by=by,
        at=at,
        objects=sheets,
        data={"year": year, "sheets": len(sheets)},
    )


@action
def record_what_if_view(*, cycle_id: int, sheets: Sequence[int], by: User, at: datetime) -> None:
    """Officers and inspectors see who of a closed period would move under a changed rule: shown to each owner.
    Raises NotYours.

    Looking again within ten minutes (another change, a reload) adds nothing for a sheet already looked at.
    """
    cycle = Cycle.objects.select_related("root").filter(pk=cycle_id).first()
    if cycle is None or not officer_or_inspector(by, cycle.root_id, localdate(at)):
        raise NotYours()
    recent = EventObject.objects.filter(
        kind="appraisals.sheet",
        event__code="sheet.what_if_viewed",
        event__actor=str(by.pk),
        event__at__gt=at - SAME_LOOK,
    )
    seen = {int(key) for key in recent.values_list("key", flat=True)}
    fresh = Sheet.objects.filter(pk__in=set(sheets) - seen, cycle=cycle).exclude(person__user_id=by.pk)
    looked = list(locked_all(list(fresh.values_list("pk", flat=True))).values())
    if not looked:
        nothing_changed()
        return
    record(
        chain=cycle.root.code,
        code="sheet.what_if_viewed",
        by=by,
        at=at,
        objects=looked,
        data={"cycle": cycle.pk, "sheets": len(looked)},
    )


@action
def return_for_revision(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> Sheet:
    """Give the sheet back to its owner with the reason. Raises NotYours, Refused without a reason,
    Conflict."""
    sheet = locked(sheet_id)
    require_evaluator(sheet, by, at)
    why = reason_text(reason, "Lý do trả lại")
    if sheet.state == rules.RETURNED and sheet.version == version + 1 and sheet.changed_by_id == by.pk:
        nothing_changed()
        return sheet
    rules.check_open(standing(sheet), at)
    rules.check_version(standing(sheet), version)
    if sheet.confirmations.exists():
        raise Conflict(
            "Phiếu này đã có kết quả nhập thay từ bản giấy mà ông/bà không đồng ý: hãy nhận xét, xác nhận lại để có "
            "kết quả thay thế, không trả lại phiếu."
        )
    move(sheet, "return", by, at)
    remark = Remark.objects.create(
        sheet=sheet, owner=sheet.person.user, kind=Remark.Kind.RETURN, reason=why, by=by, at=at
    )
    Draft.objects.filter(sheet=sheet).delete()
    notify(
        users=[sheet.person.user],
        kind="sheet.returned",
        path=f"/phieu/{sheet.pk}/",
        at=at,
        text=f"Phiếu {sheet.cycle.short_name} được trả lại để bổ sung; lý do ghi trên trang phiếu.",
    )
    record(
        chain=sheet.cycle.root.code,
        code="sheet.returned",
        by=by,
        at=at,
        objects=[sheet, remark],
        data={"sheet": sheet.pk},
    )
    return sheet


def reason_text(reason: str, label: str, *, field: str = "reason") -> str:
    """A reason that is there and not too long. Raises Refusal."""
    problems = Problems()
    found = problems.text(field, reason, most=SHORT_TEXT, label=label, needed=True)
    if problems:
        raise Refusal("reason.needed", problems[field], field=field)
    return found
