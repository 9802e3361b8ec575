"""Levels within the places of a quota: heads propose for their sheets, the head of the rating unit decides."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.deciding import deciding
from thuocdo.appraisals.level_checks import Wanted
from thuocdo.appraisals.levels import LevelRow, level_table
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.unsent import sent


@needs(Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def levels(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The evaluator's table; a POST proposes the levels chosen in it."""
    if request.method != "POST":
        return _proposing(request, cycle_id)
    try:
        done = actions.propose_levels(wanted=_wanted(request.POST, request.POST), by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return _proposing(request, cycle_id, refusal)
    sent(request)
    messages.success(request, f"Đã ghi đề xuất mức của {len(done)} phiếu.")
    return redirect("evaluate_levels", cycle_id)


@needs(Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The proposals addressed to the head of the rating unit; a POST decides the ticked ones (`do=all`: the open ones
    of the page)."""
    if request.method != "POST":
        return _deciding(request, cycle_id)
    ticked = request.POST.getlist("open" if request.POST.get("do") == "all" else "sheet")
    try:
        wanted = _wanted(request.POST, (f"level-{sheet}" for sheet in dict.fromkeys(ticked)))
        why = request.POST.get("quota_reason", "")
        done = actions.decide_levels(wanted=wanted, quota_reason=why, by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return _deciding(request, cycle_id, refusal)
    messages.success(request, f"Đã quyết định mức của {len(done)} phiếu.")
    return redirect("decide_levels", cycle_id)


def _wanted(typed: QueryDict, names: Iterable[str]) -> list[Wanted]:
    """What the rows of the table say; a key that is none names no sheet."""
    keys = [name.removeprefix("level-") for name in names if name.startswith("level-")]
    return [
        Wanted(
            _whole(key),
            _whole(typed.get(f"number-{key}", "")),
            _whole(typed.get(f"version-{key}", "")),
            typed.get(f"level-{key}", ""),
            typed.get(f"reason-{key}", ""),
        )
        for key in keys
    ]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _proposing(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    found = level_table(user_of(request), cycle_id, now())
    context = {"found": found, **_typed(request, found.rows, refusal)}
    return render(request, "web/my_unit/levels.html", context, status=status_of(refusal))


def _deciding(request: HttpRequest, cycle_id: int, refusal: Refusal | None = None) -> HttpResponse:
    found = deciding(user_of(request), cycle_id, now(), max(1, _whole(request.GET.get("trang", "1"))))
    ticked = {_whole(key) for key in request.POST.getlist("sheet")}
    typed = {"quota_reason": request.POST.get("quota_reason", ""), **_typed(request, found.rows, refusal)}
    context = {"found": found, "ticked": ticked, **typed}
    return render(request, "web/my_unit/decide_levels.html", context, status=status_of(refusal))


def _typed(request: HttpRequest, rows: Iterable[LevelRow], refusal: Refusal | None) -> dict[str, Any]:
    """Each row with what its inputs show: what was typed, else the decision or the proposal."""
    problems = problems_of(refusal) if refusal else []
    shown = []
    for row in rows:
        key = row.sheet.pk
        chosen = row.decision.level if row.decision else row.proposal.level if row.proposal else ""
        said = row.proposal.reason if row.proposal else ""
        level, reason = request.POST.get(f"level-{key}", chosen), request.POST.get(f"reason-{key}", said)
        shown.append({"one": row, "level": level, "reason": reason})
    return {"rows": shown, "problems": problems, "errors": by_field(problems)}
