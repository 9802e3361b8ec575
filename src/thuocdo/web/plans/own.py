"""The own week: quick entry, pasted lines, results, what is copied or taken into it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.plans import actions, queries, rules
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import ItemData
from thuocdo.reviews import actions as reviews
from thuocdo.reviews.planned.queries import to_take
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.days_off import notes, warn
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.plans import typed

STATES = [(value, label) for value, label in WeekItem.State.choices if value in rules.REPORTED]
MOST_REMEDIES = 20
DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def week_path(week: date, name: str = "plan_week") -> str:
    """Address of a page for a week."""
    return f"{reverse(name)}?tuan={week.isoformat()}"


def week_links(week: date) -> dict[str, Any]:
    """The week with its last day, the weeks before and after, the month it belongs to."""
    return {
        "week": week,
        "week_end": rules.week_days(week)[-1],
        "before": week - rules.WEEK,
        "after": week + rules.WEEK,
        "month": rules.month_of_week(week),
    }


@needs(Permission.OWN_SHEET)
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """The own plan of a week."""
    return _page(request, typed.week_from(request.GET, today()))


def _page(
    request: HttpRequest, asked: date, refusal: Refusal | None = None, given: Mapping[str, str] | None = None
) -> HttpResponse:
    mine = queries.my_week(user_of(request), asked)
    problems = problems_of(refusal) if refusal else []
    context = {
        "mine": mine,
        "remedies": [] if mine.closed else list(to_take(user_of(request), asked)[:MOST_REMEDIES]),
        "states": STATES,
        "typed": given or {},
        "problems": problems,
        "errors": by_field(problems),
        "days": DAYS,
        **week_links(asked),
    }
    return render(request, "web/plans/week.html", context, status=status_of(refusal))


def _post(request: HttpRequest, write: Callable[[date], str]) -> HttpResponse:
    """One write into the week the form was made for; a refusal keeps what was typed."""
    asked = typed.week_from({"tuan": request.POST.get("week", "")}, today())
    try:
        said = write(asked)
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, asked, refusal, request.POST)
    messages.success(request, said)
    return redirect(week_path(asked))


@needs(Permission.OWN_SHEET)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One line typed, Enter."""

    def write(asked: date) -> str:
        data = ItemData(text=request.POST.get("text", ""))
        added = actions.add_items(by=user_of(request), at=now(), week=asked, items=[data])
        return f"Đã thêm “{added[0].text}”." if added else "Việc này đã có trong tuần, không thêm lần nữa."

    return _post(request, write)


@needs(Permission.OWN_SHEET)
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """How the week went."""

    def write(asked: date) -> str:
        rows = typed.reports(request.POST)
        changed = actions.report_items(by=user_of(request), at=now(), week=asked, reports=rows)
        return f"Đã ghi kết quả {len(changed)} việc." if changed else "Không có gì thay đổi."

    return _post(request, write)


