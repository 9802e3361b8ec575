"""The rulebook reader: what is measured, how, by which article, and what the law leaves open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.web.access import needs
from thuocdo.web.rules.reader import open_book, shelf


@needs(Permission.SIGNED_IN)
@require_safe
def rulebooks(request: HttpRequest) -> HttpResponse:
    """All rulebooks of this installation, with the overlays that may go on top."""
    return render(request, "web/rules/list.html", {"books": shelf()})


@needs(Permission.SIGNED_IN)
@require_safe
def rulebook(request: HttpRequest, key: str) -> HttpResponse:
    """One rulebook; `?quy-che=` names the overlays laid on it, in order."""
    reader = open_book(key, tuple(request.GET.getlist("quy-che")))
    return render(request, "web/rules/rulebook.html", {"reader": reader, "book": reader.book})
