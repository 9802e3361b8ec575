"""Habits of every page: when it was asked for counts, nothing private stays behind, a refusal is a clear page."""

import time
from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url

from thuocdo.accounts.actions import note_refusal
from thuocdo.config.logs import masked
from thuocdo.kernel.errors import Forbidden, NotYours, Refusal
from thuocdo.kernel.once import reading
from thuocdo.web.access import arriving, now, user_of
from thuocdo.web.errors import only_sent_to, refusal_page, session_ended

Next = Callable[[HttpRequest], HttpResponse]
IDLE = 60 * 60
"""Seconds after which a session that nobody uses ends: computers of an office are shared."""
_NOTE = 5 * 60
_SEEN = "seen"
clock = time.time


def ends_idle(request: HttpRequest) -> bool:
    """Whether the session was last used too long ago. Its use is noted every few minutes, not at every request."""
    seen, at = request.session.get(_SEEN), clock()
    if seen is not None and at - seen > IDLE:
        return True
    if seen is None or at - seen > _NOTE or at < seen:
        request.session[_SEEN] = at
    return False


class Receipt:
    """The outermost one: notes the moment of each request before anything reads its body; what only reads asks nothing
    twice."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with arriving(), reading() if request.method in ("GET", "HEAD") else nullcontext():
            return self.get_response(request)


class PrivatePages:
    """Pages of a signed-in user are never stored; leaving clears the browser; who walked away is signed out."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and ends_idle(request):
            logout(request)
        signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if signed_in or request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        if signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class Refusals:
    """Renders the refusals that a view does not handle itself, as a page or, for htmx, as a fragment."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """An htmx request after the session ended gets a sentence in the open page, not a sign-in page."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET" and not response.content:
            return only_sent_to(request, response)
        if not request.headers.get("HX-Request") or "HX-Retarget" in response.headers:
            return response
        sign_in = resolve_url(settings.LOGIN_URL)
        stale_token = response.status_code == 403
        if stale_token or response.headers.get("Location", "").startswith(sign_in):
            return session_ended(request, sign_in)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, NotYours | Forbidden) and request.user.is_authenticated:
            page = request.resolver_match.view_name if request.resolver_match else ""
            note_refusal(page=page, path=masked(request.path), by=user_of(request), at=now())
        return refusal_page(request, exception)
