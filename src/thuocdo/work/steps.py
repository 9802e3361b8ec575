"""Steps that the actions on tasks share, here and in the rooms above (plans, inflow): find, check, write."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.audit.recording import record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import format_points, text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.queries import agency_of, on_day
from thuocdo.work.closed import PersonMonth, hold_months, require_open
from thuocdo.work.models import Product, Task, UncountableChoice
from thuocdo.work.queries import posts_within_reach, serving_in_month, within_reach
from thuocdo.work.rules import (
    FIGURES,
    IN_THE_TOTAL,
    STAYS_IN_TOTAL,
    STAYS_OUTSIDE,
    Details,
    Report,
    Wanted,
    check_assignment,
    check_details,
    check_report,
    excused_stand,
    units_of_hours,
)

NO_CHOICE = (
    "{agency} chưa chọn cách quy đổi việc khó lượng hóa, nên chưa giao loại việc này được: phần mềm không tự "
    "đặt hệ số. Người đứng đầu cơ quan quyết định; cán bộ tổ chức ghi lựa chọn ở trang “Việc khó lượng hóa”."
)


def post_within_reach(by: User | None, at: datetime, person_id: int, month: date) -> Employment:
    """The post in which the person gets the task: the latest of the month within the giver's reach.

    Raises NotYours.
    """
    if by is None:
        held = Employment.objects.filter(serving_in_month(month), person_id=person_id)
        posts = list(held.select_related("unit", "person").order_by("start"))
    else:
        posts = posts_within_reach(by, person_id, month, day_of(at))
    if not posts:
        raise NotYours("Không tìm thấy người này trong phạm vi ông/bà giao việc của tháng đó.")
    return posts[-1]


def require_within_reach(by: User, at: datetime, task: Task) -> None:
    """Raises NotYours for who does not give tasks to this person for the agency that gave this one."""
    if not within_reach(by, task, day_of(at)):
        raise NotYours("Không tìm thấy công việc này trong phạm vi ông/bà giao việc của tháng đó.")


def own_post(by: User, month: date) -> Employment:
    """The user's own latest post of the month. Raises Refusal where there is none."""
    held = Employment.objects.filter(serving_in_month(month), person__user_id=by.pk)
    post = held.select_related("unit", "person").order_by("start").last()
    if post is None:
        raise Refusal(
            "task.post", f"Ông/bà không có vị trí công tác trong tháng {month:%m/%Y}.", field="month"
        )
    return post


def agency_of_post(post: Employment, month: date) -> Unit:
    """The employing agency of the post in that month. Raises Refusal."""
    agency = agency_of(post.unit, max(month, post.start))
    if agency is None:
        raise Refusal("task.agency", f"{post.unit.name} chưa thuộc cơ quan sử dụng nào. Hãy báo cán bộ tổ chức.")
    return agency


def new_task(
    post: Employment, month: date, wanted: Wanted, details: Details, *, by: User, at: datetime, **fields: Any
) -> Task:
    """Make one task for the holder of the post: values checked, month open, code given under a lock.

    `fields` are further columns (state, origin, part_of ...). Who locks a task or makes several tasks holds all their
    months before (`lock_task(also=...)`, `hold_months`). Raises Refusal, NotYours, Conflict.
    """
    agency = agency_of_post(post, month)
    converted, wanted = _converted(wanted, agency, month)
    check_assignment(
        month=month, due_date=wanted.due_date, coefficient=wanted.coefficient, assigned=wanted.assigned
    )
    check_details(details, wanted.due_date)
    hold_months([(post.person_id, month)])
    person = Person.objects.select_for_update().get(pk=post.person_id)
    require_open(person.pk, month)
    values: dict[str, Any] = {
        "code": _next_code(person, month),
        "person": person,
        "agency": agency,
        "unit": post.unit,
        "month": month,
        "product": _product(wanted.product_id, agency, month),
        "title": text_from(wanted.title, "Tên công việc", most=200, field="title"),
        "coefficient": wanted.coefficient,
        "assigned": wanted.assigned,
        "due_date": wanted.due_date,
        "outside_plan": wanted.outside_plan,
        "given_by": by,
        "given_at": at,
    }
    return Task.objects.create(**(values | _texts(details) | converted | fields))


