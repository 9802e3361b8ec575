"""Everybody's pages: the catalogue in force on a day, one product with its origin, two versions side by side."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.catalogues import queries, rules
from thuocdo.catalogues.imports import in_force_file
from thuocdo.intake.cells import day
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.difficulties.typed import number
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.organisation_office.people_typed import Part, download, page_number
from thuocdo.web.tables.filters import MOST
from thuocdo.web.units import asked_for

LINES = 150


def _asked_day(request: HttpRequest) -> tuple[date, list[Problem]]:
    typed = clean(request.GET.get("ngay", ""))
    if not typed:
        return today(), []
    try:
        return day(typed, "Ngày"), []
    except Refusal as refusal:
        return today(), [Problem(refusal.message, "ngay")]


@needs(Permission.SIGNED_IN)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The products in force on a day, searched by words; versions, drafts and proposals beside them."""
    on, problems = _asked_day(request)
    typed = clean(request.GET.get("tim", ""))
    found = queries.in_force(user_of(request), number(request.GET.get("co-quan", "")) or None, on, typed, now(),
                             asked_for(request).typed)
    keep = {k: v for k in ("ngay", "tim", "co-quan") if (v := request.GET.get(k, ""))}
    return render(
        request,
        "web/catalogues/list.html",
        {
            "found": found,
            "part": Part(found.lines, page_number(request.GET), LINES),
            "typed": typed,
            "day_typed": request.GET.get("ngay", ""),
            "deadline": rules.DEADLINE,
            "problems": problems,
            "errors": by_field(problems),
            "keep": urlencode(keep) + "&" if keep else "",
            "pairs": list(zip(found.versions, found.versions[1:], strict=False)),
            "decisions": [(v, queries.decision_words(v)) for v in found.versions],
        },
        status=400 if problems else 200,
    )


@needs(Permission.SIGNED_IN)
@require_safe
def catalogue_file(request: HttpRequest, agency_id: int) -> HttpResponse:
    """The catalogue in force on a day as XLSX, or what its page shows of it for the words typed there."""
    on, _ = _asked_day(request)
    typed = clean(request.GET.get("tim", ""))[:MOST]
    found = queries.in_force(user_of(request), agency_id, on, typed, now())
    return download(in_force_file(found, typed), f"danh-muc-{on:%Y%m%d}{'-loc' if typed else ''}.xlsx")


@needs(Permission.SIGNED_IN)
@require_safe
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product: where its coefficient comes from, and how it changed."""
    return render(
        request, "web/catalogues/product.html", {"found": queries.product_view(user_of(request), product_id, now())}
    )


@needs(Permission.SIGNED_IN)
@require_safe
def compare(request: HttpRequest, before_id: int, after_id: int) -> HttpResponse:
    """What differs between two versions."""
    found = queries.compare(user_of(request), before_id, after_id, now())
    kind = request.GET.get("chi", "")
    lines = [one for one in found.found if one.kind == kind or (not kind and one.kind != "unchanged")]
    return render(
        request,
        "web/catalogues/compare.html",
        {
            "found": found,
            "part": Part(lines, page_number(request.GET), LINES),
            "kind": kind,
            "kinds": [
                ("new", "thêm mới"),
                ("changed", "thay đổi"),
                ("ended", "thôi áp dụng"),
                ("unchanged", "giữ nguyên"),
            ],
        },
    )
