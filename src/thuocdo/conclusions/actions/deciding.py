"""The decision of the competent body, and an order to rate again."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.appraisals.errors import Refused
from thuocdo.audit.recording import action, record
from thuocdo.conclusions import access, facts, newer, places, sheets
from thuocdo.conclusions.actions.filing import above_reused, check_level, no_level, path_of
from thuocdo.conclusions.competences import rule_words
from thuocdo.conclusions.locking import (
    add,
    chain,
    document_day,
    last_part,
    needed,
    reason_of,
    somebody,
    stored,
    taken,
)
from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPart
from thuocdo.conclusions.reconsidering import actions as reconsidering
from thuocdo.engine.outcome import Outcome
from thuocdo.kernel.errors import Conflict, Forbidden, Reading, Refusal
from thuocdo.notices.actions import notify
from thuocdo.rounds import books, gate
from thuocdo.rounds.models import StepDone

Part, State = AssessmentPart.Part, Assessment.State
DECIDED_TEXTS = {"strengths": True, "defects": True, "prospects": False}
SOURCE = "conclusions.decision"


@action
def decide(
    *,
    subject_id: int = 0,
    assessment_id: int = 0,
    version: int,
    document: Mapping[str, Any],
    level: str,
    reason: str,
    decisions: Mapping[str, tuple[str, str]],
    on: date,
    number: str,
    quota_reason: str = "",
    by: User,
    at: datetime,
) -> AssessmentPart:
    """The decision on the verified facts: level, conclusion in words, and what the text leaves to the authority
    (`decisions`: reading and reason by question; `quota_reason` where places that others hold lose their ground).
    Its rating step is asked of the round and told in the same write.

    Raises NotYours, Forbidden, Conflict (with the articles where it comes too early; naming what came since the
    verification), Refused with every problem.
    """
    one, may = taken(subject_id, assessment_id, version, by, at, round_too=True)
    verified = _require(one, may, by)
    newer.require_read(one, verified, facts.read(verified))
    form = sheets.form_of(one)
    read = Reading()
    words = read(reason_of, reason)
    day = read(document_day, on, at)
    paper = read(needed, number, 80, "number", "Số quyết định")
    body = may.competence.body if may.competence else ""
    made = read(_answers, decisions, f"{somebody(by).full_name}, thay mặt {body}")
    fields = facts.read(verified)["fields"]
    texts = DECIDED_TEXTS | {"prospects": one.round_id is None and one.person_id is not None}
    part = read(sheets.read_part, form, dict(document) | {"fields": fields}, texts, own=False, decisions=made)
    read.done()
    _same_facts(form, part, verified)
    chosen = _chosen(form, part, level, words or "")
    typed, words = words, form.reason_for(part.rule_level, chosen, words or "")
    one.competence = may.competence
    exceeded = places.check(places.Wish(one, form, chosen, words), quota_reason)
    before = last_part(one, Part.DECISION)
    if before is not None and not typed:
        raise Refusal("assessment.replace_reason", "Hãy ghi lý do thay quyết định trước.", field="reason")
    one.rule_kind = part.rated.outcome.kind if part.rated else ""
    one.rule_level, one.level = part.rule_level, chosen
    one.state = State.DECIDED
    stored(one, may, at)
    text = facts.document_of(one, part.texts | exceeded | {"over": verified.number}, part.rated)
    row = add(one, Part.DECISION, part, text, by, at, level=chosen, reason=words, on=day, document_number=paper,
              body=body, replaces=before, verified_by_id=verified.by_person_id)  # fmt: skip
    steps = _tell(one, row, by, at)
    leaning = reconsidering.begin(row, by, at)
    person = one.person.user if one.person is not None else None
    notify(users=[person], kind="assessment.decided", text=f"Đã có kết luận về ông/bà: {one.label}",
           path=path_of(one), at=at)  # fmt: skip
    record(chain=chain(one, at), code="assessment.decided", by=by, at=at, objects=[one, row, *steps, *leaning])
    return row


def _require(one: Assessment, may: access.Reach, by: User) -> AssessmentPart:
    """The verification that is decided on. Raises Refusal, Forbidden, Conflict."""
    if may.competence is None:
        said = " ".join(f"{words} ({cite})." for words, cite in rule_words(facts.book_of(one), one))
        raise Refusal(
            "assessment.no_competence",
            f"Chưa ghi phân cấp: cấp nào quyết định về {one.name}. {said} Cán bộ tổ chức ghi ở trang Phân cấp.",
        )
    if not may.decides:
        raise Forbidden(
            f"{may.competence.body} quyết định về {one.name}; không ai quyết định về chính mình, về nơi mình lãnh đạo."
        )
    if one.state != State.DECIDE:
        raise Conflict(f"Hồ sơ của {one.name} hiện {one.get_state_display()}, nên chưa quyết định được.")
    verified = last_part(one, Part.VERIFICATION)
    assert verified is not None, "a verification precedes the decision (the state says so)"
    if verified.by_person_id == somebody(by).pk:
        raise Forbidden("Ông/bà đã thẩm định hồ sơ này, nên người khác quyết định.")
    running = AssessmentHold.objects.filter(assessment=one, ended_at__isnull=True).first()
    if running is not None:
        raise Conflict(
            f"Đang xác minh ({running.get_kind_display()}): {running.note} Phải có kết quả xác minh rồi mới quyết định."
        )
    return verified


def _same_facts(form: sheets.Form, part: sheets.Part, verified: AssessmentPart) -> None:
    """What was verified is decided on. Raises Conflict where the delivered facts give another result since."""
    if part.rated is not None and verified.outcome and facts.changed(form.book, verified, part.rated):
        raise Conflict(
            f"Từ khi thẩm định, dữ kiện nơi khác giao đã đổi nên kết quả theo quy tắc không còn là "
            f"“{form.label(verified.rule_level) or 'cần quyết định'}”. Hãy đề nghị cán bộ tổ chức thẩm định lại."
        )


def _answers(typed: Mapping[str, tuple[str, str]], by: str) -> dict[str, dict[str, str]]:
    read, found = Reading(), {}
    for point, (reading, reason) in typed.items():
        if reading:
            words = read(needed, reason, 1000, f"decisions.{point}.reason", "Lý do của lựa chọn")
            found[point] = {"reading": reading, "by": by, "reason": words}
    read.done()
    return found


def _chosen(form: sheets.Form, part: sheets.Part, level: str, reason: str) -> str:
    """The level decided: the rule's or a lower one; none where the rule says that there is none; where the text leaves
    it open without a reading to choose, the one that the authority names with its reason. Raises Refusal."""
    if part.rated is None:
        return ""
    outcome = part.rated.outcome
    if outcome.kind == "not_rated":
        no_level(level)
        return ""
    if outcome.left_whole:
        return _by_authority(form, outcome, level, reason)
    if outcome.kind == "needs_decision":
        asked = {f"decisions.{q.id}": f"{q.question_vi} Hãy chọn và ghi lý do." for q in outcome.open_points}
        raise Refused(asked or {"": outcome.reason})
    chosen = level or form.best(part.rule_level)
    if chosen not in form.levels:
        raise Refusal("assessment.level", "Hãy chọn một mức trong danh sách.", field="level")
    check_level(form, part.rule_level, chosen, form.reason_for(part.rule_level, chosen, reason))
    return chosen


def _by_authority(form: sheets.Form, outcome: Outcome, level: str, reason: str) -> str:
    """A level that neither facts nor rules rule out, nor is above one that a regulation uses again, with the
    authority's reason. Raises Refusal."""
    left = form.left(outcome)
    if level in outcome.within and level not in left:
        above_reused(form)
    if level not in left:
        names = ", ".join(form.label(code) for code in left)
        raise Refusal(
            "assessment.left_whole", f"Văn bản để ngỏ điều kiện của mức: hãy chọn một mức ({names}).", field="level"
        )
    if not reason:
        raise Refusal(
            "assessment.left_whole_reason", "Văn bản để ngỏ điều kiện của mức: hãy ghi lý do chọn mức.", field="reason"
        )
    return level


