"""The officer's running period: counts per unit, who is late, and the exceptions, each with its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.actions.opening import OWN_PLACE
from thuocdo.appraisals.followed import RUNNING, outside_of, sheets_of
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.places_table import has_quotas
from thuocdo.appraisals.second import Step, second_of
from thuocdo.cycles.models import Cycle
from thuocdo.cycles.population import AT_ONCE
from thuocdo.cycles.queries import left_out
from thuocdo.cycles.run_queries import runs_of
from thuocdo.decisions.district import district
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.organisation.own_case import refuse_own
from thuocdo.rulesets.versions import pinned_versions
from thuocdo.web.access import allowed, needs, now, user_of
from thuocdo.web.days_off import warn
from thuocdo.web.forms import by_field, words_typed
from thuocdo.web.my_unit.dates import parse_moment
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.progress_table import (
    OUTSIDE,
    asked,
    by_reason,
    cells,
    exceptions_of,
    lines,
    outside,
    tabled,
)


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
        "Phiếu chuyển sang người đang đứng đầu đơn vị đánh giá, vì người trước đã thôi giữ chức vụ. Nếu đó chính là "
        "người có phiếu thì phiếu chuyển lên như phiếu của người đứng đầu, vì không ai tự đánh giá mình.",
        "Chuyển người đánh giá",
        actions.replace_evaluator,
    ),
}


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_GET
def overview(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Counts per unit, what stops each, and the lock; a count leads to its sheets (see `progress_table.Asked`)."""
    wanted, user, at = asked(request.GET), user_of(request), now()
    found = district(user, cycle_id, at, wanted.agency)
    people = wanted.state == OUTSIDE
    asked_for = not people and (wanted.filtered or not found.by_agency)
    sheets = sheets_of(found, at, unit=wanted.unit, state=wanted.state, after=wanted.after) if asked_for else None
    table, officer = tabled(found), _is_officer(request)
    some = not (wanted.filtered or found.by_agency)  # of a city's many links lead to them
    left_out = outside_of(found, wanted.after if people else None) if people or some else None
    rows = outside(left_out.rows, found.cycle, user, at, ask=people) if left_out else []
    return render(
        request,
        "web/organisation_office/cycles/progress.html",
        {
            "progress": found,
            "cycle": found.cycle,
            "table": table,
            "lines": lines(found, table, reminding=officer and found.cycle.state == Cycle.State.OPEN),
            "sums": cells(found.sums),
            "asked": wanted,
            "sheets": sheets,
            "left_out": left_out,
            "outside": rows,
            "reasons": [] if people else by_reason(rows),
            "running": sheets_of(found, at, state=RUNNING).rows if found.sums.running else (),
            "officer": officer,
            "second": second_of(found.cycle, Step.CLOSE, user, at) if found.may_close else None,
            "runs": runs_of(found.cycle) if found.total > AT_ONCE else [],
            "quotas": has_quotas(found.cycle),
            "moved_on": [one for one in pinned_versions(found.cycle.pins) if one.moved_on],
            "large": found.total > AT_ONCE,
            "people": people,
        },
    )


@needs(Permission.MANAGE_CYCLES)
@require_POST
def remind(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Remind the people of one unit (`don-vi`) who act next; back to the table."""
    unit = request.POST.get("don-vi", "")
    if not (unit.isascii() and unit.isdigit() and len(unit) < 12):
        raise NotYours()
    done = actions.remind(cycle_id=cycle_id, unit_id=int(unit), by=user_of(request), at=now())
    said = [
        f"Đã nhắc {done.sent} người." if done.sent else "Không nhắc thêm ai.",
        f"{done.already} người hôm nay đã được nhắc hoặc chưa đọc lời nhắc trước." if done.already else "",
        f"{done.without_account} người chưa có tài khoản, cần báo trực tiếp." if done.without_account else "",
    ]
    messages.success(request, " ".join(part for part in said if part))
    return redirect("cycle_progress", cycle_id)


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
            read = Reading()
            values["until"] = read(_until, request)
            read(words_typed, request.POST, "reason", "Lý do gia hạn")
            read.done()
        sheet = ACTS[act].act(**values, by=user_of(request), at=now())
    except NotYours:
        raise
    except Refusal as refusal:
        return _exception_page(request, sheet_id, act, refusal)
    messages.success(request, f"Đã ghi: {ACTS[act].title.lower()}, kèm lý do.")
    warn(request, sheet.member.unit_id, values.get("until"), label="Gia hạn đến")
    return redirect("cycle_progress", sheet.cycle_id)


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest, member_id: int) -> HttpResponse:
    """Let in somebody who was left out, with the post and the reason."""
    if request.method != "POST":
        return _admit_page(request, member_id)
    try:
        read = Reading()
        post, reason = read(_post, request), read(words_typed, request.POST, "reason", "Lý do đưa vào kỳ")
        read.done()
        sheet = actions.admit_member(
            member_id=member_id,
            employment_id=post,
            reason=reason,
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
