"""The authority decides levels: quotas and heads propose, the head of the rating unit decides, with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.level_checks import check_level, lock_places, reason_of, take_place
from thuocdo.appraisals.locking import locked_all, short_label
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, Sheet
from thuocdo.appraisals.published import published
from thuocdo.audit.recording import action, record
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.actions import notify_accounts
from thuocdo.organisation.models import Person

MOST = 200


@dataclass(frozen=True)
class Wanted:
    """A level to decide: `number` is how many decisions on the sheet were seen, `version` that of the proposal seen."""

    sheet_id: int
    number: int
    version: int
    level: str
    reason: str = ""


@action
def decide_level(*, sheet_id: int, number: int, level: str, reason: str, by: User, at: datetime) -> LevelDecision:
    """The head of the rating unit decides the level of a sheet that has a proposal; a reason where it differs.

    `number` is how many decisions were seen. Hard quotas hold for decisions as for proposals, because a decision
    off the proposal moves it first. Raises NotYours, Forbidden for the own sheet, Refusal, Conflict.
    """
    proposal = LevelProposal.objects.filter(sheet=sheet_id).first()
    wanted = Wanted(sheet_id, number, proposal.version if proposal else 0, level, reason)
    return _decided([wanted], by, at)[0]


@action
def decide_levels(*, wanted: Sequence[Wanted], by: User, at: datetime) -> list[LevelDecision]:
    """Several levels in one step, of one cycle: all or, with the first reason against it by name, none.

    Raises as `decide_level`; Refusal for none or for more than `MOST`.
    """
    if not wanted or len(wanted) > MOST:
        raise Refusal("levels.none", f"Hãy chọn từ 1 đến {MOST} phiếu để quyết định mức.")
    return _decided(wanted, by, at)


def _decided(wanted: Sequence[Wanted], by: User, at: datetime) -> list[LevelDecision]:
    person = Person.objects.filter(user_id=by.pk).first()
    headed = headed_units(by, localdate(at))
    sheets = locked_all([one.sheet_id for one in wanted])
    if person is None or len({one.sheet_id for one in wanted}) != len(wanted) or len(sheets) != len(wanted):
        raise NotYours()
    if len({sheet.cycle_id for sheet in sheets.values()}) != 1:
        raise NotYours()
    for sheet in sheets.values():
        _require_authority(sheet, person, headed)
    agencies = {sheet.member.agency_id for sheet in sheets.values()}
    lock_places(next(iter(sheets.values())).cycle_id, agencies)
    made, moved = [], []
    for one in sorted(wanted, key=lambda w: w.sheet_id):
        decision, proposal = _decide(sheets[one.sheet_id], one, person, by, at)
        made.append(decision)
        moved.append(proposal)
    first = sheets[wanted[0].sheet_id]
    notify_accounts(
        accounts=[u for s in sheets.values() if (u := s.evaluator.user_id) is not None and u != by.pk],
        kind="level.decided",
        path=f"/danh-gia/{first.cycle_id}/muc/",
        at=at,
        text=f"Cấp có thẩm quyền đã quyết định mức của phiếu {short_label(first.cycle)} mà ông/bà đề xuất.",
    )
    record(
        chain=first.cycle.root.code,
        code="level.decided",
        by=by,
        at=at,
        objects=[*made, *moved],
        data={"cycle": first.cycle_id, "sheets": len(made)},
    )
    return made


def _require_authority(sheet: Sheet, person: Person, headed: set[int]) -> None:
    if sheet.member.rating_unit_id not in headed:
        raise NotYours()
    if person.pk == sheet.person_id:
        raise Forbidden("Ông/bà không quyết định mức của chính mình.")


def _decide(
    sheet: Sheet, one: Wanted, person: Person, by: User, at: datetime
) -> tuple[LevelDecision, LevelProposal]:
    name = sheet.person.full_name
    why = reason_of(one.reason)
    proposal = LevelProposal.objects.filter(sheet=sheet).first()
    if proposal is None:
        raise Refusal("level.no_proposal", f"Phiếu của {name} chưa có đề xuất mức của người đánh giá.")
    decided = LevelDecision.objects.filter(sheet=sheet).count() != one.number
    if decided or proposal.version != one.version:
        raise Conflict(f"Mức của phiếu của {name} vừa được đề xuất lại hoặc quyết định. Hãy tải lại trang để xem.")
    if one.level != proposal.level and not why:
        raise Refusal("level.reason", f"{name}: hãy ghi lý do quyết định khác với đề xuất.", field="reason")
    scheme, result = check_level(sheet, one.level, why or proposal.reason)
    if published([result.pk]):
        raise Conflict(
            f"Kết quả của {name} đã được công bố nên mức không đổi được nữa. Nếu sai thì giải quyết qua kiến nghị, "
            "hoặc đề nghị mở lại phiếu để thay kết quả."
        )
    if one.level != proposal.level:
        _move(proposal, sheet, scheme, one.level, why, by, at)
    return _written(sheet, result, one, why, person, at), proposal


def _move(
    proposal: LevelProposal, sheet: Sheet, scheme: Scheme, level: str, why: str, by: User, at: datetime
) -> None:
    take_place(sheet, scheme, level, why)
    proposal.level, proposal.reason, proposal.by, proposal.at = level, why, by, at
    proposal.version += 1
    proposal.save()


def _written(
    sheet: Sheet, result: Confirmation, one: Wanted, why: str, person: Person, at: datetime
) -> LevelDecision:
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
