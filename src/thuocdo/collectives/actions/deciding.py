"""The authority's head decides a unit's level, sends a proposal back, or reconsiders; results are never edited."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.facts import canonical, digest_of, fraction, shown
from thuocdo.audit.recording import action, record
from thuocdo.collectives import rules
from thuocdo.collectives.access import require_decides
from thuocdo.collectives.locking import (
    chain_of,
    latest,
    locked,
    locked_round,
    move,
    require_no_hold,
    require_not_reopened_alone,
    require_version,
)
from thuocdo.collectives.models import UnitResult, UnitRound, UnitSheet, UnitSubmission
from thuocdo.collectives.sheets import Form, form_of, period_of, rate
from thuocdo.collectives.standing import Standing, bar_of, in_force, rated_below, standings, worsened
from thuocdo.engine import ENGINE_VERSION, Outcome
from thuocdo.kernel.errors import Conflict, Forbidden, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import head_of


@action
def decide_unit(
    *, sheet_id: int, version: int, level: str, reason: str, decisions: Mapping[str, tuple[str, str]], by: User,
    at: datetime, quota_reason: str = "",
) -> UnitResult:  # fmt: skip
    """Decide the level of a unit: that of the rulebook, or a lower one with the reason.

    `decisions`: for each question that the text leaves to the authority (e.g. points reached, conditions not met) the
    reading and the reason. A level beyond the places that are left needs a reason too; in a closed round it is refused
    where the quota is hard. A level that takes the ground from under places of other units (the base shrinks, and what
    they hold exceeds it) is decided with a reason of its own, `quota_reason`, kept in the document with what was
    counted. Refused while something is verified, and until lower units are decided.
    Raises NotYours, Forbidden, Refusal, Conflict.
    """
    on = localdate(at)
    sheet = locked(sheet_id)
    one = locked_round(sheet.round_id)  # one decision after the other, so that the places are counted right
    decider = require_decides(sheet, by, on)
    require_version(sheet, version)
    _require_free(sheet, on)
    proposal, document = latest(sheet, UnitSubmission.Part.AUTHORITY)
    if sheet.state != rules.PROPOSED or proposal is None:
        raise Conflict("Phiếu này chưa có đề xuất mức đang chờ quyết định. Hãy tải lại trang.")
    if proposal.author_id == decider.pk:
        raise Forbidden("Ông/bà đã đề xuất mức này nên không tự quyết định: phải có hai người.")
    head = head_of(sheet.unit_id, on)
    if head is not None and head.pk == decider.pk:
        raise Forbidden("Người đứng đầu đơn vị không quyết định mức của đơn vị mình.")
    form = form_of(sheet)
    subject, outcome = _settled(form, document["subject"], decisions, decider)
    before = in_force().filter(sheet=sheet).first()
    why = text_from(reason, "Lý do", "reason", 1000, needed=before is not None, lines=True)
    by_rule = _check_level(form, outcome, level, why)
    found = standings(sheet.round)
    _check_places(sheet, level, why, found, closed=one.state == UnitRound.State.CLOSED)
    over = _over_quota(sheet, level, quota_reason, found)
    text = canonical({**document, "subject": subject, "proposal": proposal.number, **over})
    move(sheet, "decide")
    made = UnitResult.objects.create(
        sheet=sheet,
        number=before.number + 1 if before else 1,
        unit=sheet.unit,
        unit_head=head,
        authority=sheet.authority,
        proposed_by=proposal.author,
        decided_by=decider,
        rule_level=by_rule,
        level=level,
        label=form.label(level),
        score=fraction(outcome.score),
        score_shown=shown(outcome.score),
        document=text,
        digest=digest_of(text),
        rulebook_hash=sheet.rulebook_hash,
        engine_version=ENGINE_VERSION,
        reason=why,
        replaces=before,
        at=at,
    )
    record(
        chain=chain_of(sheet), code="unit_result.decided", by=by, at=at, objects=[sheet, made],
        data={"sheet": sheet.pk, "level": level},
    )  # fmt: skip
    return made


def _require_free(sheet: UnitSheet, on: date) -> None:
    require_no_hold(sheet, "quyết định")
    lower = [row for row in rated_below(sheet, on) if row.state != rules.DECIDED]
    if lower:
        names = ", ".join(one.unit.name for one in lower[:5])
        raise Conflict(f"Đơn vị cấp dưới được xếp loại trước. Chưa có quyết định: {names}.")


def _settled(
    form: Form, subject: dict[str, Any], decisions: Mapping[str, tuple[str, str]], decider: Person
) -> tuple[dict[str, Any], Outcome]:
    """The subject with the authority's decisions, rated again."""
    authority = form.sheet.authority.name
    made = {}
    for point, (reading, typed) in decisions.items():
        if not clean(reading) and not clean(typed):
            continue
        why = text_from(typed, "Lý do quyết định", f"decisions.{point}.reason", 1000, lines=True)
        made[point] = {"reading": clean(reading), "by": f"{decider.full_name}, {authority}", "reason": why}
    rated = rate(form.book, period_of(form.sheet.round), {**subject, **({"decisions": made} if made else {})})
    return rated.subject, rated.outcome


