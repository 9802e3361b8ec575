"""The own recurring work as XLSX or as a pasted block: rows by their number, new rows without one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.matching import differences, matched
from thuocdo.intake.specs import CREATED, UNCHANGED, Column, Effect, Held, Plan, Problem, Rewind, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.rules import end_from_last_day, last_day
from thuocdo.plans.actions.recurring import settled
from thuocdo.plans.imports import number
from thuocdo.plans.models import RecurringProposal, RecurringTask, WeekItem
from thuocdo.plans.queries_recurring import own_recurring, products_for
from thuocdo.plans.rules import RecurringData
from thuocdo.work.models import Product

RULES = {label: value for value, label in RecurringTask.Rule.choices}
MOST = 200
COLUMNS = (
    Column("number", "Số", number, "Số phần mềm đặt cho việc; việc mới thì để trống.", "", default=None, width=10),
    Column("text", "Việc", cells.text(200), "Hãy ghi việc lặp lại.", "Báo cáo tuần", needed=True, width=46),
    Column("rule", "Lặp lại", cells.choice(RULES), f"Một trong: {', '.join(RULES)}.", "hằng tuần", needed=True),
    Column("day", "Ngày", cells.count, "Hằng tuần: 1 (thứ Hai) đến 7; hằng tháng, quý: 1 đến 28, hoặc 31 là ngày cuối.",
           "1", needed=True, width=8),
    Column("quarter_month", "Tháng của quý", cells.count, "Chỉ việc hằng quý: 1, 2 hoặc 3.", "", default=None,
           width=12),
    Column("product", "Mã sản phẩm", cells.text(60), "Mã trong danh mục của cơ quan, nếu có.", ""),
    Column("quantity", "Số lượng", cells.points, "Để trống nếu chỉ dùng cho kế hoạch tuần.", "", default=None),
    Column("coefficient", "Hệ số quy đổi", cells.points, "Việc có mã sản phẩm thì để trống: lấy theo danh mục.", "",
           default=None),
    Column("expected", "Sản phẩm dự kiến", cells.text(300), "Văn bản, sản phẩm sẽ có.", "Báo cáo", width=30),
    Column("start", "Từ ngày", cells.day, "Ngày đầu tiên.", "01/03/2026", needed=True),
    Column("last", "Đến hết ngày", cells.day, "Ngày cuối cùng; để trống nếu chưa định.", "", default=None),
)  # fmt: skip
FIELDS = {"product_id": "product", "end": "last"}
KEPT = ("text", "rule", "day", "quarter_month", "product_id", "quantity", "coefficient", "expected", "version")


@dataclass
class Work:
    """Whose work it is, the rows with their new values, and the new rows."""

    person: Person
    changed: list[RecurringTask] = field(default_factory=list)
    new: list[RecurringTask] = field(default_factory=list)


def recurring_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The user's own; the code is not read. Raises NotYours."""
    post = Employment.objects.filter(person__user=by).select_related("unit", "person").order_by("-start", "pk").first()
    if by is None or post is None:
        raise NotYours()
    return Scope(chain_of(post.unit, day_of(at)), f"Việc định kỳ của {post.person.full_name}", post.person)


def _texts(row: RecurringTask) -> dict[str, str]:
    return {
        "number": str(row.pk), "text": row.text, "rule": row.get_rule_display(), "day": str(row.day),
        "quarter_month": str(row.quarter_month or ""), "product": row.product.code if row.product else "",
        "quantity": "" if row.quantity is None else format_points(row.quantity),
        "coefficient": "" if row.coefficient is None or row.product else format_points(row.coefficient),
        "expected": row.expected, "start": day_text(row.start), "last": day_text(last_day(row.end)),
    }  # fmt: skip


def recurring_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """What still runs first. One query."""
    return [tuple(_texts(row).values()) for row in _known(scope)]


def _known(scope: Scope) -> list[RecurringTask]:
    return own_recurring(scope.data.user)


