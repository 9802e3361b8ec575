"""The tasks that one gives in a month as XLSX or as a pasted block. What their doers reported stands."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.intake.specs import Held, Plan, Problem, Rewind, Row, Scope, Spec
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import last_of_month
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.giving import HEAD, heads_of
from thuocdo.organisation.imports_plan import Reach, lookup
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import forest, task_units
from thuocdo.work.closed import closed_months, hold_months
from thuocdo.work.exports import task_texts
from thuocdo.work.imports import hold_tasks, may_not_go, withdraw_added, write_tasks
from thuocdo.work.imports_columns import COLUMNS as OFFICE
from thuocdo.work.imports_columns import DETAILS, STORED
from thuocdo.work.imports_plan import TaskPlanner, Work
from thuocdo.work.models import Task
from thuocdo.work.queries import given_elsewhere, of_their_agencies, posts_to_assign

GIVEN = ("code", "person", "month", "product", "title", "coefficient", "assigned", "due", "outside", *DETAILS)
COLUMNS = tuple(c for c in OFFICE if c.key in GIVEN)
KEPT = (*(STORED[key] for key in GIVEN if key in STORED), "product_id", "reported_at")
"""What the list writes of a task."""
_REST = {c.key: c.default for c in OFFICE if c.key not in GIVEN}
_PLACES = [n for n, c in enumerate(OFFICE) if c.key in GIVEN]
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


@dataclass(frozen=True)
class GivenMonth(Reach):
    """The units in which the user gives tasks, by code, the month, the day, the user's own account, and the units
    whose head gets no tasks from there."""

    month: date
    on: date
    user: User
    own_heads: frozenset[int]


def month_from(code: str) -> date:
    """The first day of a month written yyyy-mm. Raises NotYours."""
    found = _MONTH.fullmatch(code)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 2000:
        raise NotYours()
    return date(int(found[1]), int(found[2]), 1)


def given_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The people to whom the user gives tasks, in a month written yyyy-mm. Raises NotYours (gives tasks nowhere)."""
    month = month_from(code)
    units = list(Unit.objects.filter(pk__in=task_units(by, day_of(at))).order_by("order", "code")) if by else []
    if by is None or not units:
        raise NotYours("Tháng này không có ai thuộc phạm vi ông/bà giao việc.")
    tree = forest(day_of(at))
    inside = {u.pk for u in units}
    top = next((u for u in units if tree.parent.get(u.pk) not in inside), units[0])
    data = GivenMonth({u.code.upper(): u for u in units}, month, day_of(at), by, heads_of(by, day_of(at)).own)
    return Scope(chain_of(top, day_of(at)), f"Việc giao trong tháng {month:%m/%Y}", data)


def given_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Active tasks of that month of these people, by name and code."""
    for task in _tasks(scope):
        texts = task_texts(task)
        yield tuple(texts[place] for place in _PLACES)


def _tasks(scope: Scope) -> list[Task]:
    """Few queries, whatever their number."""
    given: GivenMonth = scope.data
    units = {u.pk for u in given.units.values()}
    posts = posts_to_assign(given.user, given.month, given.on, units=units)
    here = ~given_elsewhere(units, given.on)
    rows = Task.objects.filter(here, month=given.month, state=Task.State.ACTIVE).select_related("person", "product")
    tasks = of_their_agencies(lookup(rows, "person_id", {p.person_id for p in posts}), posts, given.month)
    return sorted(tasks, key=lambda t: (t.person.sort_key, t.person.code, t.code))


def plan_given(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """The plan of the officer's list, for the giver's people and the month alone; reported figures stay."""
    given: GivenMonth = scope.data
    whole, problems = [], []
    for row in rows:
        if row.values["month"] != given.month:
            problems.append(Problem(row.number, "Tháng", row.texts["month"], "Bảng này chỉ nhận việc của tháng "
                            f"{given.month:%m/%Y}. Hãy sửa tháng, hoặc mở bảng của tháng kia."))
        else:
            whole.append(Row(row.number, {**_REST, **row.values}, row.texts))
    tree = forest(last_of_month(given.month))
    agencies = {found for u in given.units.values() if (found := tree.agency(u.pk)) is not None}
    planner = TaskPlanner(scope, whole, {u.pk: u for u in Unit.objects.filter(pk__in=agencies)})
    for code, posts in list(planner.posts.items()):
        others = [p for p in posts if p.person.user_id != given.user.pk]
        planner.posts[code] = [p for p in others if p.leadership != HEAD or p.unit_id not in given.own_heads]
        if not planner.posts[code]:
            del planner.posts[code]
    plan = planner.run()
    plan.problems += problems
    return plan


def _held(task: Task) -> Held:
    """Every step about a task gives it a new version, so what followed is seen by that."""
    texts = task_texts(task)
    told = {column.title: texts[place] for column, place in zip(COLUMNS, _PLACES, strict=True)}
    state = {name: _plain(getattr(task, name)) for name in (*KEPT, "version")}
    return Held(f"{task.title} ({task.code}), {task.person.full_name}", told, state)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    return {task.code: _held(task) for task in _tasks(scope) if task.code in keys}


def _stops(scope: Scope, before: Mapping[str, Held | None]) -> dict[str, str]:
    """Closed months; of an added task also what keeps it in the total assigned."""
    added = [(code,) for code, held in before.items() if held is None]
    found = {code: why for (code,), why in may_not_go(scope, added).items()}
    people = {task.code: task.person_id for task in _tasks(scope) if task.code in before}
    closed = closed_months([(person, scope.data.month) for person in people.values()])
    for code, person in people.items():
        if why := closed.get((person, scope.data.month)):
            found[code] = why.rstrip(".")
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The month of their doers, then the tasks: it stays open until they are written."""
    tasks = [task for task in _tasks(scope) if task.code in keys]
    hold_months([(task.person_id, task.month) for task in tasks])
    lookup(Task.objects.select_for_update(of=("self",)).order_by("pk").only("pk"), "pk", [task.pk for task in tasks])


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """Changed tasks as they were given before; added ones are withdrawn, and their doers are told."""
    back, dates = [], {"due_date": date, "start_date": date, "reported_at": datetime}
    for task in _tasks(scope):
        held = before.get(task.code)
        if held is None:
            continue
        for name in KEPT:
            value = held.state[name]
            setattr(task, name, dates[name].fromisoformat(value) if name in dates and value else value)
        task.version += 1
        back.append(task)
    bulk.update(back, [*(name.removesuffix("_id") for name in KEPT), "version"])
    return [*back, *withdraw_added(scope, [(code,) for code, held in before.items() if held is None], by, at)], []


TASKS_GIVEN = Spec(
    kind="given",
    title="Việc giao trong tháng",
    about="Mỗi dòng là một sản phẩm, công việc giao cho một người. Kết quả người làm đã báo cáo thì giữ nguyên.",
    columns=COLUMNS,
    scope=given_scope,
    plan=plan_given,
    write=write_tasks,
    export=given_rows,
    keys=("code",),
    personal=True,
    similar=similar_codes,
    lock=hold_tasks,
    rewind=Rewind(_stand, _stops, _lock, _restore),
)
