"""Recurring work of a person: written down once, then proposed for a week or a month, each occurrence once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.periods import Span, month_span
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.plans import rules
from thuocdo.plans.actions.steps import chain_for, made, planner, require_version
from thuocdo.plans.models import RecurringProposal, RecurringTask, WeekItem
from thuocdo.plans.queries_recurring import occurrences_of, product_for
from thuocdo.plans.rules import ItemData, RecurringData
from thuocdo.work.models import Product, Task
from thuocdo.work.rules import Details, Wanted
from thuocdo.work.steps import new_task, own_post

Chosen = Sequence[tuple[int, date]]


def _owner(by: User) -> Person:
    person = Person.objects.select_for_update().filter(user_id=by.pk).first()
    if person is None:
        raise NotYours()
    return person


def _post_unit(person: Person, at: datetime) -> Unit | None:
    post = Employment.objects.filter(person=person).select_related("unit").order_by("-start", "pk").first()
    return post.unit if post else None


def _own(by: User, recurring_id: int, version: int) -> RecurringTask:
    rows = RecurringTask.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(pk=recurring_id, person__user_id=by.pk).first()
    if row is None:
        raise NotYours()
    require_version(row.version, version, row.text)
    return row


def settled(data: RecurringData, product: Product | None) -> dict[str, Any]:
    """What is stored of recurring work, by field; `product` is the one that `data` names. Raises Refusal with the
    field."""
    rules.check_recurrence(data.rule, data.day, data.quarter_month)
    if data.end is not None and data.end <= data.start:
        raise Refusal(
            "recurring.dates", "Ngày cuối không được trước ngày bắt đầu. Hãy sửa một trong hai ngày.", field="end"
        )
    if product is None and (data.quantity is None) != (data.coefficient is None):
        raise Refusal(
            "recurring.quantity",
            "Số lượng và hệ số: hãy ghi cả hai, hoặc để trống cả hai (khi đó chỉ đưa vào kế hoạch tuần).",
            field="quantity",
        )
    if data.coefficient == 0:
        raise Refusal("recurring.coefficient", "Hệ số quy đổi phải lớn hơn 0. Hãy nhập lại.", field="coefficient")
    return {
        "text": text_from(data.text, "Việc", most=200, field="text"),
        "expected": text_from(data.expected, "Sản phẩm dự kiến", most=300, needed=False, field="expected"),
        "rule": data.rule, "day": data.day, "quarter_month": data.quarter_month, "start": data.start, "end": data.end,
        "product": product, "quantity": data.quantity,
        "coefficient": product.coefficient if product else data.coefficient,
    }  # fmt: skip


@action
def save_recurring(
    *, by: User, at: datetime, data: RecurringData, recurring_id: int | None = None, version: int = 0
) -> RecurringTask:
    """Write recurring work down, or correct it; what was proposed before stays as it is.

    Raises NotYours, Refusal with the field, Conflict. The same work again changes nothing.
    """
    person = _owner(by)
    values = settled(data, product_for(person, data.product_id, data.start))
    if recurring_id is None:
        known = RecurringTask.objects.filter(person=person, **values).first()
        if known is not None:
            nothing_changed()
            return known
        row = RecurringTask(person=person, **values)
    else:
        row = _own(by, recurring_id, version)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
    row.save()
    _record(row, "recurring.saved", by, at)
    return row


def _record(row: RecurringTask, code: str, by: User, at: datetime) -> None:
    record(chain=chain_of(_post_unit(row.person, at), day_of(at)), code=code, by=by, at=at, objects=[row])


@action
def end_recurring(*, by: User, at: datetime, recurring_id: int, version: int, last: date) -> RecurringTask:
    """The last day of recurring work. Raises NotYours, Refusal (before its first day), Conflict."""
    row = _own(by, recurring_id, version)
    if last < row.start:
        raise Refusal("recurring.end", f"Ngày cuối phải từ {row.start:%d/%m/%Y} trở đi. Hãy sửa ngày.", field="last")
    row.end = rules.day_after(last)
    row.version += 1
    row.save()
    _record(row, "recurring.ended", by, at)
    return row


def _chosen(person: Person, chosen: Chosen, asked: Span) -> list[tuple[RecurringTask, date]]:
    """The asked occurrences, each once. Raises NotYours for what is not the person's or does not fall there."""
    own = {row.pk: row for row in RecurringTask.objects.filter(person=person).select_related("product")}
    pairs = list(dict.fromkeys(chosen))
    for pk, day in pairs:
        if pk not in own or day not in occurrences_of(own[pk], asked):
            raise NotYours("Việc định kỳ này không có trong kỳ đã chọn. Hãy tải lại trang rồi chọn lại.")
    return [(own[pk], day) for pk, day in pairs]


@action
def apply_recurring(*, by: User, at: datetime, week: date, chosen: Chosen) -> list[WeekItem]:
    """Put chosen occurrences (id of the recurring work, day) into the own week, each at most once.

    Raises NotYours, Refusal, Conflict.
    """
    person, unit = planner(by, week)
    pairs = _chosen(person, chosen, rules.week_span(week))
    there = WeekItem.objects.filter(recurring__in=[row for row, _ in pairs])
    done = set(there.values_list("recurring_id", "occurrence"))
    wanted = [
        (ItemData(text=row.text, day=day.isoweekday(), due_date=day, expected=row.expected),
         {"recurring": row, "occurrence": day})
        for row, day in pairs if (row.pk, day) not in done
    ]  # fmt: skip
    rows = made(person, unit, week, wanted)
    if not rows:
        nothing_changed()
        return []
    record(chain=chain_for(unit, at), code="recurring.applied", by=by, at=at, objects=rows, data={"items": len(rows)})
    return rows


@action
def propose_recurring_tasks(*, by: User, at: datetime, month: date, chosen: Chosen) -> list[Task]:
    """Propose chosen occurrences as tasks of a month; they count once whoever assigns tasks has agreed.

    Each occurrence becomes a task at most once. Raises NotYours, Refusal (work without a quantity,
    no post in the month), Conflict (the month is closed).
    """
    person = _owner(by)
    pairs = _chosen(person, chosen, month_span(month.year, month.month))
    if any(row.quantity is None or row.coefficient is None for row, _ in pairs):
        raise Refusal(
            "recurring.no_quantity",
            "Việc chưa ghi số lượng và hệ số thì chưa đề xuất thành công việc của "
            "tháng được. Hãy sửa việc định kỳ trước.",
        )
    made_before = RecurringProposal.objects.filter(recurring__in=[row for row, _ in pairs])
    known = set(made_before.values_list("recurring_id", "occurrence"))
    left = [(row, day) for row, day in pairs if (row.pk, day) not in known]
    if not left:
        nothing_changed()
        return []
    post = own_post(by, month)
    tasks, links = [], []
    for row, day in left:
        wanted = Wanted(row.text, row.coefficient or 0, row.quantity or 0, day, row.product_id)
        state = {"state": Task.State.PROPOSED, "origin": Task.Origin.RECURRING, "proposed_by": by}
        task = new_task(post, month, wanted, Details(expected=row.expected), by=by, at=at, **state)
        link = RecurringProposal(recurring=row, occurrence=day, task=task)
        link.save(force_insert=True)
        tasks.append(task)
        links.append(link)
    record(
        chain=chain_of(post.unit, day_of(at)), code="recurring.tasks_proposed", by=by, at=at,
        objects=[*tasks, *links], data={"tasks": len(tasks)},
    )  # fmt: skip
    return tasks
