"""The runs over a large period: how far one is, what it could not do, stopping and going on; starting one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.cycles.run_queries import follow
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.kernel.errors import NotYours
from thuocdo.web.access import needs, now, user_of

REFRESH_SECONDS = 3
MOVES = {"dung": actions.stop_run, "tiep": actions.resume_run}
STARTS = {"tinh-diem": actions.start_rating, "cong-bo": start_publishing}


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run; the page loads itself again while the run moves, not once it stands still: a page left open would
    never count as left."""
    found = follow(user_of(request), run_id, now())
    response = render(request, "web/organisation_office/cycles/run.html", {"found": found, "run": found.run})
    if found.active and not found.quiet:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@needs(Permission.MANAGE_CYCLES)
@require_POST
def move(request: HttpRequest, run_id: int, act: str) -> HttpResponse:
    """Stop a run, or let it go on."""
    if act not in MOVES:
        raise NotYours()
    MOVES[act](run_id=run_id, by=user_of(request), at=now())
    return redirect("run", run_id)


@needs(Permission.MANAGE_CYCLES)
@require_POST
def start(request: HttpRequest, cycle_id: int, what: str) -> HttpResponse:
    """Start to compute proposed results, or to publish."""
    if what not in STARTS:
        raise NotYours()
    begun = STARTS[what](cycle_id=cycle_id, by=user_of(request), at=now())
    messages.success(request, "Đã giao việc; trang này cho biết đã làm được đến đâu.")
    return redirect("run", begun.pk)
