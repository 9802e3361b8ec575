"""The authority decides levels: quotas and heads propose, the head of the rating unit decides, with reasons."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.level_checks import (
    Wanted,
    check_level,
    each,
    lock_places,
    lowest_first,
    one_cycle,
    reason_of,
    require_unpublished,
    take_place,
)
from thuocdo.appraisals.locking import hold_cycles_of, locked_all
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, Sheet
from thuocdo.appraisals.quota_check import decided_ground
from thuocdo.appraisals.typed import SHORT_TEXT
from thuocdo.audit.recording import action, record
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.actions import notify_accounts
from thuocdo.organisation.models import Person


@action
def decide_levels(
    *, wanted: Sequence[Wanted], by: User, at: datetime, quota_reason: str = ""
) -> list[LevelDecision]:
    """Several levels of one cycle in one step: all, or none with every reason against it by field
    (`level-<sheet>`, `reason-<sheet>`). Only the head of the rating unit decides; a reason where it differs from the
    proposal. Hard quotas hold as for proposals, because a decision off the proposal moves it first, and one on a
    result that came after the proposal takes its place anew. Levels that together leave places exceeded, as a lower one
    takes others out of what a share is counted of, need `quota_reason`, kept with each decision.

    `number` of each is how many decisions were seen. Raises NotYours, Forbidden for the own sheet, Refused, Conflict.
    """
    person = Person.objects.filter(user_id=by.pk).first()
    headed = headed_units(by, localdate(at))
    keys = [one.sheet_id for one in wanted]
    hold_cycles_of(keys)  # no level moves while its result is published
    sheets = locked_all(keys)
    cycle = one_cycle(sheets, wanted)
    if person is None:
        raise NotYours()
    decider = person
    for sheet in sheets.values():
        _require_authority(sheet, decider, headed)
    lock_places(cycle.pk, {sheet.member.agency_id for sheet in sheets.values()})
    order = lowest_first(sheets, wanted)
    levels = {sheets[one.sheet_id].member_id: one.level for one in wanted}
    over, problems = "", {}
    try:
        over = decided_ground(cycle, [sheet.member for sheet in sheets.values()], levels, quota_reason)
    except Refusal as refusal:
        problems["quota_reason"] = refusal.message
    try:
        done = each(order, sheets, lambda sheet, one: _decide(sheet, one, decider, over, by, at))
    except Refused as refused:
        raise Refused({**refused.problems, **problems}) from None
    if problems:
        raise Refused(problems)
    made, moved = [decision for decision, _ in done], [proposal for _, proposal in done]
    notify_accounts(
        accounts=[u for s in sheets.values() if (u := s.evaluator.user_id) is not None and u != by.pk],
        kind="level.decided",
        path=f"/danh-gia/{cycle.pk}/muc/",
        at=at,
        text=f"Cấp có thẩm quyền đã quyết định mức của phiếu {cycle.short_name} mà ông/bà đề xuất.",
    )
    record(
        chain=cycle.root.code,
        code="level.decided",
        by=by,
        at=at,
        objects=[*made, *moved],
        data={"cycle": cycle.pk, "sheets": len(made)},
    )
    return made


def _require_authority(sheet: Sheet, person: Person, headed: set[int]) -> None:
    if sheet.member.rating_unit_id not in headed:
        raise NotYours()
    if person.pk == sheet.person_id:
        raise Forbidden("Ông/bà không quyết định mức của chính mình.")


def _decide(
    sheet: Sheet, one: Wanted, person: Person, over: str, by: User, at: datetime
) -> tuple[LevelDecision, LevelProposal]:
    why = reason_of(one.reason)
    kept = f"{why} {over}".strip()
    if over and len(kept) > SHORT_TEXT:
        most = SHORT_TEXT - 1 - len(over)
        raise Refusal("level.reason", f"Lý do: còn chỗ cho {most} ký tự. Hãy rút gọn.", field="reason")
    proposal = LevelProposal.objects.filter(sheet=sheet).first()
    if proposal is None:
        raise Refusal("level.no_proposal", "Phiếu chưa có đề xuất mức của người đánh giá.")
    decided = LevelDecision.objects.filter(sheet=sheet).count() != one.number
    if decided or proposal.version != one.version:
        raise Conflict("Mức của phiếu vừa được đề xuất lại hoặc quyết định. Hãy tải lại trang để xem.")
    if one.level != proposal.level and not why:
        raise Refusal("level.reason", "Hãy ghi lý do quyết định khác với đề xuất.", field="reason")
    scheme, result = check_level(sheet, one.level, why or proposal.reason)
    require_unpublished(result)
    if one.level == proposal.level and proposal.at < result.at:
        take_place(sheet, scheme, one.level, why or proposal.reason)  # given back when the result was replaced
    if one.level != proposal.level:
        _move(proposal, sheet, scheme, one.level, why, by, at)
    return _written(sheet, result, one, kept, person, at), proposal


def _move(proposal: LevelProposal, sheet: Sheet, scheme: Scheme, level: str, why: str, by: User, at: datetime) -> None:
    take_place(sheet, scheme, level, why)
    proposal.level, proposal.reason, proposal.by, proposal.at = level, why, by, at
    proposal.version += 1
    proposal.save()


def _written(sheet: Sheet, result: Confirmation, one: Wanted, why: str, person: Person, at: datetime) -> LevelDecision:
    return LevelDecision.objects.create(
        sheet=sheet,
        confirmation=result,
        number=one.number + 1,
        subject_id=sheet.person_id,
        level=one.level,
        reason=why,
        decided_by=person,
        at=at,
    )
