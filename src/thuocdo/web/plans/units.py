"""A unit's week: everybody on one page, who has no plan yet, the head's grades."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.plans import actions, queries_units
from thuocdo.web.access import allowed, needs, now, today, user_of
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.plans import typed
from thuocdo.web.plans.own import DAYS, week_links


@needs(Permission.OWN_SHEET, Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The units whose plans the user reads, with how many people have none yet."""
    asked = typed.week_from(request.GET, today())
    page = max(1, typed.whole(request.GET.get("trang", "")) or 1)
    found = queries_units.units_to_read(user_of(request), asked, today(), page)
    context = {"found": found, "pages": range(1, found.pages + 1), **week_links(asked)}
    return render(request, "web/plans/units.html", context)


@needs(Permission.OWN_SHEET, Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_safe
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Everybody's week in one unit; a look by office is on record once for each week."""
    user, asked = user_of(request), typed.week_from(request.GET, today())
    found = queries_units.unit_week(user, unit_id, asked, today())
    if not found.seen:
        actions.record_unit_view(by=user, at=now(), unit_id=unit_id, week=asked)
    may_set = bool(allowed(request) & {Permission.EVALUATE, Permission.MANAGE_CYCLES}) and found.by_office
    context = {"found": found, "may_set": may_set, "days": DAYS, **week_links(asked)}
    return render(request, "web/plans/unit.html", context)


@needs(Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def grading(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One table: a level for each person, a reason where it is the lowest."""
    asked = typed.week_from({"tuan": request.POST.get("week", request.GET.get("tuan", ""))}, today())
    if request.method != "POST":
        return _table(request, unit_id, asked, {})
    try:
        rows = actions.grade_week(
            by=user_of(request), at=now(), unit_id=unit_id, week=asked, grades=typed.grades(request.POST)
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _table(request, unit_id, asked, request.POST, refusal)
    messages.success(request, f"Đã ghi mức tuần của {len(rows)} người." if rows else "Không có gì thay đổi.")
    return redirect(f"{reverse('plan_unit', args=[unit_id])}?tuan={asked.isoformat()}")


def _table(
    request: HttpRequest, unit_id: int, asked: date, given: Mapping[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    found = queries_units.unit_week(user_of(request), unit_id, asked, today())
    if not found.may_grade or found.grading is None:
        raise NotYours("Tuần này đơn vị không có quy định xếp loại tuần, hoặc ông/bà không phụ trách đơn vị này.")
    problems = problems_of(refusal) if refusal else []
    errors = by_field(problems)
    rows: list[dict[str, Any]] = []
    for one in found.people:
        pk, grade = one.post.person_id, one.grade
        level = given.get(f"level-{pk}", str(grade.level) if grade else "")
        reason = given.get(f"reason-{pk}", grade.reason if grade else "")
        version = grade.version if grade else 0
        error = errors.get(f"reason-{pk}", "")
        rows.append({"one": one, "level": level, "reason": reason, "version": version, "error": error})
    context = {
        "found": found,
        "rows": rows,
        "levels": [(str(n), word) for n, word in enumerate(found.grading.levels)],
        "problems": problems,
        **week_links(asked),
    }
    return render(request, "web/plans/grading.html", context, status=status_of(refusal))
