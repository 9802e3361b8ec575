"""Taking back an import of proposed levels: each as it was proposed before, within the places as they stand now."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.appraisals.level_checks import (
    Wanted,
    check_level,
    lock_places,
    lowest_first,
    require_unpublished,
    take_place,
)
from thuocdo.appraisals.levels import LevelRow
from thuocdo.appraisals.locking import RELATED, hold_cycles_of, locked_all, require_evaluator
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, Sheet
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.kernel.errors import Conflict, Refusal

Before = Mapping[str, Held | None]


def _known(scope: Scope, keys: frozenset[str]) -> dict[str, LevelRow]:
    return {row.sheet.person.code: row for row in scope.data if row.sheet.person.code in keys}


def _proposals(rows: Mapping[str, LevelRow]) -> dict[int, LevelProposal]:
    """As they stand now, by sheet."""
    found = LevelProposal.objects.filter(sheet__in=[row.sheet.pk for row in rows.values()])
    return {one.sheet_id: one for one in found}


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """Of these people; who has no proposal holds an empty state."""
    rows, found = _known(scope, keys), {}
    proposals = _proposals(rows)
    for code, row in rows.items():
        one = proposals.get(row.sheet.pk)
        told, state = {"Mức đề xuất": "", "Lý do": ""}, {}
        if one is not None:
            told = {"Mức đề xuất": dict(row.options).get(one.level, one.level), "Lý do": one.reason}
            state = {"level": one.level, "reason": one.reason, "by": one.by_id, "account": one.account_id,
                     "at": one.at.isoformat(), "version": one.version}  # fmt: skip
        found[code] = Held(row.sheet.person.full_name, told, state)
    return found


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    """What the page would refuse, asked by doing it: one that goes back frees a place for the next."""
    with transaction.atomic():
        _, _, stops = _put(scope, before)
        transaction.set_rollback(True)
    return stops


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """Period, sheets, places, as whoever proposes."""
    rows = [row.sheet for row in _known(scope, keys).values()]
    hold_cycles_of([sheet.pk for sheet in rows])
    locked_all([sheet.pk for sheet in rows])
    for cycle in {sheet.cycle_id for sheet in rows}:
        lock_places(cycle, {sheet.member.agency_id for sheet in rows})


def _put(scope: Scope, before: Before) -> tuple[list[LevelProposal], list[LevelProposal], dict[str, str]]:
    """Proposals put back, those deleted, and why others stay."""
    rows = _known(scope, frozenset(before))
    sheets = Sheet.objects.select_related(*RELATED).in_bulk([row.sheet.pk for row in rows.values()])
    codes, proposals = {row.sheet.pk: code for code, row in rows.items()}, _proposals(rows)
    states = {row.sheet.pk: held.state for code, row in rows.items() if (held := before[code]) is not None}
    back = [Wanted(key, 0, 0, state["level"], state["reason"]) for key, state in states.items() if state]
    order = [*(key for key, state in states.items() if not state), *(w.sheet_id for w in lowest_first(sheets, back))]
    put, gone, stops = [], [], {}
    for key in order:
        one, state = proposals[key], states[key]
        try:
            _check(sheets[key], state)
        except Refusal as refusal:
            stops[codes[key]] = refusal.message.rstrip(".")
            continue
        if not state:
            gone.append(one)
            LevelProposal.objects.filter(pk=one.pk).delete()
            continue
        one.level, one.reason, one.by_id = state["level"], state["reason"], state["by"]
        one.account_id, one.at, one.version = state["account"], datetime.fromisoformat(state["at"]), one.version + 1
        one.save()
        put.append(one)
    return put, gone, stops


def _check(sheet: Sheet, state: Mapping[str, str]) -> None:
    """Raises Refusal, Conflict as the page does. A proposal for a result replaced since counts in no place."""
    result = Confirmation.objects.filter(sheet=sheet, replaced_by=None).first()
    if result is None or LevelDecision.objects.filter(confirmation=result).exists():
        raise Conflict("Cấp có thẩm quyền đã quyết định mức của phiếu này, nên không đề xuất lại.")
    require_unpublished(result)
    if state and datetime.fromisoformat(state["at"]) >= result.at:
        scheme, _ = check_level(sheet, state["level"], state["reason"])
        take_place(sheet, scheme, state["level"], state["reason"])


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    for row in _known(scope, frozenset(before)).values():
        assert by is not None, "the scope knows who evaluates"
        require_evaluator(row.sheet, by, at)
    put, gone, stops = _put(scope, before)
    if stops:
        raise Conflict(f"Chưa hoàn tác gì: {'; '.join(stops.values())}. Hãy bấm Hoàn tác lại để xem trước.")
    return [*put], [*gone]


LEVELS_BACK = Rewind(_stand, _stops, _lock, _restore)
