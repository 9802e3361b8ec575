"""The month's form: report each task, mark, save, check the answers, submit, withdraw."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.queries import own_sheet
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.sheets import SheetView
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem
from thuocdo.web.my_month import page, scheme, typed
from thuocdo.web.my_month.scheme import LABELS, version_of
from thuocdo.web.my_month.views import filed_page
from thuocdo.work import actions as work
from thuocdo.work.models import Task

_PARTS = {"all": "web/my_month/_all_reported.html", "keep": "web/my_month/_kept.html"}


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def own_sheet_page(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The form while the sheet is with its owner, otherwise how it stands. POST saves, reports or goes on."""
    view = own_sheet(user_of(request), sheet_id, now())
    if isinstance(view.shape, SchemeShape):
        return scheme.sheet_page(request, view, view.shape)
    if request.method == "POST":
        return _posted(request, view)
    if not page.editable(view):
        return filed_page(request, view)
    return render(
        request, "web/my_month/sheet.html", page.form_context(user_of(request), view, view.document)
    )


def _posted(request: HttpRequest, view: SheetView) -> HttpResponse:
    """Without JavaScript everything comes through here: nothing typed is lost whatever was pressed."""
    document = typed.whole_document(request.POST, view.tasks)
    wish, _, key = request.POST.get("do", "save").partition(":")
    if wish == "keep":
        document = page.with_kept(user_of(request), view, document, key)
    try:
        actions.save_draft(by=user_of(request), at=now(), sheet_id=view.sheet.pk, document=document)
    except Conflict as conflict:
        if request.headers.get("HX-Request"):
            raise
        return _conflict(request, view, document, conflict)
    problems: list[Problem] = []
    for task, fields in typed.to_report(request.POST, view.tasks, wish, key):
        problems += _report(request, task, fields)
    view = own_sheet(user_of(request), view.sheet.pk, now())
    if wish == "review":
        problems += page.what_is_missing(view, document)
    document = typed.whole_document(request.POST, view.tasks) if problems else view.document
    if request.headers.get("HX-Request") and wish in _PARTS:
        return _part(request, view, document, wish, key, tuple(problems))
    if wish == "save" and (left := page.not_counted(view, document)):
        return _saved_in_part(request, view, document, left)
    if not problems:
        if wish == "review":
            return redirect("review_sheet", view.sheet.pk)
        if wish == "save":
            messages.success(request, "Đã lưu nháp và tính thử.")
        return redirect(request.path + _place(wish, key))
    return render(
        request,
        "web/my_month/sheet.html",
        page.form_context(user_of(request), view, document, tuple(problems)),
        status=400,
    )


def _place(wish: str, key: str) -> str:
    """Where on the page somebody without JavaScript goes on."""
    if wish == "all":
        return "#viec"
    return f"#{'nhom-khung' if wish == 'keep' else 'viec'}-{key}" if key else ""


def _part(
    request: HttpRequest, view: SheetView, document: Mapping[str, Any], wish: str, key: str,
    problems: tuple[Problem, ...],
) -> HttpResponse:
    """The part of the page that changed, with the running score: all tasks, or one group of criteria."""
    context = page.form_context(user_of(request), view, document, problems) | {"saved_at": now()}
    changed = next((g for g in context["groups"] if g.slug == key), None)
    if wish == "keep" and changed is None:
        raise NotYours()
    return render(request, _PARTS[wish], context | {"changed": changed})


def _saved_in_part(
    request: HttpRequest, view: SheetView, document: Mapping[str, Any], left: list[Problem]
) -> HttpResponse:
    """The draft is kept as typed, and what the score could not read is named."""
    messages.warning(request, f"Đã lưu nháp; còn {len(left)} ô chưa tính được.")
    context = page.form_context(user_of(request), view, document, tuple(left))
    return render(request, "web/my_month/sheet.html", context)


