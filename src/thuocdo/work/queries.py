"""Reads of assigned products and of the catalogue (danh mục sản phẩm, công việc)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.giving import heads_of, posts_given_to
from thuocdo.organisation.models import Employment, Person, UnitLink
from thuocdo.organisation.queries import agency_of, forest, on_day, task_units
from thuocdo.organisation.successors import keepers
from thuocdo.work.models import Product, Task
from thuocdo.work.rules import month_of

PAGE = 50
"""People on one page."""


def serving_in_month(month: date) -> Q:
    """Condition on employments: held on some day of the month."""
    span = month_of(month)
    return Q(start__lt=span.end) & (Q(end__isnull=True) | Q(end__gt=span.start))


def tasks_of(user: User, month: date) -> list[Task]:
    """The user's own assigned products of a month that count, by deadline."""
    tasks = Task.objects.counted().filter(person__user_id=user.pk, month=month)
    return list(tasks.select_related("product", "given_by").order_by("due_date", "code"))


def own_task(user: User, task_id: int) -> Task:
    """One of the user's own tasks. Raises NotYours."""
    task = (
        Task.objects.filter(pk=task_id, person__user_id=user.pk).select_related("product", "given_by").first()
    )
    if task is None:
        raise NotYours()
    return task


def posts_to_assign(
    user: User, month: date, on: date, *, units: Collection[int] | None = None
) -> list[Employment]:
    """Posts, held in that month, of the people to whom the user assigns tasks; in name order, without the
    user and without the user's own head (`organisation.giving`). `units` are the user's `task_units` of that day where
    the caller has read them already.
    """
    posts, _ = _giving(user, month, on, task_units(user, on) if units is None else units)
    return list(posts.select_related("person", "unit").order_by("person__sort_key", "person__code", "start"))


def _giving(user: User, month: date, on: date, units: Collection[int]) -> tuple[QuerySet[Employment], set[int]]:
    """Posts of the month whose holders get tasks from the user, never the user's own, and the units these are in."""
    heads = heads_of(user, on)
    posts = Employment.objects.filter(posts_given_to(units, heads), serving_in_month(month))
    return posts.exclude(person__user_id=user.pk), {*heads.managed, *units}


class Summed(NamedTuple):
    """What a list of people sums up of a task."""

    person_id: int
    code: str
    coefficient: int
    assigned: int
    due_date: date
    outside_plan: bool
    reported_at: datetime | None


@dataclass(frozen=True)
class Assigning:
    """One page of the people to whom somebody assigns tasks, those without any first, with what a list sums
    up of their tasks that count; `people` and `without` count all of them."""

    posts: list[Employment]
    tasks: dict[int, list[Summed]]
    people: int
    without: int
    number: int
    pages: int


