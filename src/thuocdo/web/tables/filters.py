"""The filter of a page, for the page itself and for the list that goes out as the page shows it."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.http import urlencode

from thuocdo.intake.specs import filtering_of
from thuocdo.kernel.text import clean

MOST = 120


def asked_of(request: HttpRequest, kind: str) -> dict[str, str]:
    """What the address of the page of this list asks for, by every name of its filter; empty where nothing."""
    filtering = filtering_of(kind)
    return {name: clean(request.GET.get(name, ""))[:MOST] for name in (filtering.asks if filtering else ())}


def in_address(asked: Mapping[str, str]) -> str:
    """What was asked as a part of an address; empty where nothing was."""
    return urlencode({name: value for name, value in asked.items() if value})


def kept(asked: Mapping[str, str]) -> str:
    """The same as the beginning of the address of the next page."""
    found = in_address(asked)
    return f"{found}&" if found else ""
