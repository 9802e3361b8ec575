"""Closing a period: every sheet confirmed, exempted, or running on an extension; each exception with its
reason."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.actions.review import reason_text
from thuocdo.appraisals.actions.second import confirm_request
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.locking import (
    locked,
    locked_cycle,
    move,
    require_officer,
    standing,
    touch,
)
from thuocdo.appraisals.models import Draft, Remark, Sheet
from thuocdo.appraisals.progress import judged_anew, stops_at
from thuocdo.appraisals.reorganised import evaluator_of_post
from thuocdo.appraisals.second import Step, awaited
from thuocdo.audit.heads import export, save
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle, Run
from thuocdo.cycles.rules import Evaluator
from thuocdo.cycles.run_queries import unfinished
from thuocdo.cycles.structure import structure_on
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.periods import moment_vi
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Employment
from thuocdo.organisation.own_case import refuse_own
from thuocdo.organisation.queries import head_ids, on_day
from thuocdo.organisation.successors import keeper_on

OWN_SHEET = "Đây là phiếu của chính ông/bà nên ông/bà không tự gia hạn, miễn, cho lập thay hay đổi người đánh giá"

NAMED = 20


@action
def extend(*, sheet_id: int, reason: str, until: datetime, by: User, at: datetime) -> Sheet:
    """Give one sheet more time, with the reason; it then goes on past the closing, until that moment."""
    sheet = _for_officer(sheet_id, by, at)
    why = reason_text(reason, "Lý do gia hạn")
    if until <= at:
        raise Refusal("extension.past", "Thời điểm gia hạn phải ở sau bây giờ.", field="until")
    if sheet.extended_until == until and sheet.changed_by_id == by.pk:
        nothing_changed()
        return sheet
    rules.check_open(standing(sheet), at)
    sheet.extended_until = until
    touch(sheet, by, at)
    _tell(sheet, at, f"Phiếu {sheet.cycle.short_name} được gia hạn đến {moment_vi(localtime(until))}.")
    return _remarked(sheet, Remark.Kind.EXTENSION, why, by, at, until=until)


@action
def exempt(*, sheet_id: int, reason: str, by: User, at: datetime) -> Sheet:
    """Release a person from filing this period, with the reason. Possible after closing when an extension
    ran out."""
    sheet = _for_officer(sheet_id, by, at)
    why = reason_text(reason, "Lý do miễn lập phiếu")
    if sheet.state == rules.EXEMPTED and sheet.changed_by_id == by.pk:
        nothing_changed()
        return sheet
    move(sheet, "exempt", by, at)
    _tell(sheet, at, f"Ông/bà được miễn lập phiếu {sheet.cycle.short_name}; lý do ghi trên trang phiếu.")
    return _remarked(sheet, Remark.Kind.EXEMPTION, why, by, at)


@action
def allow_stand_in(*, sheet_id: int, reason: str, by: User, at: datetime) -> Sheet:
    """Let the evaluator enter the sheet without self-marks, with the reason why the owner's part is
    missing."""
    sheet = _for_officer(sheet_id, by, at)
    why = reason_text(reason, "Lý do cho phép lập thay")
    if sheet.stand_in_allowed:
        nothing_changed()
        return sheet
    rules.MACHINE.target("stand_in", sheet.state)
    sheet.stand_in_allowed = True
    touch(sheet, by, at)
    notify(
        users=[sheet.evaluator.user],
        kind="sheet.stand_in_allowed",
        path=f"/danh-gia/{sheet.cycle_id}/",
        at=at,
        text=f"Có phiếu {sheet.cycle.short_name} được phép lập thay phần tự đánh giá còn thiếu.",
    )
    return _remarked(sheet, Remark.Kind.STAND_IN, why, by, at)


@action
def replace_evaluator(*, sheet_id: int, reason: str, by: User, at: datetime) -> Sheet:
    """Hand a sheet to the present head of the unit that evaluates, when the head of record has left the
    post."""
    sheet = _for_officer(sheet_id, by, at)
    why = reason_text(reason, "Lý do ghi nhận người đánh giá mới")
    found = _present_evaluator(sheet, at)
    member = sheet.member
    if (found.person, found.unit) == (sheet.evaluator_id, member.evaluator_unit_id):
        nothing_changed()
        return sheet
    if sheet.state in rules.RESOLVED:
        raise Conflict(f"{rules.who_did_what(standing(sheet))} Không thay người đánh giá được nữa.")
    assert found.person is not None, "a problem was refused"
    sheet.evaluator_id = found.person
    touch(sheet, by, at)
    if found.unit == member.evaluator_unit_id:
        return _remarked(sheet, Remark.Kind.EVALUATOR, why, by, at)
    member.evaluator_id, member.evaluator_unit_id = found.person, found.unit
    member.rating_unit_id, member.evaluator_cite = found.rating_unit, found.cite[:300]
    member.save(update_fields=["evaluator", "evaluator_unit", "rating_unit", "evaluator_cite"])
    return _remarked(sheet, Remark.Kind.EVALUATOR, why, by, at, member)


def _present_evaluator(sheet: Sheet, at: datetime) -> Evaluator:
    """The present head of the unit that evaluates. Where that is now the owner, the sheet goes up as that of a head
    does, because nobody evaluates themselves; the rule does not name the case. Of a unit that was given up the table is
    read again for the post that the owner went on in, as in the reorganisation; without one it is the head of the unit
    that keeps the files. Raises Refusal."""
    member, day = sheet.member, localdate(at)
    unit = member.evaluator_unit
    if unit is not None and unit.end is not None and unit.end <= day:
        posts = Employment.objects.filter(on_day(unit.end), on_day(day), person=sheet.person_id)
        post = posts.select_related("unit").order_by("start", "pk").last()
        if post is not None:
            found = evaluator_of_post(member, post, structure_on(day, day))
            if found.person is None or found.problem:
                raise Refusal("evaluator.unknown", found.problem)
            return found
        unit = keeper_on(unit, day)
    heads = head_ids(unit, day) if unit else []
    if unit is not None and len(heads) == 1 and heads[0] != sheet.person_id:
        return Evaluator(heads[0], unit.pk, member.rating_unit_id, member.evaluator_cite)
    if heads == [sheet.person_id]:
        found = evaluator_of_post(member, member.employment, structure_on(day, day))
        if found.person is not None and not found.problem:
            return found
    name = f"“{unit.name}”" if unit else "đơn vị đánh giá"
    raise Refusal(
        "evaluator.unknown",
        f"Hãy ghi nhận đúng một người đứng đầu {name} (không phải người được đánh giá), hoặc nơi quản lý của đơn vị "
        "đó, rồi làm lại.",
    )


def _for_officer(sheet_id: int, by: User, at: datetime) -> Sheet:
    """The sheet, locked, for an officer who is not its owner. Raises NotYours, Forbidden."""
    sheet = locked(sheet_id)
    require_officer(sheet.cycle.root_id, by, at)
    refuse_own(sheet.person, sheet.cycle.root, by, at, what=OWN_SHEET)
    return sheet


def _tell(sheet: Sheet, at: datetime, text: str) -> None:
    notify(users=[sheet.person.user], kind="sheet.exception", path=f"/phieu/{sheet.pk}/", text=text, at=at)


def _remarked(
    sheet: Sheet, kind: Remark.Kind, why: str, by: User, at: datetime, *more: Model, until: datetime | None = None
) -> Sheet:
    remark = Remark.objects.create(
        sheet=sheet, owner=sheet.person.user, kind=kind, reason=why, until=until, by=by, at=at
    )
    record(
        chain=sheet.cycle.root.code,
        code=f"sheet.{EVENTS[kind]}",
        by=by,
        at=at,
        objects=[sheet, remark, *more],
        data={"sheet": sheet.pk},
    )
    return sheet


EVENTS = {
    Remark.Kind.EXTENSION: "extended",
    Remark.Kind.EXEMPTION: "exempted",
    Remark.Kind.STAND_IN: "stand_in_allowed",
    Remark.Kind.EVALUATOR: "evaluator_replaced",
}


@action
def close_cycle(*, cycle_id: int, by: User, at: datetime) -> dict[str, Any]:
    """Lock a period and return the chain heads as exported then. Closing twice is one effect (empty answer).

    Where the agency asks for a second officer (`second`), this confirms the request of another one. Raises Refused
    naming the first NAMED sheets that are neither confirmed, exempted nor on a running extension, and
    how many more there are.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    if cycle.state == Cycle.State.CLOSED:
        if cycle.closed_by_id != by.pk:
            who = cycle.closed_by.display_name if cycle.closed_by else ""
            raise Conflict(f"Kỳ {cycle.label} đã được {who} khóa trước đó.")
        nothing_changed()
        return {}
    if unfinished(cycle, Run.Kind.OPEN):
        raise Conflict(f"Lượt mở kỳ {cycle.label} chưa xong nên chưa khóa được. Hãy chờ xong, hoặc cho chạy tiếp.")
    sheets = Sheet.objects.select_for_update(of=("self",)).filter(cycle=cycle).order_by("pk")
    list(sheets.values_list("pk"))
    _refuse_unresolved(cycle, at)
    confirmed = confirm_request(awaited(cycle, Step.CLOSE, by, at), by, at)
    cycle.state, cycle.closed_by, cycle.closed_at = Cycle.State.CLOSED, by, at
    cycle.save()
    Draft.objects.filter(sheet__cycle=cycle, sheet__state__in=rules.RESOLVED).delete()
    record(
        chain=cycle.root.code,
        code="cycle.closed",
        by=by,
        at=at,
        objects=[cycle, *confirmed],
        data={"cycle": cycle.pk},
    )
    heads = export(at=at, cycle=f"{cycle.root.code} {cycle.kind} {cycle.year}-{cycle.number:02d}")
    transaction.on_commit(lambda: save(heads, settings.HEADS_DIR))
    return heads


