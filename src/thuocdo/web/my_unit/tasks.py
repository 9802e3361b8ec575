"""The task giver's pages: who has which products in a month, giving, changing and taking back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import allowed, needs, now, today, user_of
from thuocdo.web.days_off import warn
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit import task_lists, typed
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.my_work.typed import with_coefficient
from thuocdo.work import actions, queries
from thuocdo.work.closed import closed_months
from thuocdo.work.models import Task
from thuocdo.work.rules import STAYS_IN_TOTAL


@needs(Permission.ASSIGN_TASKS)
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Everybody to whom the user assigns, page by page, those without any product first."""
    chosen = task_lists.month_from(request.GET, today())
    asked = request.GET.get("trang", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = task_lists.people_with_tasks(user_of(request), chosen, today(), number)
    return render(
        request,
        "web/my_unit/tasks_month.html",
        {
            "month": chosen,
            "people": found.rows,
            "page_of": found.page,
            "without": found.page.without,
            "may_import": Permission.MANAGE_PEOPLE in allowed(request),
            **task_lists.month_links(chosen),
        },
    )


@needs(Permission.ASSIGN_TASKS)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's products of a month; a POST gives one more."""
    chosen = task_lists.month_from(request.GET, today())
    if request.method != "POST":
        return _person_page(request, person_id, chosen)
    try:
        catalogue = task_lists.catalogue_for(user_of(request), person_id, chosen, today())
        given = task_lists.typed_task(request.POST, catalogue)
        task = actions.assign_task(by=user_of(request), at=now(), person_id=person_id, month=chosen, **given)
    except NotYours:
        raise
    except Refusal as refusal:
        return _person_page(request, person_id, chosen, refusal)
    messages.success(request, f"Đã giao “{task.title}”.")
    warn(request, task.unit_id or task.agency_id, task.due_date)
    return redirect(person_path(person_id, chosen))


@needs(Permission.ASSIGN_TASKS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, task_id: int) -> HttpResponse:
    """Correct one product; what its doer reported stays."""
    task = queries.task_to_follow(user_of(request), task_id, today())
    if request.method != "POST":
        return _change_page(request, task, task_lists.as_typed(task))
    try:
        values = task_lists.typed_task(with_coefficient(task, request.POST), [])
        del values["product_id"], values["uncountable"]
        values["details"] = replace(values["details"], assigned_by=task.assigned_by)
        changed = actions.change_task(
            by=user_of(request), at=now(), task_id=task_id, version=typed.version(request.POST), **values
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _change_page(request, task, request.POST, refusal)
    messages.success(request, "Đã sửa công việc được giao.")
    warn(request, changed.unit_id or changed.agency_id, changed.due_date)
    return redirect(person_path(task.person_id, task.month))


def _change_page(
    request: HttpRequest, task: Task, typed: Mapping[str, object], refusal: Refusal | None = None
) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    return render(
        request,
        "web/my_unit/task_change.html",
        {
            "task": task,
            "back": person_path(task.person_id, task.month),
            "stays": STAYS_IN_TOTAL if task.stays_in_total else "",
            "typed": typed,
            "problems": problems,
            "errors": by_field(problems),
        },
        status=status_of(refusal),
    )


@needs(Permission.ASSIGN_TASKS)
@require_POST
def withdraw(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a product back, with the reason its doer is told; it no longer counts in the month."""
    version, reason = typed.version(request.POST), request.POST.get("reason", "")
    try:
        task = actions.withdraw_task(by=user_of(request), at=now(), task_id=task_id, version=version, reason=reason)
    except NotYours:
        raise
    except Refusal as refusal:
        task = queries.task_to_follow(user_of(request), task_id, today())
        return _change_page(request, task, task_lists.as_typed(task) | {"reason": reason}, refusal)
    messages.success(request, f"Đã thu hồi “{task.title}”; công việc này không còn tính vào tháng.")
    return redirect(person_path(task.person_id, task.month))


def person_path(person_id: int, chosen: date) -> str:
    """Address of a person's month."""
    return f"{reverse('tasks_person', args=[person_id])}?thang={chosen.month}&nam={chosen.year}"


def _person_page(
    request: HttpRequest, person_id: int, chosen: date, refusal: Refusal | None = None
) -> HttpResponse:
    who = task_lists.person_with_tasks(user_of(request), person_id, chosen, today())
    problems = problems_of(refusal) if refusal else []
    return render(
        request,
        "web/my_unit/tasks_person.html",
        {
            "who": who,
            "closed": closed_months([(person_id, chosen)]).get((person_id, chosen), ""),
            "month": chosen,
            "catalogue": queries.catalogue_to_assign(who.post, chosen),
            "typed": request.POST,
            "problems": problems,
            "errors": by_field(problems),
            **task_lists.month_links(chosen),
        },
        status=status_of(refusal),
    )
