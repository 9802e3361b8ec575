"""What was given in the month before, as it could be given again."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from thuocdo.accounts.models import User
from thuocdo.calendars.queries import workdays_along
from thuocdo.kernel.periods import last_of_month, months_later
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import forest, on_day, task_units
from thuocdo.work.models import Product, Task
from thuocdo.work.queries import PAGE, given_elsewhere, posts_to_assign
from thuocdo.work.rules import Details
from thuocdo.work.steps import details_of

PEOPLE = 12
"""People on one page: each has a dozen rows with inputs."""


@dataclass(frozen=True)
class Again:
    """One product of the month before for the same person: title, deadline, the catalogue's product and coefficient as
    they are now, and why it cannot be given from here (empty where it can)."""

    task: Task
    post: Employment
    title: str
    due: date
    details: Details
    product_id: int | None
    coefficient: int
    why_not: str


def renamed(title: str, before: date, month: date) -> str:
    """The title with the month before, where it names it, replaced by the month; days and other numbers stay.

    >>> renamed("Báo cáo tháng 10/2026, số liệu đến 25/10/2026", date(2026, 10, 1), date(2026, 11, 1))
    'Báo cáo tháng 11/2026, số liệu đến 25/10/2026'
    >>> renamed("Sổ tháng 1, tháng 12", date(2026, 1, 1), date(2026, 2, 1))
    'Sổ tháng 2, tháng 12'
    """
    text = re.sub(rf"(?<![0-9/])0?{before.month}/{before.year}(?![0-9])", f"{month.month}/{month.year}", title)
    return re.sub(rf"(tháng\s+)0?{before.month}(?![0-9/])", rf"\g<1>{month.month}", text)


def moved(day: date, month: date, before: date, calendar: Workdays) -> date:
    """The same day of the later month, the last day for the last; a day off becomes the next working day of that
    month, or the one before where there is none.

    >>> moved(date(2026, 1, 31), date(2026, 2, 1), date(2026, 1, 1), Workdays())
    datetime.date(2026, 2, 27)
    >>> moved(date(2026, 1, 15), date(2026, 3, 1), date(2026, 1, 1), Workdays())
    datetime.date(2026, 3, 16)
    """
    apart = (day.year - before.year) * 12 + day.month - before.month
    first = months_later(month, apart)
    last = last_of_month(first)
    wanted = last if day == last_of_month(day) else first.replace(day=min(day.day, last.day))
    later = [wanted + timedelta(days=n) for n in range((last - wanted).days + 1)]
    sooner = [wanted - timedelta(days=n) for n in range(1, (wanted - first).days + 1)]
    return next((one for one in later + sooner if calendar.works(one)), wanted)


@dataclass(frozen=True)
class People:
    """One page of those to whom somebody assigns tasks in a month: the latest post of each, in name order."""

    posts: list[Employment]
    people: int
    number: int
    pages: int


def people_of(user: User, month: date, on: date, number: int = 1, many: int | None = None) -> People:
    """So many people at a time, else `PAGE`, every one of them within the user's reach. Four queries."""
    posts, many = list({post.person_id: post for post in posts_to_assign(user, month, on)}.values()), many or PAGE
    pages = max(1, -(-len(posts) // many))
    here = min(max(number, 1), pages)
    return People(posts[(here - 1) * many : here * many], len(posts), here, pages)


def to_give_again(user: User, month: date, on: date, number: int = 1) -> tuple[People, list[Again]]:
    """One page of people, and what each was given in the month before: not what they proposed, took over or got as a
    share. Constant queries."""
    page, before = people_of(user, month, on, number, PEOPLE), months_later(month, -1)
    posts = {post.person_id: post for post in page.posts}
    last = Task.objects.counted().filter(
        month=before, person_id__in=posts, origin=Task.Origin.ASSIGNED, part_of=None, taken_over_from=None
    )
    reach = task_units(user, on) | {post.unit_id for post in page.posts}
    last = last.filter(~given_elsewhere(reach, on)).select_related("product")
    tasks = list(last.order_by("person__sort_key", "person__code", "due_date", "code"))
    now = _products_now(tasks, month)
    present = set(Task.objects.counted().filter(month=month, person_id__in=posts).values_list("person_id", "title"))
    units, tree = {post.unit_id for post in page.posts}, forest(month)
    paths = {unit: list(tree.path(unit)) or [unit] for unit in units}
    calendars = workdays_along(paths, [month.year, month.year + 1]) if paths else {}
    rows = []
    for task in tasks:
        post = posts[task.person_id]
        calendar = calendars[post.unit_id]
        product = now.get((task.agency_id, task.product.code)) if task.product else None
        due, details = moved(task.due_date, month, before, calendar), details_of(task)
        if details.start_date:
            details = replace(details, start_date=min(due, moved(details.start_date, month, before, calendar)))
        title = renamed(task.title, before, month)
        why_not = "đã giao trong tháng này" if (task.person_id, title) in present else _why_not(task, product)
        coefficient = product.coefficient if product else task.coefficient
        rows.append(Again(task, post, title, due, details, product.pk if product else None, coefficient, why_not))
    return page, rows


def _products_now(tasks: Collection[Task], month: date) -> dict[tuple[int, str], Product]:
    codes = {task.product.code for task in tasks if task.product}
    found = Product.objects.filter(on_day(month), agency__in={task.agency_id for task in tasks}, code__in=codes)
    return {(one.agency_id, one.code): one for one in found}


def _why_not(task: Task, product: Product | None) -> str:
    if task.uncountable:
        return "việc khó lượng hóa: giao ở trang của từng người"
    if task.product and product is None:
        return "sản phẩm không còn trong danh mục: giao ở trang của từng người"
    return ""
