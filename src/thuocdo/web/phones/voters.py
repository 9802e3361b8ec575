"""A voter's phone: the slip, the token, the board. What is chosen never comes here: it goes to the casting host."""

from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots import actions
from thuocdo.ballots.lpk1 import tool
from thuocdo.ballots.lpk1.board import short
from thuocdo.ballots.phones import queries
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.phones.answers import to_script


@needs(Permission.SIGNED_IN)
@require_safe
def slip(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The page that stays open from the token to the board; only it may talk to the casting host."""
    shown = queries.slip(user_of(request), ballot_id)
    context = {"shown": shown, "one": shown.ballot, "casting": settings.CASTING_URL}
    response = render(request, "web/phones/slip.html", context)
    if not settings.CASTING_URL:
        return response
    allow = csp_update({"connect-src": [settings.CASTING_URL]})
    return cast(HttpResponse, allow(lambda _request: response)(request))


@needs(Permission.SIGNED_IN)
@require_safe
@to_script
def my_token(request: HttpRequest, ballot_id: int) -> dict[str, Any]:
    """Where the ballot stands and the own blind signature."""
    return queries.my_token(user_of(request), ballot_id)


@needs(Permission.SIGNED_IN)
@require_POST
@to_script
def ask(request: HttpRequest, ballot_id: int) -> dict[str, Any]:
    """Ask for a token: one blinded message for each voter."""
    blinded = request.POST.get("blinded", "")
    made = actions.ask_token(ballot_id=ballot_id, blinded=blinded, by=user_of(request), at=now())
    return {"blinded": made.blinded, "blind_signature": made.blind_signature}


@needs(Permission.SIGNED_IN)
@require_safe
def board(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The published board, for everybody of the meeting."""
    one, found = queries.board(user_of(request), ballot_id)
    context = {
        "one": one,
        "board": found,
        "short": short(found["hash"]),
        "lines": queries.result_lines(found),
        "rows": queries.slip_rows(found),
        "verifier_hash": tool.published()[tool.VERIFIER],
        "missing": found["issued"] - found["returned"],
    }
    return render(request, "web/phones/board.html", context)
