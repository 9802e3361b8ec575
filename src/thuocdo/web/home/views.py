"""The first page: what waits for this person, and what they were told."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.notices.actions import mark_read
from thuocdo.notices.queries import notices_for
from thuocdo.organisation.queries import officers_to_call
from thuocdo.organisation.waiting import Todo, todo
from thuocdo.web.access import needs, now, today, user_of

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
    groups = [Group(title, found) for title, kinds in _GROUPS if (found := [t for t in waiting if t.kind in kinds])]
    return render(request, "web/home/home.html", {"notices": notices_for(user), "groups": groups})


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