def _check_level(form: Form, outcome: Outcome, level: str, reason: str) -> str:
    """The level by the rulebook, if the one chosen may be decided."""
    if outcome.kind != "rated" or outcome.level is None:
        asked = " ".join(question.question_vi for question in outcome.open_points) or outcome.reason
        raise Refusal("decision.open", f"Chưa xếp loại được: {asked}", field="decisions")
    codes = [one.code for one in form.scheme.levels]
    if level not in codes:
        raise Refusal("level.unknown", "Hãy chọn một mức trong danh sách.", field="level")
    if codes.index(level) < codes.index(outcome.level):
        name = form.label(outcome.level)
        raise Refusal("level.above", f"Mức theo quy tắc là “{name}”; không quyết định mức cao hơn.", field="level")
    if level != outcome.level and not reason:
        raise Refusal("level.reason", "Hãy ghi lý do quyết định mức thấp hơn mức theo quy tắc.", field="reason")
    return outcome.level


def _over_quota(sheet: UnitSheet, level: str, typed: str, found: Sequence[Standing]) -> dict[str, Any]:
    """What the document keeps of quotas that this level leaves exceeded for others. Raises Refusal without a reason."""
    said = [
        f"“{bar.level}”: {bar.taken} đơn vị giữ mức này ({', '.join(bar.holders)}), với quyết định này chỉ còn "
        f"{bar.places} suất ({bar.sentence})."
        for bar in worsened(sheet, level, found)
    ]
    if not said:
        return {}
    if not clean(typed):
        raise Refusal(
            "level.ground",
            f"{' '.join(said)} Tỷ lệ không làm đổi mức của đơn vị nào: hãy quyết định lại những đơn vị ấy trước, hoặc "
            "ghi lý do vì sao vẫn quyết định mức này khi tỷ lệ bị vượt.",
            field="quota_reason",
        )
    return {"over_quota": {"said": said, "reason": text_from(typed, "Lý do", "quota_reason", 1000, lines=True)}}


def _check_places(
    sheet: UnitSheet, level: str, reason: str, found: Sequence[Standing], *, closed: bool
) -> None:
    bar = bar_of(sheet, level, found)
    if bar is not None and bar.full and closed and bar.quota.hardness == "hard":
        again = [row.sheet.unit.name for row in found if row.reopened and row.level == level and row.sheet != sheet]
        said = f" Còn giữ suất bằng kết quả cũ dù đang được mở lại: {', '.join(again)}." if again else ""
        raise Refusal(
            "level.over_closed",
            f"“{bar.level}”: đã có {bar.taken}/{bar.places} suất ({bar.sentence}). Kỳ đã khóa nên kết quả thay thế "
            f"không được vượt tỷ lệ.{said} Hãy chọn mức khác, hoặc quyết định lại đơn vị đang giữ suất trước.",
            field="level",
        )
    if bar is not None and bar.full and not reason:
        raise Refusal(
            "level.over",
            f"“{bar.level}”: đã có {bar.taken}/{bar.places} suất ({bar.sentence}). Hãy ghi lý do, hoặc chọn mức khác; "
            "kỳ chỉ khóa được khi không vượt tỷ lệ.",
            field="reason",
        )


@action
def send_unit_proposal_back(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> UnitSheet:
    """The head asks for another proposal. Raises NotYours, Forbidden, Refusal, Conflict."""
    return _back("send_back", "unit_sheet.sent_back", sheet_id, version, reason, by, at)


@action
def reconsider_unit(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> UnitSheet:
    """A decided unit of an open round is looked at again: the result stands until two people, who proposes and who
    decides, replace it with a reason. A closed round is opened by two (`actions.reopening`). Raises NotYours,
    Forbidden, Refusal, Conflict."""
    return _back("reconsider", "unit_sheet.reconsidered", sheet_id, version, reason, by, at)


def _back(step: str, code: str, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> UnitSheet:
    sheet = locked(sheet_id)
    one = locked_round(sheet.round_id)  # a round is not closed in the meantime as if all were decided
    require_decides(sheet, by, localdate(at))
    require_version(sheet, version)
    require_not_reopened_alone(one, step)
    sheet.returned = text_from(reason, "Lý do", "reason", 1000, lines=True)
    move(sheet, step)
    record(chain=chain_of(sheet), code=code, by=by, at=at, objects=[sheet])
    return sheet
