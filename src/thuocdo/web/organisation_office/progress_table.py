"""What the progress page lists: counts per unit as filters, and the sheets behind a count."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import queries
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.overview import Progress, UnitProgress, is_late
from thuocdo.appraisals.sheets import SheetView
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.queries import officer_units

COLUMNS = {
    "drafting": "đang lập",
    "submitted": "đã nộp",
    "under_review": "đang xem",
    "returned": "trả lại",
    "confirmed": "xác nhận",
    "exempted": "miễn",
}
LATE = "qua-han"
PETITION = "kien-nghi"


@dataclass(frozen=True)
class Cell:
    """One count: the state it filters by, its column, and how many."""

    state: str
    label: str
    count: int


@dataclass(frozen=True)
class UnitRow:
    """One unit, or the whole period where `unit` is None."""

    unit: Any
    total: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Listed:
    """One sheet behind a count, who holds it, and what the officer may do about it."""

    sheet: Sheet
    who: str
    late: bool
    open: bool


def tabled(found: Progress) -> list[UnitRow]:
    """One row per unit and one for all."""
    rows = [UnitRow(row.unit, row.total, _cells(row)) for row in found.units]
    if len(rows) > 1:
        sums = [
            Cell(cell.state, cell.label, sum(row.cells[i].count for row in rows))
            for i, cell in enumerate(rows[0].cells)
        ]
        rows.append(UnitRow(None, found.total, tuple(sums)))
    return rows


def _cells(row: UnitProgress) -> tuple[Cell, ...]:
    states = [Cell(state, label, row.counts.get(state, 0)) for state, label in COLUMNS.items()]
    return (*states, Cell(LATE, "quá hạn", row.late), Cell(PETITION, "kiến nghị", row.petitions))


def listed(found: Progress, unit: str, state: str, at: datetime) -> list[Listed]:
    """The sheets of a unit and a state; without a filter, those whose owner is late."""
    who = {row.sheet.pk: row.who for row in found.unresolved}
    asked = {p.sheet_id for p in found.petitions if p.state == "received"}
    wanted = state or (LATE if not unit else "")

    def fits(sheet: Sheet) -> bool:
        if unit and str(sheet.member.unit_id) != unit:
            return False
        if wanted == LATE:
            return is_late(sheet, at)
        return sheet.pk in asked if wanted == PETITION else wanted in ("", sheet.state)

    return [Listed(s, who.get(s.pk, ""), is_late(s, at), s.pk in who) for s in found.sheets if fits(s)]


def exceptions_of(user: User, sheet_id: int, at: datetime) -> SheetView:
    """A sheet for the officer of its period. Raises NotYours."""
    view = queries.sheet_to_view(user, sheet_id, at)
    if view.sheet.cycle.root_id not in officer_units(user, localdate(at)):
        raise NotYours()
    return view
