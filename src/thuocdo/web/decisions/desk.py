"""The first page of the room: own published results, papers that came, papers to prepare; and a published list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.decisions import actions, queries
from thuocdo.web.access import allowed, needs, now, today, user_of
from thuocdo.web.decisions.typed import number

_OFFICE = frozenset({Permission.MANAGE_CYCLES, Permission.ANSWER_PETITIONS, Permission.INSPECT})


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """What was published for this person and what waits; a POST says that a result or a paper was received."""
    if request.method == "POST":
        by, at, asked = user_of(request), now(), number(request.POST.get("id", ""))
        if request.POST.get("do") == "paper":
            actions.receive_decision(delivery_id=asked, by=by, at=at)
        else:
            actions.receive_result(confirmation_id=asked, by=by, at=at)
        messages.success(request, "Đã ghi nhận: đã nhận.")
        return redirect("decisions")
    found = queries.desk(user_of(request), today())
    context = {
        "desk": found,
        "headed": [(unit, cycle, cycle.label) for unit, cycle in found.headed],
        "cycles": [(cycle, cycle.label) for cycle in found.cycles],
        "reopens": bool(allowed(request) & _OFFICE),
        "chooses": Permission.MANAGE_CYCLES in allowed(request),
    }
    return render(request, "web/decisions/desk.html", context)


@needs(Permission.SIGNED_IN)
@require_safe
def published(request: HttpRequest, publication_id: int) -> HttpResponse:
    """A published list, without any text of opinions."""
    found = queries.published_list(user_of(request), publication_id, today())
    return render(request, "web/decisions/published.html", {"found": found})
