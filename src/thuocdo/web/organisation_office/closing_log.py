"""The log of a period's chain, one sentence an event."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from thuocdo.accounts.permissions import Permission
from thuocdo.accounts.queries import names_of
from thuocdo.appraisals.progress import cycle_to_follow
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.audit.queries import events_in
from thuocdo.web.access import needs, now, user_of

PAGE = 50


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def events(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Newest first, from the opening of the period on."""
    cycle = cycle_to_follow(user_of(request), cycle_id, now())
    pages = Paginator(events_in(cycle.root.code, since=cycle.opened_at), PAGE)
    page = pages.get_page(request.GET.get("trang"))
    names = names_of({who for event in page.object_list for who in (event.actor, event.on_behalf_of)})
    return render(
        request,
        "web/organisation_office/cycles/log.html",
        {
            "cycle": cycle,
            "list": page,
            "label": cycle.short_name,
            "rows": [
                (event, sentence(event), _who(event, names)) for event in page.object_list
            ],
        },
    )


def _who(event: Event, names: dict[str, str]) -> str:
    """Who acted, and in whose name where it was a delegate."""
    actor = names.get(event.actor, "Hệ thống")
    return f"{actor}, thay mặt {names.get(event.on_behalf_of, '')}" if event.on_behalf_of else actor
