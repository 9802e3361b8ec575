"""The page of something sent that waits for the other side: received or confirmed, returned or taken back, with why."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from thuocdo.web.attempts import attempt, unknown_act


class Step(NamedTuple):
    """What a button does with the reason typed beside it, and what is said when it went through."""

    act: Callable[[str], Any]
    said: str


def lot(
    request: HttpRequest, template: str, shown: Callable[[], Any], steps: Mapping[str, Step], back: tuple[str, int]
) -> HttpResponse:
    """The page of `shown`; a POST takes one of the steps and leads `back` to it. Raises NotYours."""
    step = steps.get(request.POST.get("step", ""), Step(_unknown, ""))
    tried = attempt(request, lambda: step.act(request.POST.get("reason", "")), step.said)
    if tried.went:
        return redirect(*back)
    return render(request, template, {"one": shown(), **tried.shown, "typed": request.POST}, status=tried.status)


def _unknown(reason: str) -> None:
    raise unknown_act()