def people_to_assign(user: User, month: date, on: date, number: int = 1) -> Assigning:
    """Of `posts_to_assign` the latest post of each person, `PAGE` people at a time, with the tasks of these units
    alone. Five queries."""
    posts, reach = _giving(user, month, on, task_units(user, on))
    tasks = Task.objects.counted().filter(~given_elsewhere(reach, on), month=month, person_id=OuterRef("pk"))
    everybody = Person.objects.filter(pk__in=posts.values("person_id")).annotate(busy=Exists(tasks))
    order = list(everybody.order_by("busy", "sort_key", "code").values_list("pk", "busy"))
    pages = max(1, -(-len(order) // PAGE))
    here = min(max(number, 1), pages)
    shown = [pk for pk, _ in order[(here - 1) * PAGE : here * PAGE]]
    held = posts.filter(person_id__in=shown).select_related("person", "unit").order_by("start")
    latest = {p.person_id: p for p in held}
    given: dict[int, list[Summed]] = {}
    mine = Task.objects.counted().filter(~given_elsewhere(reach, on), month=month, person_id__in=shown)
    for row in mine.order_by("due_date", "code").values_list(*Summed._fields):  # 500 tasks cost as much as the page
        given.setdefault(row[0], []).append(Summed(*row))
    without = sum(not busy for _, busy in order)
    return Assigning([latest[pk] for pk in shown], given, len(order), without, here, pages)


def given_elsewhere(units: Collection[int] | QuerySet[Any, Any], on: date, prefix: str = "") -> Exists:
    """Condition on tasks: given for a post of their doer in a unit that is not among `units` and exists on that day.
    Whoever moved inside an agency, or holds two posts, has tasks of two units. Tasks of before units were kept, and
    those of a unit that ended, are told apart by agency alone. `prefix` leads to the task.
    """
    there = Employment.objects.filter(person=OuterRef(f"{prefix}person"), unit=OuterRef(f"{prefix}unit"))
    return Exists(there.filter(Q(unit__end=None) | Q(unit__end__gt=on)).exclude(unit_id__in=units))


def is_elsewhere(task: Task, units: Collection[int], on: date) -> bool:
    """`given_elsewhere` of one task. At most one query."""
    if task.unit_id is None or task.unit_id in units:
        return False
    return Task.objects.filter(given_elsewhere(units, on), pk=task.pk).exists()


def posts_within_reach(
    user: User, person_id: int, month: date, on: date, *, units: Collection[int] | None = None
) -> list[Employment]:
    """Posts, held in that month, in which one person gets tasks from the user; never the user's own. `units` as in
    `posts_to_assign`."""
    posts, _ = _giving(user, month, on, task_units(user, on) if units is None else units)
    return list(posts.filter(person_id=person_id).select_related("person", "unit").order_by("start"))


def assigning_agencies(posts: Collection[Employment], month: date, asked: Collection[int], on: date) -> set[int]:
    """Of the agencies asked about (ids) those whose tasks of the month belong to one of the posts, by its first or
    last day of the month; and those that have ended in a reorganisation, whose tasks whoever came after them follows.
    """
    span, found = month_of(month), set[int]()
    for post in posts:
        if found.issuperset(asked):
            return found
        ends = min(day for day in (post.end, span.end) if day is not None)
        for day in dict.fromkeys((max(month, post.start), ends - timedelta(days=1))):
            agency = None if found.issuperset(asked) else forest(day).agency(post.unit_id)
            if agency is not None and agency in asked:
                found.add(agency)
    missing = set(asked) - found if posts else set()
    if missing:
        ended = UnitLink.objects.filter(tree=UnitLink.Tree.SUCCESSION, child_id__in=missing, start__lte=on)
        found |= set(ended.values_list("child_id", flat=True))
    return found


def of_their_agencies(tasks: Iterable[Task], posts: Iterable[Employment], month: date) -> list[Task]:
    """The same for the tasks of many people in one month: those that belong to a post of their person. Three queries.
    """
    last = month_of(month).end
    trees = (forest(month), forest(last - timedelta(days=1) if last else month))
    own: dict[int, set[int | None]] = {}
    for post in posts:
        own.setdefault(post.person_id, set()).update(tree.agency(post.unit_id) for tree in trees)
    ended = keepers()
    return [t for t in tasks if t.agency_id in own.get(t.person_id, ()) or t.agency_id in ended]


def within_reach(user: User, task: Task, on: date, *, units: Collection[int] | None = None) -> bool:
    """Whether the user gives tasks to this person in the task's month, for the task's own agency and unit: who moved,
    or holds a second post, has tasks of two. `units` as in `posts_to_assign`."""
    reach = task_units(user, on) if units is None else units
    posts = posts_within_reach(user, task.person_id, task.month, on, units=reach)
    if task.agency_id not in assigning_agencies(posts, task.month, {task.agency_id}, on):
        return False
    return not is_elsewhere(task, {*reach, *(post.unit_id for post in posts)}, on)


def month_of_person(user: User, person_id: int, month: date, on: date) -> tuple[Employment, list[Task], bool]:
    """The latest post and all tasks of one of the people to whom the user assigns, without those of another agency or
    unit; of these only whether there are active ones. Raises NotYours."""
    reach = task_units(user, on)
    posts = posts_within_reach(user, person_id, month, on, units=reach)
    if not posts:
        raise NotYours()
    reach |= {post.unit_id for post in posts}
    rows = Task.objects.filter(month=month, person_id=person_id).annotate(away=given_elsewhere(reach, on))
    every = list(rows.select_related("product").order_by("due_date", "code"))
    near = [t for t in every if not t.away]  # type: ignore[attr-defined]
    agencies = assigning_agencies(posts, month, {t.agency_id for t in near}, on)
    tasks = [t for t in near if t.agency_id in agencies]
    known = {t.pk for t in tasks}
    return posts[-1], tasks, any(t.state == Task.State.ACTIVE and t.pk not in known for t in every)


def task_to_follow(user: User, task_id: int, on: date) -> Task:
    """A task of one of the people to whom the user assigns tasks. Raises NotYours."""
    task = Task.objects.filter(pk=task_id).select_related("person", "product", "given_by", "agency").first()
    if task is None or not within_reach(user, task, on):
        raise NotYours()
    return task


def catalogue(agency_ids: Collection[int], on: date) -> list[Product]:
    """Catalogue products of the agencies in force on a day, by code. One query."""
    return list(Product.objects.filter(on_day(on), agency_id__in=agency_ids).order_by("code", "agency_id"))


def catalogue_to_assign(post: Employment, month: date) -> list[Product]:
    """Catalogue products in force on the first day of the month in the agency of a post. Two queries."""
    agency = agency_of(post.unit, max(month, post.start))
    return catalogue([agency.pk], month) if agency else []
