"""Who is asking, what they may do, and what time it is: read once a request, on the edge of the house."""

import functools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Forbidden
from thuocdo.kernel.receipt import received_at, receiving
from thuocdo.organisation.contacts import Introduction, arrival
from thuocdo.organisation.ended import why_not
from thuocdo.organisation.queries import permissions

View = Callable[..., HttpResponseBase]
PUBLIC: frozenset[Permission] = frozenset()
LOOKING = "chi-tim"
"""The button of `web/_find_unit.html` within a form."""


def now() -> datetime:
    """The moment at which the request began to arrive, aware; outside of requests the present one. The only clock
    of the pages: what was sent in time is in time, however slowly the rest of it came."""
    return received_at() or timezone.now()


def arriving() -> AbstractContextManager[None]:
    """Around the whole of a request, before its body is read."""
    return receiving(timezone.now(), time.monotonic)


def today() -> date:
    """The present day in Viet Nam."""
    return timezone.localdate(now())


def user_of(request: HttpRequest) -> User:
    """The signed-in user (views behind `needs` always have one)."""
    return cast(User, request.user)


@dataclass(frozen=True)
class Access:
    """What the signed-in user may do today, kept on the request so that it is read once; with what the frame says of
    them, where the answer is likely to be a whole page and nothing is written before it is shown."""

    allowed: frozenset[Permission]
    introduction: Introduction | None = None


def allowed(request: HttpRequest) -> frozenset[Permission]:
    """Permissions of the signed-in user today; nobody has any before signing in."""
    if not request.user.is_authenticated:
        return PUBLIC
    return _access(request).allowed


def introduced(request: HttpRequest) -> Introduction:
    """What the frame says of the signed-in user."""
    return _access(request).introduction or arrival(user_of(request), today()).introduction


def _access(request: HttpRequest) -> Access:
    known = getattr(request, "_thuocdo_access", None)
    if known is None:
        if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
            read = arrival(user_of(request), today())
            known = Access(read.allowed, read.introduction)
        else:
            known = Access(permissions(user_of(request), today()))
        request._thuocdo_access = known  # type: ignore[attr-defined]
    return cast(Access, known)


def needs(*any_of: Permission) -> Callable[[View], View]:
    """Decorate a view with the permissions of which the user must hold at least one. Raises Forbidden.

    A form sent by a button named `LOOKING` does nothing: its page is shown anew, with `request.POST` still in its
    fields and units found by the words in it.

    `view.needs` names them for the house test; object-level access is checked by the queries and actions.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            enters = Permission.SIGNED_IN in any_of and request.user.is_authenticated  # which asks the database nothing
            if not enters and not allowed(request) & set(any_of):
                raise _refused(request, any_of)
            if request.method == "POST" and LOOKING in request.POST:
                request.method = "GET"
            return view(request, *args, **kwargs)

        checked.needs = frozenset(any_of)  # type: ignore[attr-defined]
        return checked

    return decorate


def _refused(request: HttpRequest, any_of: tuple[Permission, ...]) -> Forbidden:
    """Who had the duty for it, or will have it, is told since when and whom to ask."""
    why = why_not(user_of(request), any_of, today()) if request.user.is_authenticated else ""
    return Forbidden(why) if why else Forbidden()
