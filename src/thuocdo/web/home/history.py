"""“Lịch sử của tôi”: the own sheets of all periods with their trend."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.history import own_history
from thuocdo.web.access import needs, user_of


@needs(Permission.OWN_SHEET)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Months, quarters and years of this person alone."""
    return render(request, "web/home/history.html", {"years": own_history(user_of(request))})
