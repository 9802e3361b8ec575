"""A unit's weeks: who reads, who grades, who has no plan; settings, campaigns, and the record of looks."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import MOVED, Cast
from tests.factories.months import make_task
from tests.factories.people import add_post, make_person
from tests.guards import outside_actions, refused_by_database
from tests.integration.plans.conftest import WEEK, Plan, unrecorded
from thuocdo.appraisals.models import Sheet
from thuocdo.audit.models import Event
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import ActingHead
from thuocdo.organisation.waiting import todo
from thuocdo.plans import actions, queries, queries_units
from thuocdo.plans.imports_grades import grades_scope
from thuocdo.plans.models import WeekGrade
from thuocdo.plans.rules import Graded, Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 5)
Asks = Callable[..., Any]


@pytest.fixture
def grading(cast: Cast, at: datetime) -> Any:
    return actions.set_week_grading(
        by=cast.organisation_officer.user, at=at, unit_id=cast.economy.pk, start=date(2026, 1, 5), end=None,
        levels=["Tốt", "Đạt", "Chưa đạt"], decided_by="Trưởng phòng", decision="Thông báo 5/TB-KT",
    )  # fmt: skip


def test_who_reads_a_units_week(cast: Cast, plan: Plan) -> None:
    plan(cast.officer_appraised, "Việc")
    read = [cast.head, cast.deputy, cast.organisation_officer, cast.inspector]
    for person in read:
        assert queries_units.unit_week(person.user, cast.economy.pk, WEEK, TODAY).by_office
    for person in (cast.officer_appraised, cast.head_elsewhere, cast.team_head, cast.stranger):
        with pytest.raises(NotYours):
            queries_units.unit_week(person.user, cast.economy.pk, WEEK, TODAY)
    queries_units.unit_week(cast.head.user, cast.finance_team.pk, WEEK, TODAY)


def test_members_read_the_rows_alone_where_the_unit_publishes_them(
    cast: Cast, plan: Plan, asks: Asks, grading: Any, at: datetime
) -> None:
    plan(cast.officer_appraised, "Việc công khai")
    one = Graded(cast.officer_appraised.pk, 0, "", 0)
    actions.grade_week(by=cast.head.user, at=at, unit_id=cast.economy.pk, week=WEEK, grades=[one])
    asks(published=True)
    found = queries_units.unit_week(cast.colleague.user, cast.economy.pk, WEEK, TODAY)
    row = next(r for r in found.people if r.post.person_id == cast.officer_appraised.pk)
    assert [i.text for i in row.items] == ["Việc công khai"]
    assert row.grade is None
    assert not found.by_office
    assert [line.unit for line in queries_units.units_to_read(cast.colleague.user, WEEK, TODAY).lines] == [cast.economy]
    with pytest.raises(NotYours):
        queries_units.unit_week(cast.team_member.user, cast.economy.pk, WEEK, TODAY)
    with pytest.raises(NotYours):
        queries.month_of(cast.colleague.user, cast.officer_appraised.pk, date(2026, 3, 1), TODAY)


def lacking(person: Any, at: datetime) -> dict[str, str]:
    """Lines about plans on the person's to-do list, by kind."""
    return {t.kind: t.text for t in todo(person.user, at) if t.kind.startswith("plan.")}


def test_who_has_no_plan_yet_is_counted(cast: Cast, plan: Plan, asks: Asks, at: datetime) -> None:
    at = datetime.combine(WEEK, at.timetz())
    assert lacking(cast.head, at) == {}
    asks()
    plan(cast.officer_appraised, "Việc")
    plan(cast.head, "Việc của trưởng phòng")
    found = queries_units.unit_week(cast.head.user, cast.economy.pk, WEEK, TODAY)
    names = {row.post.person.code for row in found.without}
    assert "KT003" not in names
    assert cast.colleague.code in names
    assert cast.mover.code not in names
    assert cast.on_maternity.code not in names
    assert lacking(cast.on_maternity, at) == {}
    below = lacking(cast.head, at)
    assert set(below) == {"plan.unit"}
    assert below["plan.unit"].startswith(f"{len(found.without)} người chưa có kế hoạch tuần ({cast.economy.name}, ")
    assert set(lacking(cast.colleague, at)) == {"plan.own"}
    assert "plan.own" in lacking(cast.team_member, at)
    assert lacking(cast.head_elsewhere, at) == {}
    assert lacking(cast.colleague, datetime(2025, 12, 29, 3, tzinfo=at.tzinfo)) == {}


