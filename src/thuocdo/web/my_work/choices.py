"""The organisation officer enters what the agency decided on work that is hard to count."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.my_work import typed
from thuocdo.work import actions, own_work
from thuocdo.work.models import UncountableChoice


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What each agency chose, from when; a POST enters the next choice."""
    refusal = None
    if request.method == "POST":
        try:
            made = _choose(request)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"Đã ghi lựa chọn của {made.agency.name}, áp dụng từ {made.start:%d/%m/%Y}.")
            return redirect("uncountable_choices")
    agencies, rows = own_work.uncountable_choices(user_of(request), today())
    problems = problems_of(refusal) if refusal else []
    context = {
        "agencies": agencies,
        "rows": rows,
        "products": own_work.products_of([a.pk for a in agencies], today()),
        "ways": UncountableChoice.Way.choices,
        "typed": request.POST.dict(),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/my_work/choices.html", context, status=status_of(refusal))


def _choose(request: HttpRequest) -> UncountableChoice:
    posted, read = request.POST, Reading()
    way = posted.get("way", "")
    agency = read(typed.key, posted, "agency", "Cơ quan: hãy chọn một cơ quan.")
    product = read(typed.key, posted, "product", "Sản phẩm: hãy chọn một sản phẩm.") if way == "product" else None
    hours = read(typed.number, posted, "hours", "Số giờ của một đơn vị chuẩn") if way == "hours" else None
    text = read(text_from, posted.get("text", ""), "Nội dung, căn cứ", most=300, field="text")
    decided_by = read(text_from, posted.get("decided_by", ""), "Ai quyết định", most=160, field="decided_by")
    decided_on = read(parse_day, posted.get("decided_on", ""), label="Ngày quyết định", field="decided_on")
    start = read(parse_day, posted.get("start", ""), label="Áp dụng từ", field="start")
    read.done()
    return actions.choose_conversion(
        by=user_of(request), at=now(), agency_id=agency, way=way, product_id=product, hours=hours, text=text,
        decided_by=decided_by, decided_on=decided_on, start=start,
    )  # fmt: skip
