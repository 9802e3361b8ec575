"""Units and their places in the trees. Units are set up by the operator; officers keep what is below
theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import (
    chain_of,
    code_from,
    dates_or_refuse,
    day_of,
    require_officer,
    setup_only,
    unit_or_refuse,
)
from thuocdo.organisation.models import Unit, UnitLink


@dataclass(frozen=True)
class NewUnit:
    """A unit to make, with the codes of the unit above it and of its managing agency (cơ quan quản lý)."""

    code: str
    name: str
    kind: str
    start: date
    parent: str | None = None
    managed_by: str | None = None
    order: int = 0


def _unit(code: str, name: str, kind: str, start: date, end: date | None, order: int) -> Unit:
    dates_or_refuse(start, end)
    if kind not in Unit.Kind.values:
        raise Refusal("unit.kind", f"Loại đơn vị “{kind}” không có. Hãy dùng một trong: "
                                   f"{', '.join(Unit.Kind.values)}.")
    return Unit(
        code=code_from(code, "Mã đơn vị"), name=text_from(name, "Tên đơn vị", most=200), kind=kind,
        start=start, end=end, order=order,
    )


@action
def create_unit(
    *, by: User | None, at: datetime, code: str, name: str, kind: str, start: date,
    end: date | None = None, order: int = 0,
) -> Unit:
    """A new unit without a place in any tree yet. Raises Forbidden, Refusal, Conflict (code taken)."""
    setup_only(by)
    unit = _unit(code, name, kind, start, end, order)
    if Unit.objects.filter(code__iexact=unit.code).exists():
        raise Conflict(f"Mã đơn vị “{unit.code}” đã có. Hãy dùng mã khác.")
    unit.save()
    record(chain=SYSTEM_CHAIN, code="unit.created", by=by, at=at, objects=[unit])
    return unit


@action
def create_units(*, by: User | None, at: datetime, units: Sequence[NewUnit]) -> dict[str, Unit]:
    """Many units and their links at once, in a constant number of queries. Returns them by code.

    `parent` and `managed_by` may name units of the same list or existing ones.
    Raises Forbidden, Refusal (unknown parent), Conflict (a code is taken).
    """
    setup_only(by)
    rows = [_unit(u.code, u.name, u.kind, u.start, None, u.order) for u in units]
    known = {u.code: u for u in Unit.objects.all()}
    taken = {code.upper() for code in known}
    for row in rows:
        if row.code.upper() in taken:
            raise Conflict(f"Mã đơn vị “{row.code}” đã có hoặc ghi hai lần. Hãy dùng mã khác.")
        taken.add(row.code.upper())
    made = Unit.objects.bulk_create(rows, batch_size=500)
    known.update((u.code, u) for u in made)
    links = [link for u in units for link in _links_of(u, known)]
    UnitLink.objects.bulk_create(links, batch_size=500)
    record(chain=SYSTEM_CHAIN, code="unit.many_created", by=by, at=at, objects=[*made, *links],
           data={"units": len(made), "links": len(links)})
    return {u.code: u for u in made}


def _links_of(unit: NewUnit, known: dict[str, Unit]) -> list[UnitLink]:
    wanted = [(UnitLink.Tree.STRUCTURE, unit.parent), (UnitLink.Tree.MANAGEMENT, unit.managed_by)]
    links = []
    for tree, above in wanted:
        if above is None:
            continue
        if above not in known:
            raise Refusal("unit.parent", f"Đơn vị “{unit.code}” thuộc về mã “{above}” không có. Hãy sửa lại "
                                         f"mã.")
        links.append(UnitLink(tree=tree, child=known[unit.code], parent=known[above], start=unit.start))
    return links


@action
def open_unit(
    *, by: User, at: datetime, parent_id: int, code: str, name: str, kind: str, start: date,
    manager_id: int | None = None,
) -> Unit:
    """A new unit directly below one of the officer's, from `start`; `manager_id` manages its civil servants.

    Raises NotYours, Refusal (before the parent, or after it), Conflict (code taken).
    """
    require_officer(by, [parent_id, *([manager_id] if manager_id is not None else [])], at)
    Unit.objects.select_for_update(no_key=True).filter(pk=parent_id).first()  # a list that ends it sees what is below
    parent = unit_or_refuse(parent_id)
    try:
        unit = _unit(code, name, kind, start, None, 0)
    except Refusal as refusal:
        field = {"text.empty": "name", "text.long": "name", "unit.kind": "kind"}.get(refusal.code, "code")
        raise Refusal(refusal.code, refusal.message, field=field) from refusal
    if start < parent.start or (parent.end is not None and start >= parent.end):
        raise Refusal("unit.start", f"“{parent.name}” không tồn tại vào ngày {start:%d/%m/%Y}. Hãy sửa ngày.",
                      field="start")
    if Unit.objects.filter(code__iexact=unit.code).exists():
        raise Conflict(f"Mã đơn vị “{unit.code}” đã có. Hãy dùng mã khác.")
    unit.save()
    above = {UnitLink.Tree.STRUCTURE: parent_id, UnitLink.Tree.MANAGEMENT: manager_id}
    links = [UnitLink(tree=tree, child=unit, parent_id=pk, start=start) for tree, pk in above.items() if pk is not None]
    made = UnitLink.objects.bulk_create(links)
    record(chain=chain_of(parent, day_of(at)), code="unit.created", by=by, at=at, objects=[unit, *made])
    return unit


@action
def correct_unit_name(*, by: User, at: datetime, unit_id: int, name: str) -> Unit:
    """Put a misspelt name right, for every day; a change of name by decision is a reorganisation of one line.

    Raises NotYours, Refusal.
    """
    require_officer(by, [unit_id], at)
    Unit.objects.select_for_update(no_key=True).filter(pk=unit_id).first()
    unit = unit_or_refuse(unit_id)
    right = text_from(name, "Tên đơn vị", most=200, field="name")
    if right == unit.name:
        nothing_changed()
        return unit
    unit.name = right
    unit.save(update_fields=["name"])
    record(chain=chain_of(unit, day_of(at)), code="unit.name_corrected", by=by, at=at, objects=[unit],
           data={"unit": unit.code})
    return unit
