"""A month of plans: calendar and list, the own one, somebody else's, and beside a sheet."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.sheets import require_seen
from thuocdo.kernel.errors import NotYours
from thuocdo.plans import actions, queries, rules
from thuocdo.plans.models import WeekItem
from thuocdo.plans.queries import MonthPlan
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.my_unit.task_lists import month_from, month_links
from thuocdo.web.plans.own import DAYS
from thuocdo.work.models import Task


@dataclass(frozen=True)
class Cell:
    """One day of the calendar: rows of the plan and tasks that are due on it."""

    day: date
    label: str
    inside: bool
    items: tuple[WeekItem, ...]
    tasks: tuple[Task, ...]

    @property
    def bare(self) -> bool:
        return not (self.items or self.tasks)


@dataclass(frozen=True)
class Row:
    """One week of the calendar: seven days, and what belongs to the week as a whole."""

    week: date
    whole: tuple[WeekItem, ...]
    cells: tuple[Cell, ...]


def _day_of(row: WeekItem) -> date | None:
    """The day on which a row stands: the chosen one, else its deadline where that lies in its week."""
    days = rules.week_days(row.week)
    if row.day is not None:
        return days[row.day - 1]
    return row.due_date if row.due_date in days else None


def calendar_of(plan: MonthPlan) -> list[Row]:
    """The weeks that touch the month. Tasks that stand in a week as rows are not repeated on their due day."""
    by_day: dict[date | None, list[WeekItem]] = {}
    whole: dict[date, list[WeekItem]] = {}
    for row in plan.items:
        day = _day_of(row)
        (by_day.setdefault(day, []) if day else whole.setdefault(row.week, [])).append(row)
    linked = {row.task_id for row in plan.items if row.task_id}
    due: dict[date, list[Task]] = {}
    for task in plan.tasks:
        if task.pk not in linked:
            due.setdefault(task.due_date, []).append(task)
    return [
        Row(week, tuple(whole.get(week, ())), tuple(
            Cell(day, label, day.month == plan.month.month, tuple(by_day.get(day, ())), tuple(due.get(day, ())))
            for day, label in zip(rules.week_days(week), DAYS, strict=True)
        ))
        for week in rules.weeks_touching(plan.month)
    ]  # fmt: skip


def _context(plan: MonthPlan) -> dict[str, Any]:
    counts = [(label, plan.counts[value]) for value, label in WeekItem.State.choices if value in plan.counts]
    return {"plan": plan, "rows": calendar_of(plan), "counts": counts, "month": plan.month, "day_names": DAYS}


@needs(Permission.OWN_SHEET)
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The own month."""
    chosen = month_from(request.GET, today())
    plan = queries.month_of(user_of(request), None, chosen, today())
    return render(request, "web/plans/month.html", {"own": True, **month_links(chosen), **_context(plan)})


@needs(Permission.OWN_SHEET, Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody's month; the look is on record once for each month."""
    user, chosen = user_of(request), month_from(request.GET, today())
    plan = queries.month_of(user, person_id, chosen, today())
    if not plan.seen:
        actions.record_person_view(by=user, at=now(), person_id=person_id, month=chosen)
    return render(request, "web/plans/month.html", {"own": False, **month_links(chosen), **_context(plan)})


@needs(Permission.OWN_SHEET, Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_safe
def beside(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The weeks of a sheet's month as information beside it, for whoever may see the sheet."""
    sheet = require_seen(user_of(request), sheet_id, now())
    if sheet.cycle.kind != "month":
        raise NotYours()
    month = date(sheet.cycle.year, sheet.cycle.number, 1)
    plan = queries.month_beside(sheet.person, month)
    page = "web/plans/_beside.html" if request.headers.get("HX-Request") else "web/plans/beside.html"
    return render(request, page, {"sheet": sheet, **_context(plan)})
