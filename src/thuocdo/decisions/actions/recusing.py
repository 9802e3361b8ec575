"""Recusal: whoever was to answer a petition stands back, with the reason; it goes to a unit above."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.actions.petitions import cite_of
from thuocdo.appraisals.authority import authority_for, next_above, said_of_petitions
from thuocdo.appraisals.locking import locked
from thuocdo.appraisals.models import Petition
from thuocdo.audit.recording import action, record
from thuocdo.decisions.access import acting_person
from thuocdo.decisions.models import Recusal
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.queries import head_of


@action
def pass_on(*, petition_id: int, reason: str, by: User, at: datetime) -> Recusal:
    """Stand back from a petition; the clock runs on. The record says who, why, and which unit answers instead.

    Raises NotYours, Forbidden for the author, Refusal without a reason or where nobody is recorded above,
    Conflict once answered.
    """
    found = Petition.objects.filter(pk=petition_id).values_list("sheet_id", flat=True).first()
    if found is None:
        raise NotYours()
    sheet = locked(found)
    row = Petition.objects.select_related("authority", "confirmation").get(pk=petition_id)
    person, on = acting_person(by), localdate(at)
    if row.authority_id not in headed_units(by, on):
        raise NotYours()
    if person.pk == row.author_id:
        raise Forbidden("Ông/bà không xử lý kiến nghị của chính mình.")
    if row.state != Petition.State.RECEIVED:
        raise Conflict("Kiến nghị này đã được trả lời. Hãy tải lại trang để xem.")
    why = text_from(reason, "Lý do từ chối giải quyết", "recusal", 1000)
    book = facts.pinned_book(sheet.member)
    cite = cite_of(book) if isinstance(book, Rulebook) else ""
    back = {person.pk, *row.recusals.values_list("person_id", flat=True)}
    how: dict[str, Any] = {"decided_by": row.confirmation.confirmed_by_id, "without": back}
    if cite:
        unit, note = authority_for(sheet, cite, on, **how)
    else:
        unit, why_there = next_above(sheet, on, **how)
        note = f"{why_there} {said_of_petitions(book)}"
    head = head_of(unit, on)
    if unit.pk == row.authority_id or head is None or head.pk == row.confirmation.confirmed_by_id:
        raise Refusal(
            "petition.nobody_above",
            "Chưa ghi nhận người đứng đầu nào ở trên để chuyển kiến nghị tới. Hãy đề nghị cán bộ tổ chức ghi nhận cơ "
            "quan quản lý cấp trên và người đứng đầu, rồi chuyển lại.",
            field="recusal",
        )
    recusal = Recusal.objects.create(petition=row, person=person, unit=row.authority, passed_to=unit, reason=why, at=at)
    row.authority = unit
    row.authority_note = f"{person.full_name} từ chối giải quyết và chuyển lên. {note}"[:500]
    row.save()
    due = f"hạn trả lời vẫn là ngày {row.answer_by:%d/%m/%Y}" if row.answer_by else "chưa có hạn, lý do ghi ở kiến nghị"
    notify(
        users=[head.user],
        kind="petition.received",
        path="/kien-nghi/",
        at=at,
        text=f"Có kiến nghị về kết quả {sheet.cycle.short_name} được chuyển lên để ông/bà trả lời; {due}.",
    )
    notify(
        users=[sheet.person.user],
        kind="petition.passed_on",
        path=f"/phieu/{sheet.pk}/",
        at=at,
        text=f"Kiến nghị của ông/bà về kết quả {sheet.cycle.short_name} được chuyển tới “{unit.name}”; {due}."[:300],
    )
    record(
        chain=sheet.cycle.root.code,
        code="petition.passed_on",
        by=by,
        at=at,
        objects=[row, recusal],
        data={"sheet": sheet.pk},
    )
    return recusal
