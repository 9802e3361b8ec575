"""The catalogue of products (danh mục sản phẩm, công việc) as XLSX: agency, code, coefficient, dates."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.kernel.periods import Span
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import Held, collisions, dates, lookup
from thuocdo.organisation.models import Unit
from thuocdo.organisation.rules import end_from_last_day
from thuocdo.work.exports import product_rows
from thuocdo.work.models import Product

FIELDS = {"name": "Tên sản phẩm", "complexity": "Nhóm phức tạp", "coefficient": "Hệ số quy đổi"}
COLUMNS = (
    Column(
        "code",
        "Mã sản phẩm",
        cells.code,
        "Hãy ghi mã riêng của sản phẩm, công việc trong cơ quan.",
        "SP-001",
        needed=True,
    ),
    Column("agency", "Mã cơ quan", cells.code, "Hãy ghi mã cơ quan ban hành danh mục.", "UBND", needed=True),
    Column(
        "name",
        "Tên sản phẩm",
        cells.text(200),
        "Hãy ghi tên sản phẩm, công việc.",
        "Báo cáo tháng",
        needed=True,
        width=46,
    ),
    Column(
        "complexity",
        "Nhóm phức tạp",
        cells.choice({str(n): str(n) for n in range(1, 6)}),
        "Hãy ghi số nhóm từ 1 đến 5.",
        "2",
        needed=True,
    ),
    Column(
        "coefficient",
        "Hệ số quy đổi",
        cells.points,
        "Hãy ghi hệ số lớn hơn 0, tối đa hai chữ số thập phân.",
        "1,5",
        needed=True,
    ),
    Column("start", "Từ ngày", cells.day, "Hãy ghi ngày bắt đầu áp dụng.", "01/01/2026", needed=True),
    Column(
        "last", "Đến ngày", cells.day, "Ngày cuối cùng áp dụng; để trống nếu đang áp dụng.", "", default=None
    ),
)
Work = tuple[list[Product], list[Product]]
Held_ = dict[tuple[int, str], list[Held]]


def plan_products(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a catalogue."""
    plan: Plan[Work] = Plan([], [], ([], []))
    units: dict[str, Unit] = scope.data.units
    agencies = {u.pk for u in units.values() if u.kind == Unit.Kind.AGENCY}
    stored: dict[tuple[int, str], list[Product]] = {}
    for product in lookup(
        Product.objects.filter(agency_id__in=agencies), "code", (r.values["code"] for r in rows)
    ):
        stored.setdefault((product.agency_id, product.code), []).append(product)
    by_key: Held_ = {}
    for row in rows:
        _plan_row(plan, row, units.get(row.values["agency"]), stored, by_key)
    _check_overlaps(plan, stored, by_key)
    return plan


def _plan_row(
    plan: Plan[Work], row: Row, agency: Unit | None, stored: dict[tuple[int, str], list[Product]], by_key:
    Held_
) -> None:
    values = row.values
    span = Span(values["start"], end_from_last_day(values["last"]))
    wrong = _problem(row, agency, span)
    if wrong is not None or agency is None:
        plan.problems.extend([wrong] if wrong else [])
        return
    key = (agency.pk, values["code"])
    by_key.setdefault(key, []).append(Held(span, row))
    label = f"{values['name']} ({values['code']}), hệ số {format_points(values['coefficient'])}"
    wanted = {
        "name": values["name"],
        "complexity": int(values["complexity"]),
        "coefficient": values["coefficient"],
        "end": span.end,
    }
    same = next((p for p in stored.get(key, ()) if p.start == span.start), None)
    if same is None:
        plan.work[0].append(Product(agency=agency, code=values["code"], start=span.start, **wanted))
        plan.effects.append(Effect(row.number, CREATED, f"{label}, {dates(span)}"))
        return
    words = _changes(same, wanted, span)
    if not words:
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    for name, value in wanted.items():
        setattr(same, name, value)
    plan.work[1].append(same)
    plan.effects.append(Effect(row.number, CHANGED, f"{label}: {'; '.join(words)}"))


def _problem(row: Row, agency: Unit | None, span: Span) -> Problem | None:
    code = row.values["agency"]
    if agency is None or agency.kind != Unit.Kind.AGENCY:
        return Problem(row.number, "Mã cơ quan", code, f"“{code}” không phải mã một cơ quan trong phạm vi "
                                                       f"ông/bà phụ "
                       "trách. Hãy sửa mã cơ quan.")
    if span.end is not None and span.end <= span.start:
        return Problem(row.number, "Đến ngày", row.texts["last"], "Đến ngày trước Từ ngày. Hãy sửa lại ngày.")
    if row.values["coefficient"] == 0:
        return Problem(row.number, "Hệ số quy đổi", row.texts["coefficient"],
                       "Hệ số quy đổi phải lớn hơn 0. Hãy ghi lại hệ số.")
    return None


def _changes(same: Product, wanted: dict[str, object], span: Span) -> list[str]:
    words = [f"{label}: {getattr(same, name)} → {wanted[name]}" for name, label in FIELDS.items()
             if name != "coefficient" and getattr(same, name) != wanted[name]]
    if same.coefficient != wanted["coefficient"]:
        words.append(f"Hệ số quy đổi: {format_points(same.coefficient)} → "
                     f"{format_points(int(str(wanted['coefficient'])))}")
    if same.end != span.end:
        words.append(f"Thời gian: {dates(Span(same.start, same.end))} → {dates(span)}")
    return words


def _check_overlaps(plan: Plan[Work], stored: dict[tuple[int, str], list[Product]], by_key: Held_) -> None:
    """One entry of a code at a time, the stored ones included."""
    for key, items in by_key.items():
        starts = {held.span.start for held in items}
        others = [Held(Span(p.start, p.end)) for p in stored.get(key, ()) if p.start not in starts]
        for one, other in collisions([*items, *others]):
            where = f"dòng {other.item.number}" if other.item else "dữ liệu đang có"
            plan.problems.append(Problem(
                one.item.number, "Mã sản phẩm", key[1], f"Mã {key[1]} đã có {dates(other.span)} ({where}), "
                                                        f"trùng thời "
                "gian. Hãy xóa dòng trùng, hoặc ghi Đến ngày cho lần áp dụng trước."))


def write_products(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Two statements, whatever the number of rows."""
    new, changed = plan.work
    Product.objects.bulk_create(new, batch_size=500)
    Product.objects.bulk_update(changed, ["name", "complexity", "coefficient", "end"], batch_size=500)
    return [*new, *changed]


PRODUCTS = Spec(
    kind="products",
    title="Danh mục sản phẩm, công việc",
    about="Danh mục do cơ quan ban hành, với hệ số quy đổi của từng sản phẩm, công việc.",
    columns=COLUMNS,
    scope=officer_scope,
    plan=plan_products,
    write=write_products,
    order=2,
    export=product_rows,
    keys=("code", "agency", "start"),
)
