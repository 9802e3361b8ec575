"""What is typed into a form and not sent yet: the page keeps it here every few seconds (`keep.js`)."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from thuocdo.accounts import actions
from thuocdo.accounts.permissions import Permission
from thuocdo.accounts.queries import unsent_texts
from thuocdo.web.access import needs, now, user_of

SAVED_AT = "X-Saved-At"
"""The server's moment (milliseconds) up to which the page's typing is dealt with."""


def milliseconds(moment: datetime) -> int:
    """A moment as the script counts; the only clock it goes by."""
    return round(moment.timestamp() * 1000)


@needs(Permission.SIGNED_IN)
@require_POST
def keep_typed(request: HttpRequest) -> HttpResponse:
    """Keep the fields of one form (htmx); the answer has no content."""
    at, posted = now(), request.POST
    actions.keep_unsent(
        by=user_of(request), at=at, place=posted.get("place", ""), values=posted.get("values", "")
    )
    return HttpResponse(headers={SAVED_AT: str(milliseconds(at))})


def sent(request: HttpRequest) -> str:
    """The posted form was taken: nothing of it is offered again. The value of `SAVED_AT`."""
    at = now()
    if place := request.POST.get("typed_place", ""):
        actions.note_sent(by=user_of(request), at=at, place=place)
    return str(milliseconds(at))


def kept_for(request: HttpRequest, place: str) -> tuple[str, int]:
    """What is kept for a place as JSON and when (milliseconds, 0 for never). One query a page."""
    if not hasattr(request, "_thuocdo_unsent"):
        request._thuocdo_unsent = unsent_texts(user_of(request))  # type: ignore[attr-defined]
    row = request._thuocdo_unsent.get(place)  # type: ignore[attr-defined]
    return (row.typed, milliseconds(row.saved_at)) if row else ("", 0)
