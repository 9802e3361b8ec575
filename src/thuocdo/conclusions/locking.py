"""Steps shared by the actions: the row for this transaction, what the user may do with it, a part added to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max

from thuocdo.accounts.models import User
from thuocdo.appraisals.facts import digest_of
from thuocdo.conclusions import access, sheets
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import person_of
from thuocdo.rounds.locking import locked as locked_round
from thuocdo.rounds.models import RoundSubject

SHORT = 1000


def taken(
    subject_id: int, assessment_id: int, version: int, by: User, at: datetime, *, round_too: bool = False
) -> tuple[Assessment, access.Reach]:
    """The assessment, locked, as it was seen (`version`, 0 where it had not begun); begun where it had not.
    `round_too`: a step of the round is told, so the round is locked, and before its subject. Raises NotYours, Conflict.
    """
    on = day_of(at)
    if subject_id and round_too:
        found = RoundSubject.objects.filter(pk=subject_id).values_list("round_id", flat=True).first()
        locked_round(found or 0)
    if subject_id:
        if not RoundSubject.objects.select_for_update(no_key=True, of=("self",)).filter(pk=subject_id).exists():
            raise NotYours()
        # Lists lock the assessments alone, so a lock of the subject does not keep them out.
        Assessment.objects.select_for_update(no_key=True, of=("self",)).filter(subject=subject_id).exists()
        one, may = access.of_subject(by, subject_id, on)
    else:
        if not Assessment.objects.select_for_update(no_key=True, of=("self",)).filter(pk=assessment_id).exists():
            raise NotYours()
        one, may = access.by_key(by, assessment_id, on)
    if one.round is not None and not access.written(one):
        raise Conflict(
            f"Đợt {one.round.label} hiện {one.round.get_state_display()}: chỉ ghi được yêu cầu xếp loại lại của cấp "
            "trên (Mẫu 03) về hồ sơ đã quyết định, rồi quyết định thay thế. Mức ghi từ quyết định giấy thì cán bộ tổ "
            "chức ghi quyết định thay thế ở trang của đối tượng trong đợt."
        )
    if one.subject is not None and one.subject.standing != RoundSubject.Standing.IN:
        raise Conflict(f"{one.name} hiện {one.subject.get_standing_display()}: {one.subject.reason}")
    if one.state == Assessment.State.DROPPED:
        raise Conflict(f"Hồ sơ của {one.name} đã bỏ, nên không ghi được gì nữa. Cần thì mở hồ sơ khác.")
    if (one.version if one.pk else 0) != version:
        raise Conflict(
            f"Hồ sơ của {one.name} vừa được người khác ghi (hiện {one.get_state_display()}). Hãy tải lại trang rồi làm "
            "lại; những gì ông/bà đã gõ vẫn còn."
        )
    return one, may


def stored(one: Assessment, may: access.Reach, at: datetime) -> None:
    """Store the assessment with the body that decides now."""
    one.competence = may.competence
    if one.pk:
        one.version += 1
        one.save()
    else:
        one.opened_at = at
        one.save(force_insert=True)


def add(
    one: Assessment, part: str, read: sheets.Part | None, text: str, by: User, at: datetime, **more: Any
) -> AssessmentPart:
    """Append a part."""
    last = AssessmentPart.objects.filter(assessment=one).aggregate(n=Max("number"))["n"] or 0
    row = AssessmentPart(
        assessment=one,
        number=last + 1,
        part=part,
        document=text,
        digest=digest_of(text),
        outcome=read.outcome if read else "",
        rule_level=read.rule_level if read else "",
        person_id=one.person_id,
        by=by,
        by_person=somebody(by),
        at=at,
        **more,
    )
    row.save(force_insert=True)
    return row


def somebody(by: User) -> Person:
    """The person of the account. Raises Forbidden."""
    person = person_of(by)
    if person is None:
        raise Forbidden("Tài khoản này không gắn với người nào trong danh sách, nên không ghi được hồ sơ.")
    return person


def last_part(one: Assessment, part: str) -> AssessmentPart | None:
    """The last part of that kind."""
    if not one.pk:
        return None
    return (
        AssessmentPart.objects.filter(assessment=one, part=part).select_related("by_person").order_by("-number").first()
    )


def chain(one: Assessment, at: datetime) -> str:
    return chain_of(one.unit, day_of(at))


def reason_of(text: str, field: str = "reason") -> str:
    """A reason as stored. Raises Refusal for one that is too long."""
    found = clean_lines(text)
    if len(found) > SHORT:
        raise Refusal("assessment.reason", f"Lý do: dài quá {SHORT} ký tự. Hãy rút gọn.", field=field)
    return found


def needed(typed: str, most: int, field: str, label: str) -> str:
    """A short text that must be there. Raises Refusal."""
    found = clean_lines(typed)
    if not found:
        raise Refusal("assessment.empty", f"{label}: chưa nhập. Hãy ghi nội dung này.", field=field)
    if len(found) > most:
        raise Refusal("assessment.too_long", f"{label} dài quá {most} ký tự. Hãy ghi gọn lại.", field=field)
    return found


def document_day(on: date, at: datetime) -> date:
    """The day of a document that is there already. Raises Refusal."""
    if on > day_of(at):
        raise Refusal("assessment.future", f"Ngày {on:%d/%m/%Y} chưa đến. Hãy ghi ngày của văn bản đã ký.", field="on")
    return on
