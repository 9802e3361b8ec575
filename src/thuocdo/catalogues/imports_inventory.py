"""A unit's inventory as XLSX or as a pasted block: groups, dropped lines, products that the tasks do not show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.catalogues import rules, steps
from thuocdo.catalogues.models import Inventory, InventoryLine
from thuocdo.catalogues.queries_drafts import InventoryView, inventory_view
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import (
    CREATED,
    UNCHANGED,
    Column,
    Effect,
    Held,
    Plan,
    Problem,
    Rewind,
    Row,
    Scope,
    Spec,
    key_from,
)
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.kernel.typed import format_points

State = InventoryLine.State
KEPT = ("complexity", "standard", "state", "reason")
ONLY_KEPT = "Dòng đã gộp thì không sửa ở đây. Hãy ghi như cũ."


def _number(typed: str, label: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
        raise Refusal("cell", f"{label}: “{typed[:40]}” không phải số của một dòng. Dòng mới thì để trống ô này.")
    return int(typed)


def _group(typed: str, label: str) -> int:
    found = cells.count(typed, label)
    if not 1 <= found <= rules.MOST_GROUPS:
        raise Refusal("cell", f"{label}: “{typed}” không có. Nhóm phức tạp là số từ 1 đến {rules.MOST_GROUPS}.")
    return found


COLUMNS = (
    Column("number", "Số", _number, "Số phần mềm đặt cho dòng; dòng mới thì để trống.", "", default=None, width=10),
    Column("name", "Tên sản phẩm, công việc", cells.text(200), "Hãy ghi tên; dòng đã có thì giữ như cũ.",
           "Báo cáo tháng", needed=True, width=60),
    Column("occurrences", "Số lần", cells.count, STANDING, "12", default=0),
    Column("quantity", "Số lượng", cells.text(40), STANDING, "12"),
    Column("complexity", "Nhóm phức tạp", _group, "Số từ 1 đến 5.", "2", default=None),
    Column("standard", "Sản phẩm chuẩn", cells.yes_no, "Ghi có ở đúng một dòng.", ""),
    Column("reason", "Lý do loại", cells.text(300), "Ghi lý do thì dòng bị loại; xóa lý do thì lấy lại.", "", width=40),
    Column("joined", "Đã gộp vào", cells.text(200), STANDING, "", width=40),
)  # fmt: skip


@dataclass
class Work:
    """Lines to change and to add, in the inventory that they belong to."""

    inventory: Inventory
    changed: list[InventoryLine] = field(default_factory=list)
    new: list[InventoryLine] = field(default_factory=list)


def inventory_scope(by: User | None, at: datetime, code: str) -> Scope:
    """One unit's inventory for whoever may see it. Raises NotYours."""
    if by is None:
        raise NotYours()
    found = inventory_view(by, key_from(code), at)
    return Scope(found.row.agency.code, f"Rà soát sản phẩm, công việc, {found.row.unit.name}", found)


def _every(found: InventoryView) -> list[InventoryLine]:
    return [*found.kept, *found.dropped, *found.joined]


def _texts(line: InventoryLine) -> dict[str, str]:
    return {
        "number": str(line.pk), "name": line.name, "occurrences": str(line.occurrences),
        "quantity": format_points(line.quantity), "complexity": str(line.complexity or ""),
        "standard": "có" if line.standard else "", "reason": line.reason,
        "joined": line.joined_into.name if line.joined_into else "",
    }  # fmt: skip


