"""Absences, joiners, leavers, movers, several posts: shown with dates and law, answered by the head, kept, no score
changed."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from tests.cast import MOVED, Cast
from tests.factories.months import OPENED, judgement, make_task, open_month, opened, sheet_of, submitted
from tests.factories.people import add_post, make_person
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Sheet, SituationAnswer
from thuocdo.appraisals.queries import evaluation_table, explanation, sheet_to_evaluate
from thuocdo.appraisals.situations import situations_for
from thuocdo.audit.models import Event
from thuocdo.calendars import actions as calendars
from thuocdo.calendars.models import CalendarDay
from thuocdo.cycles.models import Cycle
from thuocdo.cycles.population import Scope, population, scope_for
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import Employment, Person, Unit, UnitLink
from thuocdo.records.models import Absence

AT = OPENED


@pytest.fixture
def month(cast: Cast) -> tuple[Cast, Cycle]:
    """February: one fell ill, one joined, one left, one was seconded, the mover's post was chosen."""
    with outside_actions():
        for person, kind, start, end in (
            (cast.officer_appraised, "sick_leave", date(2026, 2, 2), date(2026, 2, 7)),
            (cast.colleague, "secondment", date(2026, 2, 23), None),
        ):
            Absence.objects.create(person=person, kind=kind, start=start, end=end)
        Employment.objects.filter(person=cast.team_member).update(end=date(2026, 2, 25))
    joiner = make_person("KT020", "Trần Thị Mới", cast.economy, start=date(2026, 2, 10))
    add_post(cast.task_giver, cast.culture, "Phụ trách kế toán", start=date(2026, 1, 1))
    for person in (cast.officer_appraised, cast.colleague, cast.team_member, joiner, cast.mover, cast.task_giver):
        make_task(person, cast.economy, 1, giver=cast.task_giver.user)
    chosen = {}
    for person in (cast.mover, cast.task_giver):
        post = person.employments.order_by("start").first()
        chosen[person.pk] = {"employment": post.pk, "reason": "Phần lớn tháng ở đơn vị cũ."}
    return cast, open_month(cast.ward, cast.organisation_officer, choices=chosen)


def cases_of(cast: Cast, cycle: Cycle, person: Any) -> Any:
    sheet = sheet_of(cycle, person)
    return sheet_to_evaluate(sheet.evaluator.user, sheet.pk, AT).situations


def answer(sheet: Sheet, code: str, by: Any, **changed: str) -> SituationAnswer:
    given = {"answer": "Tính việc giao trong thời gian có mặt.", "reason": "Theo phân công tháng.", "other": ""}
    return actions.answer_situation(sheet_id=sheet.pk, code=code, by=by.user, at=AT, **(given | changed))


@pytest.mark.parametrize(
    ("who", "kind", "law", "says"),
    [
        ("officer_appraised", "sick_leave", "Điều 11 khoản 2", True),
        ("colleague", "secondment", "Điều 10", False),
        ("team_member", "left", "Điều 11 khoản 1", True),
        ("KT020", "joined", "Điều 11 khoản 1", True),
        ("mover", "moved", "Điều 19 khoản 1", True),
        ("task_giver", "posts", "Điều 10", False),
    ],
)
def test_each_case_is_shown_with_its_law_and_what_stays_open(
    month: tuple[Cast, Cycle], who: str, kind: str, law: str, says: bool
) -> None:
    cast, cycle = month
    person = Person.objects.get(code=who) if who.startswith("KT") else getattr(cast, who)
    (one,) = cases_of(cast, cycle, person)
    assert one.case.kind == kind
    assert law in one.asks
    assert bool(one.says) is says
    assert one.waits
    sheet = submitted(cycle, person, AT)
    row = next(r for r in evaluation_table(sheet.evaluator.user, cycle.pk, AT).rows if r.sheet.pk == sheet.pk)
    assert any(flag.startswith(one.case.title) for flag in row.flags)
    assert not row.may_confirm_plainly


