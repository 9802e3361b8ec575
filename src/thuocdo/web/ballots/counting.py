"""Entering the count: two people, each from their own sign-in, neither shown the other's numbers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots import actions, queries
from thuocdo.ballots.figures import HEADS, label_of, names_of
from thuocdo.ballots.models import Ballot
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.unsent import sent


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The form of a teller. The third person sees both entries and enters the settled figures with a reason."""
    refusal: Refusal | None = None
    typed = {name: request.POST[name] for name in request.POST}
    if request.method == "POST":
        try:
            one = actions.enter_count(ballot_id=ballot_id, typed=typed, by=user_of(request), at=now())
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            sent(request)
            messages.success(request, _said(one))
            return redirect("ballot", ballot_id)
    shown = queries.opened(user_of(request), ballot_id, now())
    counting = shown.counting
    if not shown.seat.teller:
        raise NotYours()
    if counting is None or counting.mine:
        raise refusal or Conflict("Không có số kiểm phiếu nào chờ ông/bà nhập. Hãy quay lại trang cuộc bỏ phiếu.")
    problems = problems_of(refusal) if refusal else []
    if request.method == "GET" and counting.third:
        first, second = (entry.cells() for entry in counting.both)
        typed = {name: str(number) for name, number in first.items() if second[name] == number}
    context: dict[str, Any] = {
        "found": shown, "one": shown.ballot, "counting": counting, "problems": problems, "errors": by_field(problems),
        "heads": [_box(shown.question, name, typed) for name in HEADS], "lines": _lines(shown, typed),
        "reason": typed.get("reason", ""),
    }  # fmt: skip
    return render(request, "web/ballots/count.html", context, status=status_of(refusal))


def _said(one: Ballot) -> str:
    if one.state == Ballot.State.COUNTED:
        return "Số kiểm phiếu đã chốt. In biên bản để ký."
    return "Đã ghi bản nhập. Thành viên khác của ban kiểm phiếu nhập bản tiếp theo, không xem bản này."


def _box(question: Any, name: str, typed: dict[str, str]) -> tuple[str, str, str]:
    return name, label_of(question, name), typed.get(name, "")


def _short(question: Any, name: str) -> str:
    """The words beside an input under the heading of its line."""
    place, _, what = name.partition(".")
    options = question["lines"][int(place[1:]) - 1]["options"]
    return {"valid": "Hợp lệ", "invalid": "Không hợp lệ"}.get(what) or str(options[int(what[1:]) - 1])


def _lines(shown: queries.Opened, typed: dict[str, str]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    question = shown.question
    boxes: dict[str, list[tuple[str, str, str]]] = {}
    for name in names_of(question):
        place, _, _ = name.partition(".")
        if name not in HEADS:
            boxes.setdefault(place, []).append((name, _short(question, name), typed.get(name, "")))
    return [(f"{n}. {line['text']}", boxes[f"l{n}"]) for n, line in enumerate(question["lines"], 1)]
