"""A signed judgement entered for whoever evaluates, and their objection to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.paper.queries import judgement_form, preview_entered
from thuocdo.appraisals.queries import sheet_to_evaluate
from thuocdo.appraisals.sheets import Judging
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem, by_field, problem_of
from thuocdo.web.my_unit import typed
from thuocdo.web.my_unit.judgement_page import shape_form, shown
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.paper.form import paper_of


@needs(Permission.ENTER_PAPER)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The form of one signed judgement; POST computes, or confirms in the evaluator's name."""
    user, at = user_of(request), now()
    judging = judgement_form(user, sheet_id, at)
    actions.record_paper_look(by=user, at=at, sheet_id=sheet_id)
    if request.method == "GET" or request.POST.get("do") == "try":
        return _page(request, judging)
    try:
        actions.enter_judgement(
            by=user, at=at, sheet_id=sheet_id, version=typed.version(request.POST),
            judgement=typed.judgement(request.POST), paper=paper_of(request),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, judging, refusal)
    messages.success(
        request, f"Đã nhập thay phần nhận xét phiếu của {judging.view.sheet.person.full_name}. Người đánh giá được báo."
    )
    return redirect("paper_entries")


def _page(request: HttpRequest, judging: Judging, refusal: Refusal | None = None) -> HttpResponse:
    document = typed.judgement(request.POST)
    problems: list[Problem] = problems_of(refusal) if refusal else []
    outcome = None
    tried: dict[str, Any] = {"try_problems": []}
    try:
        outcome = preview_entered(judging, document)
    except Refusal as unread:
        tried = {"try_problems": problems_of(unread)}
    errors = by_field(problems)
    context: dict[str, Any] = {
        "view": judging.view, "sheet": judging.view.sheet, "posted": request.POST, "document": judging.base,
        "proposal": judging.proposal, "with_marks": False, "problems": problems, "errors": errors,
        "beside": {}, "situations": judging.situations,
        "outcome": None, **tried,
        **(shown(outcome, judging.view.shape) if outcome is not None else {}),
        **shape_form(judging, outcome, document, "judge", errors),
    }
    return render(request, "web/paper/judgement.html", context, status=status_of(refusal))


@needs(Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The evaluator says that what was entered is not what was signed."""
    user, at = user_of(request), now()
    view = sheet_to_evaluate(user, sheet_id, at).view
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            actions.object_to_judgement(
                by=user, at=at, sheet_id=sheet_id, version=typed.version(request.POST),
                reason=request.POST.get("reason", ""),
            )
        except (Conflict, NotYours):
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
        else:
            messages.success(request, "Đã ghi nhận. Ông/bà nhận xét, xác nhận lại phiếu này.")
            return redirect("evaluate_sheet", sheet_id)
    elif "object_judgement" not in view.may:
        return redirect("evaluate_sheet", sheet_id)
    context = {
        "view": view, "sheet": view.sheet, "problems": problems, "errors": by_field(problems),
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "web/paper/judgement_objection.html", context, status=400 if problems else 200)
