"""A closed cycle opens for one thing: a result that replaces a wrong one (Điều 21 khoản 3), wanted by two people."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.actions.confirming import write_result
from thuocdo.appraisals.actions.petitions import judged_base, require_other, tell_decider, with_kept
from thuocdo.appraisals.authority import replacing_authority
from thuocdo.appraisals.locking import locked, locked_all, locked_cycle, require_officer, touch
from thuocdo.appraisals.models import Confirmation, Sheet, Submission
from thuocdo.appraisals.quota_check import kept_reason
from thuocdo.appraisals.sealing import export_heads
from thuocdo.appraisals.shapes import judge
from thuocdo.audit.recording import action, record
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.access import acting_person
from thuocdo.decisions.models import Reopening
from thuocdo.decisions.replacing import petitions_waiting
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import head_of

ARTICLE = (
    "Điều 21 khoản 3 Nghị định 335/2025/NĐ-CP giao người đứng đầu cơ quan quản lý ra quyết định mới thay quyết định "
    "xếp loại năm; Nghị định không nêu riêng ai thay kết quả tháng, quý."
)
RUNNING = (Reopening.State.PROPOSED, Reopening.State.OPEN)


@action
def propose_reopening(
    *, cycle_id: int, sheet_ids: Collection[int], reason: str, by: User, at: datetime
) -> list[Reopening]:
    """The officer asks to replace the results of these sheets of a closed cycle; nothing opens yet.

    Raises NotYours, Forbidden for the own sheet, Refusal, Conflict while the cycle is open, a petition waits or it was
    asked already.
    """
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    if cycle.state != Cycle.State.CLOSED:
        raise Conflict("Kỳ này đang mở; phiếu được sửa theo cách thường, không cần mở lại.")
    read, person = Reading(), acting_person(by)
    why = read(text_from, reason, "Lý do", "reason", 1000)
    sheets = locked_all(list(sheet_ids))
    read(_require_results, list(sheets.values()))
    require_no_petition(list(sheets))
    if len(sheets) != len(set(sheet_ids)) or any(s.cycle_id != cycle.pk for s in sheets.values()):
        raise NotYours()
    if any(sheet.person_id == person.pk for sheet in sheets.values()):
        raise Forbidden("Đây là phiếu của chính ông/bà nên ông/bà không đề nghị mở lại. Hãy nhờ cán bộ tổ chức khác.")
    read.done()
    rows = [_proposed(cycle, sheet, person, why, at) for sheet in sheets.values()]
    try:
        with transaction.atomic():
            Reopening.objects.bulk_create(rows)
    except IntegrityError:
        raise Conflict("Một phiếu trong số này đang được đề nghị mở lại. Hãy tải lại trang để xem.") from None
    heads = {row.authority_id: head_of(row.authority_id, localdate(at)) for row in rows}
    notify(
        users=[head.user if head else None for head in heads.values()],
        kind="reopening.proposed",
        path="/quyet-dinh/mo-lai/",
        at=at,
        text=f"Có đề nghị thay kết quả {cycle.short_name} đã khóa, chờ ông/bà đồng ý hoặc không.",
    )
    record(
        chain=cycle.root.code, code="reopening.proposed", by=by, at=at, objects=rows,
        data={"cycle": cycle.pk, "sheets": len(rows)},
    )  # fmt: skip
    return rows


def _require_results(sheets: Collection[Sheet]) -> None:
    """Raises Refusal naming everybody without a result, or where nobody was chosen."""
    if not sheets:
        raise Refusal("reopening.nothing", "Hãy chọn ít nhất một người có kết quả cần thay.", field="sheet")
    known = set(Confirmation.objects.filter(sheet__in=sheets, replaced_by=None).values_list("sheet_id", flat=True))
    without = [sheet.person.full_name for sheet in sheets if sheet.pk not in known]
    if without:
        names = ", ".join(without)
        raise Refusal("reopening.no_result", f"Phiếu của {names} chưa có kết quả để thay. Hãy bỏ chọn.", field="sheet")


def require_no_petition(sheets: Collection[int]) -> None:
    """Raises Conflict naming every petition that waits on these sheets and who answers it: a result is replaced by one
    route at a time. Whoever calls holds the locks of the sheets, which a petition takes too."""
    waiting = petitions_waiting(sheets)
    if waiting:
        raise Conflict(waiting)


def _proposed(cycle: Cycle, sheet: Sheet, person: Person, why: str, at: datetime) -> Reopening:
    book = facts.pinned_book(sheet.member)
    decree = isinstance(book, Rulebook)
    says = ARTICLE if decree else f"{book.short_title} không nêu ai thay kết quả đã khóa."
    unit, there = replacing_authority(sheet, localdate(at), managing_first=decree, without={person.pk})
    return Reopening(
        cycle=cycle,
        sheet=sheet,
        subject=sheet.person,
        authority=unit,
        authority_note=f"{says} {there}"[:500],
        reason=why,
        proposed_by=person,
        proposed_at=at,
    )


def _in_force(sheet: Sheet) -> Confirmation | None:
    return Confirmation.objects.filter(sheet=sheet, replaced_by__isnull=True).select_related("submission").first()


@action
def agree_reopening(*, reopening_id: int, by: User, at: datetime) -> Reopening:
    """The second person agrees: the head of the authority, not the proposer, not the person concerned.

    Raises NotYours, Forbidden, Conflict.
    """
    row, person = _for_authority(reopening_id, by, at)
    if row.state != Reopening.State.PROPOSED:
        raise Conflict(f"Đề nghị này {row.get_state_display()}.")
    if person.pk == row.proposed_by_id:
        raise Forbidden("Ông/bà là người đề nghị nên cần người thứ hai đồng ý.")
    row.state, row.agreed_by, row.agreed_at = Reopening.State.OPEN, person, at
    row.save()
    notify(
        users=[row.proposed_by.user, row.subject.user],
        kind="reopening.agreed",
        path=f"/phieu/{row.sheet_id}/",
        at=at,
        text=f"Phiếu {row.cycle.short_name} được mở lại để thay kết quả; kết quả cũ vẫn được giữ.",
    )
    return _recorded(row, "reopening.agreed", by, at)


@action
def drop_reopening(*, reopening_id: int, reason: str, by: User, at: datetime) -> Reopening:
    """Not replaced after all: closed again, with the reason. By the authority's head or an officer of the cycle.

    Raises NotYours, Forbidden for the own case, Refusal, Conflict.
    """
    row = _locked_row(reopening_id)
    person = acting_person(by)
    if row.authority_id not in headed_units(by, localdate(at)):
        require_officer(row.cycle.root_id, by, at)
    if person.pk == row.subject_id:
        raise Forbidden("Đây là phiếu của chính ông/bà nên ông/bà không xử lý đề nghị này.")
    if row.state not in RUNNING:
        raise Conflict(f"Đề nghị này {row.get_state_display()}.")
    row.end_reason = text_from(reason, "Lý do không thay", "end_reason", 1000)
    opened = row.state == Reopening.State.OPEN
    row.state, row.ended_by, row.ended_at = Reopening.State.DROPPED, by, at
    row.save()
    _recorded(row, "reopening.dropped", by, at)
    if opened:
        export_heads(row.cycle, at)
    return row


@action
def replace_result(
    *, reopening_id: int, judgement: Mapping[str, Any], reason: str, by: User, at: datetime, quota_reason: str = ""
) -> Confirmation:
    """Record the result that replaces the old one; the old one stays, and the sheet is closed again at once.

    By the head of the authority, who is not the person concerned; `quota_reason` where it leaves others' places
    exceeded (`appraisals.quota_check.kept_reason`). The heads of the chains are exported again.
    Raises NotYours, Forbidden, Refused with every problem by field, Conflict unless the reopening is open and
    no petition waits.
    """
    row, person = _for_authority(reopening_id, by, at)
    if row.state != Reopening.State.OPEN:
        raise Conflict(f"Đề nghị này {row.get_state_display()}; chỉ thay kết quả khi phiếu đang được mở lại.")
    read = Reading()
    why = read(text_from, reason, "Lý do thay kết quả", "answer", 1000)
    sheet = locked(row.sheet_id)
    require_no_petition([sheet.pk])
    old = _in_force(sheet)
    if old is None:
        raise Conflict("Phiếu này không còn kết quả để thay.")
    base, stood_in = judged_base(sheet, old)
    judged = read(judge, sheet, judgement, person, complete=True, base=base, with_marks=stood_in, post=row.authority)
    read.done()
    require_other(old, judged)
    over = kept_reason(sheet, judged.outcome, quota_reason)
    if over and len(why) + len(over) >= 1000:
        most = 999 - len(over)
        raise Refusal("reason.long", f"Lý do thay kết quả: còn chỗ cho {most} ký tự. Hãy rút gọn.", field="answer")
    submission, new = write_result(
        sheet, judged, Submission.Part.EVALUATOR, person, by, at,
        number=old.number + 1, replaces=old, replace_reason=with_kept(why, over),
    )  # fmt: skip
    touch(sheet, by, at)
    row.state, row.ended_by, row.ended_at, row.replacement = Reopening.State.REPLACED, by, at, new
    row.save()
    notify(
        users=[sheet.person.user],
        kind="result.replaced",
        path=f"/phieu/{sheet.pk}/",
        at=at,
        text=f"Kết quả {row.cycle.short_name} của ông/bà được thay bằng kết quả mới; lý do ghi trên trang phiếu.",
    )
    tell_decider(old, new, f"/danh-gia/phieu/{sheet.pk}/", at)
    record(
        chain=row.cycle.root.code, code="reopening.replaced", by=by, at=at, objects=[row, sheet, submission, new],
        data={"sheet": sheet.pk, "confirmation": new.number},
    )  # fmt: skip
    export_heads(row.cycle, at)
    return new


def _locked_row(reopening_id: int) -> Reopening:
    if not Reopening.objects.select_for_update(of=("self",)).filter(pk=reopening_id).exists():
        raise NotYours()
    related = ("cycle__root", "authority", "proposed_by__user", "subject__user")
    return Reopening.objects.select_related(*related).get(pk=reopening_id)


def _for_authority(reopening_id: int, by: User, at: datetime) -> tuple[Reopening, Person]:
    row = _locked_row(reopening_id)
    person = acting_person(by)
    if row.authority_id not in headed_units(by, localdate(at)):
        raise NotYours()
    if person.pk == row.subject_id:
        raise Forbidden("Đây là phiếu của chính ông/bà nên ông/bà không xử lý đề nghị này.")
    return row, person


def _recorded(row: Reopening, code: str, by: User, at: datetime) -> Reopening:
    record(chain=row.cycle.root.code, code=code, by=by, at=at, objects=[row], data={"sheet": row.sheet_id})
    return row
