"""Steps shared by the actions: whose plan it is, whether the week still takes changes, which rows are new."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Person, Unit
from thuocdo.plans import rules
from thuocdo.plans.access import own_posts
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import ItemData
from thuocdo.work.closed import require_open
from thuocdo.work.models import Task


def planner(by: User, week: date) -> tuple[Person, Unit]:
    """The user's person, locked, and the unit of the plan. Raises NotYours, Refusal without a post in the week,
    Conflict where the month of the week is closed for the person."""
    rules.require_monday(week)
    person = Person.objects.select_for_update().filter(user_id=by.pk).first()
    if person is None:
        raise NotYours()
    posts = own_posts(by, week)
    if not posts:
        raise Refusal(
            "plan.no_post",
            f"Chưa ghi nhận vị trí công tác của ông/bà trong tuần từ {week:%d/%m/%Y}. Hãy báo cán bộ tổ chức.",
        )
    require_open(person.pk, rules.month_of_week(week))
    return person, posts[0].unit


def week_rows(person: Person, week: date) -> list[WeekItem]:
    """The rows of the person's week that were not dropped, in the order written."""
    rows = WeekItem.objects.filter(person=person, week=week).exclude(state=WeekItem.State.DROPPED)
    return list(rows.select_related("unit").order_by("pk"))


def same(data: ItemData) -> tuple[str, int | None, int | None]:
    """What makes two rows of a week the same work, however often a button is pressed."""
    return (fold(data.text), data.day, data.task_id)


def checked(data: ItemData, person: Person, field: str = "text") -> ItemData:
    """The row in its normal form. Raises Refusal with the field, NotYours for somebody else's task."""
    if data.day is not None and not 1 <= data.day <= 7:
        raise Refusal("plan.day", "Ngày trong tuần: hãy chọn từ thứ Hai đến Chủ nhật, hoặc để trống.", field="day")
    if data.nature not in WeekItem.Nature.values:
        raise Refusal("plan.nature", "Tính chất: hãy chọn thường xuyên hoặc đột xuất.", field="nature")
    if data.task_id is not None and not Task.objects.filter(pk=data.task_id, person=person).exists():
        raise NotYours()
    return ItemData(
        text=text_from(data.text, "Việc", most=300, field=field),
        day=data.day, nature=data.nature, is_key=data.is_key, is_new=data.is_new, is_hard=data.is_hard,
        due_date=data.due_date, task_id=data.task_id,
        expected=text_from(data.expected, "Sản phẩm dự kiến", most=300, needed=False, field="expected"),
        assigned_by=text_from(data.assigned_by, "Người giao", most=120, needed=False, field="assigned_by"),
    )  # fmt: skip


def made(
    person: Person, unit: Unit, week: date, wanted: Iterable[tuple[ItemData, Mapping[str, Any]]]
) -> list[WeekItem]:
    """Write those rows that the week does not have yet. Raises Refusal where the week would have too many."""
    there = week_rows(person, week)
    known = {(fold(row.text), row.day, row.task_id) for row in there}
    found = []
    for data, more in wanted:
        if same(data) in known:
            continue
        known.add(same(data))
        row = WeekItem(person=person, unit=unit, week=week, **data.__dict__, **more)
        row.save(force_insert=True)
        found.append(row)
    if len(there) + len(found) > rules.MOST_ITEMS:
        raise Refusal(
            "plan.many",
            f"Kế hoạch tuần tối đa {rules.MOST_ITEMS} việc; với các việc này sẽ là {len(there) + len(found)}. Hãy gộp "
            "hoặc bỏ bớt.",
            field="rows",
        )
    return found


def own_item(by: User, item_id: int, version: int) -> WeekItem:
    """One of the user's rows, locked, in a week that is open. Raises NotYours, Conflict."""
    row = (
        WeekItem.objects.select_for_update(of=("self",)).select_related("unit")
        .filter(pk=item_id, person__user_id=by.pk).first()
    )  # fmt: skip
    if row is None:
        raise NotYours()
    require_open(row.person_id, rules.month_of_week(row.week))
    require_version(row.version, version, row.text)
    return row


def require_version(now: int, seen: int, what: str) -> None:
    """Raises Conflict when the caller saw an older version."""
    if now != seen:
        raise Conflict(
            f"“{what}” đã được thay đổi sau khi ông/bà mở trang (có thể ở một thẻ khác). Hãy tải lại để xem nội dung "
            "mới nhất rồi làm lại."
        )


def chain_for(unit: Unit, at: datetime) -> str:
    """Key of the audit chain: that of the unit's agency."""
    return chain_of(unit, day_of(at))
