"""People without Excel: a new one, a post from a day on, a name, a sign-in, leaving, and two codes of one human."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.leaving import handing_over
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation import actions
from thuocdo.organisation.changes.queries import departures_of, merges_of
from thuocdo.organisation.directory import person_view, unit_choice
from thuocdo.organisation.models import Employment
from thuocdo.organisation.tree_page import lookalikes
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, choice_typed, problems_of, words_typed
from thuocdo.web.organisation_office.people_typed import day_typed, one_id
from thuocdo.web.structure.forms import forms, status_of
from thuocdo.web.units import asked_for

SAME_NAME = (
    "Đã có người cùng họ tên trong phạm vi ông/bà phụ trách: {names}. Nếu đây là người khác, hãy "
    "đánh dấu xác nhận."
)
CHOICES = {"kinds": Employment.Kind.choices, "leaderships": Employment.Leadership.choices}


def _tried(
    request: HttpRequest, act: Callable[[], HttpResponse]
) -> tuple[HttpResponse | None, list[Problem], int]:
    """What the act of a POST answers, or its refusal as a problem of the page with its status."""
    try:
        return act() if request.method == "POST" else None, [], 200
    except NotYours:
        raise
    except Refusal as refusal:
        return None, problems_of(refusal), status_of(refusal)


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new person with the first post; people of the same name are shown first."""
    answer, problems, status = _tried(request, lambda: _create(request))
    return answer or render(request, "web/organisation_office/people/new.html", CHOICES | {
        "units": unit_choice(user_of(request), today(), *asked_for(request)), "problems": problems,
        "errors": by_field(problems), "typed": request.POST,
    }, status=status)


def _create(request: HttpRequest) -> HttpResponse:
    by, posted, read = user_of(request), request.POST, Reading()
    code = read(words_typed, posted, "code", "Mã cán bộ")
    name = read(words_typed, posted, "full_name", "Họ và tên")
    unit = read(one_id, posted, "unit", "Đơn vị")
    kind = read(choice_typed, posted, "kind", "Đối tượng")
    position = read(words_typed, posted, "position", "Chức vụ, chức danh")
    start = read(day_typed, posted, "start", "Từ ngày")
    read.done()
    same = lookalikes(by, today(), unit, name) if posted.get("sure") != "co" else []
    if same:
        names = "; ".join(f"{p.full_name} ({p.code})" for p in same)
        raise Refusal("person.same_name", SAME_NAME.format(names=names), field="sure")
    made = actions.hire(
        by=by, at=now(), unit_id=unit, code=code, full_name=name, kind=kind, start=start, position=position,
        leadership=posted.get("leadership", ""), task_group=posted.get("task_group", ""),
    )
    messages.success(request, f"Đã thêm {made.full_name} và vị trí công tác đầu tiên.")
    return redirect("person", made.pk)


