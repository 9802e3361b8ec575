"""Petitions: filed by the person after notice, answered in time by the authority, which upholds or
corrects."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.actions.confirming import write_result
from thuocdo.appraisals.authority import authority_for, authority_under
from thuocdo.appraisals.clocks import Clock, clock_of
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.judging import Judged
from thuocdo.appraisals.locking import locked, require_owner, touch
from thuocdo.appraisals.models import Confirmation, LevelDecision, Petition, Sheet, Submission
from thuocdo.appraisals.quota_check import kept_reason
from thuocdo.appraisals.sealing import export_heads
from thuocdo.appraisals.shapes import judge
from thuocdo.appraisals.typed import LONG_TEXT, Problems
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.kernel.periods import moment_vi
from thuocdo.kernel.workdays import named_day
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import head_of
from thuocdo.rulesets.catalogue import Book


@action
def petition(*, confirmation_id: int, text: str, by: User, at: datetime) -> Petition:
    """The person rated asks for another look at the result in force. Allowed after closing; the clock, where
    the rulebook gives one, starts now.

    Raises NotYours, Refused without a text, Conflict where the result was replaced or is already under
    petition.
    """
    confirmation = Confirmation.objects.filter(pk=confirmation_id).first()
    if confirmation is None:
        raise NotYours()
    sheet = locked(confirmation.sheet_id)
    require_owner(sheet, by)
    asked = _long_text("text", text, "Nội dung kiến nghị")
    same = Petition.objects.filter(confirmation=confirmation).first()
    if same is not None and same.text == asked:
        nothing_changed()
        return same
    _refuse_second(confirmation, same)
    if sheet.state != rules.CONFIRMED:
        raise Conflict(
            "Người đánh giá không đồng ý với phần nhận xét đã nhập thay và đang nhận xét lại phiếu này. Hãy chờ kết "
            "quả mới rồi gửi kiến nghị."
        )
    book = facts.pinned_book(sheet.member)
    unit, note, clock = route_of(sheet, book, confirmation, at)
    row = Petition(
        confirmation=confirmation,
        sheet=sheet,
        author_id=sheet.person_id,
        text=asked,
        received_at=at,
        answer_by=clock.due,
        clock=clock.words,
        authority=unit,
        authority_note=note[:500],
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict("Kết quả này vừa có kiến nghị được gửi. Hãy tải lại trang để xem.") from None
    head = head_of(unit, localdate(at))
    notify(
        users=[head.user if head else None],
        kind="petition.received",
        path="/kien-nghi/",
        at=at,
        text=f"Có kiến nghị về kết quả {sheet.cycle.short_name} cần trả lời"
        + (f": đến hết {named_day(row.answer_by)}." if row.answer_by else "; chưa có hạn, lý do ghi ở kiến nghị."),
    )
    record(
        chain=sheet.cycle.root.code,
        code="petition.received",
        by=by,
        at=at,
        objects=[row],
        data={
            "sheet": sheet.pk,
            "confirmation": confirmation.number,
            "answer_by": row.answer_by.isoformat() if row.answer_by else "",
        },
    )
    return row


def route_of(
    sheet: Sheet, book: Book, confirmation: Confirmation, at: datetime
) -> tuple[Unit, str, Clock]:
    """Where a petition against the result goes, why there, and its clock, as the pinned rulebook says.

    A rulebook without an article on petitions gives no clock: only the authority that the agency's own regulation
    names answers. Raises Refusal where there is nobody to answer.
    """
    on, decided_by = localdate(at), confirmation.confirmed_by_id
    if not isinstance(book, Rulebook) or book.procedure.petition is None:
        unit, note = authority_under(book, sheet, on, decided_by=decided_by)
        unknown = f"phần {book.short_title} mà phần mềm đọc được không nêu thời hạn giải quyết kiến nghị"
        return unit, note, Clock(None, unknown)
    rule = book.procedure.petition
    unit, note = authority_for(sheet, cite_of(book), on, decided_by=decided_by)
    return unit, note, clock_of(sheet.member.unit_id, on, rule.answer_days, rule.day_kind)


def cite_of(book: Rulebook) -> str:
    """The article on petitions, in words."""
    rule = book.procedure.petition
    return "; ".join(c.text() for c in book.cite(rule.cite)) if rule else ""


def _refuse_second(confirmation: Confirmation, earlier: Petition | None) -> None:
    if earlier is not None:
        when = moment_vi(localtime(earlier.received_at))
        raise Conflict(
            f"Ông/bà đã gửi kiến nghị về kết quả này lúc {when}. Phần mềm nhận một kiến nghị cho mỗi kết quả: đó là "
            "giới hạn của phần mềm, quy định không nêu số lần. Muốn bổ sung thì gửi nơi giải quyết bằng văn bản."
        )
    if Confirmation.objects.filter(replaces=confirmation).exists():
        raise Conflict(
            "Kết quả này đã được thay bằng kết quả mới. Hãy tải lại trang và xem kết quả đang có hiệu lực."
        )


@action
def uphold(*, petition_id: int, answer: str, by: User, at: datetime) -> Petition:
    """Keep the result, with reasons. Raises NotYours, Refused without reasons, Conflict when already
    answered."""
    row, sheet, person = _to_answer(petition_id, by, at)
    reasons = _long_text("answer", answer, "Lý do giữ nguyên kết quả")
    if row.state == Petition.State.UPHELD and row.answered_by_id == person.pk and row.answer == reasons:
        nothing_changed()
        return row
    _refuse_answered(row)
    later = _replaced_meanwhile(row)
    _answer(row, Petition.State.UPHELD, reasons, person, at)
    _tell(
        sheet,
        at,
        f"Kiến nghị của ông/bà về kết quả {sheet.cycle.short_name} đã được trả lời: "
        + (f"giữ kết quả đang có hiệu lực ({later})." if later else "giữ nguyên kết quả."),
    )
    record(
        chain=sheet.cycle.root.code,
        code="petition.upheld",
        by=by,
        at=at,
        objects=[row],
        data={"sheet": sheet.pk},
    )
    return row


@action
def correct(
    *, petition_id: int, answer: str, judgement: Mapping[str, Any], by: User, at: datetime, quota_reason: str = ""
) -> Confirmation:
    """Replace the result by a new one from another judgement, with reasons; the old one stays. Allowed
    after closing; `quota_reason` where others' places are exceeded by it then (`quota_check.kept_reason`).

    Raises NotYours, Refused with every problem by field, Conflict when already answered or replaced meanwhile.
    """
    row, sheet, person = _to_answer(petition_id, by, at)
    reasons = _long_text("answer", answer, "Lý do sửa kết quả")
    old = row.confirmation
    new = Confirmation.objects.filter(replaces=old).first()
    if (
        row.state == Petition.State.CORRECTED
        and row.answered_by_id == person.pk
        and row.answer == reasons
        and new
    ):
        nothing_changed()
        return new
    _refuse_answered(row)
    if later := _replaced_meanwhile(row):
        raise Conflict(
            f"Kết quả bị kiến nghị không còn hiệu lực: nay là {later}. Hãy giữ kết quả đang có hiệu lực, kèm lý do "
            "(lý do nêu kết quả mới); còn phải sửa thì nhờ cán bộ tổ chức đề nghị mở lại phiếu."
        )
    base, stood_in = judged_base(sheet, old)
    judged = judge(
        sheet, judgement, person, complete=True, base=base, with_marks=stood_in, post=row.authority
    )
    require_other(old, judged)
    over = kept_reason(sheet, judged.outcome, quota_reason)
    submission, new = write_result(
        sheet,
        judged,
        Submission.Part.EVALUATOR,
        person,
        by,
        at,
        number=old.number + 1,
        replaces=old,
        replace_reason=with_kept(reasons, over),
    )
    touch(sheet, by, at)
    _answer(row, Petition.State.CORRECTED, reasons, person, at)
    _tell(
        sheet,
        at,
        f"Kiến nghị của ông/bà về kết quả {sheet.cycle.short_name} đã được trả lời: kết quả được sửa.",
    )
    tell_decider(old, new, f"/danh-gia/phieu/{sheet.pk}/", at)
    record(
        chain=sheet.cycle.root.code,
        code="petition.corrected",
        by=by,
        at=at,
        objects=[row, sheet, submission, new],
        data={"sheet": sheet.pk, "confirmation": new.number, "outcome": judged.outcome.kind},
    )
    if sheet.cycle.state == Cycle.State.CLOSED:
        export_heads(sheet.cycle, at)
    return new


def with_kept(reasons: str, over: str) -> str:
    """The reason of a replacement with what is kept of quotas, in the room there is; a petition holds its answer
    whole."""
    return f"{reasons[: 999 - len(over)]} {over}" if over else reasons[:1000]


def judged_base(sheet: Sheet, confirmation: Confirmation) -> tuple[tuple[dict[str, Any], int | None], bool]:
    """What a correction judges again: the owner's document under the old result, or the stand-in entry
    itself."""
    document = stored.read(confirmation.submission)
    number = document["over"]
    if number is None:
        return (document, None), True
    return (stored.read(sheet.submissions.get(number=number)), number), False


def require_other(old: Confirmation, judged: Judged) -> None:
    """A replacement says something else than what it replaces. Where a level was decided under a quota the same
    judgement may stand again: with the new result that level is decided anew. Raises Refusal."""
    if judged.text == old.submission.document and not LevelDecision.objects.filter(confirmation=old).exists():
        raise Refusal(
            "result.same",
            "Kết quả mới giống hệt kết quả cũ. Hãy sửa số liệu hoặc ý kiến nhận xét cần sửa; không có gì phải sửa thì "
            "chọn cách giữ kết quả cũ, kèm lý do.",
        )


def tell_decider(old: Confirmation, new: Confirmation, path: str, at: datetime) -> None:
    """Whoever decided the old result learns from the product that it was replaced; no figure in it."""
    if old.confirmed_by_id != new.confirmed_by_id:
        name, period = new.sheet.person.full_name, new.sheet.cycle.short_name
        text = f"Kết quả {period} của {name} do ông/bà xác nhận đã được thay bằng kết quả mới, kèm lý do."
        notify(users=[old.confirmed_by.user], kind="result.replaced_by_other", path=path, text=text[:300], at=at)


def _to_answer(petition_id: int, by: User, at: datetime) -> tuple[Petition, Sheet, Person]:
    found = Petition.objects.filter(pk=petition_id).values_list("sheet_id", flat=True).first()
    if found is None:
        raise NotYours()
    sheet = locked(found)
    row = Petition.objects.select_related("confirmation__submission", "authority", "answered_by").get(
        pk=petition_id
    )
    person = Person.objects.filter(user_id=by.pk).first()
    if person is None or row.authority_id not in headed_units(by, localdate(at)):
        raise NotYours()
    if person.pk == row.author_id:
        raise Forbidden("Ông/bà không trả lời kiến nghị của chính mình.")
    if person.pk == row.confirmation.confirmed_by_id:
        raise Forbidden(
            "Ông/bà là người đã quyết định kết quả bị kiến nghị nên không giải quyết kiến nghị này. Hãy từ chối giải "
            "quyết và chuyển lên cấp trên."
        )
    return row, sheet, person


def _replaced_meanwhile(row: Petition) -> str:
    """The result that replaced the contested one before the answer, in words, or nothing."""
    later = Confirmation.objects.filter(replaces=row.confirmation).first()
    return f"kết quả lần {later.number}, thay ngày {localtime(later.at):%d/%m/%Y}" if later else ""


def _refuse_answered(row: Petition) -> None:
    if row.state != Petition.State.RECEIVED and row.answered_at is not None:
        who = row.answered_by.full_name if row.answered_by else ""
        raise Conflict(
            f"Kiến nghị này đã được {who} trả lời lúc {moment_vi(localtime(row.answered_at))}: "
            f"{row.get_state_display()}."
        )


def _answer(row: Petition, state: Petition.State, reasons: str, person: Person, at: datetime) -> None:
    row.state, row.answer, row.answered_by, row.answered_at = state, reasons, person, at
    row.save()


def _tell(sheet: Sheet, at: datetime, text: str) -> None:
    notify(users=[sheet.person.user], kind="petition.answered", path=f"/phieu/{sheet.pk}/", text=text, at=at)


def _long_text(field: str, value: str, label: str) -> str:
    problems = Problems()
    text = problems.text(field, value, most=LONG_TEXT, label=label, needed=True)
    if problems:
        raise Refused(problems)
    return text