def test_who_left_and_came_back_is_in_and_the_days_between_are_put_to_the_head(cast: Cast) -> None:
    """The same seat twice leaves nothing to choose; another position does, and the choice names the days."""
    for person, position in ((cast.officer_appraised, "Chuyên viên"), (cast.colleague, "Chuyên viên chính")):
        with outside_actions():
            Employment.objects.filter(person=person).update(end=date(2026, 2, 5))
        add_post(person, cast.economy, position, start=date(2026, 2, 12))
    add_post(cast.mover, cast.culture, "Phụ trách kế toán", start=date(2025, 9, 1))
    first = cast.mover.employments.order_by("start").first()
    chosen = {cast.mover.pk: {"employment": first.pk, "reason": "Phần lớn tháng ở đây."}}
    cycle = open_month(cast.ward, cast.organisation_officer, choices=chosen)
    sheet = sheet_of(cycle, cast.officer_appraised)
    assert sheet.member.standing == "in"
    (gap,) = cases_of(cast, cycle, cast.officer_appraised)
    assert gap.case.facts[0] == "Không ghi vị trí công tác nào từ 05/02/2026 đến hết 11/02/2026: 5 ngày làm việc"
    assert gap.asks == (
        "NĐ 335/2025 không nêu trường hợp này: kỳ này ai đánh giá, việc và thời gian nào được tính?"
    )
    assert (gap.case.title, gap.waits) == ("Ngừng công tác rồi làm lại trong kỳ", True)
    assert answer(sheet, gap.case.code, cast.head).answer.startswith("Tính việc")
    waiting = cycle.members.get(person=cast.colleague)
    assert waiting.standing == "choice"
    assert "Chuyên viên chính, Phòng Kinh tế, Hạ tầng và Đô thị, từ 12/02/2026" in waiting.reason
    assert ", đến hết 04/02/2026; " in waiting.reason
    assert {one.case.kind for one in cases_of(cast, cycle, cast.mover)} == {"posts", "moved"}
    chosen = waiting.employment
    actions.admit_member(
        member_id=waiting.pk, employment_id=chosen.pk, reason="Vị trí sau.", by=cast.organisation_officer.user, at=AT
    )
    changed, _ = cases_of(cast, cycle, cast.colleague)
    assert (changed.case.kind, changed.case.title) == ("changed", "Đổi vị trí trong cùng đơn vị")
    assert (changed.asks, changed.two_sided) == (gap.asks, False)


def test_away_on_every_day_of_both_posts_is_out_on_one_of_them_is_in(cast: Cast) -> None:
    with outside_actions():
        Employment.objects.filter(person=cast.officer_appraised).update(end=date(2026, 2, 5))
        back = Employment.objects.get(person=cast.officer_appraised)
        back.pk, back.start, back.end = None, date(2026, 2, 12), None
        back.save()
        Absence.objects.create(person=cast.officer_appraised, kind="maternity", start=date(2026, 2, 12))
    scope = scope_for(cast.ward, "month", 2026, 2, AT)
    assert standing_of(scope, cast.officer_appraised) == "in"
    with outside_actions():
        Absence.objects.update(start=date(2026, 1, 5))
    assert standing_of(scope, cast.officer_appraised) == "away"


def test_a_seat_recorded_twice_is_in_by_the_row_that_goes_on(cast: Cast) -> None:
    """Two records of one person merged: the same seat, the later row ended within the month."""
    post = cast.officer_appraised.employments.get()
    with outside_actions():
        again = Employment.objects.get(pk=post.pk)
        again.pk, again.start, again.end = None, date(2026, 2, 5), date(2026, 2, 12)
        again.save()
    (found,) = [one for one in population(scope_for(cast.ward, "month", 2026, 2, AT), {})
                if one.person.pk == cast.officer_appraised.pk]
    assert (found.standing, found.employment.pk) == ("in", post.pk)


def standing_of(scope: Scope, person: Person) -> str:
    (found,) = [one for one in population(scope, {}) if one.person.pk == person.pk]
    return str(found.standing)


def test_working_days_are_those_of_the_units_calendar(month: tuple[Cast, Cycle]) -> None:
    cast, cycle = month
    (before,) = cases_of(cast, cycle, cast.officer_appraised)
    assert "vắng 5 trên" in before.case.facts[0]
    given = {"unit_id": cast.ward.pk, "day": date(2026, 2, 4), "kind": "off", "decision": "12/TB-UBND"}
    calendars.set_day(**given, reason="Nghỉ theo thông báo", by=cast.organisation_officer.user, at=AT)
    (after,) = cases_of(cast, cycle, cast.officer_appraised)
    assert "vắng 4 trên" in after.case.facts[0]


def test_the_head_answers_with_a_reason_and_nothing_is_rated_differently(month: tuple[Cast, Cycle]) -> None:
    cast, cycle = month
    sheet = opened(cycle, cast.officer_appraised, AT)
    (one,) = cases_of(cast, cycle, cast.officer_appraised)
    with pytest.raises(Refusal, match="Lý do: chưa nhập"):
        answer(sheet, one.case.code, cast.head, reason=" ")
    with pytest.raises(NotYours):
        answer(sheet, one.case.code, cast.deputy)
    with pytest.raises(NotYours):
        answer(sheet, one.case.code, cast.officer_appraised)
    with pytest.raises(NotYours):
        answer(sheet, "maternity:2026-02-01", cast.head)
    before = explanation(cast.officer_appraised.user, sheet.pk, None, AT)
    first = answer(sheet, one.case.code, cast.head)
    assert answer(sheet, one.case.code, cast.head).pk == first.pk
    second = answer(sheet, one.case.code, cast.head, answer="Không tính hai việc giao lúc nghỉ ốm.")
    assert (second.number, SituationAnswer.objects.count()) == (2, 2)
    assert Event.objects.filter(code="situation.answered", chain="PHUONG").count() == 2
    why = explanation(cast.officer_appraised.user, sheet.pk, None, AT)
    assert [s.answer.answer for s in why.situations if s.answer] == ["Không tính hai việc giao lúc nghỉ ốm."]
    assert why.total == before.total
    sheet.refresh_from_db()
    actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(), by=cast.head.user, at=AT)
    with pytest.raises(Conflict):
        answer(sheet, one.case.code, cast.head, answer="Muộn")
    with outside_actions():
        Absence.objects.all().delete()
    (kept,) = explanation(cast.officer_appraised.user, sheet.pk, None, AT).situations
    assert kept.answer is not None
    assert "vắng 5 trên" in kept.facts[0]


