"""The officer's people: the list, one person, roles and the end of posts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation import actions
from thuocdo.organisation.directory import PersonView, people_page, person_view, unit_choice
from thuocdo.organisation.own_case import is_own, whom_to_ask
from thuocdo.organisation.queries import roots_for_officer
from thuocdo.organisation.rules import end_from_last_day
from thuocdo.records.actions import record_absence, withdraw_absence
from thuocdo.records.models import Absence
from thuocdo.records.queries import absences_of
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import by_field, choice_typed, problems_of
from thuocdo.web.organisation_office.people_typed import after_whom, day_typed, one_id
from thuocdo.web.units import asked_for

ROLE_KINDS = (("officer", "cán bộ tổ chức"), ("task_giver", "người giao việc"), ("inspector", "người kiểm tra"),
              ("enterer", "người nhập bản giấy"))


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """All people of the officer's units, 50 a page, searched by name or code."""
    typed = clean(request.GET.get("tim", ""))
    found = people_page(user_of(request), today(), typed=typed, after=after_whom(request.GET))
    return render(request, "web/organisation_office/people/list.html", {
        "found": found, "typed": typed, "roots": roots_for_officer(user_of(request), today()),
    })


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: posts, roles and account; a POST gives or ends a role, ends a post, or records an absence."""
    problems = []
    if request.method == "POST":
        try:
            messages.success(request, _act(request, person_id))
            return redirect("person", person_id)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = problems_of(refusal)
    view = person_view(user_of(request), person_id, today())
    return render(request, "web/organisation_office/people/person.html", {
        "view": view, "own": _own(request, view), "units": unit_choice(user_of(request), today(), *asked_for(request)),
        "role_kinds": ROLE_KINDS, "problems": problems, "absences": absences_of(view.person),
        "absence_kinds": Absence.Kind.choices, "errors": by_field(problems), "typed": request.POST,
    }, status=400 if problems else 200)


def _own(request: HttpRequest, view: PersonView) -> str:
    """On the officer's own page: whom to ask for a role; empty on the page of anybody else."""
    if not is_own(view.person, user_of(request)):
        return ""
    roots = roots_for_officer(user_of(request), today())
    return whom_to_ask(roots[0], user_of(request), now()) if roots else ""


def _act(request: HttpRequest, person_id: int) -> str:
    """The one action that the pressed button names; returns the sentence to show."""
    by, at, posted = user_of(request), now(), request.POST
    person_view(by, person_id, today())
    act = posted.get("viec", "")
    if act == "vai-tro":
        read = Reading()
        kind = read(choice_typed, posted, "kind", "Vai trò")
        unit, start = read(one_id, posted, "unit", "Đơn vị"), read(day_typed, posted, "start", "Từ ngày")
        read.done()
        actions.give_role(by=by, at=at, person_id=person_id, unit_id=unit, kind=kind, start=start)
        return "Đã giao vai trò."
    if act == "het-vai-tro":
        last = day_typed(posted, f"last_role_{one_id(posted, 'role', 'Vai trò')}", "Đến ngày")
        actions.end_role(by=by, at=at, role_id=one_id(posted, "role", "Vai trò"),
                         end=end_from_last_day(last) or last)
        return "Đã ghi ngày kết thúc vai trò."
    if act == "het-vi-tri":
        last = day_typed(posted, f"last_post_{one_id(posted, 'post', 'Vị trí')}", "Đến ngày")
        actions.end_employment(by=by, at=at, employment_id=one_id(posted, "post", "Vị trí"),
                               end=end_from_last_day(last) or last)
        return "Đã ghi ngày kết thúc vị trí công tác."
    if act == "vang":
        read = Reading()
        kind = read(choice_typed, posted, "away_kind", "Loại vắng")
        first = read(day_typed, posted, "away_start", "Từ ngày")
        until = read(day_typed, posted, "away_last", "Đến ngày") if clean(posted.get("away_last", "")) else None
        read.done()
        record_absence(by=by, at=at, person_id=person_id, kind=kind, start=first, end=end_from_last_day(until))
        return "Đã ghi thời gian vắng."
    if act == "bo-vang":
        key = one_id(posted, "absence", "Lần vắng")
        reason = posted.get(f"away_reason_{key}", "")
        withdraw_absence(by=by, at=at, person_id=person_id, absence_id=key, reason=reason)
        return "Đã bỏ lần vắng ghi nhầm."
    raise Refusal("person.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")
