"""The own results, one person's period, and the table of a unit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.results import actions, queries
from thuocdo.web.access import allowed, needs, now, today, user_of
from thuocdo.web.decisions.typed import number as number_from
from thuocdo.web.decisions.typed import numbers
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.results.kept import by_kept_code
from thuocdo.web.results.periods import choices, latest_quarter, period_from, year_from
from thuocdo.web.units import asked_for

OTHERS = frozenset({Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT})


@needs(Permission.SIGNED_IN)
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The user's own roll-ups, and the ways to periods, files and units."""
    year = year_from(request.GET.get("nam", ""), today().year)
    found = queries.own_results(user_of(request), year)
    context = {"own": found, "year": year, "periods": choices(year), "others": bool(allowed(request) & OTHERS)}
    held = allowed(request)
    context |= {
        "follows": bool(held & {Permission.EVALUATE, Permission.MANAGE_CYCLES}),
        "syncs": Permission.MANAGE_CYCLES in held,
    }
    return render(request, "web/results/own.html", context)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
@by_kept_code
def rollup(request: HttpRequest, person_id: int, kind: str, year: int, number: int) -> HttpResponse:
    """One person's period. A look of somebody else is recorded; a POST freezes the mean."""
    user, at = user_of(request), now()

    def page(refusal: Refusal | None) -> HttpResponse:
        seen = actions.record_results_view(person_id=person_id, year=year, by=user, at=at)
        problems = problems_of(refusal) if refusal else []
        context = {
            "one": queries.one_period(user, person_id, kind, year, number, today(), seen),
            "problems": problems,
            "errors": by_field(problems),
            "typed": request.POST,
        }
        return render(request, "web/results/rollup.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    points = [key.removeprefix("reading-") for key in request.POST if key.startswith("reading-")]
    try:
        made = actions.freeze_rollup(
            person_id=person_id,
            kind=kind,
            year=year,
            number=number,
            revision=number_from(request.POST.get("revision", "")),
            decisions={
                point: (request.POST.get(f"reading-{point}", ""), request.POST.get(f"why-{point}", ""))
                for point in points
            },
            reason=request.POST.get("reason", ""),
            by=user,
            at=at,
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, f"Đã chốt điểm tổng hợp, lần tính {made.revision}.")
    return redirect("rollup", person_id, kind, year, number)


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest) -> HttpResponse:
    """The people of a unit in a period; a POST freezes the ticked ones where nothing is left open."""
    given = request.GET
    newest, latest = latest_quarter(today())
    year = year_from(given.get("nam", ""), newest)
    code = given.get("ky", latest)
    kind, number = period_from(code)

    def page(refusal: Refusal | None) -> HttpResponse:
        found = queries.unit_table(
            user_of(request), kind, year, number, number_from(given.get("don-vi", "")), today(),
            number_from(given.get("trang", "")) or 1, asked_for(request).typed,
        )  # fmt: skip
        context = {
            "table": found,
            "code": code,
            "keep": {"ky": code, "nam": year},
            "periods": choices(year),
            "problems": problems_of(refusal) if refusal else [],
        }
        return render(request, "web/results/table.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    people = numbers(request.POST.getlist("person"))
    try:
        done = actions.freeze_rollups(people=people, kind=kind, year=year, number=number, by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    left = f" {len(done.failed)} người chưa chốt được, lý do ghi trong bảng." if done.failed else ""
    messages.success(request, f"Đã chốt {len(done.made)} người; {done.unchanged} người không đổi.{left}")
    return redirect(f"{reverse('rollups')}?{given.urlencode()}")