def test_the_database_keeps_answers_and_lets_nobody_answer_the_own(month: tuple[Cast, Cycle]) -> None:
    cast, cycle = month
    sheet = opened(cycle, cast.mover, AT)
    (one,) = cases_of(cast, cycle, cast.mover)
    assert one.two_sided
    made = answer(sheet, one.case.code, sheet.evaluator, other="Bà Vũ Thị Thanh, 27/02/2026: đồng ý")
    with outside_actions(), pytest.raises(DatabaseError), transaction.atomic():
        SituationAnswer.objects.filter(pk=made.pk).update(answer="Khác")
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        SituationAnswer.objects.create(
            sheet=sheet, code="x", number=1, facts="{}", answer="a", reason="b", subject=cast.mover,
            decided_by=cast.mover, at=datetime.now(tz=AT.tzinfo),
        )  # fmt: skip


def test_the_page_asks_and_the_person_reads_the_answer(
    month: tuple[Cast, Cycle], client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    cast, cycle = month
    sheet = opened(cycle, cast.mover, AT)
    client.force_login(sheet.evaluator.user)
    page = f"/danh-gia/phieu/{sheet.pk}/"
    shown = client.get(page).content.decode()
    assert "Chuyển cơ quan trong kỳ" in shown
    assert "Phần lớn tháng ở đơn vị cũ." in shown
    table = client.get(f"/danh-gia/{cycle.pk}/").content.decode()
    assert "Mới đến trong kỳ: Chuyên viên" in table
    code = f"moved:{MOVED.isoformat()}"
    refused = client.post(f"{page}truong-hop/", {"code": code, "answer": "Nơi cũ đánh giá", "case_reason": ""})
    assert refused.status_code == 400
    assert "Nơi cũ đánh giá</textarea>" in refused.content.decode()
    done = client.post(
        f"{page}truong-hop/",
        {"code": code, "answer": "Nơi cũ đánh giá", "case_reason": "Làm việc nhiều hơn", "other": "Nơi mới đồng ý"},
        follow=True,
    )
    assert "Đã ghi trả lời" in done.content.decode()
    client.force_login(cast.mover.user)
    why = client.get(f"/phieu/{sheet.pk}/vi-sao/").content.decode()
    assert all(text in why for text in ("Nơi cũ đánh giá", "Làm việc nhiều hơn", "Nơi mới đồng ý", "Điều 19 khoản 1"))


def test_a_month_without_cases_asks_nothing(cast: Cast) -> None:
    make_task(cast.officer_appraised, cast.economy, 1, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    assert cases_of(cast, cycle, cast.officer_appraised) == ()


def test_a_merger_inside_an_agency_is_no_move_to_another_one(cast: Cast) -> None:
    """The team ends within the month: above it stands, on its last day, the division that took it over, and the
    calendar of the ward."""
    team, person, day = cast.finance_team, cast.team_member, date(2026, 2, 16)
    cycle = open_month(cast.ward, cast.organisation_officer)
    with outside_actions():
        UnitLink.objects.filter(child=team).update(end=day)
        UnitLink.objects.create(tree="succession", child=team, parent=cast.economy, start=day)
        Employment.objects.filter(unit=team).update(end=day)
        Unit.objects.filter(pk=team.pk).update(end=day)
        CalendarDay.objects.create(unit=cast.ward.pk, day=date(2026, 2, 4), kind="off", reason="Nghỉ bù", set_at=AT)
    add_post(person, cast.economy, "Chuyên viên", start=day)
    (one,) = situations_for(sheet_of(cycle, person))
    assert (one.case.kind, one.case.title) == ("moved_inside", "Chuyển đơn vị trong cơ quan")
    assert one.case.facts[0].endswith(": 9 ngày làm việc"), one.case.facts


def test_two_quota_groups_in_one_unit_are_two_posts(cast: Cast) -> None:
    """What opening asks to choose between, the sheet asks about too."""
    person = cast.officer_appraised
    first = person.employments.get()
    with outside_actions():
        again = Employment.objects.get(pk=first.pk)
        again.pk, again.start, again.end, again.task_group = None, date(2026, 2, 5), date(2026, 2, 12), "Một cửa"
        again.save()
    chosen = {person.pk: {"employment": first.pk, "reason": "Phần lớn tháng."}}
    cycle = open_month(cast.ward, cast.organisation_officer, choices=chosen)
    assert {one.case.kind for one in situations_for(sheet_of(cycle, person))} == {"posts"}
