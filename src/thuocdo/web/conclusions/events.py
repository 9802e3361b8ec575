"""Assessments before an event: the list, and opening one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import actions, candidates, events
from thuocdo.conclusions.models import Assessment
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.rounds import books
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import day_or_none
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.tables.filters import asked_of, kept

TYPED = ("day", "kind", "find", "who", "occasion", "event", "start", "overlay")
OCCASIONS = Assessment.Occasion.choices[1:]


@needs(Permission.SIGNED_IN)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What the reader has to do with, newest first."""
    asked = asked_of(request, "events")
    found = events.event_list(
        user_of(request), asked["tim"], asked["dip"], asked["tinh-trang"], page_number(request.GET), now()
    )
    context = {
        "found": found,
        "rows": [(one, books.LABELS[one.kind]) for one in found.rows],
        "asked": asked,
        "filtered": any(asked.values()),
        "keep": kept(asked),
        "occasions": OCCASIONS,
        "states": [("own", "chờ tự đánh giá"), *Assessment.State.choices[1:]],
    }
    return render(request, "web/conclusions/events.html", context)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open one; until then a POST looks for whom, and for what the rules of the day name."""
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("do") == "open":
        try:
            made = actions.open_event(**_typed(request.POST), by=user_of(request), at=now())
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "Đã mở hồ sơ; chờ phần tự đánh giá.")
            return redirect("assessment_event", made.pk)
    typed = {name: request.POST.get(name, "") for name in TYPED}
    if request.method != "POST":
        typed |= {"day": f"{today():%d/%m/%Y}", "kind": "leader"}
    return render(request, "web/conclusions/event_new.html", _form(request, typed, refusal), status=status_of(refusal))


def _typed(posted: QueryDict) -> dict[str, Any]:
    read = Reading()
    day = read(parse_day, posted.get("day", ""), label="Ngày của việc", field="day")
    start = read(day_or_none, posted.get("start", ""), label="Xét từ ngày", field="start")
    read.done()
    overlay = posted.get("overlay", "")
    words = {name: posted.get(name, "") for name in ("occasion", "event", "kind", "who")}
    return words | {"day": day, "start": start, "overlays": [overlay] if overlay else []}


def _form(request: HttpRequest, typed: Mapping[str, str], refusal: Refusal | None) -> dict[str, Any]:
    problems = problems_of(refusal) if refusal else []
    day, unread = _day(typed["day"])
    found = events.offer(user_of(request), day, typed["overlay"], typed["kind"], typed["find"], now())
    return {
        "found": found,
        "why": unread or found.why,
        "kinds": [(kind, books.LABELS[kind]) for kind in candidates.KINDS],
        "typed": typed,
        "problems": problems,
        "errors": by_field(problems),
    }


def _day(typed: str) -> tuple[date | None, str]:
    try:
        return parse_day(typed, label="Ngày của việc", field="day"), ""
    except Refusal as refusal:
        return None, refusal.message