def plan_recurring(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row would add or change; a column that is not there keeps what is stored."""
    plan: Plan[Work] = Plan([], [], Work(scope.data))
    there = _known(scope)
    catalogues: dict[date, dict[str, Product]] = {}
    standing = {tuple(_texts(row).values())[1:] for row in there}
    for row, known in matched(plan, rows, COLUMNS, {one.pk: one for one in there}, lambda _: {}, new=True):
        item = known or RecurringTask(person=scope.data)
        before = _texts(known) if known else {}
        try:
            for name, value in _settled(row, item, scope.data, catalogues).items():
                setattr(item, name, value)
        except Refusal as refusal:
            plan.problems.append(_problem(row, refusal))
            continue
        if known:
            if differences(plan, row, before["text"], COLUMNS, before, _texts(item)):
                plan.work.changed.append(item)
        elif (texts := tuple(_texts(item).values())[1:]) in standing:
            plan.effects.append(Effect(row.number, UNCHANGED, f"{item.text} (đã có)"))
        else:
            standing.add(texts)
            plan.work.new.append(item)
            plan.effects.append(Effect(row.number, CREATED, item.text))
    many = len(there) + len(plan.work.new)
    if plan.work.new and many > MOST:
        words = f"Bảng này nhận tối đa {MOST} việc định kỳ của một người; với tệp này sẽ là {many}. Hãy bỏ bớt."
        plan.problems.append(Problem(0, "", "", words))
    return plan


def _settled(
    row: Row, item: RecurringTask, person: Person, catalogues: dict[date, dict[str, Product]]
) -> dict[str, Any]:
    """Raises Refusal with the field."""
    stored: dict[str, Any] = {
        "text": item.text, "rule": item.rule, "day": item.day, "quarter_month": item.quarter_month,
        "product": item.product.code if item.product else "", "quantity": item.quantity,
        "coefficient": None if item.product else item.coefficient, "expected": item.expected,
        "start": item.start if item.pk else None, "last": last_day(item.end),
    }  # fmt: skip
    sent: dict[str, Any] = {
        key: row.values[key] if key in row.texts or not item.pk else value for key, value in stored.items()
    }
    product, code, start = None, sent.pop("product"), sent["start"]
    if code and item.product and (code, start) == (item.product.code, item.start):
        product = item.product
    elif code:
        if start not in catalogues:
            catalogues[start] = {one.code: one for one in products_for(person, start)}
        product = catalogues[start].get(code)
        if product is None:
            raise Refusal(
                "recurring.product", f"Mã sản phẩm “{code[:40]}” không có trong danh mục của cơ quan vào ngày bắt đầu.",
                field="product",
            )  # fmt: skip
    if product and sent["coefficient"] is not None:
        raise Refusal("recurring.coefficient", "Việc có mã sản phẩm lấy hệ số của danh mục. Hãy để trống ô hệ số.",
                      field="coefficient")  # fmt: skip
    return settled(RecurringData(end=end_from_last_day(sent.pop("last")), **sent), product)


def _problem(row: Row, refusal: Refusal) -> Problem:
    key = FIELDS.get(refusal.field or "", refusal.field)
    title = next((one.title for one in COLUMNS if one.key == key), "")
    return Problem(row.number, title, row.texts.get(key or "", ""), refusal.message)


def write_recurring(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Changed rows, then the new ones. Raises Conflict: changed meanwhile."""
    changed = plan.work.changed
    held = RecurringTask.objects.select_for_update().filter(pk__in=[row.pk for row in changed]).order_by("pk")
    versions = dict(held.values_list("pk", "version"))
    if any(versions.get(row.pk) != row.version for row in changed):
        raise Conflict("Có việc vừa được sửa ở nơi khác. Hãy dán hoặc tải lên lại để xem trước.")
    for row in changed:
        row.version += 1
        row.save()
    return [*changed, *RecurringTask.objects.bulk_create(plan.work.new)]


def _held(row: RecurringTask) -> Held:
    texts = _texts(row)
    state = {name: getattr(row, name) for name in KEPT}
    state |= {"start": row.start.isoformat(), "end": row.end and row.end.isoformat()}
    return Held(row.text, {column.title: texts[column.key] for column in COLUMNS[1:]}, state)


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """All of the owner's, as writing adds rows."""
    return {str(row.pk): _held(row) for row in _known(scope)}


def _stops(scope: Scope, before: Mapping[str, Held | None]) -> dict[str, str]:
    """A row that is used goes no more: it ends on the page. Two queries."""
    added = [int(key) for key, held in before.items() if held is None]
    used = dict.fromkeys(WeekItem.objects.filter(recurring__in=added).values_list("recurring", flat=True), "tuần")
    used |= dict.fromkeys(RecurringProposal.objects.filter(recurring__in=added).values_list("recurring", flat=True),
                          "công việc của tháng")  # fmt: skip
    return {str(key): f"đã lấy vào {where}; hãy ghi ngày kết thúc trên trang" for key, where in used.items()}


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The owner first, as whoever takes an occurrence on; then the rows."""
    Person.objects.select_for_update().get(pk=scope.data.pk)
    rows = RecurringTask.objects.select_for_update(of=("self",)).filter(person=scope.data)
    list(rows.order_by("pk").values_list("pk"))


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """Changed rows as they stood; added ones are gone."""
    rows = {str(row.pk): row for row in _known(scope) if str(row.pk) in before}
    back, gone = [], []
    for key, row in rows.items():
        held = before[key]
        if held is None:
            gone.append(row)
            continue
        version = row.version + 1
        for name in KEPT:
            setattr(row, name, held.state[name])
        row.start, row.version = date.fromisoformat(held.state["start"]), version
        row.end = date.fromisoformat(held.state["end"]) if held.state["end"] else None
        row.save()
        back.append(row)
    RecurringTask.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return [*back], [*gone]


RECURRING = Spec(
    kind="recurring",
    title="Việc định kỳ của tôi",
    about="Mỗi dòng là một việc lặp lại. Dòng không có số là việc mới; dòng bị xóa khỏi tệp thì giữ nguyên. Việc đã "
    "lấy vào tuần hoặc đã đề xuất thì không đổi theo.",
    columns=COLUMNS,
    scope=recurring_scope,
    plan=plan_recurring,
    write=write_recurring,
    export=recurring_rows,
    keys=("number",),
    personal=True,
    rewind=Rewind(_stand, _stops, _lock, _restore),
)
