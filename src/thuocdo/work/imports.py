"""Assigned products of a month as XLSX, with the doer's progress where it is known. The task code is the
identity.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import Span, month_span
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Employment
from thuocdo.organisation.people_reach import posts_by_code
from thuocdo.organisation.queries import forest
from thuocdo.organisation.rules import Forest
from thuocdo.work.closed import closed_months
from thuocdo.work.exports import task_rows
from thuocdo.work.models import Product, Task
from thuocdo.work.rules import Report, check_assignment, check_report

PROGRESS = ("completed", "quality_met", "on_time")
COUNTS = ("quality_errors", "late")
AMOUNTS = {"coefficient": "Hệ số quy đổi", "assigned": "Số lượng giao", "completed": "Hoàn thành",
           "quality_met": "Đạt chất lượng", "on_time": "Đúng hạn"}
COLUMNS = (
    Column(
        "code",
        "Mã công việc",
        cells.code,
        "Hãy ghi mã riêng của từng việc được giao.",
        "202603-CC001-01",
        needed=True,
        width=22,
    ),
    Column("person", "Mã cán bộ", cells.code, "Hãy ghi mã người được giao.", "CC001", needed=True),
    Column("month", "Tháng", cells.month, "Hãy ghi tháng/năm.", "03/2026", needed=True, width=12),
    Column(
        "product", "Mã sản phẩm", cells.code, "Mã trong danh mục; để trống nếu việc ngoài danh mục.", "SP-001"
    ),
    Column(
        "title",
        "Tên công việc",
        cells.text(200),
        "Tên việc; để trống thì lấy theo danh mục.",
        "Báo cáo tháng 3",
        width=46,
    ),
    Column(
        "coefficient",
        "Hệ số quy đổi",
        cells.points,
        "Hệ số lớn hơn 0; để trống thì lấy theo danh mục.",
        "1,5",
        default=None,
    ),
    Column("assigned", "Số lượng giao", cells.points, "Hãy ghi số lượng được giao.", "4", needed=True),
    Column("due", "Hạn hoàn thành", cells.day, "Hãy ghi ngày phải hoàn thành.", "25/03/2026", needed=True),
    Column(
        "outside",
        "Ngoài kế hoạch",
        cells.yes_no,
        "Ghi có nếu việc đột xuất, mới hoặc nhận thay người khác.",
        "",
    ),
    Column(
        "handed_back", "Báo không thực hiện được", cells.yes_no, "Ghi có nếu đã báo không thực hiện được.", ""
    ),
    Column(
        "completed",
        "Hoàn thành",
        cells.points,
        "Số lượng đã hoàn thành; để trống nếu chưa báo cáo.",
        "4",
        default=None,
    ),
    Column("quality_met", "Đạt chất lượng", cells.points, "Số lượng đạt chất lượng.", "3", default=None),
    Column("on_time", "Đúng hạn", cells.points, "Số lượng đúng hạn.", "4", default=None),
    Column(
        "quality_errors",
        "Số lần không đạt chất lượng",
        cells.count,
        "Số nguyên; để trống là 0.",
        "1",
        default=0,
    ),
    Column("late", "Số lần chậm", cells.count, "Số nguyên; để trống là 0.", "0", default=0),
    Column("cause", "Nguyên nhân khách quan", cells.text(500), "Nguyên nhân nêu ra nếu chậm.", "", width=40),
    Column(
        "evidence", "Minh chứng", cells.text(300), "Số văn bản hoặc nơi lưu sản phẩm.", "12/BC-UBND", width=30
    ),
)
STORED = {
    "title": "title",
    "coefficient": "coefficient",
    "assigned": "assigned",
    "due": "due_date",
    "outside": "outside_plan",
    "handed_back": "handed_back",
    "completed": "completed",
    "quality_met": "quality_met",
    "on_time": "on_time",
    "quality_errors": "quality_errors",
    "late": "late",
    "cause": "cause",
    "evidence": "evidence",
}


@dataclass
class Work:
    """Rows to write: new tasks, changed tasks, and those whose progress is new."""

    new: list[Task] = field(default_factory=list)
    changed: list[Task] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)


class TaskPlanner:
    """Builds the plan row by row; the stored state was read beforehand."""

    def __init__(self, scope: Scope, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.plan: Plan[Work] = Plan([], [], Work())
        self.posts = posts_by_code(scope, (r.values["person"] for r in rows))
        self.units = {u.pk: u for u in scope.data.units.values()}
        self.forests: dict[date, Forest] = {m: forest(last_of(m)) for m in {r.values["month"] for r in rows}}
        self.tasks = {t.code: t for t in lookup(Task.objects.select_related("person"), "code",
                                               (r.values["code"] for r in rows))}
        self.products: dict[tuple[int, str], list[Product]] = {}
        wanted = (r.values["product"] for r in rows if r.values["product"])
        for product in lookup(Product.objects.filter(agency_id__in=self.units), "code", wanted):
            self.products.setdefault((product.agency_id, product.code), []).append(product)
        self.seen: dict[str, int] = {}
        people = {p.person_id for posts in self.posts.values() for p in posts}
        self.closed = closed_months([(person, month) for person in people for month in self.forests])

    def run(self) -> Plan[Work]:
        for row in self.rows:
            try:
                self._row(row)
            except RowProblem as found:
                value = row.texts.get(found.key, "")
                self.plan.problems.append(Problem(row.number, found.column, value, found.message))
        return self.plan

    def _row(self, row: Row) -> None:
        code = row.values["code"]
        if code in self.seen:
            raise RowProblem("code", f"Mã {code} đã ghi ở dòng {self.seen[code]}. Hãy xóa dòng trùng hoặc "
                                     f"đặt mã khác.")
        self.seen[code] = row.number
        post = self._post(row)
        stored = self.tasks.get(code)
        if stored is not None:
            self._check_same(row, stored, post)
        agency_id = self.forests[row.values["month"]].agency(post.unit_id)
        if agency_id is None or agency_id not in self.units:
            raise RowProblem("person", f"{post.unit.name} chưa thuộc cơ quan sử dụng nào trong phạm vi "
                                       f"ông/bà phụ "
                             "trách. Hãy báo người quản trị ghi cơ quan trước.")
        values = self._values(row, stored, self._product(row, agency_id))
        check(values, row.values["month"])
        if stored is None:
            self._create(row, post, agency_id, values)
        else:
            self._change(row, stored, values)

    def _post(self, row: Row) -> Employment:
        span = month_span(row.values["month"].year, row.values["month"].month)
        posts = self.posts.get(row.values["person"], [])
        if not posts:
            raise RowProblem("person", f"Không có mã cán bộ “{row.values['person']}” trong phạm vi ông/bà "
                                       f"phụ trách. "
                             "Hãy sửa mã, hoặc nhập danh sách người trước.")
        held = [p for p in posts if span.overlaps(Span(p.start, p.end))]
        if not held:
            raise RowProblem("month", f"{posts[0].person.full_name} không có vị trí công tác trong tháng "
                             f"{row.values['month']:%m/%Y}. Hãy sửa tháng hoặc mã cán bộ.")
        return held[-1]

    def _check_same(self, row: Row, stored: Task, post: Employment) -> None:
        if stored.person_id != post.person_id or stored.month != row.values["month"]:
            raise RowProblem("code", f"Mã {stored.code} đã dùng cho việc của người khác hoặc tháng khác. "
                                     f"Hãy đặt mã "
                             "khác.")
        if row.values["late"] < stored.late_excused:
            raise RowProblem("late", f"Việc {stored.code} đã có {stored.late_excused} lần chậm được xác nhận nguyên "
                                     f"nhân khách quan. Hãy ghi số lần chậm không ít hơn số đó.")
        if stored.part_of_id is not None and row.values["assigned"] != stored.assigned:
            raise RowProblem("assigned", f"Việc {stored.code} là một phần của sản phẩm đã chia; tổng các phần phải "
                                         f"giữ nguyên. Hãy giữ số lượng cũ, hoặc chia lại trên trang công việc.")
        if stored.state not in (Task.State.ACTIVE, Task.State.WITHDRAWN):
            raise RowProblem("code", f"Việc {stored.code} {stored.get_state_display()}. Hãy xử lý trên trang công việc "
                                     f"rồi nhập lại.")
        if stored.state == Task.State.WITHDRAWN:
            raise RowProblem("code", f"Việc {stored.code} đã thu hồi. Hãy xóa dòng này hoặc đặt mã khác để "
                                     f"giao lại.")

    def _product(self, row: Row, agency_id: int) -> Product | None:
        code, month = row.values["product"], row.values["month"]
        if not code:
            return None
        span = month_span(month.year, month.month)
        found = [p for p in self.products.get((agency_id, code), ()) if span.overlaps(Span(p.start, p.end))]
        if not found:
            raise RowProblem("product", f"Danh mục của {self.units[agency_id].name} không có mã “{code}” "
                                        f"trong tháng "
                             f"{month:%m/%Y}. Hãy sửa mã, đưa vào danh mục (trang Danh mục) trước, hoặc để trống.")
        return max(found, key=lambda p: p.start)

    def _values(self, row: Row, stored: Task | None, product: Product | None) -> dict[str, Any]:
        """What the task will hold; columns that the file leaves out keep what is stored."""
        given = dict(row.values)
        if product is not None:
            given["title"] = given["title"] or product.name
            if given["coefficient"] not in (None, product.coefficient):
                raise RowProblem("coefficient", f"Hệ số {format_points(given['coefficient'])} khác danh mục "
                                 f"({format_points(product.coefficient)}). Hãy để trống để lấy theo danh "
                                 f"mục.")
            given["coefficient"] = product.coefficient
        values = {}
        for key, name in STORED.items():
            kept = stored is not None and key not in row.texts
            values[name] = getattr(stored, name) if kept else given[key]
        values["outside_plan"], values["handed_back"] = (
            bool(values["outside_plan"]),
            bool(values["handed_back"]),
        )
        if stored is None or "product" in row.texts:
            values["product_id"] = product.pk if product else None
        return values

    def _require_open(self, person: int, month: date) -> None:
        if (person, month) in self.closed:
            raise RowProblem("month", self.closed[person, month])

    def _create(self, row: Row, post: Employment, agency_id: int, values: dict[str, Any]) -> None:
        month = row.values["month"]
        self._require_open(post.person_id, month)
        task = Task(code=row.values["code"], person=post.person, agency_id=agency_id, month=month, **values)
        self.plan.work.new.append(task)
        if task.completed is not None:
            self.plan.work.reported.add(task.code)
        text = (f"{task.title} ({task.code}), {post.person.full_name}, tháng {month:%m/%Y}, "
                f"{format_points(task.assigned)} × hệ số {format_points(task.coefficient)}")
        self.plan.effects.append(Effect(row.number, CREATED, text))

    def _change(self, row: Row, task: Task, values: dict[str, Any]) -> None:
        names = [n for n, value in values.items() if getattr(task, n) != value]
        label = f"{task.title} ({task.code}), {task.person.full_name}"
        if not names:
            self.plan.effects.append(Effect(row.number, UNCHANGED, label))
            return
        self._require_open(task.person_id, task.month)
        words = [f"{_label(n)}: {shown(n, getattr(task, n))} → {shown(n, values[n])}" for n in names]
        for name in names:
            setattr(task, name, values[name])
        task.version += 1
        self.plan.work.changed.append(task)
        if set(names) & {*PROGRESS, *COUNTS, "cause", "evidence", "handed_back"}:
            self.plan.work.reported.add(task.code)
        self.plan.effects.append(Effect(row.number, CHANGED, f"{label}: {'; '.join(words)}"))


class RowProblem(Exception):
    """A problem of one row: the column's key and the sentence."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key, self.message = key, message
        self.column = next(c.title for c in COLUMNS if c.key == key)


