"""What a list of assigned products would do, row by row. The task code is the identity; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from thuocdo.calendars.queries import days_off
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Effect, Plan, Problem, Row, Scope
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import Span, last_of_month, month_span
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.people_reach import posts_by_code
from thuocdo.organisation.queries import forest
from thuocdo.organisation.rules import Forest
from thuocdo.work.closed import closed_months
from thuocdo.work.imports_columns import AMOUNTS, COLUMNS, DETAILS, PROGRESS, STORED, YES_NO, shown, title_of
from thuocdo.work.models import Product, Task
from thuocdo.work.queries import assigning_agencies, given_elsewhere
from thuocdo.work.rules import (
    EACH,
    FIGURES,
    IN_THE_TOTAL,
    STAYS_IN_TOTAL,
    STAYS_OUTSIDE,
    Details,
    Report,
    check_assignment,
    check_details,
    check_report,
)


@dataclass
class Work:
    """Rows to write: new tasks, changed tasks, and those whose progress is new."""

    new: list[Task] = field(default_factory=list)
    changed: list[Task] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)


class TaskPlanner:
    """Builds the plan row by row; the stored state was read beforehand. `agencies`: those whose tasks it may write,
    all of the scope where none are named."""

    def __init__(self, scope: Scope, rows: Sequence[Row], agencies: Mapping[int, Unit] | None = None) -> None:
        self.rows = rows
        self.plan: Plan[Work] = Plan([], [], Work())
        self.posts = posts_by_code(scope, (r.values["person"] for r in rows))
        self.units = {u.pk: u for u in scope.data.units.values()}
        self.agencies = self.units if agencies is None else agencies
        self.forests: dict[date, Forest] = {m: forest(last_of_month(m)) for m in {r.values["month"] for r in rows}}
        codes = [r.values["code"] for r in rows]
        self.tasks = {t.code: t for t in lookup(Task.objects.select_related("person"), "code", codes)}
        other = Task.objects.filter(given_elsewhere(self.units.keys(), max(self.forests, default=date.min)))
        self.elsewhere = {t.pk for t in lookup(other.only("pk"), "code", codes)}
        self.products: dict[tuple[int, str], list[Product]] = {}
        wanted = (r.values["product"] for r in rows if r.values["product"])
        for product in lookup(Product.objects.filter(agency_id__in=self.agencies), "code", wanted):
            self.products.setdefault((product.agency_id, product.code), []).append(product)
        self.seen: dict[str, int] = {}
        self.deadlines: dict[tuple[int, date], tuple[list[int], str]] = {}
        taken = Task.objects.filter(taken_over_by__state=Task.State.ACTIVE)
        self.taken = {t.pk for t in lookup(taken.only("pk"), "code", self.tasks)}
        people = {p.person_id for posts in self.posts.values() for p in posts}
        self.closed = closed_months([(person, month) for person in people for month in self.forests])

    def run(self) -> Plan[Work]:
        for row in self.rows:
            try:
                self._row(row)
            except RowProblem as found:
                value = row.texts.get(found.key, "")
                self.plan.problems.append(Problem(row.number, found.column, value, found.message))
        self._warn_of_days_off()
        return self.plan

    def _warn_of_days_off(self) -> None:
        """New deadlines on days off: one line a unit's day, at its first row. Two queries."""
        forests = self.forests

        def path(unit: int, day: date) -> list[int]:
            return list(forests[max(forests)].path(unit))

        found = days_off(((unit, day) for unit, day in self.deadlines), path)
        for key, off in found.items():
            rows, text = self.deadlines[key]
            more = f" ({len(rows)} dòng)" if len(rows) > 1 else ""
            said = f"{off.words()}{more}. Hạn giữ như đã ghi."
            self.plan.warnings.append(Problem(rows[0], title_of("due_date"), text, said))

    def _due(self, row: Row, task: Task) -> None:
        key = (task.unit_id or task.agency_id, task.due_date)
        self.deadlines.setdefault(key, ([], row.texts.get("due", "")))[0].append(row.number)

    def _row(self, row: Row) -> None:
        code = row.values["code"]
        if code in self.seen:
            raise RowProblem("code", f"Mã {code} đã ghi ở dòng {self.seen[code]}. Hãy xóa dòng trùng hoặc "
                                     f"đặt mã khác.")
        self.seen[code] = row.number
        held = self._held(row)
        post, stored = held[-1], self.tasks.get(code)
        agency_id = self.forests[row.values["month"]].agency(post.unit_id)
        if stored is not None:
            self._check_same(row, stored, held)
            agency_id = stored.agency_id if stored.agency_id in self.agencies else agency_id
        if agency_id is None or agency_id not in self.agencies:
            raise RowProblem("person", f"{post.unit.name} chưa thuộc cơ quan sử dụng nào trong phạm vi "
                                       f"ông/bà phụ "
                             "trách. Hãy báo người quản trị ghi cơ quan trước.")
        values = self._values(row, stored, self._product(row, agency_id))
        check(values, row.values["month"], stored)
        if stored is None:
            self._create(row, post, agency_id, values)
        else:
            self._change(row, stored, values)

    def _held(self, row: Row) -> list[Employment]:
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
        return held

    def _gives(self, stored: Task, held: Sequence[Employment]) -> bool:
        """Whether one of the posts is of the agency, and of the unit, that gave the task."""
        if stored.pk in self.elsewhere:
            return False
        tree = self.forests[stored.month]
        if any(tree.agency(post.unit_id) == stored.agency_id for post in held):
            return True
        return bool(assigning_agencies(held, stored.month, {stored.agency_id}, last_of_month(stored.month)))

    def _check_same(self, row: Row, stored: Task, held: Sequence[Employment]) -> None:
        if stored.person_id != held[-1].person_id or stored.month != row.values["month"]:
            raise RowProblem("code", f"Mã {stored.code} đã dùng cho việc của người khác hoặc tháng khác. "
                                     f"Hãy đặt mã "
                             "khác.")
        if not self._gives(stored, held):
            raise RowProblem("code", f"Việc {stored.code} do cơ quan, đơn vị khác giao, ngoài phạm vi ông/bà phụ "
                                     f"trách. Hãy xóa dòng này hoặc đặt mã khác.")
        if "late" in row.texts and row.values["late"] < stored.late_excused:
            raise RowProblem("late", f"Việc {stored.code} đã có {stored.late_excused} lần chậm được xác nhận nguyên "
                                     f"nhân khách quan. Hãy ghi số lần chậm không ít hơn số đó.")
        if stored.pk in self.taken and "handed_back" in row.texts and not row.values["handed_back"]:
            raise RowProblem("handed_back", f"Việc {stored.code} đã giao cho người khác nhận thay nên vẫn là việc báo "
                                            f"không thực hiện được. Hãy giữ như cũ.")
        typed = (row.values["coefficient"] or stored.coefficient, row.values["assigned"])
        if stored.part_of_id is not None and typed != (stored.coefficient, stored.assigned):
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
            raise RowProblem("product", f"Danh mục của {self.agencies[agency_id].name} không có mã “{code}” "
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
        if stored is not None and (stored.uncountable or (stored.product_id and "product" not in row.texts)):
            given["coefficient"] = self._given_coefficient(stored, given["coefficient"])
        values = {}
        for key, name in STORED.items():
            kept = stored is not None and key not in row.texts
            values[name] = getattr(stored, name) if kept else given[key]
        values |= {name: bool(values[name]) for name in YES_NO} | {name: values[name] or "" for name in EACH}
        if stored is None or "product" in row.texts:
            values["product_id"] = product.pk if product else None
        return values

    def _given_coefficient(self, stored: Task, typed: int | None) -> int:
        if typed is not None and typed != stored.coefficient:
            source = "lựa chọn của cơ quan" if stored.uncountable else "danh mục"
            raise RowProblem("coefficient", f"Hệ số {format_points(typed)} khác {source} "
                             f"({format_points(stored.coefficient)}). Hãy để trống để giữ hệ số này.")
        return stored.coefficient

    def _require_open(self, person: int, month: date) -> None:
        if (person, month) in self.closed:
            raise RowProblem("month", self.closed[person, month])

    def _create(self, row: Row, post: Employment, agency_id: int, values: dict[str, Any]) -> None:
        month = row.values["month"]
        self._require_open(post.person_id, month)
        given: dict[str, Any] = {"agency_id": agency_id, "unit": post.unit, "month": month}
        task = Task(code=row.values["code"], person=post.person, **given, **values)
        self.plan.work.new.append(task)
        if task.completed is not None:
            self.plan.work.reported.add(task.code)
        self._due(row, task)
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
        if task.stays_outside and not values["outside_plan"]:
            raise RowProblem("outside", f"{task.code}: {STAYS_OUTSIDE}")
        if task.stays_in_total and set(names) & set(IN_THE_TOTAL):
            key = next(key for key, name in STORED.items() if name in IN_THE_TOTAL and name in names)
            raise RowProblem(key, f"{task.code}: {STAYS_IN_TOTAL}")
        words = [f"{title_of(n)}: {shown(n, getattr(task, n))} → {shown(n, values[n])}" for n in names]
        for name in names:
            setattr(task, name, values[name])
        if "due_date" in names:
            self._due(row, task)
        task.version += 1
        self.plan.work.changed.append(task)
        if not FIGURES.isdisjoint(names):
            self.plan.work.reported.add(task.code)
        self.plan.effects.append(Effect(row.number, CHANGED, f"{label}: {'; '.join(words)}"))


class RowProblem(Exception):
    """A problem of one row: the column's key and the sentence."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key, self.message = key, message
        self.column = next(c.title for c in COLUMNS if c.key == key)


_FIELD_KEYS = {"due_date": "due", "month": "month", "completed": "completed", "handed_back": "handed_back"}


def check(values: dict[str, Any], month: date, stored: Task | None = None) -> None:
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
        check_details(Details(**{name: values[name] for name in DETAILS}), values["due_date"])
        check_report(Report(
            completed=values["completed"] or 0, quality_met=values["quality_met"] or 0,
            on_time=values["on_time"] or 0, quality_errors=values["quality_errors"], late=values["late"],
            handed_back=values["handed_back"], **{key: values[key] for key in EACH},
        ), late_excused=stored.late_excused if stored else 0, one_piece=stored is not None and stored.uncountable)
    except Refusal as refusal:
        key = refusal.field or "code"
        raise RowProblem(_FIELD_KEYS.get(key, key), refusal.message) from refusal
