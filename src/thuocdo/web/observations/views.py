"""What was written about the reader, and writing about a leader."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.records.observations import actions, queries
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The own observations; a POST says that one was read. Below it the leaders that the reader may write about."""
    refusal: Refusal | None = None
    user, at = user_of(request), now()
    if request.method == "POST":
        key = number(request.POST.get("observation", ""))
        try:
            actions.read_observation(
                observation_id=key, answer=request.POST.get(f"answer-{key}", ""), by=user, at=at
            )
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "Đã ghi: ông/bà đã đọc.")
            return redirect("observations")
    typed = clean(request.GET.get("tim", ""))[:120]
    context = {"found": queries.own(user, typed, at), "asked": typed} | _problems(request, refusal)
    return render(request, "web/observations/own.html", context, status=status_of(refusal))


def _problems(request: HttpRequest, refusal: Refusal | None) -> dict[str, Any]:
    problems = problems_of(refusal) if refusal else []
    return {"typed": request.POST, "problems": problems, "errors": by_field(problems)}


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, person_id: int) -> HttpResponse:
    """What was written about somebody; a POST writes more, or takes back what the reader wrote."""
    refusal: Refusal | None = None
    user, at = user_of(request), now()
    if request.method == "POST":
        try:
            words = _withdraw(request) if request.POST.get("do") == "withdraw" else _add(request, person_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, words)
            return redirect("observations_about", person_id)
    found_now = actions.record_observations_view(person_id=person_id, by=user, at=at)
    context = {"found": found_now, "mine": user.pk} | _problems(request, refusal)
    return render(request, "web/observations/about.html", context, status=status_of(refusal))


def _add(request: HttpRequest, person_id: int) -> str:
    posted = request.POST
    read = Reading()
    on = read(parse_day, posted.get("on", ""), label="Ngày sự việc", field="on")
    read.done()
    actions.record_observation(
        person_id=person_id, on=on, about=posted.get("about", ""), text=posted.get("text", ""), by=user_of(request),
        at=now(),
    )  # fmt: skip
    return "Đã ghi; người này được báo để đọc."


def _withdraw(request: HttpRequest) -> str:
    key = number(request.POST.get("observation", ""))
    actions.withdraw_observation(
        observation_id=key, reason=request.POST.get(f"reason-{key}", ""), by=user_of(request), at=now()
    )
    return "Đã rút; nội dung và lý do rút vẫn còn."
