"""Quotas of a period: the officer chooses what the text leaves open, freezes places, records the authority's word."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.places import WORDS
from thuocdo.appraisals.places_table import places_table
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import allowed, needs, now, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of

ROUNDING = "rounding."


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def places(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The quotas and their places; a POST freezes them, or (`places`) records a decision about one scope."""
    if request.method != "POST":
        return _page(request, cycle_id)
    try:
        done = _settle(request) if "places" in request.POST else _freeze(request, cycle_id)
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, cycle_id, refusal)
    messages.success(request, done)
    return redirect("cycle_places", cycle_id)


def _freeze(request: HttpRequest, cycle_id: int) -> str:
    typed = request.POST
    rounding = {name.removeprefix(ROUNDING): typed[name] for name in typed if name.startswith(ROUNDING)}
    rows = actions.freeze_places(
        cycle_id=cycle_id, rounding=rounding, reason=typed.get("reason", ""), by=user_of(request), at=now()
    )
    return f"Đã chốt số suất của {len(rows)} phạm vi theo số người và kết quả lúc này."


def _settle(request: HttpRequest) -> str:
    typed = request.POST
    row = actions.settle_places(
        places_id=number(typed["places"]),
        share=typed.get("share", ""),
        share_source=typed.get("share_source", ""),
        raised_by=typed.get("raised_by", ""),
        raised_reason=typed.get("raised_reason", ""),
        by=user_of(request),
        at=now(),
    )
    return f"Đã ghi. Số suất: {row.places if row.places is not None else 'còn để ngỏ'} ({row.sentence})."


def _page(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    after = request.GET.get("sau", "")
    found = places_table(user_of(request), cycle_id, now(), number(after) if after else 0)
    problems = problems_of(refusal) if refusal else []
    typed = {name.removeprefix(ROUNDING): word for name, word in request.POST.items() if name.startswith(ROUNDING)}
    context = {
        "found": found,
        "cycle": found.cycle,
        "label": found.cycle.label,
        "words": list(WORDS.items()),
        "may_change": Permission.MANAGE_CYCLES in allowed(request) and not found.decided,
        "officer": Permission.MANAGE_CYCLES in allowed(request),
        "rounding": {quota.key: typed.get(quota.key, quota.chosen) for quota in found.quotas},
        "reason": request.POST.get("reason", found.reason),
        "settling": request.POST.get("places", ""),
        "typed": request.POST,
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/organisation_office/cycles/places.html", context, status=status_of(refusal))
