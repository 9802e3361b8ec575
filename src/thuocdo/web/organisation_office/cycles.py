"""The officer's periods: the list, a new one, and its readiness before it is opened."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.cycles import queries
from thuocdo.cycles.models import Run
from thuocdo.cycles.run_queries import unfinished
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.queries import roots_for_officer
from thuocdo.organisation.roots import openable_units
from thuocdo.web.access import LOOKING, needs, now, today, user_of
from thuocdo.web.days_off import notes
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office import cycles_typed
from thuocdo.web.units import asked_for


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def cycles(request: HttpRequest) -> HttpResponse:
    """The periods of the user's units, newest first."""
    return render(
        request,
        "web/organisation_office/cycles/list.html",
        {
            "cycles": queries.cycles_of_officer(user_of(request), now()),
            "may_open": bool(roots_for_officer(user_of(request), today())),
        },
    )


@needs(Permission.MANAGE_CYCLES)
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new period, filled in with this month and days of the first unit's calendar."""
    return _form(request, request.GET if LOOKING in request.GET else None)


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Who would be in and what is missing; a POST opens the period."""
    asked = request.POST if request.method == "POST" else request.GET
    if LOOKING in request.GET:
        return _form(request, asked)
    try:
        opening = cycles_typed.opening(asked)
        if request.method != "POST":
            return _readiness(request, opening)
    except NotYours:
        raise
    except Refusal as refusal:
        return _form(request, asked, refusal)
    try:
        cycle = actions.open_cycle(
            root_id=opening.root_id,
            kind=opening.kind,
            year=opening.year,
            number=opening.number,
            submit_by=opening.submit_by,
            confirm_by=opening.confirm_by,
            choices=cycles_typed.choices(request.POST),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _readiness(request, opening, refusal)
    begun = unfinished(cycle, Run.Kind.OPEN)
    if begun is not None:
        messages.success(request, f"Đang mở kỳ {opening.label.lower()} theo từng đợt; đơn vị đông người cần ít phút.")
        return redirect("run", begun.pk)
    messages.success(request, f"Đã mở kỳ {opening.label.lower()}; người thuộc kỳ đã được thông báo.")
    return redirect("cycle_progress", cycle.pk)


def _form(
    request: HttpRequest, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    groups, units = openable_units(user_of(request), today(), *asked_for(request, "root"))
    first = groups[0].units[0] if typed is None and groups else None
    return render(
        request,
        "web/organisation_office/cycles/new.html",
        {
            "groups": groups,
            "units": units,
            "typed": cycles_typed.suggestion(first.pk, today()) if first else typed or {},
            "suggested_for": first,
            "problems": problems,
            "errors": by_field(problems),
        },
        status=status_of(refusal),
    )


def _readiness(
    request: HttpRequest, opening: cycles_typed.Opening, refusal: Refusal | None = None
) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    found = queries.readiness(
        user_of(request), opening.root_id, opening.kind, opening.year, opening.number, now()
    )
    return render(
        request,
        "web/organisation_office/cycles/readiness.html",
        {
            "opening": opening,
            "days_off": notes(
                opening.root_id,
                [("Hạn nộp phiếu", opening.submit_by), ("Hạn xác nhận", opening.confirm_by)],
                above=found.path,
            ),
            "readiness": found,
            "asked": request.POST or request.GET,
            "problems": problems,
            "waiting": cycles_typed.waiting(found, request.POST, by_field(problems)),
            "carried": cycles_typed.CARRIED,
        },
        status=status_of(refusal),
    )
