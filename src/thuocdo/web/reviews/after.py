"""Prompts before a review, and duties and remedies after it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Reading
from thuocdo.reviews import actions, following
from thuocdo.reviews.models import PromptPoint, Remedy
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.attempts import attempt, unknown_act
from thuocdo.web.decisions.typed import number
from thuocdo.web.my_unit.dates import parse_day

DONE = {
    "issue": "Đã ghi gợi ý kiểm điểm; bản kiểm điểm phải trả lời từng điểm.",
    "follow": "Đã ghi.",
    "duty": "Đã nêu trách nhiệm; người được nêu trả lời ở trang này.",
    "answer": "Đã ghi trả lời.",
    "plan": "Đã ghi biện pháp; việc này nhắc người thực hiện đến khi xong.",
    "report": "Đã ghi tiến độ.",
}


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def prompt(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The prompt of a superior committee to one subject."""
    act = request.POST.get("do", "")
    tried = attempt(request, lambda: _prompt(request, act, subject_id), DONE.get(act, ""))
    if tried.went:
        return redirect("review_prompt", subject_id)
    found_now = following.prompted(user_of(request), subject_id, now())
    points = found_now.prompt.points.all() if found_now.prompt else []
    context = {
        "found": found_now,
        "round": found_now.subject.round,
        "row": found_now.subject,
        "points": [(point, found_now.answers.get(str(point.number), "")) for point in points],
        "follows": [choice for choice in PromptPoint.Follow.choices if choice[0] != "waiting"],
        "typed": request.POST,
        **tried.shown,
    }
    return render(request, "web/reviews/prompt.html", context, status=tried.status)


def _prompt(request: HttpRequest, act: str, subject_id: int) -> None:
    posted = request.POST
    given: dict[str, Any] = {"by": user_of(request), "at": now()}
    if act == "issue":
        read = Reading()
        issued = read(parse_day, posted.get("issued_on", ""), label="Ngày văn bản", field="issued_on")
        read.done()
        halves = posted.get("half_days", "").strip()
        actions.issue_prompt(
            subject_id=subject_id,
            number=posted.get("number", ""),
            issued_on=issued,
            points=posted.get("points", "").splitlines(),
            half_days=number(halves) if halves else None,
            **given,
        )
    elif act == "follow":
        actions.follow_point(
            point_id=number(posted.get("point", "")),
            follow=posted.get("follow", ""),
            words=posted.get("words", ""),
            **given,
        )
    else:
        raise unknown_act()


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def remedies(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Duties for defects and what is done about these, this year's and last year's."""
    act = request.POST.get("do", "")
    tried = attempt(request, lambda: _remedy(request, act), DONE.get(act, ""))
    if tried.went:
        return redirect("review_remedies", subject_id)
    found_now = following.remedies(user_of(request), subject_id, now())
    context = {
        "found": found_now,
        "round": found_now.subject.round,
        "row": found_now.subject,
        "states": Remedy.State.choices,
        "typed": request.POST,
        "chosen": number(request.POST.get("defect", "")),
        "act": act,
        **tried.shown,
    }
    return render(request, "web/reviews/remedies.html", context, status=tried.status)


def _remedy(request: HttpRequest, act: str) -> None:
    posted = request.POST
    given: dict[str, Any] = {"by": user_of(request), "at": now()}
    defect = number(posted.get("defect", ""))
    if act == "duty":
        leader = number(posted.get("leader", ""))
        actions.name_duty(defect_id=defect, subject_id=leader, words=posted.get("duty", ""), **given)
    elif act == "answer":
        actions.answer_duty(
            duty_id=number(posted.get("which", "")),
            accepted=posted.get("answer") == "accepted",
            said=posted.get("said", ""),
            **given,
        )
    elif act == "plan":
        read = Reading()
        due = read(parse_day, posted.get("due", ""), label="Thời hạn", field="due")
        read.done()
        person = number(posted.get("person", ""))
        actions.plan_remedy(defect_id=defect, measure=posted.get("measure", ""), person_id=person, due=due, **given)
    elif act == "report":
        remedy = number(posted.get("remedy", ""))
        actions.report_remedy(remedy_id=remedy, state=posted.get("state", ""), words=posted.get("degree", ""), **given)
    else:
        raise unknown_act()
