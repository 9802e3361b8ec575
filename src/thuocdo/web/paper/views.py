"""Papers to enter, one paper, its scan, and the owner's objection."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions, rules
from thuocdo.appraisals.paper.queries import paper_form, papers_to_enter, scan_of
from thuocdo.appraisals.queries import own_sheet
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field, problem_of
from thuocdo.web.my_month import page
from thuocdo.web.my_month.scheme import version_of
from thuocdo.web.paper import form as forms


@needs(Permission.ENTER_PAPER)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Whose paper may be entered, and what was entered in the open periods."""
    typed = clean(request.GET.get("tim", ""))
    found = papers_to_enter(user_of(request), now(), typed)
    return render(request, "web/paper/list.html", {"found": found, "typed": typed})


@needs(Permission.ENTER_PAPER)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The form of one paper; POST computes, or files it for its owner."""
    user, at = user_of(request), now()
    form = paper_form(user, sheet_id, at)
    actions.record_paper_look(by=user, at=at, sheet_id=sheet_id)
    if form.sheet.state not in rules.WITH_OWNER:
        raise Conflict("Phiếu này đã nộp hoặc đã xong nên không nhập thay được nữa. Hãy quay lại danh sách.")
    if request.method == "GET":
        return render(request, "web/paper/form.html", forms.context(form, request.POST))
    tasks, unread = forms.tasks_of(form, request.POST)
    if unread or request.POST.get("do") == "try":
        context = forms.context(form, request.POST, tuple(unread))
        return render(request, "web/paper/form.html", context, status=400 if unread else 200)
    try:
        actions.enter_paper(
            by=user, at=at, sheet_id=sheet_id, version=version_of(request), tasks=tasks,
            document=forms.document_of(form, request.POST), paper=forms.paper_of(request),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        context = forms.context(form, request.POST, forms.problems_of(refusal))
        return render(request, "web/paper/form.html", context, status=409 if isinstance(refusal, Conflict) else 400)
    messages.success(
        request, f"Đã nhập thay phiếu của {form.sheet.person.full_name}. Người ký được báo và xem lại được."
    )
    return redirect("paper_entries")


@needs(Permission.SIGNED_IN)
@require_safe
def scan(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The scan as an attachment, never shown inside the product: of the owner's paper, or of the judgement."""
    judged = request.GET.get("phan") == "nhan-xet"
    paper, content = scan_of(user_of(request), sheet_id, now(), judged=judged)
    response = HttpResponse(content, content_type=paper.scan_type)
    response["Content-Disposition"] = f"attachment; filename=\"ban-chup\"; filename*=UTF-8''{quote(paper.scan_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The owner says that what was entered is not what was signed."""
    user, at = user_of(request), now()
    view = own_sheet(user, sheet_id, at)
    problems = []
    if request.method == "POST":
        try:
            actions.object_to_paper(
                by=user, at=at, sheet_id=sheet_id, version=version_of(request), reason=request.POST.get("reason", "")
            )
        except Conflict:
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
        else:
            done = "Đã ghi nhận. Phiếu trở về ông/bà: tự lập và nộp, hoặc nộp bản giấy khác để nhập lại."
            messages.success(request, done)
            return redirect("own_sheet", sheet_id)
    elif "object" not in view.may:
        return redirect("own_sheet", sheet_id)
    context = {
        "view": view, "sheet": page.card(view), "problems": problems, "errors": by_field(problems),
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "web/paper/objection.html", context, status=400 if problems else 200)