_FIELD_KEYS = {"due_date": "due", "month": "month", "completed": "completed", "handed_back": "handed_back"}


def check(values: dict[str, Any], month: date) -> None:
    """Raises RowProblem: title, coefficient, dates, and progress that fits together."""
    if not values["title"]:
        raise RowProblem("title", "Tên công việc: ô để trống. Hãy ghi tên, hoặc ghi mã sản phẩm trong danh "
                                  "mục.")
    if values["coefficient"] is None:
        raise RowProblem("coefficient", "Hệ số quy đổi: ô để trống. Hãy ghi hệ số, hoặc ghi mã sản phẩm.")
    progress = [values[name] for name in PROGRESS]
    if any(p is not None for p in progress) and None in progress:
        missing = PROGRESS[progress.index(None)]
        raise RowProblem(missing, f"{AMOUNTS[missing]}: ô để trống. Khi báo cáo kết quả, hãy ghi đủ ba cột "
                                  f"Hoàn thành, "
                         "Đạt chất lượng, Đúng hạn.")
    try:
        check_assignment(month=month, due_date=values["due_date"], coefficient=values["coefficient"],
                         assigned=values["assigned"])
        check_report(Report(
            completed=values["completed"] or 0, quality_met=values["quality_met"] or 0,
            on_time=values["on_time"] or 0, quality_errors=values["quality_errors"], late=values["late"],
            handed_back=values["handed_back"],
        ))
    except Refusal as refusal:
        key = refusal.field or "code"
        raise RowProblem(_FIELD_KEYS.get(key, key), refusal.message) from refusal


