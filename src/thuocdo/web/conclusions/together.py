"""Verifying and deciding many at once: who is taken along, one document for all, the places as they stand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import actions, together
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of

ASKED = ("level", "reason", "prospects")


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Self-ratings taken as they are, those that are ticked, with one comment."""
    refusal: Refusal | None = None
    posted = request.POST
    if request.method == "POST":
        try:
            done = actions.verify_many(
                round_id=party_round_id, rows={key: _version(posted, key) for key in _taken(posted)},
                comment=posted.get("comment", ""), group=posted.get("group", ""), by=user_of(request), at=now(),
            )  # fmt: skip
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"Đã ghi thẩm định {len(done)} hồ sơ; chờ cấp có thẩm quyền quyết định.")
            return redirect(request.get_full_path())
    typed = clean(request.GET.get("tim", ""))[:120]
    found_now = together.to_verify(user_of(request), party_round_id, typed, now())
    return _page(request, "web/conclusions/verify_many.html", found_now, refusal, typed, "")


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """The levels of those that are ticked, in one document; `do=count` counts the places and writes nothing."""
    refusal: Refusal | None = None
    posted, act = request.POST, request.POST.get("do", "")
    if request.method == "POST" and act != "count":
        try:
            words = {"raise": _raise, "lower": _lower}.get(act, _decide)(request, party_round_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, words)
            return redirect(request.get_full_path())
    typed, group = (clean(request.GET.get(name, ""))[:120] for name in ("tim", "nhom"))
    chosen = {key: posted.get(f"level-{key}", "") for key in _taken(posted)} if act in ("count", "decide") else {}
    found_now = together.to_decide(user_of(request), party_round_id, typed, group, chosen, now())
    return _page(request, "web/conclusions/decide_many.html", found_now, refusal, typed, group)


def _page(
    request: HttpRequest, template: str, found: together.Together, refusal: Refusal | None, typed: str, group: str
) -> HttpResponse:
    posted, problems = request.POST, problems_of(refusal) if refusal else []
    errors = by_field(problems)
    ticked = _taken(posted) if posted else None
    rows = [
        {
            "line": line,
            "taken": not line.why and (ticked is None or line.one.pk in ticked),
            "level": posted.get(f"level-{line.one.pk}", line.one.proposed),
            "reason": posted.get(f"reason-{line.one.pk}", ""),
            "prospects": posted.get(f"prospects-{line.one.pk}", ""),
            "error": errors.get(f"row-{line.one.pk}", ""),
        }
        for line in found.lines
    ]
    context = {
        "found": found,
        "round": found.round,
        "rows": rows,
        "asked": typed,
        "group": group,
        "typed": posted,
        "act": posted.get("do", ""),
        "problems": problems,
        "errors": errors,
        "more": found.total - len(found.lines),
    }
    return render(request, template, context, status=status_of(refusal))


def _taken(posted: QueryDict) -> list[int]:
    return [key for one in posted.getlist("take") if (key := number(one))]


def _version(posted: QueryDict, key: int) -> int:
    return number(posted.get(f"version-{key}", ""))


def _decide(request: HttpRequest, round_id: int) -> str:
    posted, read = request.POST, Reading()
    on = read(parse_day, posted.get("on", ""), label="Ngày quyết định", field="on")
    read.done()
    rows = {
        key: actions.Row(_version(posted, key), *(posted.get(f"{name}-{key}", "") for name in ASKED))
        for key in _taken(posted)
    }
    done = actions.decide_many(round_id=round_id, rows=rows, on=on, number=posted.get("number", ""), **_who(request))
    return f"Đã ghi quyết định về {len(done)} hồ sơ."


def _raise(request: HttpRequest, _round_id: int) -> str:
    posted = request.POST
    actions.raise_line(
        like=number(posted.get("like", "")), document_number=posted.get("document_number", ""),
        reason=posted.get("raise_reason", ""), **_who(request),
    )  # fmt: skip
    return "Đã ghi quyết định nâng tỷ lệ; số suất của nhóm tính theo tỷ lệ nâng."


def _lower(request: HttpRequest, _round_id: int) -> str:
    actions.end_raising(raising_id=number(request.POST.get("raising", "")), **_who(request))
    return "Đã ghi thôi áp dụng tỷ lệ nâng."


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": user_of(request), "at": now()}
