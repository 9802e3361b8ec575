"""What the progress page lists: counts per unit as filters, and the sheets behind a count."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import queries
from thuocdo.appraisals.actions.closing import OWN_SHEET
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.overview import Progress, UnitProgress, is_late
from thuocdo.appraisals.sheets import SheetView
from thuocdo.cycles.models import Member
from thuocdo.cycles.population import scope_for
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.own_case import is_own, refuse_own
from thuocdo.organisation.queries import officer_units
from thuocdo.rulesets.queries import rules_for

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
    """One sheet behind a count, who holds it, and whether something may be done about it: nobody does it
    about the own sheet."""

    sheet: Sheet
    who: str
    late: bool
    open: bool
    own: bool


@dataclass(frozen=True)
class Outside:
    """Somebody outside the period. `needs_rule`: no rule covers them yet, so letting them in would be
    refused."""

    member: Member
    needs_rule: bool
    own: bool


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


def listed(found: Progress, user: User, unit: str, state: str, at: datetime) -> list[Listed]:
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

    return [
        Listed(s, who.get(s.pk, ""), is_late(s, at), s.pk in who, is_own(s.person, user))
        for s in found.sheets
        if fits(s)
    ]


def outside(found: Progress, user: User, at: datetime) -> list[Outside]:
    """Who is outside, and whether a rule covers them now: one may have been recorded since the opening. At
    most three more queries."""
    uncovered = [m for m in found.outside if m.standing == Member.Standing.NO_RULE]
    cycle = found.cycle
    day = scope_for(cycle.root, cycle.kind, cycle.year, cycle.number, at).last_day
    rules = rules_for({(m.unit_id, m.kind) for m in uncovered}, day) if uncovered else {}
    missing = {m.pk for m in uncovered if rules[m.unit_id, m.kind].rulebook is None}
    return [Outside(m, m.pk in missing, is_own(m.person, user)) for m in found.outside]


def exceptions_of(user: User, sheet_id: int, at: datetime) -> SheetView:
    """A sheet for the officer of its period. Raises NotYours, Forbidden for the officer's own sheet."""
    view = queries.sheet_to_view(user, sheet_id, at)
    if view.sheet.cycle.root_id not in officer_units(user, localdate(at)):
        raise NotYours()
    refuse_own(view.sheet.person, view.sheet.cycle.root, user, at, what=OWN_SHEET)
    return view
