"""The year's calendar of a unit: twelve months to read and print, and for its officer the days to fix."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.calendars import actions
from thuocdo.calendars.queries import calendar_places, calendar_year
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import by_field, problems_of, words_typed
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import status_of

MONTHS = tuple(f"Tháng {number}" for number in range(1, 13))


@needs(Permission.SIGNED_IN)
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """The units whose calendar this person keeps or lives by."""
    places = calendar_places(user_of(request), today())
    years = (today().year, today().year + 1)
    return render(request, "web/calendars/list.html", {"places": places, "years": years})


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, unit_id: int, year: int) -> HttpResponse:
    """One year; a POST fixes a day, takes one back or confirms the year, as `do` says."""
    if request.method != "POST":
        return _page(request, unit_id, year)
    try:
        done = _do(request, unit_id, year)
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, unit_id, year, refusal)
    messages.success(request, done)
    return redirect("calendar_year", unit_id, year)


def _do(request: HttpRequest, unit_id: int, year: int) -> str:
    typed, by, at = request.POST, user_of(request), now()
    if typed.get("do") == "confirm":
        actions.confirm_year(unit_id=unit_id, year=year, decision=typed.get("confirmed", ""), by=by, at=at)
        return f"Đã xác nhận lịch năm {year}; từ nay các ngày ghi ở đây được dùng để tính thời hạn."
    if typed.get("do") == "remove":
        asked = typed.get("day_id", "")
        actions.remove_day(day_id=int(asked) if asked.isascii() and asked.isdigit() else 0, by=by, at=at)
        return "Đã bỏ ngày này khỏi lịch của đơn vị."
    read = Reading()
    day = read(parse_day, typed.get("day", ""), label="Ngày", field="day")
    reason = read(words_typed, typed, "reason", "Tên ngày hoặc lý do")
    read.done()
    actions.set_day(
        unit_id=unit_id,
        day=day,
        kind=typed.get("kind", ""),
        reason=reason,
        decision=typed.get("decision", ""),
        by=by,
        at=at,
    )
    return "Đã ghi ngày này vào lịch của đơn vị."


def _page(request: HttpRequest, unit_id: int, year: int, refusal: Refusal | None = None) -> HttpResponse:
    page = calendar_year(user_of(request), unit_id, year, today())
    problems = problems_of(refusal) if refusal else []
    typed: Mapping[str, str] = request.POST
    context = {
        "one": page,
        "months": list(zip(MONTHS, page.months, strict=True)),
        "typed": typed,
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/calendars/year.html", context, status=status_of(refusal))
