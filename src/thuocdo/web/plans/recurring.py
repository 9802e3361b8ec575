"""Recurring work: the list, one of them, and what it brings to a week or a month."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.rules import last_day
from thuocdo.plans import actions, queries_recurring
from thuocdo.plans.models import RecurringTask
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.days_off import warn
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.my_unit.task_lists import month_from, month_links
from thuocdo.web.plans import typed
from thuocdo.web.plans.own import week_links, week_path


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The own recurring work; a POST adds one."""
    if request.method == "POST":
        try:
            row = actions.save_recurring(by=user_of(request), at=now(), data=typed.recurring(request.POST))
        except NotYours:
            raise
        except Refusal as refusal:
            return _list(request, request.POST, refusal)
        messages.success(request, f"Đã ghi việc định kỳ “{row.text}”.")
        return redirect("plan_recurring")
    return _list(request, {"start": f"{today():%d/%m/%Y}"})


def _list(request: HttpRequest, given: Mapping[str, Any], refusal: Refusal | None = None) -> HttpResponse:
    context = {"rows": queries_recurring.own_recurring(user_of(request)), **_form(request, given, refusal)}
    return render(request, "web/plans/recurring.html", context, status=status_of(refusal))


def _form(request: HttpRequest, given: Mapping[str, Any], refusal: Refusal | None) -> dict[str, Any]:
    problems = problems_of(refusal) if refusal else []
    return {
        "typed": given,
        "problems": problems,
        "errors": by_field(problems),
        "rules": RecurringTask.Rule.choices,
        "products": queries_recurring.products_of(user_of(request), today()),
        "today": today(),
    }


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, recurring_id: int) -> HttpResponse:
    """Correct one; what it brought before stays."""
    row = queries_recurring.one_recurring(user_of(request), recurring_id)
    given: Mapping[str, Any] = _as_typed(row)
    refused = None
    if request.method == "POST":
        given = request.POST
        try:
            actions.save_recurring(
                by=user_of(request), at=now(), data=typed.recurring(request.POST), recurring_id=recurring_id,
                version=typed.whole(request.POST.get("version", "")) or 0,
            )  # fmt: skip
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, "Đã lưu việc định kỳ.")
            return redirect("plan_recurring")
    context = {"row": row, **_form(request, given, refused)}
    return render(request, "web/plans/recurring_one.html", context, status=status_of(refused))


def _as_typed(row: RecurringTask) -> dict[str, Any]:
    last = last_day(row.end)
    return {
        "text": row.text,
        "rule": row.rule,
        "day": row.day,
        "quarter_month": str(row.quarter_month or ""),
        "product": str(row.product_id or ""),
        "coefficient": "" if row.coefficient is None or row.product_id else format_points(row.coefficient),
        "quantity": "" if row.quantity is None else format_points(row.quantity),
        "expected": row.expected,
        "start": f"{row.start:%d/%m/%Y}",
        "last": f"{last:%d/%m/%Y}" if last else "",
        "version": row.version,
    }


@needs(Permission.OWN_SHEET)
@require_POST
def end(request: HttpRequest, recurring_id: int) -> HttpResponse:
    """The last day of recurring work."""
    actions.end_recurring(
        by=user_of(request), at=now(), recurring_id=recurring_id,
        version=typed.whole(request.POST.get("version", "")) or 0,
        last=parse_day(request.POST.get("last", ""), label="Ngày cuối", field="last"),
    )  # fmt: skip
    messages.success(request, "Đã ghi ngày cuối của việc định kỳ.")
    return redirect("plan_recurring")


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def for_week(request: HttpRequest) -> HttpResponse:
    """What recurring work brings to a week: seen first, then taken by tick."""
    user = user_of(request)
    asked = typed.week_from({"tuan": request.POST.get("week", request.GET.get("tuan", ""))}, today())
    refused = None
    if request.method == "POST":
        try:
            rows = actions.apply_recurring(by=user, at=now(), week=asked, chosen=typed.pairs(request.POST))
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, f"Đã đưa {len(rows)} việc định kỳ vào tuần.")
            if rows:
                warn(request, rows[0].unit_id, *(row.due_date for row in rows))
            return redirect(week_path(asked))
    context = {
        "proposals": queries_recurring.proposals_for_week(user, asked),
        "problems": problems_of(refused) if refused else [],
        **week_links(asked),
    }
    return render(request, "web/plans/recurring_week.html", context, status=status_of(refused))


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def for_month(request: HttpRequest) -> HttpResponse:
    """What recurring work brings to a month as tasks: proposed by tick; whoever assigns tasks agrees or not."""
    user = user_of(request)
    asked = month_from(request.POST if request.method == "POST" else request.GET, today())
    refused = None
    if request.method == "POST":
        try:
            tasks = actions.propose_recurring_tasks(
                by=user, at=now(), month=asked, chosen=typed.pairs(request.POST)
            )  # fmt: skip
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, f"Đã đề xuất {len(tasks)} công việc, chờ người giao việc đồng ý.")
            if tasks:
                warn(request, tasks[0].unit_id or tasks[0].agency_id, *(task.due_date for task in tasks))
            return redirect("plan_recurring")
    context = {
        "proposals": queries_recurring.proposals_for_month(user, asked),
        "problems": problems_of(refused) if refused else [],
        **month_links(asked),
        "month": asked,
    }
    return render(request, "web/plans/recurring_month.html", context, status=status_of(refused))
