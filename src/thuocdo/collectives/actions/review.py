"""What the authority's people do: open, return, judge tasks, rule on bonus points, hold for verification, propose."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.collectives import rules
from thuocdo.collectives.access import reach, require_rates
from thuocdo.collectives.locking import (
    chain_of,
    file_part,
    latest,
    locked,
    move,
    require_state,
    require_version,
)
from thuocdo.collectives.models import UnitBonus, UnitHold, UnitSheet, UnitSubmission, UnitTask
from thuocdo.collectives.queries import sheet_by_id
from thuocdo.collectives.sheets import form_of, read_authority
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.typed import parse_points, text_from

SAME_LOOK = timedelta(minutes=10)
JUDGED = ("done", "late", "failing", "above")


@action
def open_unit_sheet(*, sheet_id: int, version: int, by: User, at: datetime) -> UnitSheet:
    """The authority takes a filed sheet up. Raises NotYours, Conflict."""
    sheet = locked(sheet_id)
    require_rates(sheet, by, localdate(at))
    if sheet.state == rules.UNDER_REVIEW:
        nothing_changed()
        return sheet
    require_version(sheet, version)
    move(sheet, "open")
    record(chain=chain_of(sheet), code="unit_sheet.opened", by=by, at=at, objects=[sheet])
    return sheet


@action
def return_unit_sheet(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> UnitSheet:
    """Back to the unit with what is to be completed. Raises NotYours, Refusal, Conflict."""
    sheet = locked(sheet_id)
    require_rates(sheet, by, localdate(at))
    require_version(sheet, version)
    sheet.returned = text_from(reason, "Lý do trả lại", "returned", 1000, lines=True)
    move(sheet, "return")
    record(chain=chain_of(sheet), code="unit_sheet.returned", by=by, at=at, objects=[sheet])
    return sheet


@action
def judge_unit_task(*, task_id: int, judged: Mapping[str, bool], note: str, by: User, at: datetime) -> UnitTask:
    """The authority judges a task: done, late, failing, above; a note where that differs from the unit's report.

    Raises NotYours, Refusal, Conflict.
    """
    known = UnitTask.objects.filter(pk=task_id).first()
    if known is None:
        raise NotYours()
    sheet = locked(known.sheet_id)
    require_rates(sheet, by, localdate(at))
    require_state(sheet, (rules.UNDER_REVIEW,), "xem xét nhiệm vụ")
    task = UnitTask.objects.get(pk=task_id)
    found = {name: judged.get(name) is True for name in JUDGED}
    if not found["done"] and any(found.values()):
        raise Refusal("task.undone", "Nhiệm vụ chưa hoàn thành thì không ghi chậm, chất lượng hay vượt.", field="done")
    differs = (found["done"], found["late"], found["above"]) != task.reported or found["failing"]
    words = text_from(note, "Ý kiến", "judged_note", 500, needed=differs, lines=True)
    task.done, task.late, task.failing, task.above = (found[name] for name in JUDGED)
    task.judged, task.judged_note = True, words
    task.save()
    record(chain=chain_of(sheet), code="unit_task.judged", by=by, at=at, objects=[task], data={"sheet": sheet.pk})
    return task


@action
def rule_on_bonus(*, bonus_id: int, given: str, ruled_note: str, by: User, at: datetime) -> UnitBonus:
    """The authority gives all, some or none of the points asked for, with the reason; never by who asked.

    Raises NotYours, Forbidden, Refusal, Conflict.
    """
    known = UnitBonus.objects.filter(pk=bonus_id).first()
    if known is None:
        raise NotYours()
    sheet = locked(known.sheet_id)
    person = require_rates(sheet, by, localdate(at))
    require_state(sheet, (rules.UNDER_REVIEW,), "duyệt điểm thưởng")
    bonus = UnitBonus.objects.get(pk=bonus_id)
    if bonus.asked_by_id == person.pk:
        raise Forbidden("Ông/bà đã đề nghị điểm thưởng này nên người khác phải duyệt.")
    bonus.given = parse_points(given, bonus.asked, label="Điểm được duyệt")
    bonus.ruled_note = text_from(ruled_note, "Ý kiến duyệt", "ruled_note", 500, lines=True)
    bonus.ruled_by, bonus.ruled_at = person, at
    bonus.save()
    record(chain=chain_of(sheet), code="unit_bonus.ruled", by=by, at=at, objects=[bonus], data={"sheet": sheet.pk})
    return bonus


@action
def begin_hold(*, sheet_id: int, kind: str, note: str, by: User, at: datetime) -> UnitHold:
    """An objection, a denunciation or signs of disunity are to be verified: nothing is decided meanwhile.

    Raises NotYours, Refusal, Conflict where the sheet is decided.
    """
    sheet = locked(sheet_id)
    require_rates(sheet, by, localdate(at))
    if sheet.state == rules.DECIDED:
        raise Conflict("Đơn vị này đã có quyết định. Hãy xem xét lại quyết định trước, rồi ghi việc phải xác minh.")
    if kind not in UnitHold.Kind.values:
        raise Refusal("hold.kind", "Hãy chọn khiếu nại, tố cáo hoặc dấu hiệu mất đoàn kết.", field="hold_kind")
    hold = UnitHold.objects.create(
        sheet=sheet, kind=kind, note=text_from(note, "Nội dung", "hold_note", 500, lines=True), begun_by=by, begun_at=at
    )
    record(chain=chain_of(sheet), code="unit_hold.begun", by=by, at=at, objects=[hold], data={"sheet": sheet.pk})
    return hold


@action
def end_hold(*, hold_id: int, outcome: str, by: User, at: datetime) -> UnitHold:
    """The verification ended, with what it found. Raises NotYours, Refusal, Conflict."""
    known = UnitHold.objects.filter(pk=hold_id).first()
    if known is None:
        raise NotYours()
    sheet = locked(known.sheet_id)
    require_rates(sheet, by, localdate(at))
    hold = UnitHold.objects.get(pk=hold_id)
    if hold.ended_at is not None:
        raise Conflict("Việc xác minh này đã kết thúc.")
    hold.outcome = text_from(outcome, "Kết quả xác minh", "outcome", 1000, lines=True)
    hold.ended_by, hold.ended_at = by, at
    hold.save()
    record(chain=chain_of(sheet), code="unit_hold.ended", by=by, at=at, objects=[hold], data={"sheet": sheet.pk})
    return hold


@action
def propose_unit_level(
    *, sheet_id: int, version: int, document: Mapping[str, Any], by: User, at: datetime
) -> UnitSubmission:
    """The authority's part over the unit's, with the level proposed. Document as `sheets.read_authority`.

    Every bonus proposal must be ruled on and every task judged. Raises NotYours, Refused, Refusal, Conflict.
    """
    sheet = locked(sheet_id)
    person = require_rates(sheet, by, localdate(at))
    require_version(sheet, version)
    require_state(sheet, (rules.UNDER_REVIEW,), "đề xuất mức")
    filed, own = latest(sheet, UnitSubmission.Part.SELF)
    assert filed is not None, "a sheet under review was filed"
    form = form_of(sheet)
    if any(bonus.given is None for bonus in form.bonuses):
        raise Conflict("Còn đề nghị điểm thưởng chưa duyệt. Hãy duyệt từng đề nghị trước khi đề xuất mức.")
    if any(not task.judged for task in form.tasks):
        raise Conflict("Còn nhiệm vụ chưa được xem xét. Hãy xem xét từng nhiệm vụ trước khi đề xuất mức.")
    part = read_authority(form, document, own, filed.number, complete=True)
    _check_level(form.scheme.levels, part.texts["level"], part.outcome.level)
    move(sheet, "propose")
    row = file_part(sheet, UnitSubmission.Part.AUTHORITY, part.document(form), person, at)
    sheet.drafts.filter(part=row.part, author=by).delete()
    record(chain=chain_of(sheet), code="unit_sheet.proposed", by=by, at=at, objects=[sheet, row])
    return row


def _check_level(levels: Any, proposed: str, by_rule: str | None) -> None:
    codes = [one.code for one in levels]
    if proposed and by_rule in codes and codes.index(proposed) < codes.index(by_rule):
        label = next(one.label for one in levels if one.code == by_rule)
        raise Refusal("level.above", f"Kết quả theo quy tắc là “{label}”; không đề xuất mức cao hơn.", field="level")


@action
def record_unit_view(*, sheet_id: int, by: User, at: datetime) -> None:
    """Somebody who is not of the unit read its sheet; again within ten minutes adds nothing. Raises NotYours."""
    sheet, found = sheet_by_id(sheet_id), reach(by, localdate(at))
    if not found.views(sheet):
        raise NotYours()
    known = EventObject.objects.filter(kind="collectives.unitsheet", key=str(sheet_id), event__code="unit_sheet.viewed")
    if found.writes(sheet) or known.filter(event__actor=str(by.pk), event__at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    sheet = locked(sheet_id)
    record(chain=chain_of(sheet), code="unit_sheet.viewed", by=by, at=at, objects=[sheet])
