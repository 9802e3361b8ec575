"""The search box of every page: people, units, tasks and papers, without diacritics."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.organisation.finding.queries import find
from thuocdo.web.access import needs, today, user_of

LONGEST = 100


@needs(Permission.SIGNED_IN)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What this user may open under the typed words. Nothing of it is kept: neither the words nor what they found."""
    typed = request.GET.get("q", "")[:LONGEST]
    found = find(user_of(request), typed, today(), only=request.GET.get("loai", ""))
    return render(request, "web/home/search.html", {"found": found})
