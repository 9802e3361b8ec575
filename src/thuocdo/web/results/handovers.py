"""Results that go along with somebody who moved: the desk of both agencies, and one hand-over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.results import actions, handing
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.results.lots import Step, lot


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
    act: dict[str, Any] = {"handover_id": handover_id, "by": user, "at": at}

    def shown() -> handing.Shown:
        found = handing.shown(user, handover_id, today())
        if found.readable and not found.own:
            actions.record_results_view(person_id=found.row.person_id, year=found.row.year, by=user, at=at)
        return found

    steps = {
        "receive": Step(
            lambda _: actions.receive_results(**act),
            "Đã nhận. Từ nay kết quả này được tính và xem được ở cơ quan nhận.",
        ),
        "return": Step(lambda why: actions.return_results(reason=why, **act), "Đã trả lại nơi gửi."),
        "withdraw": Step(
            lambda why: actions.withdraw_results(reason=why, **act), "Đã rút lại. Nơi nhận không đọc được nội dung."
        ),
    }
    return lot(request, "web/results/handover.html", shown, steps, ("handover", handover_id))
