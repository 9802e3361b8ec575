"""The list of refused attempts, for inspectors and organisation officers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.results.refusals import DAYS, refusals
from thuocdo.web.access import needs, today, user_of


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """Who was refused what, how often and when."""
    found = refusals(user_of(request), today())
    rows = [(one, found.names[one.user_id]) for one in found.attempts]
    return render(request, "web/inspection/refused.html", {"rows": rows, "more": found.more, "days": DAYS})