def _report(request: HttpRequest, task: Task, fields: Mapping[str, str]) -> tuple[Problem, ...]:
    read = typed.read_report(task, fields)
    if read.report is None:
        return read.problems
    version = fields.get("version", "")
    try:
        work.report_task(
            by=user_of(request),
            at=now(),
            task_id=task.pk,
            report=read.report,
            version=int(version) if version.isascii() and version.isdigit() else 0,
        )
    except Refusal as refusal:
        return (
            Problem(
                f"{task.title}: {refusal.message}", typed.field_id(task.pk, refusal.field or "completed")
            ),
        )
    return ()


@needs(Permission.OWN_SHEET)
@require_POST
def save_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Autosave: keeps the draft and answers with the score as it stands (htmx fragment)."""
    user, at = user_of(request), now()
    view = own_sheet(user, sheet_id, at)
    if isinstance(view.shape, SchemeShape):
        return scheme.saved(request, view, view.shape, at)
    document = typed.whole_document(request.POST, view.tasks)
    actions.save_draft(by=user, at=at, sheet_id=sheet_id, document=document)
    return render(
        request, "web/my_month/_saved.html", page.form_context(user, view, document) | {"saved_at": at}
    )


@needs(Permission.OWN_SHEET)
@require_POST
def report_task(request: HttpRequest, sheet_id: int, task_id: int) -> HttpResponse:
    """One task's report (htmx): answers with the task as it now stands and the running score."""
    user, at = user_of(request), now()
    view = own_sheet(user, sheet_id, at)
    task = next((t for t in view.tasks if t.pk == task_id), None)
    if task is None:
        raise NotYours()
    fields = typed.typed_tasks(request.POST).get(task_id, {})
    fields = typed.whole(task, fields) if request.POST.get("whole") == "1" else fields
    problems = _report(request, task, fields)
    view = own_sheet(user, sheet_id, at)
    document = typed.self_document(request.POST) | {"tasks": {str(task_id): fields} if problems else {}}
    context = page.form_context(user, view, document, problems)
    row = next(r for r in context["tasks"] if r.task.pk == task_id)
    return render(request, "web/my_month/_reported.html", context | {"row": row})


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Check the answers; POST submits exactly what was shown."""
    user, at = user_of(request), now()
    view = own_sheet(user, sheet_id, at)
    if isinstance(view.shape, SchemeShape):
        return scheme.review(request, view, view.shape, at)
    if request.method == "GET":
        if not page.editable(view):
            return redirect("own_sheet", sheet_id)
        return render(request, "web/my_month/review.html", page.form_context(user, view, view.document))
    document = typed.self_document(request.POST)
    try:
        actions.submit(by=user, at=at, sheet_id=sheet_id, version=version_of(request), document=document)
    except Conflict as conflict:
        return _conflict(request, view, document, conflict)
    except Refused as refused:
        context = page.form_context(user, view, document, page.problems_of(refused))
        return render(request, "web/my_month/sheet.html", context, status=400)
    return redirect("receipt", sheet_id)


@needs(Permission.OWN_SHEET)
@require_POST
def withdraw(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Take the sheet back while nobody has opened it."""
    actions.withdraw(by=user_of(request), at=now(), sheet_id=sheet_id, version=version_of(request))
    messages.success(request, "Đã rút lại phiếu. Ông/bà sửa rồi nộp lại trước hạn.")
    return redirect("own_sheet", sheet_id)


def _conflict(
    request: HttpRequest, view: SheetView, document: Mapping[str, Any], conflict: Conflict
) -> HttpResponse:
    """Somebody acted first: say who and when, and give back what was typed."""
    labels = {c.slug: f"{c.code}. {c.label}" for c in view.book.criteria}
    kept = [(labels.get(slug, slug), text) for slug, text in document["marks"].items() if text.strip()]
    kept += [(label, document[name]) for name, label in LABELS.items() if document[name].strip()]
    titles = {str(t.pk): t.title for t in view.tasks}
    kept += [
        (titles[key], "; ".join(v for v in fields.values() if v))
        for key, fields in document.get("tasks", {}).items()
    ]
    context = {"message": conflict.message, "sheet_id": view.sheet.pk, "typed": kept}
    return render(request, "web/my_month/conflict.html", context, status=409)
