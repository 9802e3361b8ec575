"""The month's or quarter's form under a scheme: fill in, save, check the answers, submit."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from thuocdo.appraisals import actions
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.queries import preview
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.sheets import SheetView
from thuocdo.kernel.errors import Conflict
from thuocdo.web.access import now, user_of
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_month import page
from thuocdo.web.my_month.scheme_rows import Running, own_rows, running
from thuocdo.web.my_month.views import filed_page

Problems = tuple[Problem, ...]
LABELS = {"strengths": "Ưu điểm", "shortcomings": "Hạn chế, khuyết điểm"}


def document_of(posted: Mapping[str, str]) -> dict[str, Any]:
    """The self document of a scheme from `fields.<name>` and the two texts; text stays as it was typed."""
    fields = {name.partition(".")[2]: text for name, text in posted.items() if name.startswith("fields.")}
    return {"fields": fields, **{name: posted.get(name, "") for name in LABELS}}


def version_of(request: HttpRequest) -> int:
    """The version of the sheet the form was made from; 0, which no sheet has, when it is missing."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def context(
    request: HttpRequest, view: SheetView, shape: SchemeShape, document: Mapping[str, Any], problems: Problems = ()
) -> dict[str, Any]:
    """Everything the form and the check-answers page need."""
    rate = partial(preview, user_of(request), view.sheet.pk)
    sources = {"sources": shape.sources(view.sheet), "from_parts": shape.from_parts(view.sheet)}
    return shown(view, shape, document, problems, rate) | sources


def shown(
    view: SheetView, shape: SchemeShape, document: Mapping[str, Any], problems: Problems, rate: page.Rated
) -> dict[str, Any]:
    """The form with what was typed and what that gives (`rate`), of a real sheet or of an exercise. What the rulebook
    refuses gives nothing, and says why: the form stays open."""
    asked, errors = shape.asked(view.sheet), by_field(problems)
    try:
        outcome = rate(document)
        so_far = running(outcome, shape.label(outcome.level or outcome.band))
    except Refused as refused:
        so_far = Running("chưa có", "", " ".join(refused.problems.values()), ())
    return {
        "sheet": page.card(view),
        "view": view,
        "scheme": asked.scheme,
        "rule": shape.book,
        "groups": own_rows(asked.own, document.get("fields", {}), errors),
        "running": so_far,
        "document": {name: document.get(name, "") for name in LABELS},
        "problems": problems,
        "errors": errors,
    }


def sheet_page(request: HttpRequest, view: SheetView, shape: SchemeShape) -> HttpResponse:
    """The form while the sheet is with its owner, otherwise how it stands. POST saves or goes on."""
    if request.method != "POST":
        if not page.editable(view):
            return filed_page(request, view)
        return render(request, "web/my_month/scheme_sheet.html", context(request, view, shape, view.document))
    document = document_of(request.POST)
    try:
        actions.save_draft(by=user_of(request), at=now(), sheet_id=view.sheet.pk, document=document)
    except Conflict as conflict:
        return _conflict(request, view, shape, document, conflict)
    wish = request.POST.get("do", "save")
    found = shape.problems(view.sheet, document, complete=wish == "review")
    problems = tuple(Problem(message, field) for field, message in found.items())
    if not problems:
        if wish == "review":
            return redirect("review_sheet", view.sheet.pk)
        messages.success(request, "Đã lưu nháp và tính thử.")
        return redirect(request.path)
    if wish != "review":
        messages.warning(request, f"Đã lưu nháp; còn {len(problems)} ô chưa tính được.")
    filled = context(request, view, shape, document, problems)
    return render(request, "web/my_month/scheme_sheet.html", filled, status=400 if wish == "review" else 200)


def saved(request: HttpRequest, view: SheetView, shape: SchemeShape, at: datetime) -> HttpResponse:
    """Autosave: keeps the draft and answers with the points as they stand (htmx fragment)."""
    document = document_of(request.POST)
    actions.save_draft(by=user_of(request), at=at, sheet_id=view.sheet.pk, document=document)
    filled = context(request, view, shape, document)
    return render(request, "web/my_month/_scheme_running.html", filled | {"saved_at": at})


def review(request: HttpRequest, view: SheetView, shape: SchemeShape, at: datetime) -> HttpResponse:
    """Check the answers; POST submits exactly what was shown."""
    if request.method == "GET":
        if not page.editable(view):
            return redirect("own_sheet", view.sheet.pk)
        return render(request, "web/my_month/scheme_review.html", context(request, view, shape, view.document))
    document = document_of(request.POST)
    number = version_of(request)
    try:
        actions.submit(by=user_of(request), at=at, sheet_id=view.sheet.pk, version=number, document=document)
    except Conflict as conflict:
        return _conflict(request, view, shape, document, conflict)
    except Refused as refused:
        problems = tuple(Problem(message, key) for key, message in refused.problems.items())
        filled = context(request, view, shape, document, problems)
        return render(request, "web/my_month/scheme_sheet.html", filled, status=400)
    return redirect("receipt", view.sheet.pk)


def _conflict(
    request: HttpRequest, view: SheetView, shape: SchemeShape, document: Mapping[str, Any], conflict: Conflict
) -> HttpResponse:
    """Somebody acted first: say who and when, and give back what was typed."""
    asked = shape.asked(view.sheet)
    kept = [
        (spec.label, text)
        for name, text in document["fields"].items()
        if text.strip() and (spec := asked.spec(name)) is not None
    ]
    kept += [(label, document[name]) for name, label in LABELS.items() if document[name].strip()]
    told = {"message": conflict.message, "sheet_id": view.sheet.pk, "typed": kept}
    return render(request, "web/my_month/conflict.html", told, status=409)
