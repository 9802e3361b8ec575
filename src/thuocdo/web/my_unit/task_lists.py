"""What the task giver's pages show, and what their form sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours, Reading
from thuocdo.kernel.periods import months_later
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import Employment
from thuocdo.web.my_work.typed import coefficient, details, due, number, title
from thuocdo.work import queries
from thuocdo.work.models import Product, Task


@dataclass(frozen=True)
class PersonTasks:
    """One person's month: the post, the products that count, the converted quantity (Điều 14); `elsewhere` says whether
    another agency or unit gave more."""

    post: Employment
    tasks: tuple[Task | queries.Summed, ...]
    withdrawn: tuple[Task, ...] = ()
    elsewhere: bool = False

    @property
    def assigned(self) -> Fraction:
        """Sum of quantity times coefficient of what counts in the assigned total."""
        inside = (t.assigned * t.coefficient for t in self.tasks if not t.outside_plan)
        return Fraction(sum(inside), 10_000)

    @property
    def last_due(self) -> date | None:
        return max((t.due_date for t in self.tasks), default=None)

    @property
    def reported(self) -> int:
        return sum(1 for t in self.tasks if t.reported_at is not None)


@dataclass(frozen=True)
class PeopleTasks:
    """One page of people with their tasks, and how many there are on all pages."""

    rows: list[PersonTasks]
    page: queries.Assigning


def people_with_tasks(user: User, month: date, on: date, number: int = 1) -> PeopleTasks:
    """The people to whom the user assigns, once each, those without any product first, then in name order."""
    page = queries.people_to_assign(user, month, on, number)
    rows = [PersonTasks(post, tuple(page.tasks.get(post.person_id, ()))) for post in page.posts]
    return PeopleTasks(rows, page)


def person_with_tasks(user: User, person_id: int, month: date, on: date) -> PersonTasks:
    """One of these people, withdrawn products apart. Raises NotYours."""
    post, tasks, elsewhere = queries.month_of_person(user, person_id, month, on)
    return PersonTasks(
        post,
        tuple(t for t in tasks if t.state == Task.State.ACTIVE),
        tuple(t for t in tasks if t.state != Task.State.ACTIVE),
        elsewhere,
    )


def catalogue_for(user: User, person_id: int, month: date, on: date) -> list[Product]:
    """Catalogue products the user may assign to one of their people. Raises NotYours."""
    posts = queries.posts_within_reach(user, person_id, month, on)
    if not posts:
        raise NotYours()
    return queries.catalogue_to_assign(posts[-1], month)


def month_from(asked: Mapping[str, str], on: date) -> date:
    """First day of the month asked for by `thang` and `nam`; this month where they name none."""
    month, year = asked.get("thang", ""), asked.get("nam", "")
    if (
        month in {str(n) for n in range(1, 13)}
        and year.isascii()
        and year.isdigit()
        and 2000 <= int(year) <= 2100
    ):
        return date(int(year), int(month), 1)
    return on.replace(day=1)


def month_links(month: date) -> dict[str, Any]:
    """What the month picker offers: the months before and after, and the lists to choose from."""
    return {
        "before": months_later(month, -1),
        "after": months_later(month, 1),
        "months": range(1, 13),
        "years": range(month.year - 1, month.year + 2),
    }


def typed_task(posted: Mapping[str, str], catalogue: Sequence[Product]) -> dict[str, Any]:
    """Arguments of the action from the form. A catalogue product brings its name and coefficient; work that is hard to
    count gets its coefficient from the agency's choice.

    Raises Several for what is missing or cannot be read, by input.
    """
    product, read = next((p for p in catalogue if str(p.pk) == posted.get("product", "")), None), Reading()
    name, hard = posted.get("title", "").strip(), "uncountable" in posted
    given = product.coefficient if product else 100 if hard else None
    found = {
        "title": product.name if product and not name else read(title, posted),
        "coefficient": read(coefficient, posted) if given is None else given,
        "assigned": read(number, posted, "assigned", "Số lượng giao"),
        "due_date": read(due, posted),
        "product_id": product.pk if product else None,
        "outside_plan": "outside_plan" in posted,
        "uncountable": hard,
        "details": details(posted, read),
    }
    read.done()
    return found


def as_typed(task: Task) -> dict[str, Any]:
    """A task as its form shows it."""
    return {
        "title": task.title,
        "coefficient": format_points(task.coefficient),
        "assigned": format_points(task.assigned),
        "due_date": f"{task.due_date:%d/%m/%Y}",
        "outside_plan": task.outside_plan,
        "nature": task.nature,
        "is_key": task.is_key,
        "is_new": task.is_new,
        "is_hard": task.is_hard,
        "expected": task.expected,
        "start_date": f"{task.start_date:%d/%m/%Y}" if task.start_date else "",
        "version": task.version,
    }
