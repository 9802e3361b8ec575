"""Party organisations beside the units, one level at a time, and the people of one cell or committee."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from thuocdo.accounts.permissions import Permission
from thuocdo.records.party.queries import party_page
from thuocdo.web.access import needs, today, user_of
from thuocdo.web.organisation_office.people_typed import ids


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def party(request: HttpRequest) -> HttpResponse:
    """The level below `?goc=`, or the highest organisations of the officer's units."""
    roots = ids(request.GET, "goc")
    found = party_page(user_of(request), today(), root=roots[0] if roots else None)
    return render(request, "web/structure/party.html", {"found": found})
