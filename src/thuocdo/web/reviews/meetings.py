"""Review meetings: calling one, its page with comments and minutes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.reviews import actions, calling, following
from thuocdo.reviews.minutes.queries import papers_of
from thuocdo.rounds import books
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.attempts import attempt, unknown_act
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.scans import scan_sent

UNFOLDED = 20
"""Of more subjects on a page those of one place are folded; who looks for somebody by name sees them at once."""
DONE = {
    "comment": "Đã ghi ý kiến.",
    "answer": "Đã ghi trả lời.",
    "hold": "Đã ghi hội nghị; bước kiểm điểm của các đối tượng đã xong.",
    "drop": "Đã ghi là không họp.",
    "scan": "Đã đưa bản chụp lên. Người khác đối chiếu rồi xác nhận.",
    "confirm": "Đã xác nhận bản chụp đúng như biên bản.",
    "withdraw": "Đã hủy biên bản ghi nhầm; các đối tượng triệu tập lại được.",
}


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Meetings of a round, and calling one on several subjects."""
    tried = attempt(request, lambda: _call(request, party_round_id), "Đã triệu tập hội nghị.")
    if tried.went:
        return redirect("review_meeting", tried.made)
    typed, kind = clean(request.GET.get("tim", ""))[:80], request.GET.get("loai", "")
    page, met = page_number(request.GET), page_number(request.GET, "trang-hop")
    found_now = calling.to_call(user_of(request), party_round_id, typed, kind, now(), number=page, met=met)
    ticked = numbers(request.POST.getlist("subject"))
    context = {
        "found": found_now,
        "round": found_now.round,
        "folds": found_now.leaf.total > UNFOLDED and not typed,
        "opened": [place.keys for place in found_now.places if any(one.subject.pk in ticked for one in place.subjects)],
        "name": typed,
        "kind": kind,
        "keep": "".join(f"{urlencode({key: value})}&" for key, value in (("loai", kind), ("tim", typed)) if value),
        "kinds": [
            (code, books.LABELS[code]) for code in ("collective", "party_organisation", "leader", "party_member")
        ],
        "typed": request.POST,
        "ticked": ticked,
        "whole": request.POST.getlist("place_of"),
        **tried.shown,
    }
    return render(request, "web/reviews/call.html", context, status=tried.status)


def _call(request: HttpRequest, party_round_id: int) -> int:
    posted, read = request.POST, Reading()
    on = read(parse_day, posted.get("on", ""), label="Ngày họp", field="on")
    whole = [key for value in posted.getlist("place_of") for key in value.split(",")]
    keys = sorted({*numbers(posted.getlist("subject")), *numbers(whole)})
    if not keys:
        read(_nobody)
    read.done()
    made = actions.call_meeting(
        round_id=party_round_id,
        subject_ids=keys,
        on=on,
        half_days=number(posted.get("half_days", "")),
        place=posted.get("place", ""),
        by=user_of(request),
        at=now(),
    )
    return made.pk


def _nobody() -> None:
    raise Refusal("review.nobody", "Chưa chọn đối tượng nào. Hãy đánh dấu ít nhất một đối tượng.", field="subjects")


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, review_meeting_id: int) -> HttpResponse:
    """One meeting: who is summoned, comments and answers, writing down that it was held; the minutes when printed."""
    act = request.POST.get("do", "")
    tried = attempt(request, lambda: _act(request, act, review_meeting_id), DONE.get(act, ""))
    if tried.went:
        return redirect("review_meeting", review_meeting_id)
    found_now = following.meeting(user_of(request), review_meeting_id, now())
    row = found_now.meeting
    start = {"on": f"{row.on:%d/%m/%Y}", "half_days": str(row.half_days)}
    context = {
        "found": found_now,
        "round": found_now.round,
        "row": row,
        "papers": papers_of(user_of(request), found_now),
        "act": act,
        "typed": request.POST if act == "hold" and tried.refusal else start,
        "said": request.POST if act in ("comment", "answer") and tried.refusal else {},
        "presiding": (("chair", "Chủ trì"), ("secretary", "Thư ký")),
        "withdrawn": request.POST.get("withdraw-reason", ""),
        "came": numbers(request.POST.getlist("present")) if act == "hold" else [s.person_id for s in found_now.seats],
        **tried.shown,
    }
    return render(request, "web/reviews/meeting.html", context, status=tried.status)


def _act(request: HttpRequest, act: str, key: int) -> None:
    posted = request.POST
    given: dict[str, Any] = {"by": user_of(request), "at": now()}
    if act == "comment":
        actions.add_comment(
            meeting_id=key,
            subject_id=number(posted.get("subject", "")),
            person_id=number(posted.get("person", "")),
            text=posted.get("comment", ""),
            **given,
        )
    elif act == "answer":
        actions.answer_comment(
            comment_id=number(posted.get("which", "")),
            answer=posted.get("answer", ""),
            said=posted.get("said", ""),
            **given,
        )
    elif act == "drop":
        actions.drop_meeting(meeting_id=key, reason=posted.get("reason", ""), **given)
    elif act == "scan":
        actions.attach_minutes(meeting_id=key, upload=scan_sent(request), **given)
    elif act == "confirm":
        same = posted.get("same") == "1"
        actions.confirm_minutes(meeting_id=key, number=number(posted.get("scan", "")), same=same, **given)
    elif act == "withdraw":
        actions.withdraw_meeting(meeting_id=key, reason=posted.get("withdraw-reason", ""), **given)
    elif act == "hold":
        read = Reading()
        on = read(parse_day, posted.get("on", ""), label="Ngày họp", field="on")
        read.done()
        actions.hold_meeting(
            meeting_id=key,
            version=number(posted.get("version", "")),
            on=on,
            half_days=number(posted.get("half_days", "")),
            present=numbers(posted.getlist("present")),
            chair_id=number(posted.get("chair", "")),
            secretary_id=number(posted.get("secretary", "")),
            conclusion=posted.get("conclusion", ""),
            exception=posted.get("exception", ""),
            **given,
        )
    else:
        raise unknown_act()
