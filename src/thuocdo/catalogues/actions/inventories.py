"""A unit lists what it delivered over one year, joins duplicates, drops what is unclear, and sends the list."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models.functions import Coalesce

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.catalogues import access, rules, steps
from thuocdo.catalogues.models import Inventory, InventoryLine
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import descendants
from thuocdo.work.models import Task

State = InventoryLine.State


def _year_before(on: date) -> date:
    """The first day of the month twelve months before the month of that day."""
    return date(on.year - 1, on.month, 1)


def _tasks(unit: Unit, agency_id: int, start: date, end: date, on: date) -> list[tuple[str, int]]:
    """What the unit's people delivered in the year and how much, latest first; withdrawn tasks left out. A task of the
    catalogue is its product, whatever month its title names."""
    posts = Employment.objects.filter(unit_id__in=descendants(unit, on), start__lt=end)
    people = posts.exclude(end__lte=start).values("person_id")
    found = Task.objects.filter(agency_id=agency_id, person__in=people, month__gte=start, month__lt=end)
    active = found.filter(state=Task.State.ACTIVE).order_by("-month", "-pk")
    return list(active.values_list(Coalesce("product__name", "title"), "assigned"))


@action
def begin_inventory(*, unit_id: int, by: User, at: datetime) -> Inventory:
    """Begin the inventory of the twelve months before this month, prefilled from the tasks of the unit's people.

    Raises NotYours, Refusal (no agency), Conflict where one is being drafted.
    """
    on = day_of(at)
    mine = access.reach(by, on)
    access.require(unit_id, mine.drafts, steps.NOT_FOUND)
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    agency_id = mine.agency.get(unit_id)
    if agency_id is None:
        raise Refusal("inventory.agency", f"{unit.name} chưa thuộc cơ quan sử dụng nào. Hãy báo cán bộ tổ chức.")
    if Inventory.objects.filter(unit=unit, state=Inventory.State.DRAFTING).exists():
        raise Conflict(f"{unit.name} đang có một bản rà soát chưa gửi. Hãy mở bản đó để làm tiếp.")
    start, end = _year_before(on), on.replace(day=1)
    row = Inventory.objects.create(unit=unit, agency_id=agency_id, start=start, end=end, begun_by=by, begun_at=at)
    made = InventoryLine.objects.bulk_create(
        [
            InventoryLine(
                inventory=row, name=one.name, search_key=key, occurrences=one.occurrences, quantity=one.quantity
            )
            for key, one in rules.counted(_tasks(unit, agency_id, start, end, on)).items()
        ]
    )
    record(chain=row.agency.code, code="inventory.begun", by=by, at=at, objects=[row, *made])
    return row


def _to_change(inventory_id: int, version: int, by: User, at: datetime) -> Inventory:
    """The unit's inventory, locked, for who keeps it. Raises NotYours, Conflict."""
    row = steps.locked_inventory(inventory_id)
    access.require(row.unit_id, access.reach(by, day_of(at)).drafts, steps.NOT_FOUND)
    steps.check_version(row.version, version)
    steps.move_inventory(row, "change")
    return row


def _lines(row: Inventory, line_ids: Collection[int], *, state: str = State.KEPT) -> list[InventoryLine]:
    """These lines of the inventory in that state. Raises Refusal for none, NotYours for others' lines."""
    if not line_ids:
        raise Refusal("inventory.none", "Chưa chọn dòng nào. Hãy đánh dấu các dòng cần xử lý.", field="lines")
    found = list(row.lines.filter(pk__in=line_ids, state=state).order_by("-occurrences", "pk"))
    if len(found) != len(set(line_ids)):
        raise NotYours("Có dòng đã chọn không còn ở trạng thái đó trong bản rà soát. Hãy tải lại trang.")
    return found


def _save(row: Inventory, code: str, by: User, at: datetime, lines: Collection[InventoryLine]) -> Inventory:
    row.save()
    record(chain=row.agency.code, code=code, by=by, at=at, objects=[row, *lines])
    return row


@action
def add_inventory_line(*, inventory_id: int, name: str, by: User, at: datetime) -> InventoryLine:
    """Somebody who serves in the unit, or who keeps the inventory, proposes a product that the tasks do not show.

    Raises NotYours, Refusal, Conflict (sent, or the same name is there).
    """
    row = steps.locked_inventory(inventory_id)
    mine = access.reach(by, day_of(at))
    inside = descendants(row.unit_id, day_of(at)) & mine.serves
    if row.unit_id not in mine.drafts and not inside:
        raise NotYours(steps.NOT_FOUND)
    words = text_from(name, "Tên sản phẩm, công việc", most=200, field="name")
    steps.move_inventory(row, "change")
    same = row.lines.filter(search_key=fold(words)).first()
    if same is not None:
        raise Conflict(f"Bản rà soát đã có dòng “{same.name}” ({same.get_state_display()}).")
    line = InventoryLine.objects.create(inventory=row, name=words, search_key=fold(words), proposed_by=by)
    _save(row, "inventory.line_added", by, at, [line])
    return line


