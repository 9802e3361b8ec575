"""Proposing levels within the places of a quota: the counts, the confirmed sheets, one form for each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.levels import level_table
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def levels(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The table; POST proposes one level."""
    if request.method != "POST":
        return _page(request, cycle_id)
    sheet, version = request.POST.get("sheet", ""), request.POST.get("version", "")
    try:
        actions.propose_level(
            sheet_id=int(sheet) if sheet.isascii() and sheet.isdigit() and len(sheet) < 10 else 0,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
            level=request.POST.get("level", ""),
            reason=request.POST.get("reason", ""),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, cycle_id, refusal)
    messages.success(request, "Đã ghi đề xuất mức.")
    return redirect("evaluate_levels", cycle_id)


def _page(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    found = level_table(user_of(request), cycle_id, now())
    typed = {"sheet": request.POST.get("sheet", ""), "level": request.POST.get("level", "")}
    context = {
        "found": found,
        "table": found.table,
        "problems": problems_of(refusal) if refusal else [],
        "typed": typed | {"reason": request.POST.get("reason", "")},
    }
    return render(request, "web/my_unit/levels.html", context, status=status_of(refusal))