@needs(Permission.OWN_SHEET)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Ticked tasks of the month go into the week."""

    def write(asked: date) -> str:
        chosen = typed.ids(request.POST, "task")
        added = actions.take_tasks(by=user_of(request), at=now(), week=asked, task_ids=chosen)
        return f"Đã đưa {len(added)} việc được giao vào tuần." if added else "Chưa chọn việc nào còn ngoài tuần."

    return _post(request, write)


@needs(Permission.OWN_SHEET)
@require_POST
def take_remedies(request: HttpRequest) -> HttpResponse:
    """Ticked remedies of a review go into the week."""

    def write(asked: date) -> str:
        chosen = typed.ids(request.POST, "remedy")
        added = reviews.take_remedies(by=user_of(request), at=now(), week=asked, remedy_ids=chosen)
        return f"Đã đưa {len(added)} biện pháp khắc phục vào tuần." if added else "Chưa chọn biện pháp nào ngoài tuần."

    return _post(request, write)


@needs(Permission.OWN_SHEET)
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Answers on the criteria of campaigns."""

    def write(asked: date) -> str:
        given = typed.answers(request.POST)
        changed = actions.answer_campaign(by=user_of(request), at=now(), week=asked, answers=given)
        return f"Đã ghi {len(changed)} nội dung báo cáo theo đợt." if changed else "Không có gì thay đổi."

    return _post(request, write)


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """Lines from Excel or Word: seen first as they were read, then saved; wrong lines are kept with their problem."""
    asked = typed.week_from({"tuan": request.POST.get("week", request.GET.get("tuan", ""))}, today())
    context: dict[str, Any] = {"text": "", "lines": [], "problems": [], "wrong": 0, **week_links(asked)}
    if request.method != "POST":
        return render(request, "web/plans/paste.html", context)
    text = request.POST.get("rows", "")
    try:
        lines = typed.pasted(text)
        wrong = [line for line in lines if line.data is None]
        if "save" in request.POST and not wrong:
            items = [line.data for line in lines if line.data]
            added = actions.add_items(by=user_of(request), at=now(), week=asked, items=items)
            if added:
                warn(request, added[0].unit_id, *(row.due_date for row in added))
            left = len(lines) - len(added)
            messages.success(request, f"Đã thêm {len(added)} việc" + (f"; {left} việc đã có sẵn." if left else "."))
            return redirect(week_path(asked))
    except NotYours:
        raise
    except Refusal as refusal:
        context |= {"text": text, "problems": problems_of(refusal)}
        return render(request, "web/plans/paste.html", context, status=status_of(refusal))
    unit = queries.unit_of_week(user_of(request), asked)
    dated = [("Hạn", line.data.due_date) for line in lines if line.data]
    context |= {"text": text, "lines": lines, "wrong": len(wrong), "days_off": notes(unit, dated) if unit else []}
    return render(request, "web/plans/paste.html", context, status=400 if wrong else 200)


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest) -> HttpResponse:
    """Rows of the latest earlier week, those not done ticked; each goes over once."""
    asked = typed.week_from({"tuan": request.POST.get("week", request.GET.get("tuan", ""))}, today())
    problems = []
    status = 200
    if request.method == "POST":
        try:
            chosen = typed.ids(request.POST, "item")
            added = actions.carry_over(by=user_of(request), at=now(), week=asked, item_ids=chosen)
        except NotYours:
            raise
        except Refusal as refusal:
            problems, status = problems_of(refusal), status_of(refusal)
        else:
            messages.success(request, f"Đã chép {len(added)} việc." if added else "Không có việc nào mới để chép.")
            return redirect(week_path(asked))
    earlier = queries.earlier_week(user_of(request), asked)
    context = {"earlier": earlier, "to_carry": queries.TO_CARRY, "problems": problems, **week_links(asked)}
    return render(request, "web/plans/copy.html", context, status=status)


@needs(Permission.OWN_SHEET)
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One row in full: day, deadline, product, nature, who assigned it."""
    row = queries.own_item(user_of(request), item_id)
    given: Mapping[str, Any] = _as_typed(row)
    problems = []
    status = 200
    if request.method == "POST":
        given = request.POST
        try:
            data = typed.item(request.POST)
            version = typed.whole(request.POST.get("version", "")) or 0
            actions.change_item(by=user_of(request), at=now(), item_id=item_id, version=version, data=data)
        except NotYours:
            raise
        except Refusal as refusal:
            problems, status = problems_of(refusal), status_of(refusal)
        else:
            messages.success(request, "Đã lưu việc trong tuần.")
            warn(request, row.unit_id, data.due_date)
            return redirect(week_path(row.week))
    context = {
        "row": row,
        "typed": given,
        "problems": problems,
        "errors": by_field(problems),
        "days": list(enumerate(DAYS, 1)),
        "natures": WeekItem.Nature.choices,
        "tasks": queries.tasks_to_link(row),
        **week_links(row.week),
    }
    return render(request, "web/plans/item.html", context, status=status)


def _as_typed(row: WeekItem) -> dict[str, Any]:
    return {
        "text": row.text,
        "day": str(row.day or ""),
        "nature": row.nature,
        "due_date": f"{row.due_date:%d/%m/%Y}" if row.due_date else "",
        "expected": row.expected,
        "assigned_by": row.assigned_by,
        "task": str(row.task_id or ""),
        "version": row.version,
        **{name: "1" for name in ("is_key", "is_new", "is_hard") if getattr(row, name)},
    }


@needs(Permission.OWN_SHEET)
@require_POST
def drop(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take a row out of the plan."""
    version = typed.whole(request.POST.get("version", "")) or 0
    row = actions.drop_item(by=user_of(request), at=now(), item_id=item_id, version=version)
    messages.success(request, f"Đã bỏ “{row.text}” khỏi kế hoạch.")
    return redirect(week_path(row.week))
