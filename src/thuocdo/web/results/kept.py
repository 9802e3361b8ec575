"""A link to a person's year outlives the merging of codes."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from thuocdo.results.access import kept_seen
from thuocdo.web.access import today, user_of

View = Callable[..., HttpResponseBase]


def by_kept_code(view: View) -> View:
    """The page of a code that was merged away is that of the code that was kept, for who may see that."""

    @functools.wraps(view)
    def found(request: HttpRequest, person_id: int, year: int, **kwargs: Any) -> HttpResponseBase:
        looks, match = request.method in ("GET", "HEAD"), request.resolver_match
        kept = kept_seen(user_of(request), person_id, year, today()) if looks else None
        if kept is None or match is None:
            return view(request, person_id, year=year, **kwargs)
        address = reverse(match.view_name, kwargs={"person_id": kept, "year": year, **kwargs})
        return redirect(f"{address}?{asked}" if (asked := request.GET.urlencode()) else address)

    return found