def test_settings_of_one_kind_do_not_overlap_and_end_once(cast: Cast, asks: Asks, at: datetime) -> None:
    first = asks(end=date(2026, 4, 1))
    with pytest.raises(Refusal) as refused:
        asks(start=date(2026, 3, 30))
    assert refused.value.field == "start"
    with pytest.raises(Refusal):
        asks(start=date(2025, 12, 1))
    asks(start=date(2026, 4, 1))
    with pytest.raises(Refusal):
        asks(required=False)
    with pytest.raises(Refusal) as refused:
        asks(start=date(2027, 1, 1), end=date(2027, 1, 1))
    assert refused.value.field == "end"
    act = {"by": cast.organisation_officer.user, "at": at, "setting_id": first.pk}
    with pytest.raises(Conflict):
        actions.end_plan_setting(**act, last=date(2026, 5, 1))
    with pytest.raises(Refusal):
        actions.end_plan_setting(**act, last=date(2026, 1, 4))
    for _ in range(2):
        assert actions.end_plan_setting(**act, last=date(2026, 2, 28)).end == date(2026, 3, 1)
    for stranger in (cast.colleague, cast.head_elsewhere, cast.inspector, cast.stranger):
        with pytest.raises(NotYours):
            actions.end_plan_setting(**(act | {"by": stranger.user}), last=date(2026, 2, 1))
    assert unrecorded() == []


def test_the_head_grades_everybody_but_the_own_week(cast: Cast, grading: Any, at: datetime) -> None:
    act = {"by": cast.head.user, "at": at, "unit_id": cast.economy.pk, "week": WEEK}
    rows = [Graded(cast.colleague.pk, 2, "", 0), Graded(cast.officer_appraised.pk, 9, "", 0)]
    with pytest.raises(Refused) as refused:
        actions.grade_week(**act, grades=rows)
    assert set(refused.value.problems) == {f"reason-{r.person_id}" for r in rows}
    good = [Graded(cast.colleague.pk, 2, "Trễ hai báo cáo", 0), Graded(cast.officer_appraised.pk, 0, "", 0)]
    assert len(actions.grade_week(**act, grades=good)) == 2
    assert actions.grade_week(**act, grades=good) == []
    with pytest.raises(Conflict):
        actions.grade_week(**act, grades=[Graded(cast.colleague.pk, 1, "", 0)])
    actions.grade_week(**act, grades=[Graded(cast.colleague.pk, 1, "", 1)])
    grade = WeekGrade.objects.get(person=cast.colleague)
    assert (grade.words, grade.reason, grade.version) == ("Đạt", "", 2)
    assert queries.my_week(cast.colleague.user, WEEK).grade == grade
    with pytest.raises(NotYours):
        actions.grade_week(**act, grades=[Graded(cast.head.pk, 0, "", 0)])
    for stranger in (cast.colleague, cast.organisation_officer, cast.inspector, cast.head_elsewhere):
        with pytest.raises(NotYours):
            actions.grade_week(**(act | {"by": stranger.user}), grades=[Graded(cast.colleague.pk, 0, "", 2)])
    refused_by_database(grade, "nobody_grades_own_week", given_by_id=cast.colleague.user_id)
    assert unrecorded() == []


def test_a_deputy_grades_neither_the_head_nor_another_deputy(cast: Cast, grading: Any, at: datetime) -> None:
    second = make_person("KT050", "Lò Thị Mai", cast.economy, "Phó Trưởng phòng", leadership="deputy")
    above = make_person("PH001", "Hà Thị Nga", cast.ward, "Bí thư", leadership="head")
    unit, code = cast.economy.pk, f"{cast.economy.pk}-{WEEK}"

    def seen(who: Any) -> set[int]:
        """Whose week `who` grades: on the page, in the Excel list and by the action alike."""
        rows = queries_units.unit_week(who.user, unit, WEEK, TODAY).people
        page = {row.post.person_id for row in rows if row.gradable}
        listed = grades_scope(who.user, at, code).data.people.values()
        assert {post.person_id for post in listed} == page
        act = {"by": who.user, "at": at, "unit_id": unit, "week": WEEK}
        for pk in {cast.head.pk, cast.deputy.pk, second.pk} - page:
            with pytest.raises(NotYours):
                actions.grade_week(**act, grades=[Graded(pk, 0, "", 0)])
        return page & {cast.head.pk, cast.deputy.pk, second.pk, cast.colleague.pk}

    assert seen(cast.deputy) == seen(second) == {cast.colleague.pk}
    assert seen(cast.head) == {cast.deputy.pk, second.pk, cast.colleague.pk}
    assert seen(above) == {cast.head.pk, cast.deputy.pk, second.pk, cast.colleague.pk}
    with outside_actions():
        ActingHead.objects.create(person=second, unit=cast.economy, start=date(2026, 1, 1), decision="Quyết định 9")
    assert seen(second) == {cast.deputy.pk, cast.colleague.pk}
    assert seen(cast.deputy) == seen(cast.head) - {cast.deputy.pk} == {cast.colleague.pk}


