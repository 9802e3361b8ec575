"""Reorganisations: begin one, upload or type its lines, look at what it touches, apply it, take it back."""

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation import actions
from thuocdo.organisation.changes.mapping import (
    PLACEMENTS,
    SUCCESSIONS,
    PlacementLine,
    SuccessionLine,
    read_placements,
    read_successions,
)
from thuocdo.organisation.changes.queries import lines_of, plan_view, plans_of
from thuocdo.organisation.models import Employment, Reorganisation, Unit
from thuocdo.organisation.queries import units_for_officer
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problem_of
from thuocdo.web.organisation_office.people_typed import day_typed, one_id

MOST_UNITS = 300


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def plans(request: HttpRequest) -> HttpResponse:
    """All plans of the officer's units; a POST begins one."""
    problems: list[Problem] = []
    by, posted = user_of(request), request.POST
    if request.method == "POST":
        try:
            made = actions.begin_reorganisation(
                by=by, at=now(), root_id=one_id(posted, "root", "Phạm vi"), title=posted.get("title", ""),
                decision=posted.get("decision", ""), decided_on=day_typed(posted, "decided_on", "Ngày văn bản"),
                start=day_typed(posted, "start", "Có hiệu lực từ ngày"),
            )
            return redirect("reorganisation", made.pk)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
    return render(request, "web/structure/plans.html", {
        "plans": plans_of(by, now()), "units": units_for_officer(by, today())[:MOST_UNITS], "problems": problems,
        "errors": by_field(problems), "typed": posted,
    }, status=400 if problems else 200)


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan with its preview; a POST writes its lines, applies it or takes it back."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            messages.success(request, _act(request, plan_id))
            return redirect("reorganisation", plan_id)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
    return render(request, "web/structure/plan.html", {
        "view": plan_view(user_of(request), plan_id, now()), "problems": problems, "errors": by_field(problems),
        "typed": request.POST, "rules": Reorganisation.MonthRule.choices, "kinds": Unit.Kind.choices,
        "leaderships": Employment.Leadership.choices, "columns": [c.title for c in SUCCESSIONS],
        "placement_columns": [c.title for c in PLACEMENTS],
    }, status=400 if problems else 200)


def _act(request: HttpRequest, plan_id: int) -> str:
    by, at, posted = user_of(request), now(), request.POST
    version, act = one_id(posted, "version", "Phiên bản"), posted.get("viec", "")
    save = partial(actions.save_reorganisation, by=by, at=at, plan_id=plan_id, version=version)
    if act == "ap-dung":
        done = actions.apply_reorganisation(by=by, at=at, plan_id=plan_id, version=version)
        return f"Đã áp dụng “{done.title}”."
    if act == "hoan-tac":
        actions.undo_reorganisation(by=by, at=at, plan_id=plan_id, version=version)
        return "Đã hoàn tác: mọi đơn vị, vị trí và phiếu trở lại như trước khi áp dụng."
    if act == "tep-don-vi":
        save(rows=read_successions(_file(request)))
        return "Đã đọc tệp đơn vị vào phương án."
    if act == "tep-bo-tri":
        save(placements=read_placements(_file(request)))
        return "Đã đọc tệp bố trí vào phương án."
    if act == "dong":
        save(rows=[*lines_of(by, plan_id, at), _line(posted)])
        return "Đã thêm một dòng."
    if act == "bo-tri":
        save(placements=_placements(posted))
        return "Đã ghi bố trí."
    if act == "chon":
        save(month_rule=posted.get("month_rule", ""), month_reason=posted.get("month_reason", ""))
        return "Đã ghi lựa chọn về phiếu chưa xác nhận."
    raise Refusal("plan.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")


def _file(request: HttpRequest) -> bytes:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise Refusal("file.missing", "Tệp: chưa chọn. Hãy chọn một tệp .xlsx hoặc .csv.", field="file")
    return bytes(uploaded.read())


def _line(posted: QueryDict) -> SuccessionLine:
    text = {name: clean(posted.get(name, "")) for name in ("old", "code", "name", "kind", "parent", "managed")}
    if not text["old"] or not text["code"]:
        raise Refusal("plan.line", "Mã đơn vị cũ và mã đơn vị mới: hãy nhập cả hai.",
                      field="old" if not text["old"] else "code")
    return SuccessionLine(**text, records=posted.get("records") == "co")


def _placements(posted: QueryDict) -> Sequence[PlacementLine]:
    """Lines typed one a line: staff code; old unit; new unit; post; role."""
    words = {label.casefold(): value for value, label in Employment.Leadership.choices}
    found = []
    for number, line in enumerate(posted.get("placements", "").splitlines(), start=1):
        parts = [clean(part) for part in line.split(";")]
        if not any(parts):
            continue
        parts += [""] * (5 - len(parts))
        if not all(parts[:3]) or len(parts) > 5 or (parts[4] and parts[4].casefold() not in words):
            raise Refusal("placement.line", f"Dòng {number}: hãy ghi “mã cán bộ; mã đơn vị cũ; mã đơn vị mới; chức vụ; "
                                            "vai trò”, hai phần cuối có thể để trống.", field="placements")
        found.append(PlacementLine(parts[0].upper(), parts[1], parts[2], parts[3], words.get(parts[4].casefold(), "")))
    return found
