"""A ballot's page: while it is prepared, in the meeting, afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots import actions, queries, rules, texts
from thuocdo.ballots.models import Ballot
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.scans import scan_sent

EVERYBODY = "tat-ca"
"""`?chon=` ticks every box beforehand: the user unticks who is missing."""
TYPED = ("issued", "issued-reason", "recount-reason", "cancel-reason")
SAID = {
    "freeze": "Đã chốt nội dung. Mã nội dung phiếu hiện trên trang này: đọc to và ghi vào dự thảo biên bản.",
    "call": "Đã chốt điểm danh.",
    "issue": "Đã ghi số phiếu phát ra.",
    "issue_again": "Hãy ghi lại số phiếu phát ra.",
    "scan": "Đã đưa bản chụp lên. Người khác đối chiếu rồi xác nhận.",
    "confirm": "Đã đối chiếu. Kết quả dùng được.",
    "recount": "Đã ghi. Biên bản chưa ký thì nhập lại số ngay; đã ký thì chờ chủ trì đồng ý.",
    "agree": "Đã mở lần kiểm mới; hai người nhập lại số. Biên bản cũ còn dùng đến khi ký biên bản mới.",
    "finish": "Đã kết thúc; người bỏ phiếu xem được kết quả.",
    "cancel": "Đã hủy cuộc bỏ phiếu.",
}


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Who takes part, where it stands, and the next step for whoever takes it."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _act(request, ballot_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    shown = queries.opened(user_of(request), ballot_id, now())
    problems = problems_of(refusal) if refusal else []
    one, last = shown.ballot, shown.scans[-1] if shown.scans else None
    present = set(numbers(request.POST.getlist("present")))
    called, everybody = request.POST.get("do") == "call", request.GET.get("chon") == EVERYBODY
    context: dict[str, Any] = {
        "found": shown, "one": one, "question": shown.question, "problems": problems, "errors": by_field(problems),
        "roll": [(row, row.pk in present if called else everybody) for row in shown.electors],
        "typed": {name: request.POST.get(name, "") for name in TYPED},
        "words": next((t for t in texts.texts_for(one.kind, one.held_on) if t.key == one.rulebook), None),
        "few": len(shown.electors) < 5, "last": last, "steps": _steps(one), "blank_heading": shown.blank_heading,
        "may_cancel": shown.seat.organiser and one.counting == 1 and one.state in rules.CANCELLABLE,
        "may_confirm": (shown.seat.teller or shown.seat.chair) and last and last.attached_by_id != user_of(request).pk,
    }  # fmt: skip
    return render(request, "web/ballots/ballot.html", context, status=status_of(refusal))


def _steps(one: Ballot) -> list[tuple[str, str]]:
    """The steps on paper with where this ballot stands: done, now, later."""
    order = ("draft", "frozen", "called", "issued", "counted", "signed", "final")
    names = ("Soạn", "Điểm danh", "Phát phiếu", "Kiểm phiếu", "Ký biên bản", "Công bố", "Đã kết thúc")
    here = order.index(one.state) if one.state in order else -1
    return [(name, "xong" if n < here else "đang làm" if n == here else "chưa") for n, name in enumerate(names)]


def _act(request: HttpRequest, ballot_id: int) -> HttpResponse:
    posted = request.POST
    do = posted.get("do", "")
    what: dict[str, Any] = {
        "ballot_id": ballot_id, "version": number(posted.get("version", "")), "by": user_of(request), "at": now()
    }  # fmt: skip
    if do == "freeze":
        actions.freeze_ballot(**what)
    elif do == "call":
        actions.call_roll(present=numbers(posted.getlist("present")), **what)
    elif do == "issue":
        actions.issue_slips(issued=posted.get("issued", ""), **what)
    elif do == "issue_again":
        actions.correct_issued(reason=posted.get("issued-reason", ""), **what)
    elif do == "scan":
        actions.attach_scan(upload=scan_sent(request), **what)
    elif do == "confirm":
        actions.confirm_scan(scan_id=number(posted.get("scan", "")), same=posted.get("same") == "1", **what)
    elif do == "recount":
        actions.recount(reason=posted.get("recount-reason", ""), **what)
    elif do == "agree":
        actions.agree_recount(**what)
    elif do == "finish":
        actions.finish_ballot(**what)
    elif do == "cancel":
        actions.cancel_ballot(reason=posted.get("cancel-reason", ""), **what)
    else:
        raise NotYours()
    messages.success(request, SAID[do])
    return redirect("ballot", ballot_id)
