"""One sheet under judgement: opening it, trying numbers out, returning, confirming, standing in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.my_unit import typed
from thuocdo.web.my_unit.judgement_page import page, result


@needs(Permission.EVALUATE)
@require_GET
def sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The sheet as reported, beside what the evaluator judges."""
    return page(request, sheet_id)


@needs(Permission.EVALUATE)
@require_POST
def open_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """From here on the owner can no longer withdraw."""
    try:
        actions.open_for_review(sheet_id=sheet_id, by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, sheet_id, refusal=refusal)
    return redirect("evaluate_sheet", sheet_id)


@needs(Permission.EVALUATE)
@require_POST
def answer_situation(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What the rules leave open about an absence, a move or several posts: the evaluator's answer with its reason."""
    given = request.POST
    try:
        actions.answer_situation(
            sheet_id=sheet_id,
            code=given.get("code", ""),
            answer=given.get("answer", ""),
            reason=given.get("case_reason", ""),
            other=given.get("other", ""),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, sheet_id, refusal=refusal, case=given)
    messages.success(request, "Đã ghi trả lời; người được đánh giá thấy ở trang “Vì sao?”.")
    return redirect("evaluate_sheet", sheet_id)


@needs(Permission.EVALUATE)
@require_POST
def try_out(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What the typed judgement would give; nothing is stored. A fragment for htmx, else the whole page."""
    document = typed.judgement(request.POST)
    if not request.headers.get("HX-Request"):
        return page(request, sheet_id, document)
    return render(request, "web/my_unit/_result.html", result(user_of(request), sheet_id, document))


@needs(Permission.EVALUATE)
@require_POST
def save(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Keep what is typed as the evaluator's draft."""
    draft = actions.save_draft(
        sheet_id=sheet_id, document=typed.judgement(request.POST), by=user_of(request), at=now()
    )
    if request.headers.get("HX-Request"):
        return render(request, "web/my_unit/_saved.html", {"saved_at": draft.saved_at})
    messages.success(request, f"Đã lưu nháp lúc {localtime(draft.saved_at):%H:%M:%S}.")
    return redirect("evaluate_sheet", sheet_id)


@needs(Permission.EVALUATE)
@require_POST
def send_back(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Return the sheet to its owner with the reason."""
    reason = request.POST.get("reason", "")
    try:
        actions.return_for_revision(
            sheet_id=sheet_id,
            version=typed.version(request.POST),
            reason=reason,
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, sheet_id, refusal=refusal, reason=reason)
    messages.success(request, "Đã trả lại phiếu kèm lý do; người nộp đã được thông báo.")
    return redirect("evaluate_sheet", sheet_id)


@needs(Permission.EVALUATE)
@require_POST
def confirm_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Confirm the result as judged."""
    document = typed.judgement(request.POST)
    try:
        actions.confirm(
            sheet_id=sheet_id,
            version=typed.version(request.POST),
            judgement=document,
            unanswered_ok="unanswered_ok" in request.POST,
            seen=request.POST.get("seen", ""),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, sheet_id, document, refusal)
    messages.success(request, "Đã xác nhận kết quả; người được đánh giá đã được thông báo.")
    return redirect("evaluate_sheet", sheet_id)


@needs(Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def enter_instead(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The evaluator's own entry where no self-report came and the officer allowed it."""
    if request.method != "POST":
        return page(request, sheet_id, stand_in=True)
    document: dict[str, Any] = typed.judgement(request.POST)
    try:
        actions.stand_in(
            sheet_id=sheet_id,
            version=typed.version(request.POST),
            judgement=document,
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(request, sheet_id, document, refusal, stand_in=True)
    messages.success(request, "Đã lập và xác nhận kết quả; người được đánh giá đã được thông báo.")
    return redirect("evaluate_sheet", sheet_id)
