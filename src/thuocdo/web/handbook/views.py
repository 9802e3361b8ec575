"""The handbook inside the product. Readable signed out: who cannot sign in needs it most."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from thuocdo.organisation.queries import officers_to_call
from thuocdo.web.access import today, user_of
from thuocdo.web.handbook.pages import INDEX, page


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Whom to call, and the pages of the handbook."""
    officers = officers_to_call(user_of(request), today()) if request.user.is_authenticated else []
    return render(request, "web/handbook/index.html", {"officers": officers, "shown": page(INDEX)})


@login_not_required
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the handbook."""
    if slug == INDEX:
        return redirect("help")
    return render(request, "web/handbook/topic.html", {"shown": page(slug)})