def test_only_begun_weeks_that_have_a_grading_are_graded(cast: Cast, grading: Any, at: datetime) -> None:
    rows = [Graded(cast.colleague.pk, 0, "", 0)]
    act = {"by": cast.head.user, "at": at, "unit_id": cast.economy.pk, "grades": rows}
    with pytest.raises(Refusal, match="chưa bắt đầu"):
        actions.grade_week(**act, week=date(2026, 3, 9))
    with pytest.raises(Refusal, match="không có quy định"):
        actions.grade_week(**act, week=date(2025, 12, 29))


def test_a_grade_is_information_and_touches_no_sheet(cast: Cast, grading: Any, at: datetime) -> None:
    before = list(Sheet.objects.values())
    one = Graded(cast.colleague.pk, 2, "Trễ", 0)
    actions.grade_week(by=cast.head.user, at=at, unit_id=cast.economy.pk, week=WEEK, grades=[one])
    assert list(Sheet.objects.values()) == before
    plan = queries.month_beside(cast.colleague, date(2026, 3, 1))
    assert [grade.words for grade in plan.grades] == ["Chưa đạt"]


def test_a_campaign_asks_its_people_within_its_dates(cast: Cast, at: datetime) -> None:
    values: dict[str, Any] = {
        "unit_id": cast.economy.pk, "name": "Phòng, chống dịch", "start": date(2026, 3, 1), "end": date(2026, 4, 1),
        "decision_number": "12/QĐ-UBND", "decision_date": date(2026, 2, 27), "decided_by": "Chủ tịch",
        "criteria": "Trực chốt\nTiêm chủng",
    }  # fmt: skip
    officer = {"by": cast.organisation_officer.user, "at": at}
    campaign = actions.begin_campaign(**officer, **values)
    assert actions.begin_campaign(**officer, **values) == campaign
    with pytest.raises(Refusal) as refused:
        actions.begin_campaign(**officer, **(values | {"criteria": " \n"}))
    assert refused.value.field == "criteria"
    asked = queries.my_week(cast.team_member.user, WEEK).criteria
    assert [one.criterion.text for one in asked] == ["Trực chốt", "Tiêm chủng"]
    assert queries.my_week(cast.head_elsewhere.user, WEEK).criteria == ()
    first = asked[0].criterion.pk
    act = {"by": cast.team_member.user, "at": at, "week": WEEK}
    with pytest.raises(Refused):
        actions.answer_campaign(**act, answers={first: ("x" * 501, 0)})
    assert len(actions.answer_campaign(**act, answers={first: ("Ba ca trực", 0), asked[1].criterion.pk: ("", 0)})) == 1
    assert actions.answer_campaign(**act, answers={first: ("Ba ca trực", 0)}) == []
    with pytest.raises(Conflict):
        actions.answer_campaign(**act, answers={first: ("Bốn ca trực", 0)})
    with pytest.raises(NotYours):
        actions.answer_campaign(**(act | {"by": cast.head_elsewhere.user}), answers={first: ("Tôi", 0)})
    with pytest.raises(NotYours):
        actions.answer_campaign(**(act | {"week": date(2026, 4, 6)}), answers={first: ("Muộn", 0)})
    seen = queries_units.unit_week(cast.head.user, cast.finance_team.pk, WEEK, TODAY)
    answers = next(row.answers for row in seen.people if row.post.person_id == cast.team_member.pk)
    assert [(one.criterion_id, one.text) for one in answers] == [(first, "Ba ca trực")]
    actions.end_campaign(**officer, campaign_id=campaign.pk, last=date(2026, 3, 1))
    assert queries.my_week(cast.team_member.user, WEEK).criteria == ()
    assert unrecorded() == []


def test_each_look_by_office_is_on_record_once_for_a_week(cast: Cast, at: datetime) -> None:
    act = {"by": cast.inspector.user, "unit_id": cast.economy.pk}
    assert not queries_units.unit_week(cast.inspector.user, cast.economy.pk, WEEK, TODAY).seen
    for hour in range(3):
        actions.record_unit_view(**act, at=at + timedelta(hours=hour), week=WEEK)
    actions.record_unit_view(**act, at=at, week=WEEK + timedelta(days=7))
    assert Event.objects.filter(code="plan.unit_viewed").count() == 2
    assert queries_units.unit_week(cast.inspector.user, cast.economy.pk, WEEK, TODAY).seen
    with pytest.raises(NotYours):
        actions.record_unit_view(**(act | {"by": cast.stranger.user}), at=at, week=WEEK)
    march = date(2026, 3, 1)
    for _ in range(2):
        actions.record_person_view(by=cast.head.user, at=at, person_id=cast.colleague.pk, month=march)
    actions.record_person_view(by=cast.colleague.user, at=at, person_id=cast.colleague.pk, month=march)
    assert Event.objects.filter(code="plan.person_viewed").count() == 1
    with pytest.raises(NotYours):
        actions.record_person_view(by=cast.stranger.user, at=at, person_id=cast.colleague.pk, month=march)


