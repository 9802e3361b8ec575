"""The log of a period's chain, one sentence an event."""

import json
from collections import Counter

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
    names = names_of({who for event in page.object_list for who in (event.actor, *_behalf(event))})
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
    if event.on_behalf_of:
        return f"{actor}, thay mặt {names.get(event.on_behalf_of, '')}"
    told = [f"thay mặt {names.get(who, '')} ({sheets} phiếu)" for who, sheets in _behalf(event).items()]
    return ", ".join([actor, *told])


def _behalf(event: Event) -> Counter[str]:
    """In whose name the event was done, and for how many sheets where it was not one name for all of them."""
    if event.on_behalf_of:
        return Counter([event.on_behalf_of])
    return Counter(json.loads(event.data).get("behalf", {}).values())
