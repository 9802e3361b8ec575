"""The own plan of a week as XLSX or as a pasted block: rows by their number, new rows without one."""

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
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Person
from thuocdo.plans import rules
from thuocdo.plans.access import own_posts
from thuocdo.plans.actions.steps import made, planner, week_rows
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import ItemData
from thuocdo.work.closed import closed_months, hold_months

DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
RESULTS = {label: value for value, label in WeekItem.State.choices if value in rules.REPORTED}
NATURES = {label: value for value, label in WeekItem.Nature.choices}
SIGNS = ("is_key", "is_new", "is_hard")
DATA = ("day", "text", "due_date", "expected", "nature", *SIGNS, "assigned_by")
SET = (*DATA, "state", "note")


def number(typed: str, label: str) -> int:
    """The number of a row that exists. Raises Refusal."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
        raise Refusal("cell", f"{label}: “{typed[:40]}” không phải số của một việc. Việc mới thì để trống ô này.")
    return int(typed)


COLUMNS = (
    Column("number", "Số", number, "Số phần mềm đặt cho việc; việc mới thì để trống.", "", default=None, width=10),
    Column("day", "Ngày trong tuần", cells.choice({word: str(n) for n, word in enumerate(DAYS, 1)}),
           "Để trống nếu làm cả tuần.", "thứ Hai"),
    Column("text", "Việc", cells.text(300), "Hãy ghi việc cần làm.", "Họp giao ban", needed=True, width=46),
    Column("due_date", "Hạn", cells.day, "Ngày phải xong, nếu có.", "25/03/2026", default=None),
    Column("expected", "Sản phẩm dự kiến", cells.text(300), "Văn bản, sản phẩm sẽ có.", "Báo cáo", width=30),
    Column("nature", "Tính chất", cells.choice(NATURES), "thường xuyên hoặc đột xuất; để trống là thường xuyên.",
           "thường xuyên", default="regular"),
    Column("is_key", "Trọng tâm", cells.yes_no, "Ghi có nếu là việc trọng tâm.", "", width=12),
    Column("is_new", "Mới", cells.yes_no, "Ghi có nếu là việc mới.", "", width=12),
    Column("is_hard", "Khó", cells.yes_no, "Ghi có nếu là việc khó.", "", width=12),
    Column("assigned_by", "Người giao", cells.text(120), "Ai giao, nếu có.", "Chủ tịch phường", width=24),
    Column("state", "Kết quả", cells.choice(RESULTS), f"Một trong: {', '.join(RESULTS)}.", "xong", default="open"),
    Column("note", "Ghi chú kết quả", cells.text(300), "Ghi thêm nếu cần.", "", width=30),
)  # fmt: skip


@dataclass(frozen=True)
class OwnWeek:
    """Whose week it is; its Monday."""

    person: Person
    user: User
    week: date


@dataclass
class Work:
    """Rows of the week with their new values, and new rows: data, result and note."""

    week: OwnWeek
    changed: list[WeekItem] = field(default_factory=list)
    new: list[tuple[ItemData, dict[str, Any]]] = field(default_factory=list)


def week_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The user's own plan of the week that begins on a Monday written yyyy-mm-dd. Raises NotYours."""
    try:
        week = date.fromisoformat(code)
    except ValueError as error:
        raise NotYours() from error
    posts = own_posts(by, week) if by is not None and not week.weekday() else []
    if by is None or not posts:
        raise NotYours(f"Ông/bà không có vị trí công tác trong tuần từ {week:%d/%m/%Y}.")
    name = f"Kế hoạch tuần từ {week:%d/%m/%Y} của {posts[0].person.full_name}"
    return Scope(chain_of(posts[0].unit, max(week, posts[0].start)), name, OwnWeek(posts[0].person, by, week))


def _texts(row: WeekItem) -> dict[str, str]:
    return {
        "number": str(row.pk), "day": DAYS[row.day - 1] if row.day else "", "text": row.text,
        "due_date": day_text(row.due_date), "expected": row.expected, "nature": row.get_nature_display(),
        **{sign: "có" if getattr(row, sign) else "" for sign in SIGNS},
        "assigned_by": row.assigned_by, "state": row.get_state_display(), "note": row.note,
    }  # fmt: skip


def item_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """The rows of the week that were not dropped, in the order written. One query."""
    own: OwnWeek = scope.data
    return [tuple(_texts(row).values()) for row in week_rows(own.person, own.week)]


def _value(key: str, values: Mapping[str, Any]) -> Any:
    if key == "day":
        return int(values["day"]) if values["day"] else None
    return bool(values[key]) if key in SIGNS else values[key]


