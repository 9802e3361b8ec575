"""The desk of conclusions, and like posts of a round beside each other."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import queries
from thuocdo.conclusions.models import Assessment
from thuocdo.rounds import books
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.tables.filters import asked_of, kept


@needs(Permission.SIGNED_IN)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The rounds in which the user rates, verifies or decides."""
    found = queries.desk(user_of(request), now())
    rows = [
        (row.round, [(s, label, row.counts.get(s, 0)) for s, label in Assessment.State.choices[1:]])
        for row in found.rounds
    ]
    return render(request, "web/conclusions/desk.html", {"found": found, "rows": rows})


@needs(Permission.SIGNED_IN)
@require_safe
def listing(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Subjects by kind, group and score: level by rule, proposed, decided, side by side."""
    asked = asked_of(request, "assessments")
    filters = queries.Filters.of(asked)
    found = queries.listing(user_of(request), party_round_id, filters, page_number(request.GET), now())
    context = {
        "found": found,
        "round": found.round,
        "filters": filters,
        "filtered": any(asked.values()),
        "keep": kept(asked),
        "kinds": [(kind, books.LABELS[kind]) for kind in queries.KINDS if kind in found.rules.kinds],
        "states": Assessment.State.choices,
    }
    return render(request, "web/conclusions/list.html", context)
