"""One unit's sheet: the unit fills and files it, the authority works on it, its head decides; and “Vì sao?”."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.collectives import actions, explaining, queries
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.collectives.forms import page_context, placed, typed_document
from thuocdo.web.collectives.steps import STEPS
from thuocdo.web.decisions.typed import number
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The sheet as the reader may see it; a POST takes the step that `do` names."""
    if request.method != "POST":
        actions.record_unit_view(sheet_id=sheet_id, by=user_of(request), at=now())
        return _page(request, sheet_id, None)
    try:
        words = _step(request, sheet_id, request.POST.get("do", ""))
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, sheet_id, refusal)
    messages.success(request, words)
    return redirect("unit_sheet", sheet_id)


def _step(request: HttpRequest, sheet_id: int, todo: str) -> str:
    step = STEPS.get(todo)
    if step is None:
        raise NotYours()
    sheet = {"sheet_id": sheet_id, "version": number(request.POST.get("version", ""))}
    who = {"by": user_of(request), "at": now()}
    return step(request.POST, sheet, who)


def _page(request: HttpRequest, sheet_id: int, refusal: Refusal | None) -> HttpResponse:
    view = queries.sheet_to_view(user_of(request), sheet_id, today())
    problems = placed(request.POST, problems_of(refusal)) if refusal else []
    context: dict[str, Any] = page_context(view, request.POST, problems)
    return render(request, "web/collectives/sheet.html", context, status=status_of(refusal))


@needs(Permission.SIGNED_IN)
@require_POST
def save(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Autosave: keeps the draft and answers with the points as they stand (htmx fragment)."""
    user, at = user_of(request), now()
    actions.save_unit_draft(sheet_id=sheet_id, document=typed_document(request.POST), by=user, at=at)
    view = queries.sheet_to_view(user, sheet_id, today())
    return render(request, "web/collectives/_running.html", page_context(view, {}, ()) | {"saved_at": at})


@needs(Permission.SIGNED_IN)
@require_safe
def why(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The bill of a unit's result, or of the part filed last."""
    chosen = request.GET.get("lan", "")
    actions.record_unit_view(sheet_id=sheet_id, by=user_of(request), at=now())
    bill = explaining.why(user_of(request), sheet_id, number(chosen) if chosen else None, today())
    return render(request, "web/collectives/why.html", {"bill": bill})