def plan_week(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """What each row would add or change; a column that is not there keeps what is stored. Two queries."""
    own: OwnWeek = scope.data
    plan: Plan[Work] = Plan([], [], Work(own))
    there = week_rows(own.person, own.week)
    known = {(fold(row.text), row.day) for row in there}
    for row, item in matched(plan, rows, COLUMNS, {one.pk: one for one in there}, lambda _: {}, new=True):
        if item is None:
            _add(plan, row, known)
        else:
            _change(plan, row, item)
    month = rules.month_of_week(own.week)
    closed = closed_months([(own.person.pk, month)]).get((own.person.pk, month))
    many = len(there) + len(plan.work.new)
    if closed and (plan.work.new or plan.work.changed):
        plan.problems.append(Problem(0, "", "", closed))
    elif many > rules.MOST_ITEMS:
        words = f"Kế hoạch tuần tối đa {rules.MOST_ITEMS} việc; với tệp này sẽ là {many}. Hãy gộp hoặc bỏ bớt."
        plan.problems.append(Problem(0, "", "", words))
    return plan


def _add(plan: Plan[Work], row: Row, known: set[tuple[str, int | None]]) -> None:
    data = ItemData(**{key: _value(key, row.values) for key in DATA})
    label = f"{data.text}{f', {DAYS[data.day - 1]}' if data.day else ''}"
    if (fold(data.text), data.day) in known:
        plan.effects.append(Effect(row.number, UNCHANGED, f"{label} (đã có trong tuần)"))
        return
    known.add((fold(data.text), data.day))
    plan.work.new.append((data, {"state": row.values["state"], "note": row.values["note"]}))
    plan.effects.append(Effect(row.number, CREATED, label))


def _change(plan: Plan[Work], row: Row, item: WeekItem) -> None:
    before = _texts(item)
    for key in SET:
        if key in row.texts:
            setattr(item, key, _value(key, row.values))
    if differences(plan, row, before["text"], COLUMNS, before, _texts(item)):
        plan.work.changed.append(item)


def write_week(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """New rows, then the changed ones. Raises NotYours, Refusal, Conflict (closed month, changed meanwhile)."""
    own = plan.work.week
    person, unit = planner(own.user, own.week)
    changed = plan.work.changed
    held = WeekItem.objects.select_for_update().filter(pk__in=[row.pk for row in changed]).order_by("pk")
    versions = dict(held.values_list("pk", "version"))
    if any(versions.get(row.pk) != row.version for row in changed):
        raise Conflict("Có việc vừa được sửa ở nơi khác. Hãy dán hoặc tải lên lại để xem trước.")
    for row in changed:
        row.version += 1
        row.save()
    return [*made(person, unit, own.week, plan.work.new), *changed]


def _held(row: WeekItem) -> Held:
    texts = _texts(row)
    told = {column.title: texts[column.key] for column in COLUMNS[1:]}
    state = {key: getattr(row, key) for key in SET}
    state |= {"due_date": row.due_date and row.due_date.isoformat(), "version": row.version}
    return Held(row.text, told, state)


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """The whole week, as writing adds rows."""
    own: OwnWeek = scope.data
    return {str(row.pk): _held(row) for row in week_rows(own.person, own.week)}


def _stops(scope: Scope, before: Mapping[str, Held | None]) -> dict[str, str]:
    """A closed month, and rows that went on into a later week."""
    own: OwnWeek = scope.data
    month = (own.person.pk, rules.month_of_week(own.week))
    if closed := closed_months([month]).get(month):
        return dict.fromkeys(before, closed.rstrip("."))
    later = WeekItem.objects.filter(carried_from__in=map(int, before)).exclude(state=WeekItem.State.DROPPED)
    return {str(row.carried_from_id): f"việc đã chép sang tuần từ {row.week:%d/%m/%Y}" for row in later}


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The month, which stays open until the rows are written; the owner, as on the page, for rows to come; the rows."""
    own: OwnWeek = scope.data
    hold_months([(own.person.pk, rules.month_of_week(own.week))])
    Person.objects.select_for_update().get(pk=own.person.pk)
    wanted = [int(key) for key in keys if key.isdigit()]
    list(WeekItem.objects.select_for_update().filter(pk__in=wanted, person=own.person).order_by("pk").values_list("pk"))


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """Changed rows as they stood; added ones are dropped, as on the page."""
    own: OwnWeek = scope.data
    rows = [row for row in week_rows(own.person, own.week) if str(row.pk) in before]
    for row in rows:
        held = before[str(row.pk)]
        if held is None:
            row.state = WeekItem.State.DROPPED
        else:
            for key in SET:
                setattr(row, key, held.state[key])
            row.due_date = date.fromisoformat(held.state["due_date"]) if held.state["due_date"] else None
        row.version += 1
        row.save()
    return [*rows], []


WEEK = Spec(
    kind="week",
    title="Kế hoạch tuần của tôi",
    about="Mỗi dòng là một việc trong tuần. Dòng không có số là việc mới; dòng bị xóa khỏi tệp thì giữ nguyên.",
    columns=COLUMNS,
    scope=week_scope,
    plan=plan_week,
    write=write_week,
    export=item_rows,
    keys=("number",),
    personal=True,
    rewind=Rewind(_stand, _stops, _lock, _restore),
)
