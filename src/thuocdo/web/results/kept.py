"""A link to a person's year outlives the merging of codes."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from thuocdo.organisation.changes.clashes import kept_code

View = Callable[..., HttpResponseBase]


def by_kept_code(view: View) -> View:
    """The page of a code that was merged away is that of the code that was kept, which checks who may see it."""

    @functools.wraps(view)
    def found(request: HttpRequest, person_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kept = kept_code(person_id) if request.method == "GET" else None
        if kept is not None and request.resolver_match is not None:
            return redirect(request.resolver_match.view_name, kept, *args, *kwargs.values())
        return view(request, person_id, *args, **kwargs)

    return found
