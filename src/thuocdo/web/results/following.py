"""Commendations and reminders on published results: the desk, one proposal; and marks of transfers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.results import actions, following, syncing
from thuocdo.results.models import FollowUpRule
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import day_or_none, number, numbers
from thuocdo.web.forms import by_field, words_typed
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.units import asked_for


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Who meets the agency's own rules, what waits, and the rules. A POST sets or ends a rule, or proposes."""
    user = user_of(request)

    def page(refusal: Refusal | None) -> HttpResponse:
        problems, asked, unit = problems_of(refusal) if refusal else [], request.GET, asked_for(request)
        person, rule = number(asked.get("nguoi", "")), number(asked.get("tieu-chi", ""))
        desk = following.desk(user, today(), person, rule, typed=unit.typed, unit_id=unit.chosen)
        context = {
            "desk": desk,
            "kinds": FollowUpRule.Kind.choices,
            "bounds": FollowUpRule.Bound.choices,
            "problems": problems,
            "errors": by_field(problems),
            "typed": request.POST,
        }
        return render(request, "web/results/follow_ups.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    try:
        return _act(request, request.POST)
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)


def _act(request: HttpRequest, given: QueryDict) -> HttpResponse:
    who: dict[str, Any] = {"by": user_of(request), "at": now()}
    step = given.get("step", "")
    if step == "propose":
        made = actions.propose_follow_up(
            person_id=number(given.get("person", "")),
            kind=given.get("kind", ""),
            rule_id=number(given.get("rule", "")),
            results=numbers([one for text in given.getlist("results") for one in text.split(",")]),
            reason=given.get("proposal", ""),
            **who,
        )
        messages.success(request, "Đã đề xuất; người có thẩm quyền quyết định.")
        return redirect("follow_up", made.pk)
    if step == "end":
        rule = number(given.get("rule", ""))
        end = parse_day(given.get("end", ""), label="Thôi áp dụng từ", field=f"end-{rule}")
        actions.end_follow_up_rule(rule_id=rule, end=end, **who)
        messages.success(request, "Đã ghi ngày thôi áp dụng.")
        return redirect("follow_ups")
    read = Reading()
    score = read(words_typed, given, "score", "Mức điểm")
    run = read(_run, given)
    decided_by = read(words_typed, given, "decided_by", "Cấp quyết định")
    source = read(words_typed, given, "source", "Văn bản, căn cứ")
    start = read(parse_day, given.get("start", ""), label="Từ ngày", field="start")
    read.done()
    actions.set_follow_up_rule(
        unit_id=number(given.get("unit", "")),
        kind=given.get("kind", ""),
        bound=given.get("bound", ""),
        score=score,
        run=run,
        start=start,
        decided_by=decided_by,
        source=source,
        **who,
    )
    messages.success(request, "Đã ghi tiêu chí của cơ quan.")
    return redirect("follow_ups")


def _run(given: QueryDict) -> int:
    run = number(given.get("run", ""))
    if not run:
        raise Refusal("rule.run", "Số kỳ liền nhau: hãy nhập từ 1 đến 12.", field="run")
    return run


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """One proposal or decision. A POST decides, takes back, withdraws or makes known."""
    user = user_of(request)

    def page(refusal: Refusal | None) -> HttpResponse:
        problems = problems_of(refusal) if refusal else []
        context = {
            "one": following.shown(user, follow_up_id, today()),
            "problems": problems,
            "errors": by_field(problems),
            "typed": request.POST,
        }
        return render(request, "web/results/follow_up.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    given = request.POST
    step = given.get("step", "")
    known: dict[str, Any] = {"follow_up_id": follow_up_id, "version": number(given.get("version", "")), "by": user}
    known["at"] = now()
    try:
        if step in ("agree", "decline"):
            day = day_or_none(given.get("signed_on", ""), label="Ngày văn bản", field="signed_on")
            known |= {"reason": given.get("reason", ""), "number": given.get("number", "")}
            actions.decide_follow_up(agree=step == "agree", signed_on=day, **known)
        elif step == "undo":
            actions.undo_follow_up(**known)
        elif step == "withdraw":
            actions.withdraw_follow_up(**known)
        else:
            actions.publish_follow_up(**known)
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, "Đã ghi.")
    return redirect("follow_up", follow_up_id)


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def sync(request: HttpRequest) -> HttpResponse:
    """Results that no mark covers, overdue first. A POST marks the chosen lines as transferred."""

    def page(refusal: Refusal | None) -> HttpResponse:
        problems = problems_of(refusal) if refusal else []
        context = {
            "desk": syncing.desk(user_of(request), today()),
            "problems": problems,
            "errors": by_field(problems),
            "typed": request.POST,
            "day": today(),
            "ticked": request.POST.getlist("row"),
            "every": request.method == "GET" and request.GET.get("chon") == "tat-ca",
        }
        return render(request, "web/results/sync.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    try:
        pairs = [text.partition(":") for text in request.POST.getlist("row")]
        read = Reading()
        done_on = read(parse_day, request.POST.get("done_on", ""), label="Ngày cập nhật", field="done_on")
        reference = read(words_typed, request.POST, "reference", "Mã hoặc căn cứ")
        read.done()
        made = actions.mark_synced(
            chosen=[(number(cycle), number(unit)) for cycle, _, unit in pairs],
            done_on=done_on,
            reference=reference,
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, f"Đã ghi nhận {sum(one.results for one in made)} kết quả.")
    return redirect("sync_marks")
