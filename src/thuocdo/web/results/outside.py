"""Results from outside the installation: the agency's desk with the officer's form, one lot, and its paper."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.results import actions
from thuocdo.results.outside import queries
from thuocdo.results.outside.rules import Typed
from thuocdo.results.outside.standing import texts_of
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import day_or_none, number
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.my_work.typed import uploaded
from thuocdo.web.results.lots import Step, lot


@needs(Permission.MANAGE_CYCLES, Permission.EVALUATE, Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """What waits and what was received. A POST of the officer enters one result; `sua` corrects a confirmed one."""
    user, asked = user_of(request), request.GET

    def page(refusal: Refusal | None) -> HttpResponse:
        found = queries.desk(user, today(), number(asked.get("trang", "")))
        wanted = number(request.POST.get("replaces", "") or asked.get("sua", ""))
        old = queries.shown(user, wanted, today()) if wanted else None
        typed = request.POST if request.method == "POST" else _prefilled(old, asked.get("ma", ""), asked.get("ky", ""))
        problems = problems_of(refusal) if refusal else []
        context = {
            "desk": found, "old": old.row if old and old.may_correct else None, "typed": typed, "problems": problems,
            "errors": by_field(problems),
        }  # fmt: skip
        return render(request, "web/results/outside.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    try:
        made = _enter(request)
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, "Đã nhập. Người thứ hai đối chiếu văn bản rồi xác nhận thì kết quả mới được tính.")
    return redirect("outside_result", made)


def _prefilled(old: queries.Shown | None, code: str, period: str) -> dict[str, str]:
    if old is None:
        return {"code": code[:40], "period": period[:30]}
    return {"code": old.row.person.code, **texts_of(old.row), "signed_on": f"{old.row.signed_on:%d/%m/%Y}"}


def _enter(request: HttpRequest) -> int:
    posted = request.POST
    texts = {name: posted.get(name, "") for name in ("period", "place", "basis", "score", "level", "document")}
    typed = Typed(**texts, signed_on=_day(posted.get("signed_on", "")))
    made = actions.enter_outside_result(
        code=posted.get("code", ""), typed=typed, upload=uploaded(request),
        replaces_id=number(posted.get("replaces", "")), reason=posted.get("reason", ""), by=user_of(request), at=now(),
    )  # fmt: skip
    return made.pk


def _day(typed: str) -> date | None:
    """The day, None where it cannot be read: the action tells it with the form's other faults."""
    try:
        return day_or_none(typed, label="Ngày văn bản", field="signed_on")
    except Refusal:
        return None


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, result_id: int) -> HttpResponse:
    """One lot. A POST of the second person confirms or returns it, one of who entered it takes it back."""
    act: dict[str, Any] = {"result_id": result_id, "by": user_of(request), "at": now()}
    steps = {
        "confirm": Step(
            lambda _: actions.confirm_outside_results(**act), "Đã xác nhận; từ nay được tính vào điểm quý, năm."
        ),
        "return": Step(lambda why: actions.return_outside_results(reason=why, **act), "Đã trả lại người nhập."),
        "withdraw": Step(lambda why: actions.withdraw_outside_results(reason=why, **act), "Đã rút lại."),
    }

    def shown() -> queries.Shown:
        return queries.shown(user_of(request), result_id, today(), number(request.GET.get("trang", "")))

    return lot(request, "web/results/outside_one.html", shown, steps, ("outside_result", result_id))


@needs(Permission.SIGNED_IN)
@require_safe
def scan(request: HttpRequest, result_id: int) -> HttpResponse:
    """The paper as an attachment, never shown inside the product."""
    row, content = queries.scan(user_of(request), result_id, today())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename=\"van-ban.pdf\"; filename*=UTF-8''{quote(row.file_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
