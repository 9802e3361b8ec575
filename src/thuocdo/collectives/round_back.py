"""Taking back an import of steps of units' sheets: a sheet on which nobody worked since stands where it stood."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.digests import sha256
from thuocdo.collectives import rules
from thuocdo.collectives.access import reach
from thuocdo.collectives.locking import locked, locked_round
from thuocdo.collectives.models import UnitBonus, UnitDraft, UnitHold, UnitRound, UnitSheet, UnitTask
from thuocdo.intake.specs import Held, Rewind, Scope

Before = Mapping[str, Held | None]
JUDGED = ("judged", "done", "late", "failing", "above", "judged_note")
BY_THE_AUTHORITY = ((rules.SUBMITTED, rules.UNDER_REVIEW), (rules.UNDER_REVIEW, rules.RETURNED))
"""Steps of the authority's people; the others are its head's."""


def _rows(scope: Scope, keys: frozenset[str]) -> dict[str, UnitSheet]:
    """Of these units' sheets those that the user had before him, as they stand now."""
    lines = scope.data.lines
    wanted = {lines[key].standing.sheet.pk: key for key in keys if key in lines}
    rows = UnitSheet.objects.filter(pk__in=wanted).select_related("round", "unit").order_by("pk")
    return {wanted[row.pk]: row for row in rows}


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    rows = _rows(scope, keys)
    worked = _worked([row.pk for row in rows.values()])
    return {
        key: Held(
            row.unit.name,
            {"Tình trạng": rules.MACHINE.states[row.state], "Lý do trả lại hoặc xem xét lại": row.returned},
            {"state": row.state, "returned": row.returned, "version": row.version, "worked": worked.get(row.pk, "")},
        )
        for key, row in rows.items()
    }


def _worked(sheets: list[int]) -> dict[int, str]:
    """What either side did on each of these sheets without moving it, as digests. Four queries."""
    found: dict[int, list[str]] = {}
    for model, fields in (
        (UnitTask, ("done_on", "above_claimed", "evidence", "note", *JUDGED)), (UnitDraft, ("part", "saved_at")),
        (UnitBonus, ("asked", "given", "ruled_at")), (UnitHold, ("begun_at", "outcome")),
    ):  # fmt: skip
        for sheet, *values in model.objects.filter(sheet__in=sheets).order_by("pk").values_list("sheet", "pk", *fields):
            found.setdefault(sheet, []).append(f"{model.__name__} {values!r}")
    return {sheet: sha256("\n".join(lines)) for sheet, lines in found.items()}


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    found, rows = {}, _rows(scope, frozenset(before))
    mine = reach(scope.data.user, scope.data.on)
    for key, held in before.items():
        assert held is not None, "a round's list adds no unit"
        sheet = rows[key]
        may = mine.rates if (held.state["state"], sheet.state) in BY_THE_AUTHORITY else mine.decides
        if sheet.round.state != UnitRound.State.OPEN:
            found[key] = f"kỳ {sheet.round.label} đã khóa"
        elif not may(sheet):
            found[key] = "việc này thuộc quyền người khác ở cấp đánh giá"
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The sheets, then their round, as a step of many units."""
    rows = sorted(_rows(scope, keys).values(), key=lambda row: row.pk)
    for row in rows:
        locked(row.pk)
    if rows:
        locked_round(rows[0].round_id)


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    """The state as it was; not a step of the machine, which knows no way back, so under a version of its own."""
    rows = _rows(scope, frozenset(before))
    for key, held in before.items():
        assert held is not None, "a round's list adds no unit"
        rows[key].state, rows[key].returned = held.state["state"], held.state["returned"]
        rows[key].version += 1
        rows[key].save()
    return [*rows.values()], []


ROUND_BACK = Rewind(_stand, _stops, _lock, _restore)
