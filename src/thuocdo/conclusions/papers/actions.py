"""Making a paper of a part, sending a file up, and answering it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max

from thuocdo.accounts.models import User
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import canonical, digest_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions import access
from thuocdo.conclusions.actions.filing import path_of
from thuocdo.conclusions.competences import bodies
from thuocdo.conclusions.locking import chain, document_day, needed
from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPaper, AssessmentPart, FileSent
from thuocdo.conclusions.papers import content, listed
from thuocdo.conclusions.sheets import form_of
from thuocdo.decisions.rules import NAMES_WHOM, SIGNING_WORDS
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of

State = FileSent.State
PRINTED = (AssessmentPart.Part.DECISION, AssessmentPart.Part.ORDER)


def _locked(assessment_id: int, by: User, at: datetime) -> tuple[Assessment, access.Reach]:
    """The assessment, locked; a round that has ended stops no paper. Raises NotYours."""
    if not Assessment.objects.select_for_update(no_key=True, of=("self",)).filter(pk=assessment_id).exists():
        raise NotYours()
    return access.by_key(by, assessment_id, day_of(at))


@action
def make_paper(
    *,
    part_id: int,
    place: str,
    signing_form: str,
    on_behalf: str,
    signer: str,
    signer_position: str,
    recipients: Sequence[str],
    reason: str,
    by: User,
    at: datetime,
) -> AssessmentPaper:
    """The paper of a decision or of an order to rate again, frozen; made again with a `reason`, the earlier one stays.

    Raises NotYours, Forbidden, Several.
    """
    row = AssessmentPart.objects.filter(pk=part_id, part__in=PRINTED).first()
    one, may = _locked(row.assessment_id if row is not None else 0, by, at)
    assert row is not None, "an assessment was found by it"
    if not (may.verifies or may.decides):
        raise Forbidden("Cán bộ tổ chức hoặc cấp quyết định lập văn bản; không ai lập văn bản về chính mình.")
    read = Reading()
    typed = content.Typed(
        read(needed, place, 80, "place", "Địa danh") or "",
        signing_form,
        clean(on_behalf),
        read(needed, signer, 120, "signer", "Người ký") or "",
        read(needed, signer_position, 160, "signer_position", "Chức vụ người ký") or "",
        tuple(filter(None, map(clean, recipients))),
    )
    read(_signing, typed)
    turn = (AssessmentPaper.objects.filter(part=row).aggregate(n=Max("turn"))["n"] or 0) + 1
    why = read(needed, reason, 500, "paper_reason", "Lý do lập lại") if turn > 1 else ""
    read.done()
    text = canonical(content.of(one, row, form_of(one, live=False), typed))
    paper = AssessmentPaper(
        part=row, turn=turn, signer=typed.signer, content=text, digest=digest_of(text), reason=why or "", by=by, at=at
    )
    paper.save(force_insert=True)
    record(chain=chain(one, at), code="assessment.paper_made", by=by, at=at, objects=[paper])
    return paper


def _signing(typed: content.Typed) -> None:
    if typed.signing_form not in SIGNING_WORDS:
        raise Refusal("decision.signing", "Hãy chọn thể thức ký.", field="signing_form")
    if typed.signing_form in NAMES_WHOM and not typed.on_behalf:
        raise Refusal("decision.behalf", "Thể thức này phải ghi thay mặt, ký thay, thừa lệnh ai.", field="on_behalf")
    if not typed.recipients:
        raise Refusal("paper.recipients", "Nơi nhận: chưa ghi. Mỗi nơi nhận một dòng.", field="recipients")


@action
def send_file(
    *,
    assessment_id: int,
    papers: Mapping[str, tuple[str, str]],
    number: str,
    on: date | None,
    by: User,
    at: datetime,
) -> FileSent:
    """Send the verified file of a subject up to the body that decides; refused with everything that is missing, the
    day (`on`) too.

    Raises NotYours, Forbidden, Conflict, Refused.
    """
    one, may = _locked(assessment_id, by, at)
    if one.round is None:
        raise Conflict("Mẫu 04 là danh mục hồ sơ của đợt hằng năm; đánh giá theo việc không gửi bằng mẫu này.")
    if not may.verifies:
        raise Forbidden("Cán bộ tổ chức của đơn vị gửi hồ sơ; không ai gửi hồ sơ của chính mình.")
    if may.competence is None:
        raise Refusal("assessment.no_competence", "Chưa ghi phân cấp: gửi hồ sơ đến cấp nào. Hãy ghi ở trang Phân cấp.")
    if one.state not in (Assessment.State.DECIDE, Assessment.State.DECIDED):
        raise Conflict(f"Hồ sơ của {one.name} hiện {one.get_state_display()}: thẩm định xong mới gửi cấp trên.")
    holds = list(AssessmentHold.objects.filter(assessment=one).order_by("pk"))
    running = next((hold for hold in holds if hold.ended_at is None), None)
    if running is not None:
        raise Conflict(f"Đang xác minh ({running.get_kind_display()}): phải có kết quả rồi mới gửi hồ sơ.")
    before = FileSent.objects.filter(assessment=one).order_by("-turn").first()
    if before is not None and before.state != State.RETURNED:
        raise Conflict(f"Hồ sơ này {before.get_state_display()} ({before.body}). Bị trả lại thì mới gửi lại.")
    parts = list(AssessmentPart.objects.filter(assessment=one).select_related("by_person").order_by("number"))
    items = listed.items_of(form_of(one, live=False), parts, holds)
    if not items:
        raise Refusal("file.unread", "Văn bản đã đọc của đợt này không kể thành phần hồ sơ, nên không kiểm đủ được.")
    frozen, missing = listed.read(items, {key: (how, clean(words)) for key, (how, words) in papers.items()})
    read = Reading()
    paper = read(needed, number, 80, "number", "Số văn bản gửi")
    day = read(_day, on, at)
    for field, words in missing.items():
        read(_missing, field, words)
    read.done()
    row = FileSent(
        assessment=one, turn=before.turn + 1 if before else 1, body=may.competence.body, number=paper, on=day,
        items=frozen, digest=digest_of(json.dumps(frozen, sort_keys=True, ensure_ascii=False)),
        head=content.head_of_file(one, day), sent_by=by, sent_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    users = [user for user in bodies(may.competence, day_of(at)) if user.pk != by.pk]
    notify(users=users, kind="file.sent", text=f"Hồ sơ của {one.name} gửi đến, chờ nhận", path=f"{path_of(one)}gui/",
           at=at)  # fmt: skip
    record(chain=chain(one, at), code="assessment.file_sent", by=by, at=at, objects=[row])
    return row


def _day(on: date | None, at: datetime) -> date:
    if on is None:
        raise Refusal("file.day", "Ngày gửi: chưa ghi. Hãy ghi ngày của văn bản gửi.", field="on")
    return document_day(on, at)


def _missing(field: str, words: str) -> None:
    raise Refused({field: words})


@action
def answer_file(*, file_id: int, received: bool, answer: str, by: User, at: datetime) -> FileSent:
    """The receipt (its number), or why the file comes back: by the body itself, or, where that is above, by an officer
    who records what it answered. Raises NotYours, Forbidden, Refusal."""
    row = FileSent.objects.select_for_update(no_key=True, of=("self",)).filter(pk=file_id).first()
    if row is None:
        raise NotYours()
    one, may = _locked(row.assessment_id, by, at)
    if not may.decides:
        raise Forbidden(f"{row.body} nhận hoặc trả lại hồ sơ; không ai nhận hồ sơ của chính mình.")
    if row.state != State.SENT:
        nothing_changed()
        return row
    row.answer = needed(answer, 1000, "answer", "Số biên nhận" if received else "Lý do trả lại, còn thiếu gì")
    row.state = State.RECEIVED if received else State.RETURNED
    row.answered_by, row.answered_at = by, at
    row.save()
    told = [row.sent_by] if row.sent_by_id != by.pk else []
    words = "đã nhận" if received else "trả lại"
    notify(users=told, kind="file.answered", text=f"{row.body} {words} hồ sơ của {one.name}",
           path=f"{path_of(one)}gui/", at=at)  # fmt: skip
    record(chain=chain(one, at), code="assessment.file_answered", by=by, at=at, objects=[row])
    return row
