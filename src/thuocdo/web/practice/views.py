"""The invented month: form, steps of the form, check-answers page, result, and the head's table."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import practice
from thuocdo.appraisals.practice_schemes import exercises
from thuocdo.appraisals.sheets import SheetView
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_month import page, typed
from thuocdo.web.my_month.why import explain
from thuocdo.web.practice.schemes import NAMES
from thuocdo.web.practice.state import State
from thuocdo.work.models import Task
from thuocdo.work.rules import check_report

Problems = tuple[Problem, ...]


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What may be practised; POST erases what was."""
    state = State(request)
    if request.method == "POST":
        state.erase()
        messages.success(request, "Đã xóa bài tập.")
        return redirect("practice")
    found = exercises(user_of(request), today())
    offered = [
        (NAMES[period], one, state.scheme(period, one.book.hash)) for period, one in found.items()
    ]
    context = {
        "begun": state.begun, "filed": state.filed, "judged": bool(state.confirmed), "offered": offered,
        "points": not {"month", "quarter"} & found.keys(), "kept": bool(state.schemes),
    }
    return render(request, "web/practice/index.html", context)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """The form; POST saves, reports or goes on, as on the real one."""
    state, at = State(request), now()
    view = _view(state, at)
    if request.method == "GET":
        return render(request, "web/my_month/sheet.html", _context(request, view, view.document))
    document = typed.whole_document(request.POST, view.tasks)
    state.keep(document)
    wish, _, key = request.POST.get("do", "save").partition(":")
    problems: list[Problem] = []
    for task, fields in typed.to_report(request.POST, view.tasks, wish, key):
        problems += _report(state, task, fields)
    view = _view(state, at)
    if wish == "review":
        problems += page.what_is_missing(view, document)
    if not problems and wish != "save":
        state.keep(_reported(document, view))
    if request.headers.get("HX-Request") and wish == "all":
        context = _context(request, view, state.document, tuple(problems)) | {"saved_at": at, "changed": None}
        return render(request, "web/my_month/_all_reported.html", context)
    if problems:
        context = _context(request, view, document, tuple(problems))
        return render(request, "web/my_month/sheet.html", context, status=400)
    if wish == "review":
        return redirect("practice_review")
    return redirect(reverse("practice_sheet") + (f"#viec-{key}" if key else ""))


@needs(Permission.SIGNED_IN)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Autosave into the session (htmx fragment)."""
    state, at = State(request), now()
    view = _view(state, at)
    document = typed.whole_document(request.POST, view.tasks)
    state.keep(document)
    return render(request, "web/my_month/_saved.html", _context(request, view, document) | {"saved_at": at})


@needs(Permission.SIGNED_IN)
@require_POST
def report(request: HttpRequest, number: int) -> HttpResponse:
    """One task's result (htmx): the task as it now stands and the running score."""
    state, at = State(request), now()
    task = next((one for one in _view(state, at).tasks if one.pk == number), None)
    if task is None:
        raise NotYours()
    fields = typed.typed_tasks(request.POST).get(number, {})
    fields = typed.whole(task, fields) if request.POST.get("whole") == "1" else fields
    problems = _report(state, task, fields)
    view = _view(state, at)
    document = typed.self_document(request.POST) | {"tasks": {str(number): fields} if problems else {}}
    context = _context(request, view, document, problems)
    row = next(one for one in context["tasks"] if one.task.pk == number)
    return render(request, "web/my_month/_reported.html", context | {"row": row})


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Check the answers; POST files the exercise, which goes nowhere."""
    state = State(request)
    view = _view(state, now())
    if request.method == "GET":
        return render(request, "web/my_month/review.html", _context(request, view, view.document))
    document = typed.self_document(request.POST)
    problems = tuple(page.what_is_missing(view, document))
    if problems:
        return render(request, "web/my_month/sheet.html", _context(request, view, document, problems), status=400)
    state.keep(document)
    state.file()
    return redirect("practice_result")


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET"])
def result(request: HttpRequest) -> HttpResponse:
    """“Vì sao?” of the exercise."""
    state = State(request)
    view = _view(state, now())
    own = {name: text for name, text in state.document.items() if name != "tasks"}
    if not state.filed or page.what_is_missing(view, own):
        return redirect("practice_sheet")
    bill = practice.explained(view, own)
    context = {
        "bill": bill, "why": explain(bill), "rule_path": reverse("rulebook", args=[practice.BOOK]),
        "again": reverse("practice_sheet"),
    }
    return render(request, "web/practice/result.html", context)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest) -> HttpResponse:
    """The head's table with invented sheets; POST confirms the ticked ones, which goes nowhere."""
    state, at, problems = State(request), now(), []
    shown = practice.head_table(state.confirmed, at)
    chosen = {int(one) for one in request.POST.getlist("item") if one.isascii() and one.isdigit() and len(one) < 4}
    if request.method == "POST":
        plain = {row.sheet.pk for row in shown.rows if row.may_confirm_plainly}
        if not chosen & plain:
            problems.append(Problem("Hãy đánh dấu ít nhất một phiếu không có điều cần xem."))
        if not clean(request.POST.get("comment", "")):
            problems.append(Problem("Ý kiến nhận xét chung: chưa nhập. Hãy nhập nội dung.", "comment"))
        if not problems:
            state.confirm(sorted(chosen & plain))
            messages.success(request, f"Tập làm: đã xác nhận thử {len(chosen & plain)} phiếu.")
            return redirect("practice_table")
    context = {
        "table": shown, "chosen": chosen, "comment": request.POST.get("comment", ""), "problems": problems,
        "errors": by_field(problems), "choosable": any(row.may_confirm_plainly for row in shown.rows),
    }
    return render(request, "web/practice/table.html", context, status=400 if problems else 200)


def _view(state: State, at: datetime) -> SheetView:
    return practice.own_view(state.document, state.reports, at)


def _context(
    request: HttpRequest, view: SheetView, document: Mapping[str, Any], problems: Problems = ()
) -> dict[str, Any]:
    return page.form_context(user_of(request), view, document, problems, partial(practice.rated, view))


def _report(state: State, task: Task, fields: Mapping[str, str]) -> Problems:
    read = typed.read_report(task, fields)
    if read.report is None:
        return read.problems
    try:
        check_report(read.report)
    except Refusal as refusal:
        return (Problem(f"{task.title}: {refusal.message}", typed.field_id(task.pk, refusal.field or "completed")),)
    state.report(task.pk, read.report)
    return ()


def _reported(document: Mapping[str, Any], view: SheetView) -> dict[str, Any]:
    """The document without the task fields that are reported now."""
    typed_now = document.get("tasks", {})
    left = {t.pk: typed_now[str(t.pk)] for t in view.tasks if str(t.pk) in typed_now}
    waiting = {str(t.pk): left[t.pk] for t in view.tasks if t.pk in left and typed.changed(t, left[t.pk])}
    return {**document, "tasks": waiting}
