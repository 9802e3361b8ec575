"""Giving many products in one press: the month before again, and one product to several people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.periods import months_later
from thuocdo.kernel.typed import format_points, parse_points
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_unit import task_lists
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.work import actions, queries
from thuocdo.work.actions.giving import Given
from thuocdo.work.again import Again, people_of, to_give_again
from thuocdo.work.models import Task
from thuocdo.work.rules import Wanted


@dataclass(frozen=True)
class Row:
    """One product as the page offers it, with what was typed."""

    again: Again
    chosen: bool
    assigned: str
    due: str
    wrong: tuple[Problem, ...]


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("trang", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _number(posted: Mapping[str, str], field: str, label: str) -> int:
    try:
        return parse_points(posted.get(field, ""), label=label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=field) from None


def _back(month: date) -> str:
    return f"{reverse('tasks_month')}?{urlencode({'thang': month.month, 'nam': month.year})}"


@needs(Permission.ASSIGN_TASKS)
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """What was given in the month before, with its dates moved; a POST gives the rows that were chosen."""
    chosen = task_lists.month_from(request.GET, today())
    page, found = to_give_again(user_of(request), chosen, today(), _page_number(request))
    posted, refusal = (request.POST if request.method == "POST" else None), None
    if posted is not None:
        try:
            given = _chosen(posted, found)
            made = actions.assign_many(by=user_of(request), at=now(), month=chosen, given=given)
        except NotYours:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, f"Đã giao {len(made)} việc như tháng trước.")
            return redirect(_back(chosen))
    problems = problems_of(refusal) if refusal else []
    context = {
        "month": chosen,
        "last": months_later(chosen, -1),
        "rows": [_row(one, posted, problems) for one in found],
        "can": any(not one.why_not for one in found),
        "page_of": page,
        "problems": problems,
        **task_lists.month_links(chosen),
    }
    return render(request, "web/my_unit/tasks_again.html", context, status=status_of(refusal))


def _row(one: Again, posted: Any, problems: list[Problem]) -> Row:
    key = str(one.task.pk)
    wrong = tuple(p for p in problems if p.field.endswith(f"-{key}"))
    if posted is None:
        usual = one.task.nature == Task.Nature.REGULAR and not one.why_not
        return Row(one, usual, format_points(one.task.assigned), f"{one.due:%d/%m/%Y}", wrong)
    ticked = key in posted.getlist("chosen")
    return Row(one, ticked, posted.get(f"assigned-{key}", ""), posted.get(f"due_date-{key}", ""), wrong)


def _chosen(posted: Any, found: list[Again]) -> list[Given]:
    """The ticked rows. Raises NotYours for one that the page does not offer, Several for what cannot be read."""
    offered = {str(one.task.pk): one for one in found}
    read, given = Reading(), []
    for key in dict.fromkeys(posted.getlist("chosen")):
        one = offered.get(key)
        if one is None:
            raise NotYours()
        if one.why_not:
            read(_refuse, one, key)
            continue
        label = f"{one.title} ({one.post.person.full_name})"
        assigned = read(_number, posted, f"assigned-{key}", f"{label}: số lượng")
        due = read(parse_day, posted.get(f"due_date-{key}", ""), label=f"{label}: hạn", field=f"due_date-{key}")
        wanted = Wanted(one.title, one.coefficient, assigned, due, one.product_id, one.task.outside_plan)
        given.append(Given(key, one.task.person_id, wanted, one.details))
    read.done()
    return given


def _refuse(one: Again, key: str) -> None:
    said = f"{one.post.person.full_name}, “{one.title}”: {one.why_not}."
    raise Refusal("task.again", said, field=f"chosen-{key}")


@needs(Permission.ASSIGN_TASKS)
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """One product for several people: the same quantity for all, another one where it is typed beside a name."""
    user, chosen = user_of(request), task_lists.month_from(request.GET, today())
    page = people_of(user, chosen, today(), _page_number(request))
    catalogue = queries.catalogue_to_assign(page.posts[0], chosen) if page.posts else []
    posted, refusal = request.POST, None
    if request.method == "POST":
        try:
            given = _for_each(posted, catalogue, {str(post.person_id) for post in page.posts})
            made = actions.assign_many(by=user, at=now(), month=chosen, given=given)
        except NotYours:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, f"Đã giao “{made[0].title}” cho {len(made)} người.")
            return redirect(_back(chosen))
    problems = _once(problems_of(refusal)) if refusal else []
    ticked = set(posted.getlist("person"))
    people = [
        {"post": post, "ticked": str(post.person_id) in ticked,
         "assigned": posted.get(f"assigned-{post.person_id}", "")} for post in page.posts
    ]  # fmt: skip
    context = {
        "month": chosen, "people": people, "page_of": page, "catalogue": catalogue, "typed": posted,
        "problems": problems, "errors": by_field(problems), **task_lists.month_links(chosen),
    }  # fmt: skip
    return render(request, "web/my_unit/tasks_many.html", context, status=status_of(refusal))


def _for_each(posted: Any, catalogue: list[Any], offered: set[str]) -> list[Given]:
    people = list(dict.fromkeys(posted.getlist("person")))
    if not offered.issuperset(people):
        raise NotYours()
    read = Reading()
    values = read(task_lists.typed_task, posted, catalogue)
    own = {}
    for key in people:
        if posted.get(f"assigned-{key}", "").strip():
            own[key] = read(_number, posted, f"assigned-{key}", "Số lượng riêng")
    read(_somebody, people)
    read.done()
    details = values.pop("details")
    wanted = {key: Wanted(**values | {"assigned": own.get(key, values["assigned"])}) for key in people}
    return [Given(key, int(key), wanted[key], details) for key in people]


def _once(problems: list[Problem]) -> list[Problem]:
    """What is wrong with the product itself is said once, at its own input, and not for everybody."""
    shared = {
        p.field: Problem(p.message.partition(": ")[2], p.field.partition("-")[0])
        for p in problems
        if "-" in p.field and p.field.partition("-")[0] not in ("assigned", "chosen")
    }
    return list(dict.fromkeys(shared.get(p.field, p) for p in problems))


def _somebody(people: list[str]) -> None:
    if not people:
        raise Refusal("task.people", "Chưa chọn người. Hãy đánh dấu những người được giao việc này.", field="people")
