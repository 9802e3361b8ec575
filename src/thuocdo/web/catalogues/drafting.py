"""The draft of an agency's catalogue: coefficients, lines, the units' inventories beside it, and the approval."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.catalogues import actions, queries, queries_drafts, rules
from thuocdo.catalogues.imports import draft_file as file_of
from thuocdo.catalogues.models import Catalogue
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import format_points
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.catalogues.typed import Act, group_typed, points_typed, run, wording_typed
from thuocdo.web.difficulties.typed import number, problems_of, status_of
from thuocdo.web.forms import by_field
from thuocdo.web.organisation_office.people_typed import Part, day_typed, download, ids, page_number

LINES = 150


def _version(posted: QueryDict) -> int:
    return number(posted.get("version", ""))


@needs(Permission.MANAGE_CYCLES)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the next version from what is in force, or from what an agency had that ended when this one began."""
    agency, like = (number(request.POST.get(name, "")) for name in ("agency", "like"))
    row = actions.begin_catalogue(agency_id=agency, like=like or None, by=user_of(request), at=now())
    return redirect("catalogue_draft", row.pk)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """One version; a POST takes the step whose button was pressed and keeps what was typed when refused."""
    refusal, act = None, request.POST.get("viec", "")
    if request.method == "POST":
        refusal = run(request, _ACTS, catalogue_id=catalogue_id)
        if refusal is None:
            return redirect("catalogue") if act == "bo" else redirect("catalogue_draft", catalogue_id)
    found = queries_drafts.draft_view(user_of(request), catalogue_id, now())
    problems = problems_of(refusal)
    return render(
        request,
        "web/catalogues/draft.html",
        {
            "found": found,
            "row": found.row,
            "part": Part(found.lines, page_number(request.GET), LINES),
            "typed": request.POST if refusal else {},
            "way": request.POST if act == "cach" and refusal else _way(found.row),
            "problems": problems,
            "errors": by_field(problems),
            "methods": Catalogue.Method.choices,
            "roundings": Catalogue.Rounding.choices,
            "numbers": range(1, rules.MOST_GROUPS + 1),
            "ratio_source": rules.RATIO_SOURCE,
            "decision": queries.decision_words(found.row),
            "keys": [(f"group_{n}", f"coefficient_{n}", n) for n in range(1, rules.MOST_GROUPS + 1)],
        },
        status=status_of(refusal),
    )


def _way(row: Catalogue) -> dict[str, str]:
    """The stored choices as the form shows them."""
    found = {"method": row.method, "rounding": row.rounding, "rounding_reason": row.rounding_reason}
    if row.ratio_accepted:
        found["ratio_accepted"] = "on"
    for n, group in enumerate(row.groups, 1):
        found[f"group_{n}"] = group["name"]
        found[f"coefficient_{n}"] = "" if group["coefficient"] is None else format_points(group["coefficient"])
    return found


def _save_way(posted: QueryDict, act: dict[str, Any]) -> str:
    groups = [
        (name, points_typed(posted, f"coefficient_{n}", f"Hệ số chung của nhóm {n}"))
        for n in range(1, rules.MOST_GROUPS + 1)
        if (name := clean(posted.get(f"group_{n}", ""))) or _later(posted, n)
    ]
    actions.save_way(
        version=_version(posted),
        method=posted.get("method", ""),
        ratio_accepted="ratio_accepted" in posted,
        rounding=posted.get("rounding", ""),
        rounding_reason=posted.get("rounding_reason", ""),
        groups=groups,
        **act,
    )
    return "Đã ghi cách xác định hệ số."


def _later(posted: QueryDict, number_: int) -> bool:
    """Whether a group after this one is named: names are given without gaps."""
    return any(clean(posted.get(f"group_{n}", "")) for n in range(number_ + 1, rules.MOST_GROUPS + 1))


