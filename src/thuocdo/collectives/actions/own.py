"""What the unit does: who writes, reports on tasks, bonus points asked for, the sheet filed and taken back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.drafts import check_shape
from thuocdo.appraisals.facts import canonical
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.collectives import rules
from thuocdo.collectives.access import reach, require_writes
from thuocdo.collectives.drafts import KEYS
from thuocdo.collectives.locking import chain_of, file_part, locked, move, require_state, require_version
from thuocdo.collectives.models import UnitBonus, UnitDraft, UnitRound, UnitSheet, UnitSubmission, UnitTask
from thuocdo.collectives.sheets import form_of, read_self
from thuocdo.engine.schemes.schema import Group
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.exact import scaled
from thuocdo.kernel.typed import format_points, parse_points, text_from
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import headed_exactly, on_day


@action
def name_writer(*, sheet_id: int, version: int, person_id: int, by: User, at: datetime) -> UnitSheet:
    """The unit's head names who writes the sheet beside the head (0: nobody). Raises NotYours, Forbidden, Refusal."""
    sheet = locked(sheet_id)
    on = localdate(at)
    require_writes(sheet, by, on)
    if sheet.unit_id not in headed_exactly(by, on):
        raise Forbidden("Chỉ người đứng đầu đơn vị cử người lập phiếu của đơn vị.")
    require_version(sheet, version)
    post = Employment.objects.filter(on_day(on), unit=sheet.unit_id, person=person_id).select_related("person").first()
    if person_id and post is None:
        raise Refusal("writer.unknown", "Hãy chọn người đang công tác tại đơn vị.", field="writer")
    sheet.writer = post.person if post else None
    sheet.version += 1
    sheet.save()
    record(chain=chain_of(sheet), code="unit_sheet.writer_named", by=by, at=at, objects=[sheet])
    return sheet


@action
def report_unit_task(
    *, task_id: int, done_on: date | None, above: bool, evidence: str, note: str, by: User, at: datetime
) -> UnitTask:
    """The unit reports on a task; what exceeds the requirement needs evidence. Raises NotYours, Refusal, Conflict."""
    known = UnitTask.objects.filter(pk=task_id).first()
    if known is None:
        raise NotYours()
    sheet = _with_unit(known.sheet_id, by, at)
    task = UnitTask.objects.get(pk=task_id)
    if done_on is not None and done_on > localdate(at):
        raise Refusal("task.future", "Ngày hoàn thành ở tương lai. Hãy ghi ngày đã hoàn thành.", field="done_on")
    task.done_on, task.above_claimed = done_on, above
    task.evidence = text_from(evidence, "Minh chứng", "evidence", 500, needed=above, lines=True)
    task.note = text_from(note, "Báo cáo", "note", 500, needed=False, lines=True)
    task.save()
    record(chain=chain_of(sheet), code="unit_task.reported", by=by, at=at, objects=[task], data={"sheet": sheet.pk})
    return task


@action
def ask_bonus(
    *, sheet_id: int, group: str, asked: str, reason: str, evidence: str, by: User, at: datetime
) -> UnitBonus:
    """The unit asks for bonus points of a group of its scheme, with evidence. Raises NotYours, Refusal, Conflict."""
    sheet = _with_unit(sheet_id, by, at)
    person = require_writes(sheet, by, localdate(at))
    groups = {one.slug: one for one in form_of(sheet).bonus_groups}
    if group not in groups:
        raise Refusal("bonus.group", "Bộ quy tắc của phiếu này không có nhóm điểm thưởng đó.", field="group")
    read = Reading()
    bonus = UnitBonus(
        sheet=sheet,
        group=group,
        asked=read(_asked_points, sheet, groups[group], asked),
        reason=read(text_from, reason, "Thành tích", "reason", 500, lines=True),
        evidence=read(text_from, evidence, "Minh chứng", "evidence", 500, lines=True),
        asked_by=person,
        asked_at=at,
    )
    read.done()
    bonus.save(force_insert=True)
    record(chain=chain_of(sheet), code="unit_bonus.asked", by=by, at=at, objects=[bonus], data={"sheet": sheet.pk})
    return bonus