def inventory_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Kept lines, the most frequent first, then dropped and joined ones."""
    return [tuple(_texts(line).values()) for line in _every(scope.data)]


def _standing(line: InventoryLine) -> dict[str, str]:
    texts = _texts(line)
    return {name: texts[name] for name in ("name", "occurrences", "quantity", "joined")}


def plan_inventory(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """New lines and what changes in those there are; an empty cell of a group leaves it. No query."""
    found: InventoryView = scope.data
    plan: Plan[Work] = Plan([], [], Work(found.row))
    lines = {line.pk: line for line in _every(found)}
    known = {line.search_key: line for line in lines.values()}
    for row, line in matched(plan, rows, COLUMNS, lines, _standing, new=True):
        if line is None:
            _add(plan, row, found.row, known)
        else:
            _change(plan, row, line)
    standard = [one.name for one in (*lines.values(), *plan.work.new) if one.standard]
    if len(standard) > 1:
        words = f"Có {len(standard)} dòng ghi là sản phẩm chuẩn ({'; '.join(standard[:3])}). Hãy để đúng một dòng."
        plan.problems.append(Problem(0, "Sản phẩm chuẩn", "", words))
    if not (found.keeps and found.row.state == Inventory.State.DRAFTING) and (plan.work.changed or plan.work.new):
        words = f"Bản rà soát {found.row.get_state_display()}; chỉ người lập của đơn vị sửa được khi đang rà soát."
        plan.problems.append(Problem(0, "", "", words))
    return plan


def _add(plan: Plan[Work], row: Row, inventory: Inventory, known: dict[str, InventoryLine]) -> None:
    name = row.values["name"]
    if fold(name) in known:
        plan.effects.append(Effect(row.number, UNCHANGED, f"{name} (đã có trong bản rà soát)"))
        return
    line = InventoryLine(inventory=inventory, name=name, search_key=fold(name), complexity=row.values["complexity"],
                         standard=bool(row.values["standard"]))  # fmt: skip
    known[line.search_key] = line
    plan.work.new.append(line)
    plan.effects.append(Effect(row.number, CREATED, name))


def _change(plan: Plan[Work], row: Row, line: InventoryLine) -> None:
    before = _texts(line)
    if row.values["complexity"]:
        line.complexity = row.values["complexity"]
    if "standard" in row.texts:
        line.standard = bool(row.values["standard"])
    if "reason" in row.texts:
        line.reason = row.values["reason"]
    if line.state == State.JOINED:
        if _texts(line) != before:
            plan.problems.append(Problem(row.number, "Đã gộp vào", before["joined"], ONLY_KEPT))
        else:
            plan.effects.append(Effect(row.number, UNCHANGED, line.name))
        return
    line.state = State.DROPPED if line.reason else State.KEPT
    line.standard = line.standard and line.state == State.KEPT
    if differences(plan, row, line.name, COLUMNS, before, _texts(line)):
        plan.work.changed.append(line)


def write_inventory(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Changed and new lines; the inventory takes a new version. Raises Conflict where somebody else changed it."""
    work = plan.work
    row = steps.locked_inventory(work.inventory.pk)
    steps.check_version(row.version, work.inventory.version)
    steps.move_inventory(row, "change")
    row.save()
    for line in sorted(work.changed, key=lambda one: one.standard):
        line.save()
    for line in work.new:
        line.proposed_by = by
        line.save(force_insert=True)
    return [row, *work.changed, *work.new]


def _lines(scope: Scope) -> list[InventoryLine]:
    """As they stand now. One query."""
    return list(InventoryLine.objects.filter(inventory=scope.data.row).select_related("joined_into").order_by("pk"))


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """All lines, as writing adds some."""
    found = {}
    for line in _lines(scope):
        texts = _texts(line)
        told = {column.title: texts[column.key] for column in COLUMNS[4:]}
        state = {name: getattr(line, name) for name in (*KEPT, "name", "joined_into_id", "taken_into_id", "set_aside")}
        found[str(line.pk)] = Held(line.name, told, state)
    return found


def _stops(scope: Scope, before: Mapping[str, Held | None]) -> dict[str, str]:
    """The limits of the page, and what was built on a line since: others joined into it, another standard product."""
    found: InventoryView = scope.data
    row = Inventory.objects.get(pk=found.row.pk)
    if not found.keeps or row.state != Inventory.State.DRAFTING:
        return dict.fromkeys(before, f"bản rà soát {row.get_state_display()}")
    lines = _lines(scope)
    joined = {str(line.joined_into_id) for line in lines if line.joined_into_id is not None}
    standard = next((line for line in lines if line.standard and str(line.pk) not in before), None)
    stops = {}
    for key, held in before.items():
        if key in joined and (held is None or held.state["state"] != State.KEPT):
            stops[key] = "đã có dòng khác gộp vào dòng này"
        elif held is not None and held.state["standard"] and standard is not None:
            stops[key] = f"nay sản phẩm chuẩn là “{standard.name}”"
    return stops


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    steps.locked_inventory(scope.data.row.pk)


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """Changed lines as they stood; added ones are gone. The inventory takes a new version."""
    row = steps.locked_inventory(scope.data.row.pk)
    steps.move_inventory(row, "change")
    row.save()
    lines = {str(line.pk): line for line in _lines(scope) if str(line.pk) in before}
    gone = [line for key, line in lines.items() if before[key] is None]
    InventoryLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
    back = []
    for key, line in lines.items():
        held = before[key]
        if held is not None:
            for name in KEPT:
                setattr(line, name, held.state[name])
            back.append(line)
    for line in sorted(back, key=lambda one: one.standard):
        line.save()
    return [row, *back], [*gone]


INVENTORY = Spec(
    kind="inventory",
    title="Rà soát sản phẩm, công việc",
    about="Mỗi dòng là một sản phẩm, công việc của đơn vị trong mười hai tháng. Gộp dòng thì làm trên trang.",
    columns=COLUMNS,
    scope=inventory_scope,
    plan=plan_inventory,
    write=write_inventory,
    export=inventory_rows,
    keys=("number",),
    personal=True,
    rewind=Rewind(_stand, _stops, _lock, _restore),
)
