"""The versions of rulebooks that a period holds to, and moving an open period to the installed one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.versions import LISTED, versions_of
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import allowed, needs, now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def versions(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """What the period holds to, what differs and what a move would change; a POST moves it (`truoc`, `sau`, reason)."""
    if request.method != "POST":
        return _page(request, cycle_id)
    try:
        move = actions.move_to_version(
            cycle_id=cycle_id,
            before=request.POST.get("truoc", ""),
            after=request.POST.get("sau", ""),
            reason=request.POST.get("reason", ""),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, cycle_id, refusal)
    done = f" Đã tính lại {move.results} kết quả." if move is not None and move.results else ""
    messages.success(request, f"Kỳ đã chuyển sang bản mới của bộ quy tắc, kèm lý do.{done}")
    return redirect("cycle_progress", cycle_id)


def _page(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    found = versions_of(user_of(request), cycle_id, now(), request.GET.get("ban", ""))
    return render(
        request,
        "web/organisation_office/cycles/versions.html",
        {
            "found": found,
            "changed": found.changed[:LISTED],
            "stopped": found.stopped[:LISTED],
            "officer": Permission.MANAGE_CYCLES in allowed(request),
            "typed": request.POST,
            "problems": problems,
            "errors": by_field(problems),
        },
        status=status_of(refusal),
    )
