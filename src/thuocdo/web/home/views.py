"""The first page: what waits for this person, and what they were told."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.queries import Todo, todo
from thuocdo.decisions.queries import waiting as decisions_waiting
from thuocdo.difficulties.queries import waiting as difficulties_waiting
from thuocdo.inflow.queries import waiting_lines
from thuocdo.notices.actions import mark_read
from thuocdo.notices.queries import notices_for
from thuocdo.organisation.queries import officers_to_call
from thuocdo.plans.queries_units import missing
from thuocdo.plans.rules import week_to_plan
from thuocdo.rulesets.regulations import waiting_for
from thuocdo.web.access import allowed, needs, now, today, user_of

_GROUPS = (
    ("Phiếu của tôi", ("sheet.drafting", "sheet.returned")),
    ("Kế hoạch tuần", ("plan.own", "plan.unit")),
    ("Nhận xét, xác nhận phiếu", ("sheets.to_evaluate",)),
    ("Công việc, giải trình", ("task.answer", "task.asked", "task.proposal", "task.cause")),
    ("Kiến nghị chờ trả lời", ("petition.to_answer",)),
    ("Việc đến từ hệ thống khác", ("inflow.waiting",)),
    ("Công bố, văn bản", ("reopening.waiting", "decision.to_receive")),
    ("Vướng mắc về quy tắc", ("difficulties.waiting",)),
    ("Danh mục sản phẩm, công việc", ("catalogue.to_approve", "inventories.sent", "proposals.waiting")),
    ("Quy chế của đơn vị", ("regulation.approve", "regulation.mend")),
    ("Kỳ theo dõi, đánh giá", ("members.to_choose", "members.no_evaluator", "sheets.late", "cycle.to_close")),
)


@dataclass(frozen=True)
class Group:
    """Things to do that belong together."""

    title: str
    todos: list[Todo]


@needs(Permission.SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To-do, grouped by what it is about, and notices."""
    user = user_of(request)
    waiting = todo(user, now())
    if Permission.ANSWER_PETITIONS in allowed(request):
        waiting += decisions_waiting(user, now())
    if Permission.MANAGE_CYCLES in allowed(request):
        waiting += difficulties_waiting(user, now())
    if allowed(request) & {Permission.MANAGE_CYCLES, Permission.EVALUATE}:
        waiting += _regulations(user, today())
    waiting += _plans(user, today())
    if allowed(request) & {Permission.MANAGE_PEOPLE, Permission.ASSIGN_TASKS}:
        waiting += _inflow(user, now())
    groups = [Group(title, found) for title, kinds in _GROUPS if (found := [t for t in waiting if t.kind in kinds])]
    return render(request, "web/home/home.html", {"notices": notices_for(user), "groups": groups})


def _plans(user: User, on: date) -> list[Todo]:
    """The own plan of the week, and who has none yet in the units one leads, where units ask for plans."""
    found = missing(user, week_to_plan(on))
    asked, late = f"?tuan={found.week.isoformat()}", on >= found.week
    words = f"tuần từ {found.week:%d/%m/%Y}"
    own = [Todo("plan.own", f"Lập kế hoạch {words}", reverse("plan_week") + asked, found.week, late)]
    return (own if found.own else []) + [
        Todo(
            "plan.unit",
            f"{line.without} người chưa có kế hoạch tuần ({line.unit.name}, {words})",
            reverse("plan_unit", args=[line.unit.pk]) + asked,
            found.week,
            late,
        )
        for line in found.units
    ]


def _regulations(user: User, on: date) -> list[Todo]:
    """Regulations of units to approve, or to mend after they were returned."""
    words = {"approve": "Phê duyệt hoặc trả lại quy chế", "mend": "Sửa quy chế được trả lại"}
    return [
        Todo(
            f"regulation.{step}",
            f"{words[step]}: {one.unit.name}, bản số {one.number}",
            reverse("regulation", args=[one.pk]),
            None,
            overdue=False,
        )
        for step, one in waiting_for(user, on)
    ]


def _inflow(user: User, at: datetime) -> list[Todo]:
    """Sources in which something waits, or which are silent or fail. At most seven queries."""
    found = []
    for line in waiting_lines(user, at):
        words = f"{line.waiting} mục chờ làm rõ hoặc chọn bản" if line.waiting else "im lặng hoặc không kết nối được"
        path = reverse("inbox", args=[line.source.pk])
        found.append(Todo("inflow.waiting", f"Nguồn “{line.source.name}”: {words}", path, None, overdue=False))
    return found


@needs(Permission.SIGNED_IN)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    mark_read(by=user_of(request), at=now())
    return redirect("home")


@needs(Permission.SIGNED_IN)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to call and how to do the few things there are."""
    officers = officers_to_call(user_of(request), today())
    return render(request, "web/home/help.html", {"officers": officers})