def _texts(details: Details) -> dict[str, Any]:
    values = asdict(details)
    values["expected"] = text_from(
        details.expected, "Sản phẩm dự kiến", most=300, needed=False, field="expected"
    )
    values["assigned_by"] = text_from(
        details.assigned_by, "Người giao", most=120, needed=False, field="assigned_by"
    )
    return values


def details_of(task: Task) -> Details:
    """What stands beside the quantity of a task."""
    return Details(
        nature=task.nature, is_key=task.is_key, is_new=task.is_new, is_hard=task.is_hard, expected=task.expected,
        start_date=task.start_date, assigned_by=task.assigned_by,
    )  # fmt: skip


def put_details(task: Task, details: Details) -> None:
    """Set what stands beside the quantity; not saved yet. Raises Refusal (too long)."""
    for name, value in _texts(details).items():
        setattr(task, name, value)


def _converted(wanted: Wanted, agency: Unit, month: date) -> tuple[dict[str, Any], Wanted]:
    """What the agency's choice makes of work that is hard to count. Raises Refusal where it chose nothing."""
    if not wanted.uncountable:
        return {}, wanted
    choice = (
        UncountableChoice.objects.filter(on_day(month), agency=agency).select_related("product").first()
    )
    if choice is None:
        raise Refusal("uncountable.no_choice", NO_CHOICE.format(agency=agency.name), field="uncountable")
    fields: dict[str, Any] = {"uncountable": True, "conversion_note": conversion_note(choice)}
    if choice.way == UncountableChoice.Way.PRODUCT and choice.product is not None:
        return fields, replace(wanted, coefficient=choice.product.coefficient, product_id=choice.product_id)
    if choice.way == UncountableChoice.Way.HOURS and choice.hours is not None:
        units = units_of_hours(wanted.assigned, choice.hours)
        return fields, replace(wanted, coefficient=100, assigned=units, product_id=None)
    return fields | {"unconverted": True}, replace(wanted, coefficient=100, product_id=None)


def conversion_note(choice: UncountableChoice) -> str:
    """The choice in one sentence, with who decided it and when."""
    how = {
        UncountableChoice.Way.PRODUCT: f"theo sản phẩm “{choice.product.name if choice.product else ''}”",
        UncountableChoice.Way.HOURS: f"{format_points(choice.hours or 0)} giờ là một đơn vị chuẩn",
        UncountableChoice.Way.NOT_CONVERTED: "không quy đổi, không tính vào khối lượng",
    }[UncountableChoice.Way(choice.way)]
    return (
        f"Lựa chọn của cơ quan, không phải quy định của luật: {how} ({choice.decided_by} quyết định ngày "
        f"{choice.decided_on:%d/%m/%Y})."
    )[:500]


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


def require_given_coefficient(task: Task, coefficient: int) -> None:
    """Raises Refusal for another coefficient than the catalogue or the agency's choice gave the task."""
    if task.coefficient_is_given and coefficient != task.coefficient:
        source = "lựa chọn của cơ quan" if task.uncountable else "danh mục"
        raise Refusal(
            "task.coefficient_differs",
            f"Hệ số {format_points(coefficient)} khác {source} ({format_points(task.coefficient)}). Hãy giữ hệ số "
            f"này; cần hệ số khác thì trao đổi với người quản lý danh mục.",
            field="coefficient",
        )


