"""Assigning products (giao sản phẩm, công việc), changing and withdrawing them, and the doer's report."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import chain_of, day_of, text_from
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.queries import agency_of, on_day
from thuocdo.work.closed import require_open
from thuocdo.work.models import Product, Task
from thuocdo.work.queries import posts_to_assign, serving_in_month
from thuocdo.work.rules import Report, check_assignment, check_report


def _post(by: User | None, at: datetime, person_id: int, month: date) -> Employment:
    """The post in which the person gets the task: the latest of the month within the giver's reach."""
    if by is None:
        held = Employment.objects.filter(serving_in_month(month), person_id=person_id)
        posts = list(held.select_related("unit", "person").order_by("start"))
    else:
        posts = [p for p in posts_to_assign(by, month, day_of(at)) if p.person_id == person_id]
    if not posts:
        raise NotYours("Không tìm thấy người này trong phạm vi ông/bà giao việc của tháng đó.")
    return posts[-1]


def _agency(unit: Unit, on: date) -> Unit:
    agency = agency_of(unit, on)
    if agency is None:
        raise Refusal("task.agency", f"{unit.name} chưa thuộc cơ quan sử dụng nào. Hãy báo cán bộ tổ chức.")
    return agency


def _product(product_id: int | None, agency: Unit, month: date) -> Product | None:
    if product_id is None:
        return None
    product = Product.objects.filter(on_day(month), pk=product_id, agency=agency).first()
    if product is None:
        raise NotYours("Không tìm thấy sản phẩm này trong danh mục của cơ quan vào tháng đó.")
    return product


def _next_code(person: Person, month: date) -> str:
    """`202603-CC001-04`: the first free number; the person's row is locked."""
    prefix = f"{month:%Y%m}-{person.code}"[:36]
    taken = set(Task.objects.filter(code__startswith=prefix + "-").values_list("code", flat=True))
    return next(c for c in (f"{prefix}-{n:02d}" for n in range(1, 1000)) if c not in taken)


@action
def assign_task(
    *, by: User, at: datetime, person_id: int, month: date, title: str, coefficient: int, assigned: int,
    due_date: date, product_id: int | None = None, outside_plan: bool = False,
) -> Task:
    """Give one person one product for a month (`month` its first day). Coefficient and quantity in
    hundredths.

    Raises NotYours (person or product), Refusal (values), Conflict (the month is closed for the person).
    """
    check_assignment(month=month, due_date=due_date, coefficient=coefficient, assigned=assigned)
    post = _post(by, at, person_id, month)
    person = Person.objects.select_for_update().get(pk=person_id)
    require_open(person_id, month)
    agency = _agency(post.unit, max(month, post.start))
    product = _product(product_id, agency, month)
    task = Task.objects.create(
        code=_next_code(person, month), person=person, agency=agency, month=month, product=product,
        title=text_from(title, "Tên công việc", most=200), coefficient=coefficient, assigned=assigned,
        due_date=due_date, outside_plan=outside_plan, given_by=by, given_at=at,
    )
    record(chain=agency.code, code="task.assigned", by=by, at=at, objects=[task])
    return task


def _locked(task_id: int, version: int) -> Task:
    """The task, locked. Raises NotYours, Conflict when the caller saw an older version."""
    task = Task.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=task_id).first()
    if task is None:
        raise NotYours()
    if task.version != version:
        raise Conflict(
            f"Công việc “{task.title}” đã được thay đổi sau khi ông/bà mở trang. Hãy tải lại để xem nội "
            f"dung mới "
            "nhất rồi làm lại."
        )
    return task


def _written(task: Task, by: User, at: datetime, code: str) -> Task:
    task.version += 1
    task.save()
    record(chain=chain_of(task.agency, day_of(at)), code=code, by=by, at=at, objects=[task])
    return task


@action
def change_task(
    *, by: User, at: datetime, task_id: int, version: int, title: str, coefficient: int, assigned: int,
    due_date: date, outside_plan: bool = False,
) -> Task:
    """The giver corrects a task; the doer's report stays. Raises NotYours, Refusal, Conflict."""
    task = _locked(task_id, version)
    _post(by, at, task.person_id, task.month)
    if task.state != Task.State.ACTIVE:
        raise Conflict("Công việc này đã thu hồi, không sửa được nữa.")
    require_open(task.person_id, task.month)
    check_assignment(month=task.month, due_date=due_date, coefficient=coefficient, assigned=assigned)
    task.title = text_from(title, "Tên công việc", most=200)
    task.coefficient, task.assigned = coefficient, assigned
    task.due_date, task.outside_plan = due_date, outside_plan
    return _written(task, by, at, "task.changed")


@action
def withdraw_task(*, by: User, at: datetime, task_id: int, version: int) -> Task:
    """The giver takes the task back: it no longer counts. Raises NotYours, Conflict. Twice changes
    nothing.
    """
    task = Task.objects.filter(pk=task_id).first()
    if task is not None and task.state == Task.State.WITHDRAWN:
        _post(by, at, task.person_id, task.month)
        nothing_changed()
        return task
    task = _locked(task_id, version)
    _post(by, at, task.person_id, task.month)
    require_open(task.person_id, task.month)
    task.state = Task.State.WITHDRAWN
    return _written(task, by, at, "task.withdrawn")


@action
def report_task(*, by: User, at: datetime, task_id: int, version: int, report: Report) -> Task:
    """The doer reports completion, quality and progress. Raises NotYours (not the doer), Refusal,
    Conflict.
    """
    task = _locked(task_id, version)
    if not Person.objects.filter(pk=task.person_id, user_id=by.pk).exists():
        raise NotYours()
    if task.state != Task.State.ACTIVE:
        raise Conflict("Công việc này đã được thu hồi. Hãy tải lại trang để xem danh sách mới nhất.")
    check_report(report)
    task.completed, task.quality_met, task.on_time = report.completed, report.quality_met, report.on_time
    task.quality_errors, task.late, task.handed_back = report.quality_errors, report.late, report.handed_back
    task.cause = text_from(report.cause, "Nguyên nhân khách quan", most=500, required=False)
    task.evidence = text_from(report.evidence, "Minh chứng", most=300, required=False)
    task.reported_at = at
    return _written(task, by, at, "task.reported")
