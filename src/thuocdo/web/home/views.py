"""The first page: what waits for this person, and what they were told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.notices.actions import mark_read
from thuocdo.notices.queries import notices_for
from thuocdo.web.access import needs, now, user_of


@needs(Permission.SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To-do and notices."""
    return render(request, "web/home/home.html", {"notices": notices_for(user_of(request)), "groups": []})


@needs(Permission.SIGNED_IN)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    mark_read(by=user_of(request), at=now())
    return redirect("home")


@needs(Permission.SIGNED_IN)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to call and how to do the few things there are."""
    return render(request, "web/home/help.html", {})
