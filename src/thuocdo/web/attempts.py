"""What came of a POST on a page that answers itself: it went through, or the page is shown again with the reasons."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.forms import Problem, by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.unsent import sent


@dataclass(frozen=True)
class Attempt:
    """`went`: done, the view redirects; `made` is what the action gave. Otherwise the page with `shown` in its context
    and `status`."""

    went: bool = False
    made: Any = None
    refusal: Refusal | None = None

    @property
    def problems(self) -> list[Problem]:
        return problems_of(self.refusal) if self.refusal is not None else []

    @property
    def shown(self) -> dict[str, Any]:
        return {"problems": self.problems, "errors": by_field(self.problems)}

    @property
    def status(self) -> int:
        return status_of(self.refusal)


def attempt(request: HttpRequest, act: Callable[[], Any], said: str) -> Attempt:
    """Run `act` for a POST and say `said`; a GET attempts nothing. Raises NotYours, which no page answers."""
    if request.method != "POST":
        return Attempt()
    try:
        made = act()
    except NotYours:
        raise
    except Refusal as refusal:
        return Attempt(refusal=refusal)
    sent(request)
    messages.success(request, said)
    return Attempt(went=True, made=made)


def unknown_act() -> Refusal:
    """A button that the page does not have."""
    return Refusal("page.act", "Không rõ việc cần làm. Hãy tải lại trang rồi bấm lại.")
