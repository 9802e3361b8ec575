"""Results that go along with somebody who moved: the desk of both agencies, and one hand-over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.results import actions, handing
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.MANAGE_CYCLES, Permission.EVALUATE, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """What waits to be sent and received. A POST sends one person's results of a year."""

    def page(refusal: Refusal | None) -> HttpResponse:
        context = {
            "desk": handing.desk(user_of(request), today()),
            "problems": problems_of(refusal) if refusal else [],
            "typed": request.POST,
        }
        return render(request, "web/results/handovers.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    given = request.POST
    try:
        made = actions.send_results(
            person_id=number(given.get("person", "")),
            from_id=number(given.get("from", "")),
            to_id=number(given.get("to", "")),
            year=number(given.get("year", "")),
            note=given.get("note", ""),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, f"Đã gửi tới “{made.to_agency.name}”; nơi đó đọc được sau khi xác nhận đã nhận.")
    return redirect("handover", made.pk)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One hand-over; a look of somebody who reads its contents is on the record. A POST moves it."""
    user, at = user_of(request), now()

    def page(refusal: Refusal | None) -> HttpResponse:
        found = handing.shown(user, handover_id, today())
        if found.readable and not found.own:
            actions.record_results_view(person_id=found.row.person_id, year=found.row.year, by=user, at=at)
        problems = problems_of(refusal) if refusal else []
        context = {"one": found, "problems": problems, "errors": by_field(problems), "typed": request.POST}
        return render(request, "web/results/handover.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    step, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    try:
        if step == "receive":
            actions.receive_results(handover_id=handover_id, by=user, at=at)
            messages.success(request, "Đã nhận. Từ nay kết quả này được tính và xem được ở cơ quan nhận.")
        elif step == "return":
            actions.return_results(handover_id=handover_id, reason=reason, by=user, at=at)
            messages.success(request, "Đã trả lại nơi gửi.")
        else:
            actions.withdraw_results(handover_id=handover_id, reason=reason, by=user, at=at)
            messages.success(request, "Đã rút lại. Nơi nhận không đọc được nội dung.")
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    return redirect("handover", handover_id)