def _refuse_unresolved(cycle: Cycle, at: datetime) -> None:
    sheets = Sheet.objects.filter(stops_at(at), cycle=cycle).annotate(objected=judged_anew())
    left = sheets.select_related("person", "evaluator")
    problems = {
        f"sheet-{s.pk}": f"{s.person.full_name}: {_judged_anew(s) if s.objected else who_holds(s)}."
        for s in left.order_by("person__sort_key", "person__code")[:NAMED]
    }
    more = left.count() - NAMED if len(problems) == NAMED else 0
    if more > 0:
        problems["sheets"] = f"Và {more} phiếu nữa; xem từng đơn vị ở trang tiến độ."
    if problems:
        raise Refused(problems, code="cycle.unresolved")


def _judged_anew(sheet: Sheet) -> str:
    """A result that does not hold any more cannot wait for an extension: once closed, one person would replace it."""
    return f"không đồng ý với kết quả nhập thay, chờ {sheet.evaluator.full_name} xác nhận lại; gia hạn không thay được"


def who_holds(sheet: Sheet) -> str:
    """State of an unresolved sheet and who must act, in words."""
    state = rules.MACHINE.states[sheet.state]
    if sheet.state in rules.WITH_EVALUATOR:
        return f"{state}, chờ {sheet.evaluator.full_name} xác nhận; hoặc gia hạn kèm lý do"
    if sheet.stand_in_allowed:
        return f"{state}, chờ {sheet.evaluator.full_name} lập thay"
    return f"{state}, cần nộp, hoặc gia hạn, miễn lập phiếu, cho phép lập thay kèm lý do"
