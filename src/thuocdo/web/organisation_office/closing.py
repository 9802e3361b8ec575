"""Closing a period: what it does, what stops it, and the chain heads to keep elsewhere."""

import json
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.actions.second import ask_second, withdraw_second
from thuocdo.appraisals.followed import RUNNING, STOPS, sheets_of
from thuocdo.appraisals.progress import cycle_to_follow
from thuocdo.appraisals.second import Step, second_of
from thuocdo.audit.heads import saved
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.district import district
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.periods import period_code, period_span
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.progress_table import asked

SECOND: dict[str, tuple[Callable[..., object], str]] = {
    "ask": (ask_second, "Đã đề nghị; một cán bộ tổ chức khác xem lại và xác nhận."),
    "withdraw": (withdraw_second, "Đã rút đề nghị."),
}


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The page before and after closing; a POST closes."""
    if request.method != "POST":
        return _page(request, cycle_id)
    by, at, todo = user_of(request), now(), request.POST.get("do", "")
    try:
        if todo in SECOND:
            act, words = SECOND[todo]
            act(cycle_id=cycle_id, step=Step.CLOSE, by=by, at=at)
            messages.success(request, words)
            return redirect("cycle_progress", cycle_id)
        actions.close_cycle(cycle_id=cycle_id, by=by, at=at)
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, cycle_id, refusal)
    messages.success(request, "Đã khóa kỳ. Hãy tải tệp đầu chuỗi nhật ký và cất ở nơi khác.")
    return redirect("cycle_close", cycle_id)


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def heads_file(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The chain heads exported when the period was closed, as a file."""
    cycle = cycle_to_follow(user_of(request), cycle_id, now())
    name = f"{cycle.root.code} {cycle.kind} {cycle.year}-{cycle.number:02d}"
    heads = saved(settings.HEADS_DIR, cycle=name)
    if heads is None:
        raise Refusal(
            "heads.none",
            "Không còn tệp đầu chuỗi của kỳ này trên máy chủ (kỳ chưa khóa, hoặc tệp đã bị xóa). "
            "Hãy dùng bản đã tải về khi khóa kỳ.",
        )
    response = HttpResponse(
        json.dumps(heads, ensure_ascii=False, indent=1) + "\n", content_type="application/json"
    )
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{heads_name(cycle)}"'
    )
    return response


def heads_name(cycle: Cycle) -> str:
    """No period's file is named like another's."""
    return f"dau-chuoi-{period_code(cycle.kind, cycle.year, cycle.number)}.json"


def last_day(cycle: Cycle, on: date) -> date | None:
    """The period's last day, while it is still to come."""
    end = period_span(cycle.kind, cycle.year, cycle.number).end
    return end - timedelta(days=1) if end is not None and on < end - timedelta(days=1) else None


def _page(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    at = now()
    found = district(user_of(request), cycle_id, at)
    after = asked(request.GET).after
    return render(
        request,
        "web/organisation_office/cycles/close.html",
        {
            "progress": found,
            "cycle": found.cycle,
            "heads_name": heads_name(found.cycle),
            "running_on": last_day(found.cycle, localdate(at)),
            "stops": sheets_of(found, at, state=STOPS, after=after) if found.sums.stops else None,
            "running": sheets_of(found, at, state=RUNNING).rows if found.sums.running else (),
            "second": second_of(found.cycle, Step.CLOSE, user_of(request), at) if found.may_close else None,
            "problems": problems_of(refusal) if refusal else [],
        },
        status=status_of(refusal),
    )
