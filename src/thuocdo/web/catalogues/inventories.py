"""A unit's inventory of one year: the list, and one inventory with everything that may be done to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.catalogues import actions, queries_drafts, rules
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.catalogues.typed import Act, group_typed, run
from thuocdo.web.difficulties.typed import number, problems_of, status_of
from thuocdo.web.forms import by_field
from thuocdo.web.organisation_office.people_typed import Part, ids, page_number
from thuocdo.web.units import asked_for

LINES = 200


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Inventories within reach; a POST begins one for a unit."""
    refusal = None
    if request.method == "POST":
        try:
            row = actions.begin_inventory(unit_id=number(request.POST.get("unit", "")), by=user_of(request), at=now())
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            return redirect("inventory", row.pk)
    return render(
        request,
        "web/catalogues/inventories.html",
        {
            "found": queries_drafts.inventories(user_of(request), now(), *asked_for(request)),
            "problems": problems_of(refusal),
            "deadline": rules.DEADLINE,
        },
        status=status_of(refusal),
    )


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, inventory_id: int) -> HttpResponse:
    """One inventory; a POST takes the step whose button was pressed and keeps what was typed when refused."""
    refusal = None
    if request.method == "POST":
        refusal = run(request, _ACTS, inventory_id=inventory_id)
        if refusal is None:
            return redirect("inventory", inventory_id)
    found = queries_drafts.inventory_view(user_of(request), inventory_id, now())
    problems = problems_of(refusal)
    return render(
        request,
        "web/catalogues/inventory.html",
        {
            "found": found,
            "row": found.row,
            "part": Part(found.kept, page_number(request.GET), LINES),
            "typed": request.POST,
            "ticked": request.POST.getlist("lines"),
            "problems": problems,
            "errors": by_field(problems),
            "groups": range(1, rules.MOST_GROUPS + 1),
        },
        status=status_of(refusal),
    )


def _on_lines(posted: QueryDict, act: dict[str, Any]) -> dict[str, Any]:
    return {**act, "version": number(posted.get("version", "")), "line_ids": ids(posted, "lines")}


def _add(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.add_inventory_line(name=posted.get("name", ""), **act)
    return "Đã thêm dòng."


def _group(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.change_inventory_line(
        complexity=group_typed(posted), standard="standard" in posted, **_on_lines(posted, act)
    )
    return "Đã xếp nhóm."


def _join(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.join_inventory_lines(name=posted.get("join_name", ""), **_on_lines(posted, act))
    return "Đã gộp các dòng; số lần và số lượng được cộng lại."


def _drop(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.drop_inventory_lines(reason=posted.get("reason", ""), **_on_lines(posted, act))
    return "Đã loại các dòng đã chọn."


def _restore(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.restore_inventory_lines(**_on_lines(posted, act))
    return "Đã lấy lại các dòng đã chọn."


def _send(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.send_inventory(version=number(posted.get("version", "")), **act)
    return "Đã gửi bộ phận tổ chức của cơ quan."


def _return(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.return_inventory(version=number(posted.get("version", "")), reason=posted.get("remark", ""), **act)
    return "Đã trả lại đơn vị."


_ACTS: dict[str, Act] = {
    "them": _add, "nhom": _group, "gop": _join, "loai": _drop, "lay-lai": _restore, "gui": _send, "tra-lai": _return,
}  # fmt: skip
