"""“Việc của tôi”: the month's tasks, proposing one's own, one task with everything beside it, evidence files."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.periods import last_of_month
from thuocdo.kernel.typed import format_points
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.days_off import notes, warn
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_month import typed as reports
from thuocdo.web.my_month.inputs import proposal_inputs
from thuocdo.web.my_unit import task_lists
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.my_work import typed
from thuocdo.web.unsent import SAVED_AT, sent
from thuocdo.work import actions, own_work
from thuocdo.work.closed import closed_months
from thuocdo.work.models import Task
from thuocdo.work.queries import posts_to_assign
from thuocdo.work.queries_evidence import evidence_file, task_to_see


@needs(Permission.OWN_SHEET)
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """The user's own tasks of a month: what is done, what waits, what a colleague could not do."""
    return _month_page(request)


def _month_page(request: HttpRequest, refused: tuple[int, Refusal] | None = None) -> HttpResponse:
    """The month of the address; with the task that could not be taken over and why, what was typed stays."""
    chosen = task_lists.month_from(request.GET, today())
    over, refusal = refused or (0, None)
    mine = own_work.own_month(user_of(request), chosen)
    asked = [(mine.post.person_id, chosen)] if mine.post else []
    closed = next(iter(closed_months(asked).values()), "")
    field = f"nhan-{over}" if not closed and over in {t.pk for t in mine.to_take_over} else ""
    context = {
        "month": chosen,
        "mine": mine,
        "rows": [{"task": t, "typed": reports.stored_text(t)} for t in mine.tasks],
        "closed": closed,
        "none_wrong": {},
        "over": over,
        "typed_day": request.POST.get("due_date", ""),
        "problems": [Problem(p.message, field) for p in problems_of(refusal)] if refusal else [],
        **task_lists.month_links(chosen),
    }
    return render(request, "web/my_work/month.html", context, status=status_of(refusal))


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """A short form for a task of one's own; one of the last tasks fills it in."""
    user, chosen = user_of(request), task_lists.month_from(request.GET, today())
    products, recent = own_work.to_propose_from(user, chosen)
    refusal, values = None, _again(recent, request.GET.get("nhu", ""))
    if request.method == "POST":
        values = request.POST.dict()
        product = next((p for p in products if str(p.pk) == values.get("product")), None)
        if product and not values.get("title", "").strip():
            values["title"] = product.name
        try:
            read = Reading()
            wanted = typed.wanted(values, product.coefficient if product else None, read)
            details = typed.details(values, read)
            read.done()
            made = actions.propose_task(by=user, at=now(), month=chosen, details=details, wanted=wanted)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            taken = sent(request)
            if request.headers.get("HX-Request"):
                said = notes(made.unit_id or made.agency_id, [("Hạn", made.due_date)])
                context = {"made": made, "month": chosen, "days_off": said}
                page = render(request, "web/my_month/_propose.html", context)
                page[SAVED_AT] = taken
                return page
            messages.success(request, f"Đã gửi đề xuất “{made.title}”, chờ người giao việc duyệt.")
            warn(request, made.unit_id or made.agency_id, made.due_date)
            return redirect(f"{reverse('my_work')}?thang={chosen.month}&nam={chosen.year}")
    problems = problems_of(refusal) if refusal else []
    errors = by_field(problems)
    context = {
        "month": chosen, "products": products, "recent": recent, "typed": values, "problems": problems,
        "errors": errors,
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        more = {"fields": proposal_inputs(values, errors), "last_day": last_of_month(chosen)}
        return render(request, "web/my_month/_propose.html", context | more, status=status_of(refusal))
    return render(request, "web/my_work/propose.html", context, status=status_of(refusal))


def _again(recent: list[Task], asked: str) -> dict[str, Any]:
    task = next((t for t in recent if str(t.pk) == asked), None)
    if task is None:
        return {}
    return {
        "title": task.title, "coefficient": format_points(task.coefficient),
        "assigned": format_points(task.assigned), "expected": task.expected, "nature": task.nature,
        "product": str(task.product_id or ""),
    }  # fmt: skip


@needs(Permission.SIGNED_IN)
@require_safe
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: its figures, evidence, causes and explanations, and the steps open to this viewer."""
    return _task_page(request, task_id)


@needs(Permission.SIGNED_IN)
@require_POST
def step(request: HttpRequest, task_id: int, step: str) -> HttpResponse:
    """One step on a task; a refusal shows the task again with what was typed."""
    user = user_of(request)
    if step == "nhan-thay":
        return _take_over(request, task_id)
    view = task_to_see(user, task_id, today())
    try:
        done = typed.do(request, view.task, step, user, now())
    except NotYours:
        raise
    except Refusal as refusal:
        return _task_page(request, task_id, refusal, step)
    sent(request)
    messages.success(request, done)
    if "back_to_list" in request.POST:
        return redirect(_list_path(view.task) + f"#viec-{task_id}")
    return redirect("task", task_id)


def _take_over(request: HttpRequest, task_id: int) -> HttpResponse:
    """A colleague does not see the task itself: from the list of the address's month, and back to it."""
    try:
        due = parse_day(request.POST.get("due_date", ""), label="Hạn hoàn thành", field="due_date")
        made = actions.offer_to_take_over(by=user_of(request), at=now(), task_id=task_id, due_date=due)
    except NotYours:
        raise
    except Refusal as refusal:
        return _month_page(request, (task_id, refusal))
    messages.success(request, f"Đã xin nhận thay “{made.title}”, chờ người giao việc duyệt.")
    warn(request, made.unit_id or made.agency_id, made.due_date)
    return redirect(_list_path(made))


def _list_path(task: Task) -> str:
    return f"{reverse('my_work')}?{urlencode({'thang': task.month.month, 'nam': task.month.year})}"


_APART = {
    "xac-nhan-nguyen-nhan": ("claim", {"confirmed": "confirmed-{}", "reason": "reason-{}"}),
    "giai-trinh": ("clarification", {"answer": "answer-{}"}),
    "rut-minh-chung": ("evidence", {"reason": "reason-rut-{}"}),
    "nguyen-nhan": ("", {"text": "cause-text"}),
}
"""Forms that stand on the page several times, or use a name that another form has: their inputs' ids by name."""


def _kept(posted: Mapping[str, str], step: str, problems: list[Problem]) -> tuple[list[Problem], dict[str, str]]:
    """The problems at the ids of the form that was sent, and what was typed there by the same ids."""
    which, names = _APART.get(step, ("", {}))
    ids = {name: of.format(posted.get(which, "")) for name, of in names.items()}
    at = [Problem(p.message, ids.get(p.field, p.field)) for p in problems]
    return at, {ids[name]: posted.get(name, "") for name in names}


def _task_page(request: HttpRequest, task_id: int, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    user = user_of(request)
    view = task_to_see(user, task_id, today())
    problems, kept = _kept(request.POST, step, problems_of(refusal) if refusal else [])
    key = (view.task.person_id, view.task.month)
    people = []
    if "give" in view.may:
        posts = posts_to_assign(user, view.task.month, today(), units=view.assigns_in)
        people = list({p.person_id: p.person for p in posts}.values())
    errors = by_field(problems)
    accepting = {name: format_points(getattr(view.task, name)) for name in ("coefficient", "assigned")}
    context = {
        "view": view,
        "task": view.task,
        "closed": closed_months([key]).get(key, ""),
        "people": people,
        "stored": reports.stored_text(view.task),
        "typed": request.POST if refusal else {},
        "kept": kept,
        "accepting": request.POST if step == "duyet" else accepting,
        "share_rows": _share_rows(request, view.task, errors) if people else [],
        "share_open": step == "chia-phan",
        "problems": problems,
        "errors": errors,
    }
    return render(request, "web/my_work/task.html", context, status=status_of(refusal))


_SHARE = (("month", "Tháng", True), ("assigned", "Số lượng", True), ("due", "Hạn", False))


def _share_rows(request: HttpRequest, task: Task, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    month = f"{task.month.month}/{task.month.year}"
    rows = []
    for row in range(5):
        start, inputs = f"share-{row}-", []
        for name, label, short in _SHARE:
            value = request.POST.get(start + name, "") or (month if name == "month" else "")
            at = {"id": start + name, "label": label, "short": short, "value": value}
            inputs.append({**at, "wrong": errors.get(start + name, "")})
        person = request.POST.get(start + "person", "")
        rows.append(
            {"row": row, "person": person, "wrong": {"person": errors.get(start + "person", "")}, "inputs": inputs}
        )
    return rows


@needs(Permission.SIGNED_IN)
@require_safe
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """The file as an attachment, never shown inside the product."""
    row, content = evidence_file(user_of(request), evidence_id, today())
    response = HttpResponse(content, content_type=row.media_type)
    response["Content-Disposition"] = f"attachment; filename=\"minh-chung\"; filename*=UTF-8''{quote(row.text)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
