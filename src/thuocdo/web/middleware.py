"""Two habits of every page: nothing private stays in a shared computer, and a refusal is a clear page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from thuocdo.kernel.errors import Refusal
from thuocdo.web.errors import refusal_page, session_ended

Next = Callable[[HttpRequest], HttpResponse]


class PrivatePages:
    """Pages of a signed-in user are never stored; leaving clears what the browser kept."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
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
        if not request.headers.get("HX-Request") or "HX-Retarget" in response.headers:
            return response
        sign_in = resolve_url(settings.LOGIN_URL)
        stale_token = response.status_code == 403
        if stale_token or response.headers.get("Location", "").startswith(sign_in):
            return session_ended(request, sign_in)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None
