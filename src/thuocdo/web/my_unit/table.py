"""The evaluator's cycles, and one table of all sheets of a cycle."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.deciding import cycles_to_decide
from thuocdo.appraisals.levels import proposes_levels
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.overview import kept_cycles
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.table import Row
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit import typed
from thuocdo.web.my_unit.replies import problems_of, status_of


@needs(Permission.EVALUATE)
@require_GET
def cycles(request: HttpRequest) -> HttpResponse:
    """The cycles in which the user evaluates somebody."""
    return render(
        request,
        "web/my_unit/cycles.html",
        {
            "cycles": queries.cycles_to_evaluate(user_of(request)),
            "kept": kept_cycles(user_of(request), now()),
            "deciding": cycles_to_decide(user_of(request), now()),
        },
    )


@needs(Permission.EVALUATE)
@require_GET
def sheets(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """The sheets of the cycle page by page, those with flags first; `trang-thai` filters by state."""
    wanted, page = request.GET.get("trang-thai", ""), request.GET.get("trang", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    table = queries.evaluation_table(user_of(request), cycle_id, now(), state=wanted, number=number)
    count = Counter(sheet.state for sheet in table.sheets)
    schemes = {isinstance(shape_of(sheet.member), SchemeShape) for sheet in table.sheets}
    return render(
        request,
        "web/my_unit/table.html",
        {
            "table": table,
            "levels": proposes_levels(table),
            "schemes": True in schemes,
            "points": False in schemes,
            "volumes": any(row.plausible for row in table.rows),
            "wanted": wanted,
            "all": len(table.sheets),
            "states": [(state.value, state.label, count[state]) for state in Sheet.State],
            "rows": table.rows,
            "choosable": any(row.may_confirm_plainly for row in table.rows),
        },
    )


@needs(Permission.EVALUATE)
@require_POST
def confirm(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """First the summary of the ticked rows; with `final`, exactly those versions are confirmed."""
    chosen, comment = typed.chosen_items(request.POST.getlist("item")), request.POST.get("comment", "")
    if "final" not in request.POST:
        return _summary(request, cycle_id, chosen, comment)
    try:
        done = actions.confirm_many(
            items=chosen.items, seals=chosen.seals, comment=comment, by=user_of(request), at=now()
        )
    except NotYours:
        raise
    except Refusal as refusal:
        return _summary(request, cycle_id, chosen, comment, refusal)
    messages.success(request, f"Đã xác nhận {len(done)} phiếu; từng người đã được thông báo.")
    return redirect("evaluate_table", cycle_id)


def _summary(
    request: HttpRequest,
    cycle_id: int,
    chosen: typed.Chosen,
    comment: str,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Exactly the ticked rows that are still as they were seen; how many are not is said."""
    table = queries.evaluation_table(user_of(request), cycle_id, now())
    seen = {pk: (number, chosen.seals[pk]) for pk, number in chosen.items}
    plain = [row for row in table.rows if row.may_confirm_plainly]
    rows = [row for row in plain if seen.get(row.sheet.pk) == (row.sheet.version, row.seal)]
    problems = problems_of(refusal) if refusal else []
    return render(
        request,
        "web/my_unit/summary.html",
        {
            "table": table,
            "rows": rows,
            "left_out": len(chosen.items) - len(rows),
            "comment": comment,
            "problems": problems,
            "errors": by_field(problems),
            "bands": _by_level(rows),
            "comment_hint": _comment_goes(rows),
        },
        status=status_of(refusal),
    )


def _by_level(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """How many rows each level has, the level of the best score first."""
    best: dict[str, Fraction] = {}
    for row in rows:
        score = row.self_score.value if row.self_score else Fraction(0)
        best[row.band_label] = max(best.get(row.band_label, score), score)
    count = Counter(row.band_label for row in rows)
    return sorted(count.items(), key=lambda one: (-best[one[0]], one[0]))


def _comment_goes(rows: Sequence[Row]) -> str:
    """Where the common comment is written; Mẫu 01 is the form of NĐ 335 alone."""
    shapes = [isinstance(shape_of(row.sheet.member), SchemeShape) for row in rows]
    return "Ghi vào từng phiếu." if any(shapes) else "Ghi vào từng phiếu, mục 6 Mẫu 01."