def _submit(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.submit_catalogue(version=_version(posted), **act)
    return "Đã trình phê duyệt."


def _drop(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.drop_catalogue(version=_version(posted), **act)
    return "Đã bỏ dự thảo; dòng rà soát và đề xuất đã đưa vào được mở lại."


def _return(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.return_catalogue(version=_version(posted), reason=posted.get("remark", ""), **act)
    return "Đã trả lại để soạn tiếp."


def _approve(posted: QueryDict, act: dict[str, Any]) -> str:
    row = actions.approve_catalogue(
        version=_version(posted),
        decision_number=posted.get("decision_number", ""),
        decided_on=day_typed(posted, "decided_on", "Ngày quyết định"),
        start=day_typed(posted, "start", "Áp dụng từ ngày"),
        **act,
    )
    return f"Đã phê duyệt; danh mục áp dụng từ {row.start:%d/%m/%Y}."


_ACTS: dict[str, Act] = {
    "cach": _save_way, "trinh": _submit, "bo": _drop, "tra-lai": _return, "phe-duyet": _approve,
}  # fmt: skip


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def new_line(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """The form of a new line."""
    return _line(request, catalogue_id, None)


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, catalogue_id: int, line_id: int) -> HttpResponse:
    """The form of one line; it can also be taken out of the draft."""
    return _line(request, catalogue_id, line_id)


def _line(request: HttpRequest, catalogue_id: int, line_id: int | None) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        refusal = run(request, _LINE_ACTS, catalogue_id=catalogue_id, line_id=line_id)
        if refusal is None:
            return redirect("catalogue_draft", catalogue_id)
    row, stored = queries_drafts.draft_line(user_of(request), catalogue_id, line_id, now())
    typed: Any = request.POST if refusal else {}
    if stored is not None and refusal is None:
        typed = {
            "code": stored.code, "name": stored.name, "complexity": str(stored.complexity),
            "points": "" if stored.points is None else format_points(stored.points),
            "typed": "" if stored.typed is None else format_points(stored.typed), "line_reason": stored.reason,
        } | ({"standard": "on"} if stored.standard else {})  # fmt: skip
    problems = problems_of(refusal)
    return render(
        request,
        "web/catalogues/line.html",
        {
            "row": row,
            "stored": stored,
            "typed": typed,
            "problems": problems,
            "errors": by_field(problems),
            "numbers": [str(n) for n in range(1, rules.MOST_GROUPS + 1)],
        },
        status=status_of(refusal),
    )


def _save_line(posted: QueryDict, act: dict[str, Any]) -> str:
    saved = actions.save_line(version=_version(posted), wording=wording_typed(posted), **act)
    return f"Đã ghi dòng {saved.code}."


def _remove_line(posted: QueryDict, act: dict[str, Any]) -> str:
    if act["line_id"] is None:
        raise NotYours()
    actions.remove_line(version=_version(posted), **act)
    return "Đã đưa dòng ra khỏi dự thảo."


_LINE_ACTS: dict[str, Act] = {"ghi": _save_line, "xoa": _remove_line}


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """What the units sent, side by side, duplicates first."""
    refusal = None
    if request.method == "POST":
        refusal = run(request, _MERGE_ACTS, catalogue_id=catalogue_id)
        if refusal is None:
            return redirect("catalogue_merge", catalogue_id)
    found = queries_drafts.merge_view(user_of(request), catalogue_id, now())
    problems = problems_of(refusal)
    return render(
        request,
        "web/catalogues/merge.html",
        {
            "found": found,
            "row": found.row,
            "part": Part(found.found, page_number(request.GET), LINES),
            "typed": request.POST,
            "ticked": request.POST.getlist("lines"),
            "problems": problems,
            "errors": by_field(problems),
            "numbers": [str(n) for n in range(1, rules.MOST_GROUPS + 1)],
        },
        status=status_of(refusal),
    )


def _take(posted: QueryDict, act: dict[str, Any]) -> str:
    if not clean(posted.get("code", "")):
        raise Refusal("catalogue.code", "Mã sản phẩm: chưa nhập. Hãy ghi mã mới hoặc mã đang có.", field="code")
    saved = actions.take_lines(
        version=_version(posted),
        line_ids=ids(posted, "lines"),
        code=posted.get("code", ""),
        name=clean(posted.get("name", "")),
        complexity=group_typed(posted),
        **act,
    )
    return f"Đã đưa vào dòng {saved.code} “{saved.name}”."


def _aside(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.set_aside(
        version=_version(posted), line_ids=ids(posted, "lines"), reason=posted.get("aside_reason", ""), **act
    )
    return "Đã ghi các dòng không đưa vào danh mục."


_MERGE_ACTS: dict[str, Act] = {"dua-vao": _take, "de-ra": _aside}


@needs(Permission.SIGNED_IN)
@require_safe
def draft_file(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """The draft as XLSX, to edit and upload again."""
    found = queries_drafts.draft_view(user_of(request), catalogue_id, now())
    return download(file_of(found.lines), f"du-thao-danh-muc-{catalogue_id}.xlsx")
