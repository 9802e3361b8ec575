"""The first page: what waits for this person, and what they were told."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.cycles.first_steps import Step, first_steps
from thuocdo.notices.actions import mark_read
from thuocdo.organisation.told import in_groups, told
from thuocdo.organisation.waiting import Todo, todo
from thuocdo.web.access import allowed, needs, now, today, user_of

_GROUPS = (
    ("Phiếu của tôi", ("sheet.drafting", "sheet.returned")),
    ("Kế hoạch tuần", ("plan.own", "plan.unit")),
    ("Nhận xét, xác nhận phiếu", ("sheets.to_evaluate", "levels.to_propose", "levels.to_decide")),
    ("Công việc, giải trình", ("task.answer", "task.asked", "task.proposal", "task.cause")),
    ("Lấy ý kiến", ("opinions.to_answer", "opinions.to_speak", "opinions.to_check", "opinions.to_close")),
    ("Bỏ phiếu", ("ballots.to_vote", "ballots.to_freeze", "ballots.to_conduct")),
    ("Kiến nghị chờ trả lời", ("petition.to_answer",)),
    ("Việc đến từ hệ thống khác", ("inflow.waiting",)),
    (
        "Công bố, văn bản",
        (
            "step.publish",
            "results.to_publish",
            "reopening.proposed",
            "reopening.open",
            "decision.to_issue",
            "decision.to_receive",
            "result.to_receive",
        ),
    ),
    (
        "Kết quả",
        (
            "handover.to_send",
            "handover.to_receive",
            "outside_result.to_confirm",
            "follow_up.to_decide",
            "results.to_sync",
        ),
    ),
    (
        "Đợt xếp loại cuối năm",
        (
            "rounds.undecided",
            "rounds.members",
            "rounds.opening_failed",
            "assessments.to_verify",
            "assessments.to_decide",
            "assessments.to_reconsider",
        ),
    ),
    (
        "Đánh giá theo sự kiện, hồ sơ, ghi nhận",
        ("events.to_file", "events.to_verify", "events.to_decide", "files.to_receive", "observations.to_read"),
    ),
    (
        "Kiểm điểm",
        (
            "reviews.to_write",
            "reviews.prompt",
            "reviews.meeting",
            "reviews.duty",
            "reviews.remedy",
            "reviews.remedy_claimed",
            "reviews.to_score",
            "reviews.to_recognise",
        ),
    ),
    (
        "Đánh giá tập thể",
        ("unit_sheet.to_file", "unit_sheet.to_review", "unit_sheet.to_decide", "unit_sheet.to_reopen"),
    ),
    ("Vướng mắc về quy tắc", ("difficulties.waiting",)),
    ("Danh mục sản phẩm, công việc", ("catalogue.to_approve", "inventories.sent", "proposals.waiting")),
    ("Quy chế của đơn vị", ("regulation.approve", "regulation.mend")),
    ("Cơ cấu, con người", ("reorganisation.draft", "person.merge_waiting")),
    (
        "Kỳ theo dõi, đánh giá",
        (
            "members.to_choose",
            "members.no_evaluator",
            "sheets.headless",
            "sheets.late",
            "sheets.unfinished",
            "step.close",
            "cycle.to_close",
        ),
    ),
)


# Words and address of each step towards the first period (docs/install.md), in `first_steps`'s codes.
_STEPS = {
    "units": ("Nhập danh sách đơn vị", "/to-chuc/nhap-du-lieu/?loai=units"),
    "people": ("Nhập danh sách người và vị trí công tác", "/to-chuc/nhap-du-lieu/?loai=people"),
    "accounts": ("Lập tài khoản, gửi liên kết để mọi người tự đặt mật khẩu", "/to-chuc/tai-khoan/"),
    "tasks": ("Nhập công việc được giao trong tháng", "/to-chuc/nhap-du-lieu/?loai=tasks"),
    "cycle": ("Mở kỳ đánh giá đầu tiên", "/to-chuc/ky/mo/"),
}


@dataclass(frozen=True)
class Ahead:
    """One step towards the first period as the page shows it; `next` marks the one to take now."""

    text: str
    path: str
    done: bool
    next: bool


def ahead(steps: Iterable[Step]) -> list[Ahead]:
    """The steps in words; the first one that is not done is the next."""
    known = list(steps)
    waits = next((step.code for step in known if not step.done), None)
    return [Ahead(*_STEPS[step.code], step.done, step.code == waits) for step in known]


@dataclass(frozen=True)
class Group:
    """Things to do that belong together."""

    title: str
    todos: list[Todo]


def grouped(waiting: Iterable[Todo]) -> list[Group]:
    """The lines under their headings; a kind that has none stands last, so that nothing is hidden."""
    lines = list(waiting)
    named = {kind for _, kinds in _GROUPS for kind in kinds}
    groups = [(title, [one for one in lines if one.kind in kinds]) for title, kinds in _GROUPS]
    groups.append(("Việc khác", [one for one in lines if one.kind not in named]))
    return [Group(title, found) for title, found in groups if found]


@needs(Permission.SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To-do, grouped by what it is about, and notices."""
    user = user_of(request)
    waiting = todo(user, now())
    founding = Permission.MANAGE_CYCLES in allowed(request) and not any("cycle" in one.kind for one in waiting)
    context = {"notices": in_groups(told(user, waiting)), "groups": grouped(waiting)}
    return render(
        request, "web/home/home.html", context | {"steps": ahead(first_steps(user, today())) if founding else []}
    )


@needs(Permission.SIGNED_IN)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    mark_read(by=user_of(request), at=now())
    return redirect("home")