@action
def change_inventory_line(
    *,
    inventory_id: int,
    version: int,
    line_ids: Collection[int],
    complexity: int | None,
    standard: bool,
    by: User,
    at: datetime,
) -> Inventory:
    """Put lines into a group; with `standard` one line becomes the proposed standard product.

    Raises NotYours, Refusal, Conflict.
    """
    row = _to_change(inventory_id, version, by, at)
    found = _lines(row, line_ids)
    if complexity is not None and not 1 <= complexity <= rules.MOST_GROUPS:
        raise Refusal("inventory.group", "Nhóm phức tạp là số từ 1 đến 5.", field="complexity")
    if complexity is None and not standard:
        raise Refusal("inventory.group", "Chưa chọn nhóm. Hãy chọn nhóm từ 1 đến 5.", field="complexity")
    before: list[InventoryLine] = []
    if standard:
        if len(found) != 1:
            raise Refusal("inventory.standard", "Hãy đánh dấu đúng một dòng làm sản phẩm chuẩn.", field="lines")
        before = list(row.lines.filter(standard=True).exclude(pk=found[0].pk))
        for line in before:
            line.standard = False
            line.save()
        found[0].standard = True
    for line in found:
        line.complexity = complexity or line.complexity
        line.save()
    return _save(row, "inventory.lines_grouped", by, at, [*before, *found])


@action
def join_inventory_lines(
    *, inventory_id: int, version: int, line_ids: Collection[int], name: str, by: User, at: datetime
) -> Inventory:
    """Join duplicates into the one that occurs most, under the name given (its own where empty); counts add up.

    Raises NotYours, Refusal, Conflict.
    """
    row = _to_change(inventory_id, version, by, at)
    first, *others = _lines(row, line_ids)
    if not others:
        raise Refusal("inventory.join", "Hãy đánh dấu từ hai dòng trở lên để gộp.", field="lines")
    first.name = text_from(name or first.name, "Tên sau khi gộp", most=200, field="join_name")
    first.search_key = fold(first.name)
    first.occurrences += sum(line.occurrences for line in others)
    first.quantity += sum(line.quantity for line in others)
    standard = any(line.standard for line in others)
    for line in others:
        line.state, line.joined_into, line.standard = State.JOINED, first, False
        line.save()
    first.standard = first.standard or standard
    first.save()
    return _save(row, "inventory.lines_joined", by, at, [first, *others])


@action
def drop_inventory_lines(
    *, inventory_id: int, version: int, line_ids: Collection[int], reason: str, by: User, at: datetime
) -> Inventory:
    """Drop lines whose output is unclear, with the reason. Raises NotYours, Refusal, Conflict."""
    row = _to_change(inventory_id, version, by, at)
    found = _lines(row, line_ids)
    words = text_from(reason, "Lý do loại", most=300, field="reason")
    for line in found:
        line.state, line.reason, line.standard = State.DROPPED, words, False
        line.save()
    return _save(row, "inventory.lines_dropped", by, at, found)


@action
def restore_inventory_lines(
    *, inventory_id: int, version: int, line_ids: Collection[int], by: User, at: datetime
) -> Inventory:
    """Bring dropped lines back. Raises NotYours, Refusal, Conflict."""
    row = _to_change(inventory_id, version, by, at)
    found = _lines(row, line_ids, state=State.DROPPED)
    for line in found:
        line.state, line.reason = State.KEPT, ""
        line.save()
    return _save(row, "inventory.lines_restored", by, at, found)


@action
def send_inventory(*, inventory_id: int, version: int, by: User, at: datetime) -> Inventory:
    """Send the list to the unit in charge of staff; every kept line needs its group. Raises NotYours, Refusal,
    Conflict.
    """
    row = _to_change(inventory_id, version, by, at)
    kept = row.lines.filter(state=State.KEPT)
    if not kept.exists():
        raise Refusal("inventory.empty", "Bản rà soát chưa có dòng nào được giữ lại. Hãy thêm sản phẩm, công việc.")
    open_lines = list(kept.filter(complexity=None).values_list("name", flat=True)[:5])
    if open_lines:
        names = "; ".join(f"“{name}”" for name in open_lines)
        raise Refusal("inventory.ungrouped", f"Còn dòng chưa xếp nhóm phức tạp: {names}. Hãy xếp nhóm rồi gửi.")
    row.state = Inventory.State(rules.INVENTORY.target("send", row.state))
    row.sent_by, row.sent_at, row.remark = by, at, ""
    steps.tell(
        access.officers_of(row.agency_id, day_of(at)),
        by,
        at,
        f"/danh-muc/ra-soat/{row.pk}/",
        f"{row.unit.name} gửi bản rà soát sản phẩm, công việc",
        kind="inventory.sent",
    )
    return _save(row, "inventory.sent", by, at, [])


@action
def return_inventory(*, inventory_id: int, version: int, reason: str, by: User, at: datetime) -> Inventory:
    """The officer of the agency gives the list back with a reason, while none of it is in a draft.

    Raises NotYours, Refusal, Conflict.
    """
    row = steps.locked_inventory(inventory_id)
    access.require(row.agency_id, access.reach(by, day_of(at)).officer, steps.NOT_FOUND)
    steps.check_version(row.version, version)
    steps.move_inventory(row, "return")
    row.remark = text_from(reason, "Lý do trả lại", most=300, field="remark")
    if row.lines.filter(taken_into__isnull=False).exists():
        raise Conflict("Có dòng của bản này đã đưa vào dự thảo danh mục. Hãy bỏ các dòng đó khỏi dự thảo trước.")
    if Inventory.objects.filter(unit=row.unit_id, state=Inventory.State.DRAFTING).exists():
        raise Conflict("Đơn vị đang soạn một bản rà soát khác nên chưa trả lại bản này được.")
    if row.sent_by is not None:
        steps.tell([row.sent_by], by, at, f"/danh-muc/ra-soat/{row.pk}/", "Bản rà soát sản phẩm được trả lại")
    return _save(row, "inventory.returned", by, at, [])
