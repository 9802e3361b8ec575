"""The own part of an assessment, and its verification with a proposal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals.errors import Refused
from thuocdo.audit.recording import action, record
from thuocdo.conclusions import facts, lacking, places, sheets
from thuocdo.conclusions.competences import bodies
from thuocdo.conclusions.locking import add, chain, last_part, needed, reason_of, stored, taken
from thuocdo.conclusions.models import Assessment, AssessmentPart
from thuocdo.kernel.errors import Conflict, Forbidden, Reading, Refusal
from thuocdo.notices.actions import notify
from thuocdo.organisation.access import day_of
from thuocdo.rounds.models import StepDone
from thuocdo.rounds.on_paper import RECORDED, paper_words

Part, State = AssessmentPart.Part, Assessment.State
OWN_TEXTS = {"strengths": False, "defects": False}
VERIFIED_TEXTS = {"opinions": False, "comment": True} | dict.fromkeys(("strengths", "defects", "prospects"), False)


@action
def file_own(
    *,
    subject_id: int = 0,
    assessment_id: int = 0,
    version: int,
    document: Mapping[str, Any],
    level: str,
    paper: str,
    by: User,
    at: datetime,
) -> AssessmentPart:
    """The self-rating: facts, texts, level. `paper`: the signed paper from which an officer enters it for somebody.

    Until it is verified it may be filed again. Raises NotYours, Forbidden, Conflict (also where a rating from paper
    stands), Refused with every problem.
    """
    one, may = taken(subject_id, assessment_id, version, by, at)
    if not may.files:
        raise Forbidden(f"Phần {one.own_words} do đối tượng ghi, hoặc do cán bộ tổ chức nhập từ bản giấy đã ký.")
    if one.state not in (State.OWN, State.VERIFY):
        raise Conflict(f"Hồ sơ của {one.name} đã được thẩm định, nên phần {one.own_words} không sửa được nữa.")
    if one.subject_id is not None:
        _not_on_paper(one)
    form = sheets.form_of(one)
    read = Reading()
    part = read(sheets.read_part, form, document, OWN_TEXTS, own=True, decisions={}, criteria=False)
    read(_level, form, level, needed=True)
    said = read(_paper, paper, may.own or (one.person_id is None and not may.verifies))
    read.done()
    if part.rated is not None:
        one.rule_kind, one.rule_level = part.rated.outcome.kind, part.rule_level
    one.state = State.VERIFY
    stored(one, may, at)
    text = facts.document_of(one, part.texts | ({"paper": said} if said else {}), part.rated)
    row = add(one, Part.OWN, part, text, by, at, level=level)
    record(chain=chain(one, at), code="assessment.own_filed", by=by, at=at, objects=[one, row])
    return row


def _not_on_paper(one: Assessment) -> None:
    """A level that stands by a decision on paper is not begun anew beside it. Raises Conflict."""
    rows = StepDone.objects.filter(subject=one.subject_id, step="rating", source=RECORDED, undoes=None, undone=None)
    step = rows.first()
    if step is not None:
        raise Conflict(
            f"Mức của {one.name} đã ghi {paper_words(step)} và đang được tính. Muốn đánh giá, xếp loại trên phần mềm "
            "thì cán bộ tổ chức hủy bước xếp loại ấy ở trang của đợt trước; những gì ông/bà đã gõ vẫn còn."
        )


def _paper(typed: str, own: bool) -> str:
    return "" if own else needed(typed, 200, "paper", "Bản giấy đã ký (số, ngày)")


def _level(form: sheets.Form, level: str, *, needed: bool) -> None:
    if form.scheme is not None and (level not in form.levels if level or needed else False):
        raise Refusal("assessment.level", "Hãy chọn một mức trong danh sách.", field="level")


@action
def verify(
    *,
    subject_id: int = 0,
    assessment_id: int = 0,
    version: int,
    document: Mapping[str, Any],
    level: str,
    reason: str,
    group: str,
    by: User,
    at: datetime,
) -> AssessmentPart:
    """The organisation body's verification over the own part, with a proposal.

    `level` empty: by the rule; `group`: those of a similar position, among whom the rulebook counts a share.

    Raises NotYours, Forbidden, Conflict, Refused with every problem and every fact that is missing.
    """
    one, may = taken(subject_id, assessment_id, version, by, at)
    if not may.verifies:
        raise Forbidden("Cán bộ tổ chức của đơn vị thẩm định; không ai thẩm định hồ sơ của chính mình.")
    if one.state not in (State.VERIFY, State.DECIDE):
        raise Conflict(f"Hồ sơ của {one.name} hiện {one.get_state_display()}, nên chưa thẩm định được.")
    own = last_part(one, Part.OWN)
    assert own is not None, "a self-rating precedes verification (the state says so)"
    form = sheets.form_of(one, opinions=True)
    read = Reading()
    part = read(sheets.read_part, form, document, VERIFIED_TEXTS, own=False, decisions={}, criteria=True)
    read(_level, form, level, needed=False)
    words = read(reason_of, reason)
    one.group = read(_group, form, group)
    read.done()
    _complete(form, part)
    proposed = level or form.best(part.rule_level)
    words = form.reason_for(part.rule_level, proposed, words or "")
    check_level(form, part.rule_level, level, words)
    outcome = part.rated.outcome if part.rated else None
    one.rule_kind, one.rule_level = (outcome.kind if outcome else ""), part.rule_level
    one.score_shown = _hundredths(part)
    one.proposed = proposed
    one.state = State.DECIDE
    stored(one, may, at)
    text = facts.document_of(one, part.texts | {"over": own.number} | form.delivered.beside, part.rated)
    row = add(one, Part.VERIFICATION, part, text, by, at, level=one.proposed, reason=words)
    users = bodies(may.competence, day_of(at)) if may.competence else []
    notify(users=[user for user in users if user.pk != by.pk], kind="assessment.to_decide",
           text=f"Hồ sơ của {one.name} đã thẩm định, chờ quyết định", path=path_of(one), at=at)  # fmt: skip
    record(chain=chain(one, at), code="assessment.verified", by=by, at=at, objects=[one, row])
    return row


def _group(form: sheets.Form, typed: str) -> str:
    if places.group_needed(form):
        return needed(typed, 60, "group", "Nhóm có vị trí, vai trò tương đồng")
    one = form.one
    return places.groups_of(one.round, [(one, form)]).get(one.pk or 0, "") if one.round is not None else ""


def _hundredths(part: sheets.Part) -> int | None:
    score = part.rated.outcome.score if part.rated else None
    return None if score is None else score.numerator * 100 // score.denominator


def _complete(form: sheets.Form, part: sheets.Part) -> None:
    """Every fact that the result hangs on is there. Raises Refused."""
    missing = part.rated.outcome.missing if part.rated else ()
    if missing:
        raise Refused({
            lacking.field_of(form, name): f"{lacking.label_of(form, name)}: còn thiếu. {lacking.how(form, name)}"
            for name in missing
        })  # fmt: skip


def check_level(form: sheets.Form, by_rule: str, level: str, reason: str) -> None:
    """A level is not above the rule's nor above one that a regulation uses again, and one below has its reason. Raises
    Refusal."""
    codes = list(form.levels)
    if not level or by_rule not in codes:
        return
    if codes.index(level) < codes.index(by_rule):
        raise Refusal(
            "assessment.above",
            f"Kết quả theo quy tắc là “{form.label(by_rule)}”; không chọn mức cao hơn. Hãy kiểm tra lại dữ kiện.",
            field="level",
        )
    if codes.index(level) < codes.index(form.best(by_rule)):
        above_reused(form)
    if level != by_rule and not reason:
        raise Refusal("assessment.reason", "Hãy ghi lý do chọn mức thấp hơn kết quả theo quy tắc.", field="reason")


def above_reused(form: sheets.Form) -> None:
    """Raises Refusal: a level above the one that a regulation uses again."""
    again = form.delivered.reused
    assert again is not None, "a level is used again"
    raise Refusal(
        "assessment.above_reused",
        f"{again.rule.label}: {again.words} ({again.source}). Không chọn mức cao hơn mức ấy; nếu mức ấy sai thì "
        "sửa ở bước xếp loại của người ấy.",
        field="level",
    )


def no_level(typed: str) -> None:
    """Raises Refusal where a level was chosen of somebody who, by the rule, is not rated."""
    if typed:
        raise Refusal("assessment.not_rated", "Theo quy tắc thì không xếp loại: hãy để trống mức.", field="level")


def path_of(one: Assessment) -> str:
    """The page of an assessment."""
    return f"/ket-luan/doi-tuong/{one.subject_id}/" if one.subject_id else f"/ket-luan/ho-so/{one.pk}/"