def _asked_points(sheet: UnitSheet, group: Group, asked: str) -> int:
    """Hundredths asked for: with those asked for before no more than the group holds, where somebody regulated it."""
    try:
        found = parse_points(asked, label="Điểm đề nghị")
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field="asked") from refusal
    if found == 0:
        raise Refusal("bonus.zero", "Điểm đề nghị phải lớn hơn 0.", field="asked")
    before = sum(UnitBonus.objects.filter(sheet=sheet, group=group.slug).values_list("asked", flat=True))
    if isinstance(group.max, Decimal) and before + found > scaled(group.max):
        most = f"nhóm này tối đa {format_points(scaled(group.max))} điểm"
        most += f", đã đề nghị {format_points(before)}" if before else ""
        raise Refusal("bonus.most", f"Điểm đề nghị: {most}. Hãy nhập số không vượt phần còn lại.", field="asked")
    return found


@action
def drop_bonus(*, bonus_id: int, by: User, at: datetime) -> None:
    """The unit takes a proposal back before it is ruled on. Raises NotYours, Conflict."""
    bonus = UnitBonus.objects.filter(pk=bonus_id).first()
    if bonus is None:
        raise NotYours()
    sheet = _with_unit(bonus.sheet_id, by, at)
    bonus = UnitBonus.objects.get(pk=bonus_id)
    if bonus.ruled_by_id is not None:
        raise Conflict("Đề nghị này đã được duyệt nên không rút được nữa.")
    gone = UnitBonus(pk=bonus.pk)
    bonus.delete()
    record(chain=chain_of(sheet), code="unit_bonus.dropped", by=by, at=at, removed=[gone], data={"sheet": sheet.pk})


@action
def save_unit_draft(*, sheet_id: int, document: Mapping[str, Any], by: User, at: datetime) -> UnitDraft:
    """Keep what the unit, or the authority under review, has typed so far; it may be partial or wrong and is not on
    the record. Raises NotYours, Conflict where the sheet is not in the author's hands, Refused for another shape."""
    sheet = locked(sheet_id)
    found = reach(by, localdate(at))
    writes, rates = found.writes(sheet), found.rates(sheet)
    if not writes and not rates:
        raise NotYours()
    part = UnitSubmission.Part.SELF if writes else UnitSubmission.Part.AUTHORITY
    require_state(sheet, rules.WITH_UNIT if writes else (rules.UNDER_REVIEW,), "lưu nháp")
    if writes:
        _require_open(sheet)
    kept = {"document": canonical(check_shape(document, KEYS[part])), "saved_at": at}
    draft, _ = UnitDraft.objects.update_or_create(sheet=sheet, part=part, author=by, defaults=kept)
    nothing_changed()
    return draft


@action
def submit_unit_sheet(
    *, sheet_id: int, version: int, document: Mapping[str, Any], by: User, at: datetime
) -> UnitSubmission:
    """The unit files its part. Document as `sheets.read_self`. Raises NotYours, Refused by field, Conflict."""
    sheet = locked(sheet_id)
    person = require_writes(sheet, by, localdate(at))
    last = sheet.submissions.order_by("-number").first()
    form = form_of(sheet)
    part = read_self(form, document, complete=True)
    text = part.document(form)
    if sheet.state == rules.SUBMITTED and last is not None and last.document == text and last.author_id == person.pk:
        nothing_changed()
        return last
    require_version(sheet, version)
    _require_open(sheet)
    move(sheet, "submit")
    row = file_part(sheet, UnitSubmission.Part.SELF, text, person, at)
    sheet.drafts.filter(part=row.part, author=by).delete()
    record(chain=chain_of(sheet), code="unit_sheet.submitted", by=by, at=at, objects=[sheet, row])
    return row


@action
def withdraw_unit_sheet(*, sheet_id: int, version: int, by: User, at: datetime) -> UnitSheet:
    """The unit takes the sheet back until the authority opens it. Raises NotYours, Conflict."""
    sheet = locked(sheet_id)
    require_writes(sheet, by, localdate(at))
    require_version(sheet, version)
    move(sheet, "withdraw")
    record(chain=chain_of(sheet), code="unit_sheet.withdrawn", by=by, at=at, objects=[sheet])
    return sheet


def _with_unit(sheet_id: int, by: User, at: datetime) -> UnitSheet:
    """The locked sheet while the unit may still work on it."""
    sheet = locked(sheet_id)
    require_writes(sheet, by, localdate(at))
    require_state(sheet, rules.WITH_UNIT, "sửa")
    _require_open(sheet)
    return sheet


def _require_open(sheet: UnitSheet) -> None:
    if sheet.round.state != UnitRound.State.OPEN:
        raise Conflict("Kỳ đánh giá này đã khóa.")
