"""The officer's running period: counts per unit, who is late, and the exceptions, each with its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.actions.opening import AT_ONCE, OWN_PLACE
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.queries import left_out
from thuocdo.cycles.run_queries import runs_of
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.own_case import refuse_own
from thuocdo.web.access import allowed, needs, now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_moment
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.progress_table import exceptions_of, listed, outside, tabled


@dataclass(frozen=True)
class Exceptional:
    """One exception an officer may make: its address, what it is called and does, and the action."""

    title: str
    effect: str
    label: str
    act: Callable[..., Sheet]


ACTS = {
    "gia-han": Exceptional(
        "Gia hạn",
        "Người lập phiếu và người đánh giá được làm tiếp đến thời điểm ghi dưới đây, kể cả khi kỳ đã khóa.",
        "Gia hạn phiếu",
        actions.extend,
    ),
    "mien": Exceptional(
        "Miễn lập phiếu",
        "Kỳ này người này không có điểm; phiếu năm ghi rõ tháng này không có và vì sao.",
        "Miễn lập phiếu kỳ này",
        actions.exempt,
    ),
    "lap-thay": Exceptional(
        "Cho phép người đánh giá lập phần còn thiếu",
        "Người đánh giá lập phiếu không có phần tự chấm; kết quả ghi rõ điều đó và người có phiếu được báo.",
        "Cho phép lập phần còn thiếu",
        actions.allow_stand_in,
    ),
    "nguoi-danh-gia": Exceptional(
        "Ghi nhận người đánh giá mới",
        "Phiếu chuyển sang người đang đứng đầu đơn vị đánh giá, vì người trước đã thôi giữ chức vụ.",
        "Chuyển người đánh giá",
        actions.replace_evaluator,
    ),
}


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def overview(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Counts per unit; a count leads to its sheets (`don-vi`, `trang-thai`)."""
    found = queries.progress(user_of(request), cycle_id, now())
    unit, state = request.GET.get("don-vi", ""), request.GET.get("trang-thai", "")
    return render(
        request,
        "web/organisation_office/cycles/progress.html",
        {
            "progress": found,
            "cycle": found.cycle,
            "table": tabled(found),
            "unit": unit,
            "state": state,
            "rows": listed(found, user_of(request), unit, state, now()),
            "outside": outside(found, user_of(request), now()),
            "filtered": bool(unit or state),
            "officer": _is_officer(request),
            "runs": runs_of(found.cycle),
            "large": found.total > AT_ONCE,
        },
    )


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def exception(request: HttpRequest, sheet_id: int, act: str) -> HttpResponse:
    """Extend, exempt, let the evaluator stand in, record a new evaluator: each with its reason."""
    if act not in ACTS:
        raise NotYours()
    if request.method != "POST":
        return _exception_page(request, sheet_id, act)
    values: dict[str, Any] = {"sheet_id": sheet_id, "reason": request.POST.get("reason", "")}
    try:
        if act == "gia-han":
            values["until"] = _until(request)
        sheet = ACTS[act].act(**values, by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return _exception_page(request, sheet_id, act, refusal)
    messages.success(request, f"Đã ghi: {ACTS[act].title.lower()}, kèm lý do.")
    return redirect("cycle_progress", sheet.cycle_id)


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest, member_id: int) -> HttpResponse:
    """Let in somebody who was left out, with the post and the reason."""
    if request.method != "POST":
        return _admit_page(request, member_id)
    try:
        sheet = actions.admit_member(
            member_id=member_id,
            employment_id=_post(request),
            reason=request.POST.get("reason", ""),
            by=user_of(request),
            at=now(),
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _admit_page(request, member_id, refusal)
    messages.success(request, "Đã đưa vào kỳ và lập phiếu; người đó đã được thông báo.")
    return redirect("cycle_progress", sheet.cycle_id)


def _is_officer(request: HttpRequest) -> bool:
    return Permission.MANAGE_CYCLES in allowed(request)


def _until(request: HttpRequest) -> datetime:
    return parse_moment(
        request.POST.get("until", ""), request.POST.get("until_time", ""), label="Gia hạn đến", field="until"
    )


def _post(request: HttpRequest) -> int:
    text = request.POST.get("employment_id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Refusal("admit.post", "Hãy chọn vị trí công tác để lập phiếu.", field="employment_id")
    return int(text)


def _exception_page(
    request: HttpRequest, sheet_id: int, act: str, refusal: Refusal | None = None
) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    view = exceptions_of(user_of(request), sheet_id, now())
    return render(
        request,
        "web/organisation_office/cycles/exception.html",
        {
            "sheet": view.sheet,
            "label": view.label,
            "remarks": view.remarks,
            "act": ACTS[act],
            "slug": act,
            "typed": request.POST,
            "problems": problems,
            "errors": by_field(problems),
        },
        status=status_of(refusal),
    )


def _admit_page(request: HttpRequest, member_id: int, refusal: Refusal | None = None) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    member, posts = left_out(user_of(request), member_id, now())
    refuse_own(member.person, member.cycle.root, user_of(request), now(), what=OWN_PLACE)
    return render(
        request,
        "web/organisation_office/cycles/admit.html",
        {
            "member": member,
            "posts": posts,
            "typed": request.POST,
            "problems": problems,
            "errors": by_field(problems),
        },
        status=status_of(refusal),
    )
