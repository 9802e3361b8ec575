"""What a unit asks of the weeks: plans, gradings, campaigns. The officer or a head records who decided it."""

from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.plans import rules
from thuocdo.plans.access import require_settable
from thuocdo.plans.actions.steps import chain_for
from thuocdo.plans.models import Campaign, CampaignCriterion, PlanSetting, WeekGrading


def _decided(decided_by: str, decision: str) -> dict[str, str]:
    return {
        "decided_by": text_from(decided_by, "Người quyết định", most=160, field="decided_by"),
        "decision": text_from(decision, "Văn bản", most=300, field="decision"),
    }


def _free(model: type[PlanSetting] | type[WeekGrading], unit: Unit, start: date, end: date | None) -> None:
    """No two settings of one kind hold for one unit on one day. Raises Refusal."""
    if end is not None and end <= start:
        raise Refusal(
            "setting.dates", "Ngày cuối không được trước ngày bắt đầu. Hãy sửa một trong hai ngày.", field="end"
        )
    later = model._default_manager.filter(unit=unit).order_by("start")
    for row in later:
        if (row.end is None or row.end > start) and (end is None or row.start < end):
            raise Refusal(
                "setting.overlap",
                f"Đã có ghi nhận từ {row.start:%d/%m/%Y} trùng thời gian này. Hãy kết thúc ghi nhận đó trước, hoặc "
                "chọn ngày khác.",
                field="start",
            )


@action
def set_plan_setting(
    *,
    by: User,
    at: datetime,
    unit_id: int,
    start: date,
    end: date | None,
    required: bool,
    published: bool,
    decided_by: str,
    decision: str,
) -> PlanSetting:
    """Record that a unit asks for week plans, or publishes them among its members, from a day on.

    `end` is the day after the last. Raises NotYours, Refusal with the field.
    """
    unit = require_settable(by, unit_id, day_of(at))
    words = _decided(decided_by, decision)
    if not (required or published):
        raise Refusal(
            "setting.empty",
            "Hãy chọn ít nhất một yêu cầu: phải có kế hoạch tuần, hoặc công khai trong đơn vị.",
            field="required",
        )
    _free(PlanSetting, unit, start, end)
    row = PlanSetting(unit=unit, start=start, end=end, required=required, published=published, **words)
    return _recorded(row, "plan_setting.recorded", unit, by, at)  # type: ignore[no-any-return]


@action
def set_week_grading(
    *,
    by: User,
    at: datetime,
    unit_id: int,
    start: date,
    end: date | None,
    levels: list[str],
    decided_by: str,
    decision: str,
) -> WeekGrading:
    """Record that a unit grades weeks in its own words, from a day on. No rulebook reads them: no points.

    Raises NotYours, Refusal with the field.
    """
    unit = require_settable(by, unit_id, day_of(at))
    words = _decided(decided_by, decision)
    chosen = rules.levels_from(levels)
    _free(WeekGrading, unit, start, end)
    row = WeekGrading(unit=unit, start=start, end=end, levels=chosen, **words)
    return _recorded(row, "week_grading.recorded", unit, by, at)  # type: ignore[no-any-return]


def _recorded(row: Any, code: str, unit: Unit, by: User, at: datetime) -> Any:
    row.save(force_insert=True)
    record(chain=chain_for(unit, at), code=code, by=by, at=at, objects=[row])
    return row


@action
def end_plan_setting(*, by: User, at: datetime, setting_id: int, last: date) -> PlanSetting:
    """The last day of a setting. Raises NotYours, Refusal (before its first day), Conflict (ended already)."""
    return _ended(PlanSetting, setting_id, last, "plan_setting.ended", by, at)  # type: ignore[no-any-return]


@action
def end_week_grading(*, by: User, at: datetime, grading_id: int, last: date) -> WeekGrading:
    """The last day of a grading. Raises NotYours, Refusal (before its first day), Conflict (ended already)."""
    return _ended(WeekGrading, grading_id, last, "week_grading.ended", by, at)  # type: ignore[no-any-return]


@action
def end_campaign(*, by: User, at: datetime, campaign_id: int, last: date) -> Campaign:
    """A campaign ends earlier than first recorded. Raises NotYours, Refusal, Conflict."""
    return _ended(Campaign, campaign_id, last, "campaign.ended", by, at)  # type: ignore[no-any-return]


def _ended(model: type[Any], pk: int, last: date, code: str, by: User, at: datetime) -> Any:
    row = model._default_manager.select_for_update(of=("self",)).select_related("unit").filter(pk=pk).first()
    if row is None:
        raise NotYours()
    require_settable(by, row.unit_id, day_of(at))
    end = rules.day_after(last)
    if row.end == end:
        nothing_changed()
        return row
    if row.end is not None and row.end < end:
        raise Conflict(
            f"Ghi nhận này đã kết thúc hết ngày {rules.day_before(row.end):%d/%m/%Y}. Muốn kéo dài, hãy ghi nhận mới."
        )
    if end <= row.start:
        raise Refusal("setting.end", f"Ngày cuối phải từ {row.start:%d/%m/%Y} trở đi. Hãy sửa ngày.", field="last")
    row.end = end
    row.save()
    record(chain=chain_for(row.unit, at), code=code, by=by, at=at, objects=[row])
    return row


@action
def begin_campaign(
    *,
    by: User,
    at: datetime,
    unit_id: int,
    name: str,
    start: date,
    end: date,
    decision_number: str,
    decision_date: date,
    decided_by: str,
    criteria: str,
) -> Campaign:
    """A unit adds criteria for a campaign with dates; its people report on them week by week. No points.

    `criteria` one a line; `end` the day after the last. Raises NotYours, Refusal with the field. The same name and
    first day again changes nothing.
    """
    unit = require_settable(by, unit_id, day_of(at))
    values = {
        "name": text_from(name, "Tên đợt", most=200, field="name"),
        "decision_number": text_from(decision_number, "Số văn bản", most=60, field="decision_number"),
        "decided_by": text_from(decided_by, "Người quyết định", most=160, field="decided_by"),
    }
    lines = rules.criteria_from(criteria)
    if end <= start:
        raise Refusal(
            "campaign.dates", "Ngày cuối không được trước ngày bắt đầu. Hãy sửa một trong hai ngày.", field="end"
        )
    known = Campaign.objects.filter(unit=unit, name=values["name"], start=start).first()
    if known is not None:
        nothing_changed()
        return known
    row = Campaign(unit=unit, start=start, end=end, decision_date=decision_date, **values)
    row.save(force_insert=True)
    made = [CampaignCriterion(campaign=row, number=n, text=text) for n, text in enumerate(lines, 1)]
    for one in made:
        one.save(force_insert=True)
    record(
        chain=chain_for(unit, at),
        code="campaign.begun",
        by=by,
        at=at,
        objects=[row, *made],
        data={"criteria": len(made)},
    )
    return row