@needs(Permission.MANAGE_PEOPLE)
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change a post from a day on, add one, correct the name, reset the sign-in."""
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            return _edit(request, person_id)
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
    view = person_view(user_of(request), person_id, today())
    posted = clean(request.POST.get("post", ""))
    prefixes = {"vi-tri": f"p{posted}", "them-vi-tri": "n-", "ho-ten": "h-", "dang-nhap": "", "none": ""}
    shown = forms(request.POST, refused, prefixes)
    return render(request, "web/organisation_office/people/edit.html", CHOICES | {
        "view": view, "problems": shown.problems, "forms": shown.by_act, "posted": posted,
        "units": unit_choice(user_of(request), today(), *asked_for(request)),
        "current": [p for p in view.posts if p.end is None or p.end > today()],
    }, status=status_of(refused))


def _edit(request: HttpRequest, person_id: int) -> HttpResponse:
    by, at, posted, read = user_of(request), now(), request.POST, Reading()
    person_view(by, person_id, today())
    act = posted.get("viec", "")
    if act == "ho-ten":
        name, reason = read(words_typed, posted, "full_name", "Họ và tên"), read(words_typed, posted, "reason", "Lý do")
        read.done()
        actions.rename_person(by=by, at=at, person_id=person_id, full_name=name, reason=reason)
    elif act == "dang-nhap":
        item = actions.reset_sign_in(by=by, at=at, person_id=person_id)
        address = request.build_absolute_uri(f"/kich-hoat/{item.link.token}/")
        return render(request, "web/organisation_office/people/links.html", {"lines": [(item, address)]})
    elif act in ("vi-tri", "them-vi-tri"):
        unit = read(one_id, posted, "unit", "Đơn vị")
        kind = read(choice_typed, posted, "kind", "Đối tượng")
        position = read(words_typed, posted, "position", "Chức vụ, chức danh")
        start = read(day_typed, posted, "start", "Từ ngày")
        read.done()
        leadership, group = posted.get("leadership", ""), posted.get("task_group", "")
        if act == "vi-tri":
            actions.change_post(
                by=by, at=at, employment_id=one_id(posted, "post", "Vị trí"), start=start, unit_id=unit, kind=kind,
                position=position, leadership=leadership, task_group=group,
            )
        else:
            actions.employ(by=by, at=at, person_id=person_id, unit_id=unit, kind=kind, position=position, start=start,
                           leadership=leadership, task_group=group)
    else:
        raise Refusal("person.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")
    messages.success(request, "Đã ghi thay đổi; thông tin trước đó vẫn được giữ theo ngày.")
    return redirect("person_edit", person_id)


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody leaves: what ends, the work to hand over, the open sheets; undone on the same day."""
    answer, problems, status = _tried(request, lambda: _leave(request, person_id))
    view = person_view(user_of(request), person_id, today())
    return answer or render(request, "web/organisation_office/people/leave.html", {
        "view": view, "left": departures_of(person_id), "over": handing_over(person_id), "problems": problems,
        "errors": by_field(problems), "typed": request.POST,
    }, status=status)


def _leave(request: HttpRequest, person_id: int) -> HttpResponse:
    by, at, posted = user_of(request), now(), request.POST
    if posted.get("viec") == "hoan-tac":
        actions.undo_offboard(by=by, at=at, departure_id=one_id(posted, "departure", "Lần ghi"))
        messages.success(request, "Đã hoàn tác.")
    else:
        read = Reading()
        last = read(day_typed, posted, "last_day", "Ngày cuối cùng")
        reason = read(words_typed, posted, "reason", "Lý do")
        read.done()
        actions.offboard(by=by, at=at, person_id=person_id, last_day=last, reason=reason)
        messages.success(request, "Đã ghi thôi công tác: vị trí, vai trò đã kết thúc.")
    return redirect("person_leave", person_id)


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def merges(request: HttpRequest) -> HttpResponse:
    """Two codes of one human: proposed by one officer, approved by another."""
    answer, problems, status = _tried(request, lambda: _merge(request))
    return answer or render(request, "web/organisation_office/people/merges.html", {
        "merges": merges_of(user_of(request), now()), "me": user_of(request).pk, "problems": problems,
        "errors": by_field(problems), "typed": request.POST,
    }, status=status)


def _merge(request: HttpRequest) -> HttpResponse:
    by, at, posted = user_of(request), now(), request.POST
    act = posted.get("viec", "")
    if act == "duyet":
        actions.approve_merge(by=by, at=at, merge_id=one_id(posted, "merge", "Đề nghị"))
        messages.success(request, "Đã gộp hai mã.")
    elif act == "rut":
        actions.withdraw_merge(by=by, at=at, merge_id=one_id(posted, "merge", "Đề nghị"))
        messages.success(request, "Đã rút đề nghị.")
    else:
        read = Reading()
        kept = read(words_typed, posted, "kept", "Mã giữ lại")
        dropped = read(words_typed, posted, "dropped", "Mã bỏ")
        reason = read(words_typed, posted, "reason", "Lý do")
        read.done()
        actions.propose_merge(by=by, at=at, kept_code=kept, dropped_code=dropped, reason=reason)
        messages.success(request, "Đã ghi đề nghị; cần một cán bộ tổ chức khác duyệt.")
    return redirect("person_merges")
