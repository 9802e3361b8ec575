"""Heads propose levels within the frozen places: one sheet, or the whole table in one step."""

from collections.abc import Sequence
from datetime import datetime

from thuocdo.accounts.models import User
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
from thuocdo.appraisals.locking import hold_cycles_of, locked_all, require_evaluator
from thuocdo.appraisals.models import LevelDecision, LevelProposal, Sheet
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict


@action
def propose_levels(*, wanted: Sequence[Wanted], by: User, at: datetime) -> list[LevelProposal]:
    """A head's levels for confirmed sheets of one cycle, each that of the rule or a lower one with the reason: all, or
    none with every reason against it by field (`level-<sheet>`, `reason-<sheet>`). What is as it was stays.

    The last place of a hard quota is given once; who comes later is told; a recommended quota asks for a reason.
    Raises NotYours, Refused, Conflict.
    """
    found, moved = write_proposals(wanted, by, at)
    if not moved:
        nothing_changed()
        return found
    cycle = moved[0].sheet.cycle
    data = {"cycle": cycle.pk, "sheets": len(moved)}
    record(chain=cycle.root.code, code="level.proposed", by=by, at=at, objects=moved, data=data)
    return found


def write_proposals(
    wanted: Sequence[Wanted], by: User, at: datetime
) -> tuple[list[LevelProposal], list[LevelProposal]]:
    """A step of an action: the proposals as they stand now, and those of them that changed. Raises as above."""
    keys = [one.sheet_id for one in wanted]
    hold_cycles_of(keys)  # no level is proposed while its result is published
    sheets = locked_all(keys)
    cycle = one_cycle(sheets, wanted)
    for sheet in sheets.values():
        require_evaluator(sheet, by, at)
    lock_places(cycle.pk, {sheet.member.agency_id for sheet in sheets.values()})
    order = lowest_first(sheets, wanted)
    found = each(order, sheets, lambda sheet, one: _propose(sheet, one, by, at))
    return [proposal for proposal, _ in found], [proposal for proposal, changed in found if changed]


def _propose(sheet: Sheet, one: Wanted, by: User, at: datetime) -> tuple[LevelProposal, bool]:
    why = reason_of(one.reason)
    seen = LevelProposal.objects.filter(sheet=sheet).first()
    scheme, result = check_level(sheet, one.level, why)
    same = seen is not None and seen.by_id == by.pk and (seen.level, seen.reason) == (one.level, why)
    if seen is not None and same and seen.at >= result.at:
        return seen, False
    if one.version != (seen.version if seen else 0):
        raise Conflict("Đề xuất mức của phiếu này vừa thay đổi. Hãy tải lại trang để xem rồi đề xuất lại.")
    if LevelDecision.objects.filter(confirmation=result).exists():
        raise Conflict("Cấp có thẩm quyền đã quyết định mức của phiếu này, nên không đề xuất lại.")
    require_unpublished(result)
    take_place(sheet, scheme, one.level, why)
    proposal = seen or LevelProposal(sheet=sheet, version=0)
    proposal.level, proposal.reason, proposal.by, proposal.at = one.level, why, by, at
    proposal.account_id = sheet.person.user_id
    proposal.version += 1
    proposal.save()
    return proposal, True