def test_settings_page_is_for_who_may_record_them(cast: Cast, asks: Asks) -> None:
    asks()
    found = queries_units.unit_settings(cast.deputy.user, cast.finance_team.pk, TODAY)
    assert found.settings == ()
    assert "yêu cầu kế hoạch tuần" in found.above[0]
    with pytest.raises(NotYours):
        queries_units.unit_settings(cast.inspector.user, cast.economy.pk, TODAY)


def test_of_who_moved_each_unit_reads_its_own_weeks(
    cast: Cast, plan: Plan, grading: Any, at: datetime, client: Client, django_assert_max_num_queries: Any
) -> None:
    """Until Sunday 15 February in the economy division, from Monday the 16th in culture."""
    mover, february, before = cast.mover, date(2026, 2, 1), MOVED - timedelta(days=7)
    head, other, officer = cast.head.user, cast.head_elsewhere.user, cast.organisation_officer.user
    plan(mover, "Việc ở Kinh tế", week=before)
    plan(mover, "Việc ở Văn hóa", week=MOVED)
    make_task(mover, cast.economy, 1, giver=head)
    make_task(mover, cast.culture, 2, giver=other)
    actions.set_week_grading(
        by=officer, at=at, unit_id=cast.culture.pk, start=date(2026, 1, 5), end=None, levels=["Khá", "Kém"],
        decided_by="Trưởng phòng", decision="Thông báo 6/TB-VH",
    )  # fmt: skip
    campaign = actions.begin_campaign(
        by=officer, at=at, unit_id=cast.ward.pk, name="Bầu cử", start=february, end=date(2026, 3, 1), criteria="Trực",
        decision_number="1/QĐ-UBND", decision_date=date(2026, 1, 27), decided_by="Chủ tịch",
    )  # fmt: skip
    for by, unit, week in ((head, cast.economy, before), (other, cast.culture, MOVED)):
        one = Graded(mover.pk, 0, "", 0)
        actions.grade_week(by=by, at=at, unit_id=unit.pk, week=week, grades=[one])
        answer = {campaign.criteria.get().pk: (unit.name, 0)}
        actions.answer_campaign(by=mover.user, at=at, week=week, answers=answer)

    def read(user: Any) -> tuple[list[str], ...]:
        found = queries.month_of(user, mover.pk, february, TODAY)
        return (
            [row.title for row in found.tasks], [row.text for row in found.items],
            [row.words for row in found.grades], [row.text for row in found.answers],
        )  # fmt: skip

    here = (["Báo cáo số 1"], ["Việc ở Kinh tế"], ["Tốt"], [cast.economy.name])
    there = (["Báo cáo số 2"], ["Việc ở Văn hóa"], ["Khá"], [cast.culture.name])
    assert read(head) == here
    assert read(other) == there
    both = tuple(a + b for a, b in zip(here, there, strict=True))
    assert read(mover.user) == read(officer) == read(cast.inspector.user) == both
    client.force_login(head)
    path = f"/ke-hoach/nguoi/{mover.pk}/?thang=2&nam=2026"
    page = client.get(path).content.decode()
    with django_assert_max_num_queries(15):
        client.get(path)
    assert "Việc ở Kinh tế" in page
    assert "Việc ở Văn hóa" not in page


def test_who_left_in_the_first_week_of_a_calendar_is_read_for_that_week(cast: Cast, plan: Plan, at: datetime) -> None:
    """The week of 23 February belongs to February and stands on the calendar of March."""
    last, march = date(2026, 2, 23), date(2026, 3, 1)
    left = make_person("KT020", "Ninh Văn Rời", cast.economy, end=date(2026, 2, 28))
    add_post(left, cast.culture, "Chuyên viên", start=WEEK)
    plan(left, "Bàn giao", week=last)
    plan(left, "Việc mới", week=WEEK)
    make_task(left, cast.economy, 1, month=march, giver=cast.head.user)
    make_task(left, cast.culture, 2, month=march, giver=cast.head.user)
    found = queries.month_of(cast.head.user, left.pk, march, TODAY)
    assert [row.text for row in found.items] == ["Bàn giao"]
    actions.record_person_view(by=cast.head.user, at=at, person_id=left.pk, month=march)
    assert queries.month_of(cast.head.user, left.pk, march, TODAY).seen
