"""Petitions against confirmed results: by due date, and upheld or corrected by a new result."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions, queries
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.my_unit import typed
from thuocdo.web.my_unit.petition_page import due_words, page, result


@needs(Permission.ANSWER_PETITIONS)
@require_GET
def to_answer(request: HttpRequest) -> HttpResponse:
    """Petitions addressed to the units the user heads, the nearest due date first."""
    found = queries.petitions_to_answer(user_of(request))
    return render(
        request,
        "web/my_unit/petitions.html",
        {
            "rows": [(petition, due_words(petition, today())) for petition in found],
        },
    )


@needs(Permission.ANSWER_PETITIONS)
@require_GET
def petition(request: HttpRequest, petition_id: int) -> HttpResponse:
    """One petition, the result it is about, and the two ways to answer."""
    return page(request, petition_id)


@needs(Permission.ANSWER_PETITIONS)
@require_POST
def try_out(request: HttpRequest, petition_id: int) -> HttpResponse:
    """What the corrected judgement would give; nothing is stored."""
    document = typed.judgement(request.POST)
    if not request.headers.get("HX-Request"):
        return page(request, petition_id, document, answer=request.POST.get("answer", ""))
    return render(request, "web/my_unit/_result.html", result(user_of(request), petition_id, document))


@needs(Permission.ANSWER_PETITIONS)
@require_POST
def keep(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Uphold the result, with reasons."""
    answer = request.POST.get("reasons", "")
    try:
        actions.uphold(petition_id=petition_id, answer=answer, by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, petition_id, refusal=refusal, reasons=answer)
    messages.success(request, "Đã trả lời: giữ nguyên kết quả; người kiến nghị đã được thông báo.")
    return redirect("answer_petition", petition_id)


@needs(Permission.ANSWER_PETITIONS)
@require_POST
def replace(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Correct: a new result replaces the old one, which stays on the record."""
    document, answer = typed.judgement(request.POST), request.POST.get("answer", "")
    try:
        actions.correct(
            petition_id=petition_id, answer=answer, judgement=document,
            quota_reason=request.POST.get("quota_reason", ""), by=user_of(request), at=now(),
        )  # fmt: skip
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, petition_id, document, refusal, answer=answer)
    messages.success(
        request, "Đã sửa bằng kết quả mới; kết quả cũ vẫn được giữ. Người kiến nghị đã được thông báo."
    )
    return redirect("answer_petition", petition_id)
