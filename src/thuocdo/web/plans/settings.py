"""What a unit asks of the weeks: its plans, its gradings, its campaigns; who decided, and until when."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.plans import actions, queries_units, rules
from thuocdo.plans.models import PlanSetting, WeekGrading
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.plans import typed

DECISION = {"decision": ("Văn bản", 300)}


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_safe
def shown(request: HttpRequest, unit_id: int) -> HttpResponse:
    """What is recorded, and the forms to record more; `nhu` (`demand-5`, `grading-5`) fills one with what a unit before
    this one had, for the authority of today to decide upon."""
    found = queries_units.unit_settings(user_of(request), unit_id, today()) if "nhu" in request.GET else None
    for row in found.before if found else ():
        which = "demand" if isinstance(row, PlanSetting) else "grading"
        if request.GET.get("nhu") == f"{which}-{row.pk}":
            return _page(request, unit_id, which=which, given=_as_typed(row))
    return _page(request, unit_id)


def _as_typed(row: PlanSetting | WeekGrading) -> dict[str, str]:
    """The form of what an earlier unit asked for, from the day on which it ended; who decides it now is left open."""
    start = {"start": f"{row.unit.end:%d/%m/%Y}" if row.unit.end else ""}
    if isinstance(row, WeekGrading):
        return start | {"levels": "\n".join(row.levels)}
    return start | {name: "1" for name in ("required", "published") if getattr(row, name)}


def _page(
    request: HttpRequest,
    unit_id: int,
    refusal: Refusal | None = None,
    which: str = "",
    given: Mapping[str, str] | None = None,
) -> HttpResponse:
    problems = problems_of(refusal) if refusal else []
    empty: dict[str, Any] = {"typed": {}, "errors": {}, "open": False}
    mine = {"typed": given or {}, "errors": by_field(problems), "open": True}
    context = {
        "found": queries_units.unit_settings(user_of(request), unit_id, today()),
        "problems": problems,
        **{name: mine if name == which else empty for name in ("demand", "grading", "campaign")},
    }
    return render(request, "web/plans/settings.html", context, status=status_of(refusal))


def _write(request: HttpRequest, unit_id: int, which: str, write: Callable[[], object], said: str) -> HttpResponse:
    try:
        write()
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, unit_id, refusal, which, request.POST)
    messages.success(request, said)
    return redirect("plan_settings", unit_id)


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_POST
def demand(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The unit asks for week plans, or publishes them inside."""

    def write() -> None:
        read = Reading()
        read(_asked_for, request.POST)
        start, end = typed.span(request.POST, read)
        words = typed.decided(request.POST, read, **DECISION)
        read.done()
        actions.set_plan_setting(
            by=user_of(request), at=now(), unit_id=unit_id, start=start, end=end,
            required="required" in request.POST, published="published" in request.POST, **words,
        )  # fmt: skip

    return _write(request, unit_id, "demand", write, "Đã ghi nhận yêu cầu kế hoạch tuần.")


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_POST
def grading(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The unit grades weeks in its own words."""

    def write() -> None:
        read = Reading()
        levels = read(rules.levels_from, request.POST.get("levels", "").splitlines())
        start, end = typed.span(request.POST, read)
        words = typed.decided(request.POST, read, **DECISION)
        read.done()
        actions.set_week_grading(
            by=user_of(request), at=now(), unit_id=unit_id, start=start, end=end, levels=levels, **words
        )

    return _write(request, unit_id, "grading", write, "Đã ghi nhận quy định xếp loại tuần.")


def _asked_for(posted: Mapping[str, str]) -> None:
    if "required" not in posted and "published" not in posted:
        said = "Hãy chọn ít nhất một yêu cầu: phải có kế hoạch tuần, hoặc công khai trong đơn vị."
        raise Refusal("setting.empty", said, field="required")


def _last_day(typed_day: str) -> date:
    if not typed_day.strip():
        raise Refusal("campaign.end", "Đến hết ngày: đợt nhiệm vụ phải có ngày cuối. Hãy nhập ngày.", field="end")
    return parse_day(typed_day, label="Đến hết ngày", field="end")


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_POST
def campaign(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The unit adds criteria for a campaign."""

    def write() -> None:
        posted, read = request.POST, Reading()
        words = typed.decided(posted, read, name=("Tên đợt", 200), decision_number=("Số văn bản", 60))
        criteria = posted.get("criteria", "")
        read(rules.criteria_from, criteria)
        signed = read(parse_day, posted.get("decision_date", ""), label="Ngày văn bản", field="decision_date")
        start = read(parse_day, posted.get("start", ""), label="Từ ngày", field="start")
        last = read(_last_day, posted.get("end", ""))
        read.done()
        actions.begin_campaign(
            by=user_of(request), at=now(), unit_id=unit_id, start=start, end=last + timedelta(days=1),
            decision_date=signed, criteria=criteria, **words,
        )  # fmt: skip

    return _write(request, unit_id, "campaign", write, "Đã ghi nhận đợt nhiệm vụ.")


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_POST
def end(request: HttpRequest, unit_id: int, what: str, row_id: int) -> HttpResponse:
    """The last day of a setting, a grading or a campaign."""

    def write() -> None:
        last = parse_day(request.POST.get("last", ""), label="Ngày cuối", field=f"last-{what}-{row_id}")
        act: dict[str, Any] = {"by": user_of(request), "at": now(), "last": last}
        if what == "yeu-cau":
            actions.end_plan_setting(setting_id=row_id, **act)
        elif what == "xep-loai":
            actions.end_week_grading(grading_id=row_id, **act)
        elif what == "dot":
            actions.end_campaign(campaign_id=row_id, **act)
        else:
            raise NotYours()

    return _write(request, unit_id, "", write, "Đã ghi ngày cuối.")