def _tell(one: Assessment, row: AssessmentPart, by: User, at: datetime) -> list[StepDone]:
    """The rating step of the round. A decision that replaces one takes the step back and takes it again."""
    if one.round is None or one.subject is None:
        return []
    nodes = [n for n in books.rules_of(one.round).graph.steps_of(one.kind, one.role) if n.step == "rating"]
    made: list[StepDone] = []
    assert row.on is not None, "a decision has its day (a constraint of the table)"
    how = gate.Taken(row.on, number=row.document_number, level=row.level, source=SOURCE, source_key=str(row.pk))
    for node in nodes:
        active = StepDone.objects.filter(subject=one.subject, node=node.id, undoes=None, undone=None).first()
        if active is not None and row.replaces_id is None:
            raise Conflict(
                f"“{node.label}” của {one.name} đã được ghi ngày {active.on:%d/%m/%Y}. Hãy hủy bước ấy ở trang của đợt "
                "trước."
            )
        try:
            with transaction.atomic():
                if active is not None:
                    made.append(gate.told(one.round, node, one.subject, how, by, at, active, row.reason))
                else:
                    gate.require_free(one.round, [(node.id, one.subject)])
                made.append(gate.told(one.round, node, one.subject, how, by, at))
        except IntegrityError:
            raise Conflict(f"Người khác vừa ghi “{node.label}” của {one.name}. Hãy tải lại trang để xem.") from None
    return made


@action
def order_again(
    *,
    subject_id: int = 0,
    assessment_id: int = 0,
    version: int,
    body: str,
    on: date,
    number: str,
    reason: str,
    by: User,
    at: datetime,
) -> AssessmentPart:
    """Record the superior's decision to rate again (Mẫu 03); the old decision holds until it is replaced.

    Raises NotYours, Forbidden, Conflict, Several.
    """
    one, may = taken(subject_id, assessment_id, version, by, at)
    if not (may.verifies or may.decides):
        raise Forbidden("Cán bộ tổ chức hoặc cấp quyết định ghi yêu cầu xếp loại lại.")
    if one.state != State.DECIDED:
        raise Conflict(f"Hồ sơ của {one.name} hiện {one.get_state_display()}: chưa có quyết định để yêu cầu làm lại.")
    read = Reading()
    who = read(needed, body, 200, "order_body", "Cấp yêu cầu")
    day = read(document_day, on, at)
    paper = read(needed, number, 80, "order_number", "Số quyết định yêu cầu")
    words = read(needed, reason, 1000, "order_reason", "Lý do")
    read.done()
    one.state = State.VERIFY
    stored(one, may, at)
    text = facts.document_of(one, {"fields": {}}, None)
    row = add(one, Part.ORDER, None, text, by, at, reason=words, on=day, document_number=paper, body=who)
    record(chain=chain(one, at), code="assessment.ordered_again", by=by, at=at, objects=[one, row])
    return row
