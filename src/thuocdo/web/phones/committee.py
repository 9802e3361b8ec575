"""The committee's page: one step after the other, and the bridge to its tool."""

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots import actions
from thuocdo.ballots.lpk1 import tool
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.phones import queries
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.ballots.meeting import EVERYBODY
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.phones.answers import to_script

STEPS: dict[str, tuple[Callable[..., Any], tuple[str, ...], str]] = {
    "keys": (actions.take_keys, ("text",), "Đã nhận khóa. Hãy đọc to mã khóa; mọi điện thoại phải hiện đúng mã này."),
    "issue": (actions.start_issuing, ("present",), "Đã điểm danh; người có mặt nhận phiếu được trên điện thoại."),
    "restart": (actions.restart_issuing, (), "Đã bỏ khóa và mọi yêu cầu. Hãy tạo khóa mới trong công cụ."),
    "paper": (actions.move_to_paper, ("reason",), "Đã chuyển sang phiếu giấy với đúng nội dung đã chốt."),
    "issued": (actions.end_issuing, (), "Đã chốt số phiếu phát ra. Hãy công bố số này."),
    "cast": (actions.start_casting, (), "Đã bắt đầu bỏ phiếu."),
    "close": (actions.begin_closing, (), "Đang đóng: máy chủ nhận phiếu ghi nốt, trong khoảng 25 giây."),
    "board": (actions.publish_board, ("text",), "Đã công bố bảng kết quả. Mời mọi người xem dòng của mình."),
    "settle": (actions.end_objections, (), "Đã lập biên bản. In biên bản để ký, rồi đưa bản chụp lên."),
}
"""What the page may do: the action, what it takes from the form, what is said then."""


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def committee(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The page, or one step of it; htmx asks for the numbers alone."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _step(request, ballot_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    shown = queries.committee(user_of(request), ballot_id)
    if shown.ballot.mode == Ballot.Mode.PAPER:
        return redirect("ballot", ballot_id)
    problems = problems_of(refusal) if refusal else []
    chosen, every = set(request.POST.getlist("present")), request.GET.get("chon") == EVERYBODY
    context: dict[str, Any] = {
        "shown": shown,
        "one": shown.ballot,
        "people": [(each, every or each.key in chosen) for each in shown.electors],
        "typed": {name: request.POST.get(name, "") for name in ("keys", "signatures", "board", "reason")},
        "casting": settings.CASTING_URL,
        "tool_hash": tool.published()[tool.TOOL],
        "signed": tool.signed(settings.BALLOT_TOOL_SIGNATURE) if shown.ballot.state == Ballot.State.FROZEN else None,
        "bridge": request.build_absolute_uri(reverse("phone_bridge", args=[ballot_id])),
        "problems": problems,
        "errors": by_field(problems),
    }
    if request.headers.get("HX-Request"):
        return render(request, "web/phones/_numbers.html", context)
    slip = request.build_absolute_uri(reverse("phone_slip", args=[ballot_id]))
    context |= {"slip": slip, "qr": segno.make_qr(slip, error="m").svg_data_uri(light="#fff", omitsize=True)}
    return render(request, "web/phones/committee.html", context, status=status_of(refusal))


def _step(request: HttpRequest, ballot_id: int) -> HttpResponse:
    do = request.POST.get("do", "")
    by: dict[str, Any] = {"ballot_id": ballot_id, "by": user_of(request), "at": now()}
    if do == "sign":
        made = actions.sign_tokens(text=request.POST.get("signatures", ""), **by)
        messages.success(request, f"Đã nhận {made} chữ ký mới.")
        return redirect("phone_committee", ballot_id)
    if do not in STEPS:
        raise NotYours()
    action, takes, said = STEPS[do]
    given: dict[str, Any] = {"version": number(request.POST.get("version", ""))}
    if "text" in takes:
        given["text"] = request.POST.get(do, "")
    if "present" in takes:
        given["present"] = request.POST.getlist("present")
    if "reason" in takes:
        given["reason"] = request.POST.get("reason", "")
    action(**by, **given)
    messages.success(request, said)
    return redirect("ballot" if do in ("paper", "settle") else "phone_committee", ballot_id)


@needs(Permission.SIGNED_IN)
@require_safe
def bridge(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The page that the tool opens from its file: it may keep its opener, nothing else of the site does."""
    shown = queries.committee(user_of(request), ballot_id)
    if not shown.teller:
        raise NotYours()
    response = render(request, "web/phones/bridge.html", {"one": shown.ballot, "shown": shown})
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


@needs(Permission.SIGNED_IN)
@require_safe
@to_script
def requests(request: HttpRequest, ballot_id: int) -> dict[str, Any]:
    """Requests that wait for a signature, for the tool."""
    return queries.requests_out(user_of(request), ballot_id)


@needs(Permission.SIGNED_IN)
@require_POST
@to_script
def signatures(request: HttpRequest, ballot_id: int) -> dict[str, Any]:
    """Signatures from the tool, through the bridge."""
    text = request.POST.get("signatures", "")
    return {"signed": actions.sign_tokens(ballot_id=ballot_id, text=text, by=user_of(request), at=now())}
