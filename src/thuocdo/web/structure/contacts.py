"""Whom the people of a unit call: the officer records it, with the days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.contacts import contacts_of
from thuocdo.organisation.rules import end_from_last_day
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import words_typed
from thuocdo.web.organisation_office.people_typed import day_typed, one_id
from thuocdo.web.structure.forms import forms, status_of

PREFIXES = {"ghi": "", "ket-thuc": ""}


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def unit_contact(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The contacts of one unit; a POST records one or its last day."""
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, unit_id))
            return redirect("unit_contact", unit_id)
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
    shown = forms(request.POST, refused, PREFIXES)
    found = contacts_of(user_of(request), unit_id, today())
    typed = request.POST if refused else _starting(found.current)
    return render(request, "web/structure/contact.html", {
        "view": found, "problems": shown.problems, "forms": shown.by_act, "typed": typed,
        "day": f"{today():%d/%m/%Y}", "now": today(),
    }, status=status_of(refused))


def _starting(current: object) -> dict[str, str]:
    """The form starts with whom people call now, so that one changed number is one changed field."""
    return {name: getattr(current, name, "") for name in ("name", "role", "phone", "email")}


def _act(request: HttpRequest, unit_id: int) -> str:
    by, at, posted = user_of(request), now(), request.POST
    if posted.get("viec") == "ket-thuc":
        last = day_typed(posted, "last", "Ngày cuối cùng")
        actions.end_contact(
            by=by, at=at, contact_id=one_id(posted, "contact", "Người liên hệ"), end=end_from_last_day(last) or last
        )
        return "Đã ghi ngày kết thúc."
    read = Reading()
    name, role = read(words_typed, posted, "name", "Họ và tên"), read(words_typed, posted, "role", "Chức danh, bộ phận")
    start = read(day_typed, posted, "start", "Từ ngày")
    read.done()
    actions.set_contact(by=by, at=at, unit_id=unit_id, name=name, role=role, phone=posted.get("phone", ""),
                        email=posted.get("email", ""), start=start)
    return "Đã ghi người liên hệ. Tên và số máy hiện ở cuối mọi trang của người trong đơn vị."
