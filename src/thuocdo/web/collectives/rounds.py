"""Rounds of units: the first page, opening one, and the comparison of all its units on one page."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.collectives import actions, queries
from thuocdo.collectives.models import UnitRound
from thuocdo.decisions.actions import draft_unit_decision
from thuocdo.decisions.contents_units import unit_papers_of
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.days_off import warn
from thuocdo.web.decisions.typed import day_or_none, number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.units import asked_for


@needs(Permission.SIGNED_IN)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Own units' sheets, and the rounds in which the user's authority rates."""
    found = queries.desk(user_of(request), today())
    context = {
        "own": [(one, one.round.label, queries.state_words(one)) for one in found.own],
        "rounds": [(one, one.label) for one in found.rounds],
        "may_open": found.may_open,
    }
    return render(request, "web/collectives/desk.html", context)


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """Choose authority and period, then units and rules, and open."""
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", "year")
    year = number(asked.get("year", "")) or today().year
    period = (kind, year, 1 if kind == "year" else number(asked.get("number", "")) or 1)
    if kind not in UnitRound.Kind.values or not 2000 <= year <= 2100 or not 1 <= period[2] <= 12:
        period = ("year", today().year, 1)
    refusal: Refusal | None = None
    if request.method == "POST" and asked.get("do") != "find":
        try:
            return _open(request, period)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    words, chosen = request.POST.get("find", "")[:80], _chosen(request.POST)
    authority = number(asked.get("authority", ""))
    shown = queries.opening(user_of(request), authority, *period, today(), words, set(chosen), asked_for(request).typed)
    problems = problems_of(refusal) if refusal else []
    context = {
        "found": shown,
        "kinds": UnitRound.Kind.choices,
        "period": dict(zip(("kind", "year", "number"), period, strict=True)),
        "units": [(unit, chosen.get(unit.pk, "")) for unit in shown.units],
        "rules": [(k, label, opts, request.POST.get(f"rule_{k}", "")) for k, label, opts in shown.rules],
        "typed": {"basis": request.POST.get("basis", ""), "submit_by": request.POST.get("submit_by", "")},
        "words": words,
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/collectives/opening.html", context, status=status_of(refusal))


def _chosen(posted: Mapping[str, str]) -> dict[int, str]:
    """The kind of each unit that was chosen, by its key."""
    rows = {number(name.removeprefix("unit-")): posted[name] for name in posted if name.startswith("unit-")}
    return {unit: kind for unit, kind in rows.items() if unit and kind}


def _open(request: HttpRequest, period: tuple[str, int, int]) -> HttpResponse:
    posted: dict[str, str] = {name: request.POST[name] for name in request.POST}
    made = actions.open_round(
        authority_id=number(posted.get("authority", "")),
        kind=period[0],
        year=period[1],
        number=period[2],
        basis=posted.get("basis", ""),
        submit_by=day_or_none(posted.get("submit_by", ""), label="Hạn nộp", field="submit_by"),
        units=_chosen(posted),
        rules_chosen={k.removeprefix("rule_"): v for k, v in posted.items() if k.startswith("rule_")},
        by=user_of(request),
        at=now(),
    )
    warn(request, made.authority_id, made.submit_by, label="Hạn nộp")
    messages.success(request, "Đã mở kỳ và báo cho người đứng đầu các đơn vị.")
    return redirect("unit_round", made.pk)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, round_id: int) -> HttpResponse:
    """All units of a round; a POST closes it, states the higher ratio or drafts its paper."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _act(request, round_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    shown = queries.table(user_of(request), round_id, today())
    problems = problems_of(refusal) if refusal else []
    context: dict[str, Any] = {
        "found": shown,
        "lines": [(line, queries.state_words(line.standing.sheet)) for line in shown.lines],
        "papers": unit_papers_of(shown.round) if shown.round.state == UnitRound.State.CLOSED else (),
        "raisable": any(bar.quota.raised for bar in shown.bars),
        "typed": {
            "raised_reason": request.POST.get("raised_reason", shown.round.raised_reason),
            "reason": request.POST.get("reason", ""),
        },
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/collectives/round.html", context, status=status_of(refusal))


def _act(request: HttpRequest, round_id: int) -> HttpResponse:
    posted, by, at = request.POST, user_of(request), now()
    reason, version = posted.get("reason", ""), number(posted.get("version", ""))
    if posted.get("do") == "paper":
        made = draft_unit_decision(round_id=round_id, reason=reason, by=by, at=at)
        messages.success(request, "Đã soạn dự thảo từ các mức đã quyết định. Hãy nhập số, người ký rồi ban hành.")
        return redirect("decision", made.pk)
    if posted.get("do") == "raise":
        actions.raise_quota(round_id=round_id, version=version, reason=posted.get("raised_reason", ""), by=by, at=at)
        messages.success(request, "Đã ghi việc áp dụng tỷ lệ.")
    elif posted.get("do") == "close":
        actions.close_round(round_id=round_id, version=version, by=by, at=at)
        messages.success(request, "Đã khóa kỳ.")
    else:
        raise NotYours()
    return redirect("unit_round", round_id)
