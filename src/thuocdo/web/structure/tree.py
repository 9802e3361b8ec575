"""The tree on a day, and one unit with its acting heads, delegations and deputies' fields."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation import actions
from thuocdo.organisation.changes.mapping import SuccessionLine
from thuocdo.organisation.models import ActingHead, Delegation, Reorganisation, Unit
from thuocdo.organisation.rules import end_from_last_day
from thuocdo.organisation.tree_page import tree_page, unit_view
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problems_of, words_typed
from thuocdo.web.organisation_office.people_typed import day_typed, ids, one_id
from thuocdo.web.structure.forms import forms, status_of
from thuocdo.web.units import asked_for

PREFIXES = {"phu-trach": "a-", "uy-quyen": "d-", "linh-vuc": "f-", "them-don-vi": "u-", "doi-ten": "r-",
            "sua-ten": "c-", "ket-thuc": ""}
"""The forms of the page of a unit, with the prefixes of their ids."""


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """Units of the officer as they stood on a day; one level, or what was searched."""
    problems: list[Problem] = []
    on, asked = today(), request.GET
    try:
        on = day_typed(asked, "ngay", "Ngày") if clean(asked.get("ngay", "")) else on
    except Refusal as refusal:
        problems = problems_of(refusal)
    roots = ids(asked, "goc")
    typed = clean(asked.get("tim", ""))
    found = tree_page(user_of(request), on, today(), root=roots[0] if roots else None, typed=typed)
    return render(request, "web/structure/tree.html", {
        "found": found, "typed": typed, "day": f"{on:%d/%m/%Y}", "today": on == today(), "problems": problems,
        "errors": by_field(problems), "root": roots[0] if roots else "",
    }, status=400 if problems else 200)


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Duties of one unit; a POST records or ends one."""
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("viec") == "doi-ten":
                return redirect("reorganisation", _renaming(request, unit_id).pk)
            messages.success(request, _act(request, unit_id))
            return redirect("structure_unit", unit_id)
        except NotYours:
            raise
        except Refusal as refusal:
            refused = refusal
    asked = request.GET.get("viec", "")
    sent = request.POST or request.GET
    shown = forms(sent, refused, PREFIXES, opened=asked)
    looked = asked_for(request, "manager")
    person = clean(request.GET.get("nguoi", ""))
    return render(request, "web/structure/unit.html", {
        "view": unit_view(user_of(request), unit_id, today(), typed=person, unit_typed=looked.typed,
                          covers=_chosen(sent, "units"), manager=looked.chosen), "problems": shown.problems,
        "forms": shown.by_act, "errors": by_field(shown.problems), "typed": request.POST, "typed_person": person,
        "kinds": ActingHead.Kind.choices, "acts": Delegation.Act.choices, "unit_kinds": Unit.Kind.choices,
        "opened": [asked] if asked in PREFIXES else [],
    }, status=status_of(refused))


def _renaming(request: HttpRequest, unit_id: int) -> Reorganisation:
    """A reorganisation of one line: the unit goes on under a new name and code."""
    by, posted = user_of(request), request.POST
    unit = unit_view(by, unit_id, today()).unit
    read = Reading()
    name, code = read(words_typed, posted, "name", "Tên mới"), read(words_typed, posted, "code", "Mã mới")
    decision = read(words_typed, posted, "decision", "Số văn bản")
    decided_on = read(day_typed, posted, "decided_on", "Ngày văn bản")
    start = read(day_typed, posted, "start", "Mang tên mới từ ngày")
    read.done()
    return actions.begin_reorganisation(
        by=by, at=now(), root_id=unit_id, title=f"Đổi tên {unit.name}"[:200], decision=decision, decided_on=decided_on,
        start=start, rows=[SuccessionLine(unit.code, clean(code), clean(name), unit.kind)],
    )


def _act(request: HttpRequest, unit_id: int) -> str:
    """The one action that the pressed button names; returns the sentence to show."""
    by, at, posted, read = user_of(request), now(), request.POST, Reading()
    act = posted.get("viec", "")
    if act == "sua-ten":
        actions.correct_unit_name(by=by, at=at, unit_id=unit_id, name=posted.get("name", ""))
        return "Đã sửa tên đơn vị."
    if act == "them-don-vi":
        name, code = read(words_typed, posted, "name", "Tên đơn vị"), read(words_typed, posted, "code", "Mã đơn vị")
        start = read(day_typed, posted, "start", "Từ ngày")
        read.done()
        made = actions.open_unit(
            by=by, at=at, parent_id=unit_id, code=code, name=name, kind=posted.get("kind", ""), start=start,
            manager_id=one_id(posted, "manager", "Cơ quan quản lý") if posted.get("manager") else None,
        )
        return f"Đã thêm “{made.name}”."
    if act == "ket-thuc":
        duty, number = posted.get("duty", ""), one_id(posted, "duty_id", "Ghi nhận")
        last = day_typed(posted, f"last_{duty}_{number}", "Ngày cuối cùng")
        actions.end_duty(by=by, at=at, duty=duty, duty_id=number, end=end_from_last_day(last) or last)
        return "Đã ghi ngày kết thúc."
    return _duty(request, unit_id, act)


_DECISION = {
    "phu-trach": "Số, ngày văn bản",
    "linh-vuc": "Số, ngày văn bản phân công",
    "uy-quyen": "Số văn bản ủy quyền",
}


def _duty(request: HttpRequest, unit_id: int, act: str) -> str:
    """An acting head, a deputy's field or a delegation, with its paper and its days."""
    by, at, posted, read = user_of(request), now(), request.POST, Reading()
    if act not in _DECISION:
        raise Refusal("unit.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")
    person = read(one_id, posted, "person", "Người")
    if act == "linh-vuc":
        read(words_typed, posted, "name", "Lĩnh vực")
    decision = read(words_typed, posted, "decision", _DECISION[act])
    start = read(day_typed, posted, "start", "Từ ngày")
    if act == "uy-quyen":
        decided_on, last = read(day_typed, posted, "decided_on", "Ngày văn bản"), read(_last, posted)
        read.done()
        actions.delegate(
            by=by, at=at, unit_id=unit_id, delegate_id=person, act=posted.get("act", ""), decision=decision,
            decided_on=decided_on, start=start, end=last, units=ids(posted, "units"), people=ids(posted, "people"),
        )
        return "Đã ghi ủy quyền."
    end = read(_end, posted)
    read.done()
    if act == "phu-trach":
        actions.appoint_acting_head(by=by, at=at, unit_id=unit_id, person_id=person, kind=posted.get("kind", ""),
                                    decision=decision, start=start, end=end)
        return "Đã ghi người phụ trách."
    units, people = _chosen(posted, "units"), _chosen(posted, "people")
    actions.give_field(
        by=by, at=at, unit_id=unit_id, person_id=person, name=posted.get("name", ""), decision=decision,
        start=start, end=end, covers_unit=units[0] if units else None, covers_person=people[0] if people else None,
    )
    return "Đã ghi lĩnh vực phụ trách."


def _chosen(posted: QueryDict, name: str) -> list[int]:
    """Chosen ids; a list that offers “none” sends an empty one."""
    return ids(posted, name) if any(posted.getlist(name)) else []


def _end(posted: QueryDict) -> date | None:
    if not clean(posted.get("last", "")):
        return None
    return end_from_last_day(day_typed(posted, "last", "Đến hết ngày"))


def _last(posted: QueryDict) -> date:
    end = _end(posted)
    if end is None:
        raise Refusal("delegation.end", "Đến hết ngày: chưa nhập. Ủy quyền luôn có ngày cuối cùng.", field="last")
    return end