def _label(name: str) -> str:
    key = next((k for k, n in STORED.items() if n == name), "product")
    return next(c.title for c in COLUMNS if c.key == key)


def shown(name: str, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return "trống"
    if name == "product_id":
        return "theo danh mục"
    if name in AMOUNTS:
        return format_points(value)
    if isinstance(value, bool):
        return "có" if value else "không"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def last_of(month: date) -> date:
    """The last day of a month, on which its organisation tree is read."""
    end = month_span(month.year, month.month).end
    assert end is not None
    return date.fromordinal(end.toordinal() - 1)


def plan_tasks(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of tasks."""
    return TaskPlanner(scope, rows).run()


def write_tasks(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Two statements, whatever the number of rows; `by` is recorded as the giver of new tasks."""
    if by is None:
        raise Refusal("task.giver", "Nhập công việc cần một tài khoản đứng tên người giao.")
    work = plan.work
    for task in work.new:
        task.given_by, task.given_at = by, at
    for task in [*work.new, *work.changed]:
        if task.code in work.reported:
            task.reported_at = at
    Task.objects.bulk_create(work.new, batch_size=500)
    names = [*STORED.values(), "product", "version", "reported_at"]
    Task.objects.bulk_update(work.changed, names, batch_size=200)
    return [*work.new, *work.changed]


TASKS = Spec(
    kind="tasks",
    title="Công việc được giao trong tháng",
    about="Mỗi dòng là một sản phẩm, công việc giao cho một người trong một tháng, kèm kết quả nếu đã có.",
    columns=COLUMNS,
    scope=officer_scope,
    plan=plan_tasks,
    write=write_tasks,
    order=3,
    export=task_rows,
    keys=("code",),
    monthly=True,
    similar=similar_codes,
)
