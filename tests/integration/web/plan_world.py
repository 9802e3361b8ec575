"""Weeks in which every list has a given number of rows, for counting queries."""

from datetime import date, timedelta

from tests.factories.people import make_person, make_unit
from tests.guards import outside_actions
from tests.integration.web import crowd
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person
from thuocdo.plans.models import (
    Campaign,
    CampaignAnswer,
    CampaignCriterion,
    PlanSetting,
    RecurringTask,
    WeekGrade,
    WeekGrading,
    WeekItem,
)
from thuocdo.plans.rules import WEEK, monday_of, month_of_week

FIRST = date(2026, 1, 1)
THIS = monday_of(day_of(crowd.AT))


def build(people: crowd.Crowd, own: Person, rows: int) -> dict[str, object]:
    """`rows` lines of plan, criteria, answers, grades, recurring work, settings, units; ids for the addresses."""
    agency, head = people.agency, people.head.user
    with outside_actions():
        PlanSetting.objects.create(unit=agency, start=FIRST, published=True, decided_by="A", decision="B")
        grading = WeekGrading.objects.create(
            unit=agency, start=FIRST, levels=["Tốt", "Đạt"], decided_by="A", decision="B"
        )
        for n in range(1, rows + 1):
            start, end = date(2020, 1, 1) + timedelta(days=n), date(2020, 1, 2) + timedelta(days=n)
            PlanSetting.objects.create(unit=agency, start=start, end=end, decided_by="A", decision="B")
        campaign = Campaign.objects.create(
            unit=agency, name="Phòng, chống dịch", start=FIRST, end=date(2027, 1, 1), decision_number="1",
            decision_date=FIRST, decided_by="A",
        )  # fmt: skip
        criteria = CampaignCriterion.objects.bulk_create(
            CampaignCriterion(campaign=campaign, number=n, text=f"Tiêu chí {n}") for n in range(rows)
        )
        CampaignAnswer.objects.bulk_create(
            CampaignAnswer(criterion=one, person=own, week=THIS, text="Có", answered_at=crowd.AT) for one in criteria
        )
        before, this = (
            [WeekItem.objects.create(person=own, unit=agency, week=week, text=f"Việc {n}") for n in range(rows)]
            for week in (THIS - WEEK, THIS)
        )
        WeekItem.objects.filter(pk=this[0].pk).update(carried_from=before[0])
        for person in people.people[1 : rows - 1]:
            WeekItem.objects.create(person=person, unit=agency, week=THIS, text="Việc")
            WeekGrade.objects.create(
                grading=grading, person=person, unit=agency, week=THIS, level=0, words="Tốt", given_by=head,
                given_at=crowd.AT,
            )  # fmt: skip
        recurring = [
            RecurringTask.objects.create(person=own, text=f"Định kỳ {n}", rule="weekly", day=1, start=FIRST)
            for n in range(rows)
        ]
    for n in range(rows):
        make_person(f"KH{n:03d}", f"Đỗ Thị {n}", make_unit(f"KH{n}", f"Tổ {n}", under=agency), account=False)
    month = month_of_week(THIS)
    return {
        "week_item": this[0].pk, "recurring": recurring[0].pk, "agency": agency.pk, "planner": own.pk,
        "week": THIS.isoformat(), "plan_month": f"thang={month.month}&nam={month.year}",
    }  # fmt: skip
