"""Weeks of one division in the demonstration: plans, results, grades by week, and a campaign of the ward (invented)."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from thuocdo.demo import situations as s
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.world import World
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import on_day
from thuocdo.plans import actions
from thuocdo.plans.models import CampaignCriterion, WeekItem
from thuocdo.plans.rules import WEEK, Graded, ItemData, RecurringData, Reported, monday_of

PLANNERS = (s.EVALUATOR, s.EXCUSED_CAUSE, s.QUALITY_ERROR, s.CIVIL_SERVANT)
TEXTS = (
    ("Tổng hợp báo cáo tuần", "Báo cáo"),
    ("Thẩm định hồ sơ đã tiếp nhận", "Tờ trình"),
    ("Kiểm tra thực địa theo phản ánh của người dân", "Biên bản"),
    ("Họp giao ban đơn vị", ""),
)
HOW = ("done", "done", "partly", "done")
DECISION = "Thông báo 05/TB của đơn vị (ví dụ minh họa)"
CAMPAIGN = "Phòng, chống dịch (ví dụ minh họa)"


def schedule_weeks(timeline: Timeline, world: World) -> None:
    """The three weeks up to the present one: planned on Monday, reported and graded on Friday."""
    this = monday_of(day_of(world.start))
    first = this - 2 * WEEK
    timeline.add(moment(first, 7), partial(_settings, world, first))
    for number, week in enumerate((first, first + WEEK, this)):
        for minutes, slot in enumerate(PLANNERS if week < this else PLANNERS[1:]):
            timeline.add(moment(week, 9, minutes), partial(_plan, world, slot, week, number))
        friday = week + timedelta(days=4)
        for minutes, slot in enumerate(PLANNERS):
            timeline.add(moment(friday, 15, minutes), partial(_report, world, slot, week))
        timeline.add(moment(friday, 16, 30), partial(_grade, world, week))


def _unit(world: World, slot: str, on: date) -> Unit:
    posts = Employment.objects.filter(on_day(on), person=world.people[slot]).select_related("unit")
    return posts.earliest("start").unit


def _settings(world: World, first: date, at: datetime) -> None:
    """The division asks for plans and grades weeks in its own words; the ward has a campaign."""
    unit = _unit(world, s.EVALUATOR, first)
    by: dict[str, Any] = {"by": world.user(s.EVALUATOR), "at": at, "unit_id": unit.pk, "start": first, "end": None}
    decided: dict[str, Any] = {"decided_by": "Trưởng phòng", "decision": DECISION}
    actions.set_plan_setting(**by, **decided, required=True, published=True)
    actions.set_week_grading(**by, **decided, levels=["Hoàn thành tốt", "Hoàn thành", "Chưa hoàn thành"])
    actions.begin_campaign(
        by=world.officer, at=at, unit_id=world.ward.pk, name=CAMPAIGN, start=first, end=first + 6 * WEEK,
        decision_number="12/QĐ-UBND", decision_date=first - timedelta(days=3), decided_by="Chủ tịch UBND phường",
        criteria="Tham gia trực theo phân công\nPhổ biến biện pháp phòng dịch trong đơn vị",
    )  # fmt: skip
    data = RecurringData(text="Tổng hợp số liệu cuối tháng", rule="monthly", day=28, start=first, expected="Số liệu")
    actions.save_recurring(by=world.user(s.CIVIL_SERVANT), at=at, data=data)


def _plan(world: World, slot: str, week: date, number: int, at: datetime) -> None:
    items = [
        ItemData(text=text, day=day + 1, expected=expected, due_date=week + timedelta(days=day), is_key=day == number)
        for day, (text, expected) in enumerate(TEXTS)
    ]
    actions.add_items(by=world.user(slot), at=at, week=week, items=items)


def _report(world: World, slot: str, week: date, at: datetime) -> None:
    """How the week went, and one answer on the campaign."""
    rows = WeekItem.objects.filter(person=world.people[slot], week=week).order_by("pk")
    reports = [Reported(row.pk, row.version, how) for row, how in zip(rows, HOW, strict=False)]
    if not reports:
        return
    actions.report_items(by=world.user(slot), at=at, week=week, reports=reports)
    criterion = CampaignCriterion.objects.filter(campaign__name=CAMPAIGN).earliest("number")
    answers = {criterion.pk: ("Một ca trực theo phân công", 0)}
    actions.answer_campaign(by=world.user(slot), at=at, week=week, answers=answers)


def _grade(world: World, week: date, at: datetime) -> None:
    """The head of the division grades two weeks; the second had work left over."""
    unit = _unit(world, s.EVALUATOR, week)
    grades = [
        Graded(world.people[slot].pk, level, "", 0)
        for level, slot in enumerate((s.EXCUSED_CAUSE, s.QUALITY_ERROR))
        if _unit(world, slot, week) == unit
    ]
    actions.grade_week(by=world.user(s.EVALUATOR), at=at, unit_id=unit.pk, week=week, grades=grades)
