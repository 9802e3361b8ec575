"""The runs over a large period: how far one is, what it could not do, stopping, going on, giving up; starting one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.cycles.models import Run
from thuocdo.cycles.run_queries import follow
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of

REFRESH_SECONDS = 3
MOVES = {"dung": actions.stop_run, "tiep": actions.resume_run}
STARTS = {"tinh-diem": actions.start_rating, "cong-bo": start_publishing}


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run; the page loads itself again while the run moves, not once it stands still: a page left open would
    never count as left."""
    return _page(request, run_id)


def _page(request: HttpRequest, run_id: int, refusal: Refusal | None = None) -> HttpResponse:
    found = follow(user_of(request), run_id, now())
    problems = problems_of(refusal) if refusal else []
    values = {"found": found, "run": found.run, "problems": problems, "errors": by_field(problems),
              "typed": request.POST}  # fmt: skip
    response = render(request, "web/organisation_office/cycles/run.html", values, status=status_of(refusal))
    if found.active and not found.quiet:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@needs(Permission.MANAGE_CYCLES)
@require_POST
def move(request: HttpRequest, run_id: int, act: str) -> HttpResponse:
    """Stop a run, let it go on, or give it up."""
    if act == "bo":
        return _drop(request, run_id)
    if act not in MOVES:
        raise NotYours()
    MOVES[act](run_id=run_id, by=user_of(request), at=now())
    return redirect("run", run_id)


def _drop(request: HttpRequest, run_id: int) -> HttpResponse:
    try:
        dropped = actions.drop_run(
            run_id=run_id, reason=request.POST.get("reason", ""), by=user_of(request), at=now()
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, run_id, refusal)
    if dropped.kind == Run.Kind.OPEN:
        messages.success(request, "Đã bỏ lượt mở kỳ; chưa ai được chốt nên kỳ này mở lại được.")
        return redirect("cycles")
    messages.success(request, "Đã bỏ dở lượt này. Việc các đợt trước đã ghi giữ nguyên.")
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