def lock_task(task_id: int, also: Collection[PersonMonth] = ()) -> Task:
    """The task, locked, whatever its version, and before it its month, those of its shares and `also`, which stay open
    until this is written; next comes the right to it, then `require_seen`. Raises NotYours."""
    its = Q(pk=task_id) | Q(part_of=task_id, state=Task.State.ACTIVE)
    hold_months([*also, *Task.objects.filter(its).values_list("person_id", "month")])
    rows = Task.objects.select_for_update(of=("self",)).select_related("agency", "person__user")
    task = rows.filter(pk=task_id).first()
    if task is None:
        raise NotYours()
    return task


def require_seen(task: Task, version: int) -> None:
    """Names the task, so only for who may know it. Raises Conflict when the caller saw an older version."""
    if task.version != version:
        raise Conflict(
            f"Công việc “{task.title}” đã được thay đổi sau khi ông/bà mở trang. Hãy tải lại để xem nội "
            f"dung mới nhất rồi làm lại."
        )


def require_doer(task: Task, by: User) -> None:
    """Raises NotYours for anybody but the doer."""
    if task.person.user_id is None or task.person.user_id != by.pk:
        raise NotYours()


def require_may_go(task: Task) -> None:
    """Raises Refusal for a task that stays in the total assigned because it was handed back."""
    if task.stays_in_total:
        raise Refusal("task.stays_in_total", STAYS_IN_TOTAL)


def require_same_total(task: Task, **wanted: int) -> None:
    """Raises Refusal where a task that stays in the total assigned would add something else to it, or one taken over
    would enter it; `wanted` has the names in `rules.IN_THE_TOTAL`."""
    if task.stays_outside and not wanted["outside_plan"]:
        raise Refusal("task.stays_outside", STAYS_OUTSIDE, field="outside_plan")
    changed = [name for name in IN_THE_TOTAL if wanted[name] != getattr(task, name)]
    if task.stays_in_total and changed:
        raise Refusal("task.stays_in_total", STAYS_IN_TOTAL, field=changed[0])


def require_active(task: Task) -> None:
    """Raises Conflict for a task that is proposed, declined, split or withdrawn."""
    if task.state != Task.State.ACTIVE:
        raise Conflict(
            f"Công việc “{task.title}” {task.get_state_display()}, không làm bước này được. Hãy tải lại "
            "trang để xem danh sách mới nhất."
        )


def put_report(task: Task, version: int, report: Report, at: datetime) -> None:
    """Completion, quality and progress of a locked task, as its doer reports them or signed them on paper; not saved
    yet. Raises Refusal, Conflict."""
    require_seen(task, version)
    require_active(task)
    require_open(task.person_id, task.month)
    check_report(report, late_excused=min(task.late_excused, report.late), one_piece=task.uncountable)
    if excused := excused_stand(report.late, task.late_excused):
        raise Refusal("task.excused", excused, field="late")
    if not report.handed_back and task.taken_over_by.filter(state=Task.State.ACTIVE).exists():
        raise Conflict("Việc này đã giao cho người khác nhận thay, nên không báo cáo kết quả được nữa.")
    before = figures(task)
    task.completed, task.quality_met, task.on_time = report.completed, report.quality_met, report.on_time
    task.quality_errors, task.late, task.handed_back = report.quality_errors, report.late, report.handed_back
    task.quality_errors_each, task.late_each = report.quality_errors_each, report.late_each
    task.cause = text_from(report.cause, "Nguyên nhân khách quan", most=500, needed=False)
    task.evidence = text_from(report.evidence, "Minh chứng", most=300, needed=False)
    if task.reported_at is None or before != figures(task):
        task.reported_at = at


def figures(task: Task) -> tuple[Any, ...]:
    """What its report counts, to know whether that changed."""
    return tuple(getattr(task, name) for name in sorted(FIGURES))


def written(task: Task, by: User, at: datetime, code: str, *more: Any, **data: Any) -> Task:
    """Save the task with a new version and record the event, with further rows and codes."""
    task.version += 1
    task.save()
    chain = chain_of(task.agency, day_of(at))
    record(chain=chain, code=code, by=by, at=at, objects=[task, *more], data=data or None)
    return task
