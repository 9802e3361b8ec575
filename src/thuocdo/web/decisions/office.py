"""The officer's table of a closed cycle, the papers of one unit, and what the authority chose."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.actions.second import set_second_officer
from thuocdo.appraisals.second import Step, second_of
from thuocdo.decisions import actions, queries
from thuocdo.decisions.contents import ResultLine
from thuocdo.decisions.models import Decision, PublicationForm
from thuocdo.decisions.office import office
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.forms import by_field, choice_typed, words_typed
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.closing import SECOND

PAGE = 50
"""Units on one page."""
UNIT_OF = {"route": "route_unit", "second": "second_unit"}
"""The id of the select of a unit, by what is chosen for it; the first form's is `unit`."""
Page = Callable[[Refusal | None], HttpResponse]


@needs(Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Units of a cycle: published or not, received, filed. A POST publishes the ticked units or files results."""

    def page(refusal: Refusal | None) -> HttpResponse:
        found = office(user_of(request), cycle_id, today(), page=request.GET.get("trang"), size=PAGE)
        problems = problems_of(refusal) if refusal else []
        reason = request.POST.get("quota_reason", "")
        asks = found.may_change and found.unpublished
        second = second_of(found.cycle, Step.PUBLISH, user_of(request), now()) if asks else None
        context: dict[str, object] = {"office": found, "second": second, "list": found.turn, "quota_reason": reason}
        context |= {"problems": problems, "errors": by_field(problems)}
        return render(request, "web/decisions/office.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    try:
        messages.success(request, _publish_or_file(request, cycle_id))
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    return redirect("decisions_cycle", cycle_id)


def _publish_or_file(request: HttpRequest, cycle_id: int) -> str:
    by, at, units = user_of(request), now(), numbers(request.POST.getlist("unit"))
    todo = request.POST.get("do", "")
    if todo in SECOND:
        act, words = SECOND[todo]
        act(cycle_id=cycle_id, step=Step.PUBLISH, by=by, at=at)
        return words
    if todo == "file":
        rows = actions.file_results(publication_ids=numbers(request.POST.getlist("publication")), by=by, at=at)
        return f"Đã ghi nhận hồ sơ kết quả của {len(rows)} đơn vị."
    if not units:
        raise Refusal("publish.nothing", "Hãy chọn ít nhất một đơn vị để công bố.")
    why = request.POST.get("quota_reason", "")
    done = actions.publish_units(cycle_id=cycle_id, unit_ids=units, quota_reason=why, by=by, at=at)
    left = f" {len(done.failed)} đơn vị chưa công bố được, lý do ghi trong bảng." if done.failed else ""
    return f"Đã công bố kết quả của {len(done.created)} đơn vị.{left}"


@needs(Permission.MANAGE_CYCLES, Permission.EVALUATE)
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, cycle_id: int, unit_id: int) -> HttpResponse:
    """The papers of one unit. A POST drafts one, or asks to replace results of the closed cycle."""

    def page(refusal: Refusal | None) -> HttpResponse:
        found = queries.unit_papers(user_of(request), cycle_id, unit_id, today())
        problems = problems_of(refusal) if refusal else []
        context = {
            "one": found,
            "rows": [(line, sheet, found.petitions.get(sheet)) for line, sheet in _with_sheets(found)],
            "problems": problems,
            "errors": by_field(problems),
            "chosen": numbers(request.POST.getlist("sheet")),
            "reason": request.POST.get("reason", ""),
        }
        return render(request, "web/decisions/unit.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    by, at = user_of(request), now()
    try:
        if request.POST.get("do") == "reopen":
            sheets, reason = numbers(request.POST.getlist("sheet")), request.POST.get("reason", "")
            actions.propose_reopening(cycle_id=cycle_id, sheet_ids=sheets, reason=reason, by=by, at=at)
            messages.success(request, "Đã gửi đề nghị; người đứng đầu nơi có thẩm quyền sẽ đồng ý hoặc không.")
            return redirect("reopenings")
        made = _drafted(request, cycle_id, unit_id)
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, "Đã soạn dự thảo từ các kết quả đã quyết định.")
    return redirect("decision", made.pk)


def _with_sheets(found: queries.UnitPapers) -> list[tuple[ResultLine, int]]:
    return [(line, found.sheets[line.confirmation]) for line in found.lines]


def _drafted(request: HttpRequest, cycle_id: int, unit_id: int) -> Decision:
    typed, by, at = request.POST, user_of(request), now()
    if typed.get("do") == "supplement":
        return actions.draft_supplement(publication_id=number(typed.get("publication", "")), by=by, at=at)
    return actions.draft_decision(cycle_id=cycle_id, unit_id=unit_id, kind=typed.get("kind", ""), by=by, at=at)


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Forms of publication and petition routes; a POST adds one."""

    def page(refusal: Refusal | None) -> HttpResponse:
        problems = problems_of(refusal) if refusal else []
        chosen = queries.choices(user_of(request), today())
        context = {
            "chosen": chosen,
            "units": [(str(one.pk), one.name) for one in chosen.units],
            "authorities": [(str(one.pk), _who_answers(one)) for one in chosen.authorities],
            "kinds": PublicationForm.Kind.choices,
            "typed": request.POST,
            "typed_unit": request.POST.get("unit", ""),
            "typed_authority": request.POST.get("authority", ""),
            "problems": problems,
            "errors": by_field(problems),
        }
        return render(request, "web/decisions/choices.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    try:
        _choose(request)
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, "Đã ghi nhận lựa chọn.")
    return redirect("decisions_choices")


def _who_answers(agency: Any) -> str:
    """An agency, what it is below, and who heads it (`decisions.queries.choices`)."""
    below = f" ({agency.above})" if agency.above else ""
    return f"{agency.name}{below}, {agency.answers or 'chưa ghi nhận người đứng đầu'}"


def _choose(request: HttpRequest) -> None:
    typed, by, at, read = request.POST, user_of(request), now(), Reading()
    select = UNIT_OF.get(typed.get("do", ""), "unit")
    read(choice_typed, {select: typed.get("unit", "")}, select, "Đơn vị")
    unit_id = number(typed.get("unit", ""))
    if typed.get("do") == "route":
        read(choice_typed, typed, "authority", "Nơi giải quyết")
        named_in = read(words_typed, typed, "named_in", "Quy chế, văn bản nêu nơi giải quyết")
        start = read(parse_day, typed.get("route_start", ""), label="Từ ngày", field="route_start")
        read.done()
        actions.set_petition_route(
            unit_id=unit_id,
            authority_id=number(typed.get("authority", "")),
            named_in=named_in,
            chosen_by=typed.get("chosen_by", ""),
            reason=typed.get("route_reason", ""),
            start=start,
            by=by,
            at=at,
        )
        return
    if typed.get("do") == "second":
        decided_by = read(words_typed, typed, "second_by", "Cấp quyết định, số văn bản")
        start = read(parse_day, typed.get("second_start", ""), label="Từ ngày", field="second_start")
        read.done()
        set_second_officer(
            unit_id=unit_id,
            closing="closing" in typed,
            publishing="publishing" in typed,
            decided_by=decided_by,
            start=start,
            by=by,
            at=at,
        )
        return
    kind = read(choice_typed, typed, "kind", "Hình thức")
    decided_by = read(words_typed, typed, "decided_by", "Cấp quyết định, số văn bản")
    start = read(parse_day, typed.get("start", ""), label="Từ ngày", field="start")
    read.done()
    actions.set_publication_form(
        unit_id=unit_id,
        kind=kind,
        decided_by=decided_by,
        start=start,
        by=by,
        at=at,
    )
