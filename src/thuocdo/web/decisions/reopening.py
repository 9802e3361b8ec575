"""Reopened sheets of closed cycles: agree, replace the result, close again; and standing back from a petition."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.decisions import actions
from thuocdo.decisions.replacing import Replacing, preview_replacement, replacing
from thuocdo.decisions.replacing import reopenings as found_reopenings
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit import typed
from thuocdo.web.my_unit.judged_anew import form_anew, shown
from thuocdo.web.my_unit.petition_page import page as petition_page
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.MANAGE_CYCLES, Permission.ANSWER_PETITIONS, Permission.INSPECT)
@require_safe
def reopenings(request: HttpRequest) -> HttpResponse:
    """Every reopening within the user's reach, running ones first."""
    rows = [(row, row.cycle.label) for row in found_reopenings(user_of(request), now())]
    return render(request, "web/decisions/reopenings.html", {"rows": rows})


@needs(Permission.MANAGE_CYCLES, Permission.ANSWER_PETITIONS, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def reopening(request: HttpRequest, reopening_id: int) -> HttpResponse:
    """One reopening; a POST agrees, replaces the result, or closes again without one."""
    if request.method != "POST":
        return _page(request, reopening_id)
    posted, by, at, todo = request.POST, user_of(request), now(), request.POST.get("do", "")
    document = typed.judgement(posted) if todo == "replace" else None
    try:
        if todo == "agree":
            actions.agree_reopening(reopening_id=reopening_id, by=by, at=at)
            words = "Đã đồng ý; phiếu được mở lại chỉ để thay kết quả."
        elif document is not None:
            actions.replace_result(
                reopening_id=reopening_id, judgement=document, reason=posted.get("answer", ""),
                quota_reason=posted.get("quota_reason", ""), by=by, at=at,
            )  # fmt: skip
            words = "Đã thay bằng kết quả mới; phiếu được khóa lại. Kết quả cũ vẫn được giữ."
        else:
            actions.drop_reopening(reopening_id=reopening_id, reason=posted.get("end_reason", ""), by=by, at=at)
            words = "Đã khóa lại phiếu, không thay kết quả."
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, reopening_id, document, refusal)
    messages.success(request, words)
    return redirect("reopening", reopening_id)


@needs(Permission.ANSWER_PETITIONS)
@require_POST
def try_out(request: HttpRequest, reopening_id: int) -> HttpResponse:
    """What the new judgement would give; nothing is stored."""
    document = typed.judgement(request.POST)
    if not request.headers.get("HX-Request"):
        return _page(request, reopening_id, document)
    found = replacing(user_of(request), reopening_id, now())
    tried = _tried(request, found, document)
    return render(
        request, "web/my_unit/_result.html", {"outcome": None, **tried, "problems": tried.get("try_problems", [])}
    )


def _page(
    request: HttpRequest,
    reopening_id: int,
    document: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    found = replacing(user_of(request), reopening_id, now())
    problems = problems_of(refusal) if refusal else []
    context: dict[str, Any] = {
        "found": found,
        "row": found.row,
        "label": found.row.cycle.label,
        "problems": problems,
        "errors": by_field(problems),
        "answer": request.POST.get("answer", ""),
        "end_reason": request.POST.get("end_reason", ""),
        "quota_reason": request.POST.get("quota_reason", ""),
        "typing": document is not None,
        "outcome": None,
        "try_problems": [],
        "form": None,
        "scheme_form": None,
        "comment": "",
        "document": found.base,
        "proposal": found.proposal,
        "with_marks": found.with_marks,
    }
    if found.document:
        said = document if document is not None else found.document
        tried = _tried(request, found, said)
        outcome, errors = tried.get("outcome"), by_field(problems)
        form = form_anew(
            found.sheet, found.shape, found.base, outcome, said, errors, with_marks=found.with_marks
        )
        context |= {**tried, **form}
    return render(request, "web/decisions/reopening.html", context, status=status_of(refusal))


def _tried(request: HttpRequest, found: Replacing, document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        outcome = preview_replacement(user_of(request), found.row.pk, document, now())
    except NotYours:
        raise
    except Refusal as refusal:
        return {"try_problems": problems_of(refusal)}
    return shown(outcome, found.shape)


@needs(Permission.ANSWER_PETITIONS)
@require_POST
def pass_on(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Stand back from a petition, with the reason; it goes to a unit above."""
    try:
        row = actions.pass_on(
            petition_id=petition_id, reason=request.POST.get("recusal", ""), by=user_of(request), at=now()
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return petition_page(request, petition_id, refusal=refusal)
    messages.success(request, f"Đã từ chối giải quyết; kiến nghị được chuyển tới “{row.passed_to.name}”.")
    return redirect("petitions_to_answer")
