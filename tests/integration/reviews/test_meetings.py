"""From a prompt to the meeting and what comes after: terms with their article, steps taken, duties, remedies, facts."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import rounds as world
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.integration.reviews.meeting_world import THURSDAY, call, hold, send
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.calendars.models import CalendarDay
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Several
from thuocdo.kernel.workdays import LONGEST
from thuocdo.reviews import actions, following, queries
from thuocdo.reviews.models import Defect, MeetingSubject, Remedy, RemedyStep
from thuocdo.reviews.remedied import facts_of, remedied
from thuocdo.rounds import actions as rounds
from thuocdo.rounds.models import RoundSubject, StepDone

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@standing
def ward(db: None) -> Ward:
    return world.open_ward()


def test_a_meeting_before_the_third_working_day_or_too_short_is_refused_with_the_article(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    with pytest.raises(Conflict, match=r"Chưa gửi dự thảo.*Mục 2 Hướng dẫn 43"):
        call(ward, government)
    send(ward, government, "chair")
    with pytest.raises(Conflict, match=r"sớm nhất ngày 04/12/2025 \(Mục 2 Hướng dẫn 43"):
        call(ward, government, on=THURSDAY - timedelta(days=1))
    with pytest.raises(Conflict, match=r"1 buổi, quy định ít nhất 2 buổi"):
        call(ward, government, half_days=1)
    assert call(ward, government).seats.count() == 3
    with pytest.raises(Conflict, match="hội nghị khác"):
        call(ward, government)


def test_a_calendar_without_a_day_to_work_refuses_the_meeting_and_says_what_to_mend(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    send(ward, government, "chair")
    days = (TODAY + timedelta(days=one) for one in range(1, LONGEST + 4))
    with outside_actions():
        CalendarDay.objects.bulk_create(
            CalendarDay(unit=government.unit_id, day=day, kind="off", reason="Nghỉ", set_at=AT) for day in days
        )
    with pytest.raises(Conflict, match=rf"Không tính được 3 ngày làm việc.*{LONGEST} ngày liền.*Hãy sửa lịch"):
        call(ward, government, on=TODAY + timedelta(days=40))


def test_one_meeting_takes_the_steps_of_several_and_keeps_its_minutes(ward: Ward) -> None:
    government, committee = (
        ward.subject("collective", "Tập thể lãnh đạo Ủy ban"),
        ward.subject("collective", "Ban Thường"),
    )
    send(ward, government, "chair")
    send(ward, committee, "chair")
    meeting = call(ward, government, committee)
    said = actions.add_comment(
        meeting_id=meeting.pk, subject_id=committee.pk, person_id=ward.people["vice2"].pk, text="Cần sát cơ sở",
        by=ward.user("officer"), at=AT,
    )  # fmt: skip
    actions.answer_comment(comment_id=said.pk, answer="taken", said="", by=ward.user("officer"), at=AT)
    with pytest.raises(Several) as told:
        hold(ward, meeting, present=[ward.people["chair"].pk], conclusion=" ")
    assert set(told.value.problems) == {"conclusion", "secretary"}
    held = hold(ward, meeting)
    steps = StepDone.objects.filter(source="reviews.reviewmeeting")
    assert {step.subject_id for step in steps} == {government.pk, committee.pk}
    assert (held.state, held.terms, held.exception) == ("held", [], "")
    page = Client()
    page.force_login(ward.user("vice2"))
    shown = page.get(f"/kiem-diem/hoi-nghi/{meeting.pk}/").content.decode()
    assert "Biên bản hội nghị kiểm điểm" in shown
    assert "Cần sát cơ sở" in shown
    assert [p.message for p in verify().problems if p.kind.startswith(("reviews.", "rounds."))] == []
    with pytest.raises(NotYours):
        following.meeting(ward.user("outside"), meeting.pk, AT)


def test_a_meeting_that_was_shorter_all_the_same_keeps_its_reason_beside_the_article(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    send(ward, government, "chair")
    meeting = call(ward, government)
    with pytest.raises(Exception, match="ít nhất 2 buổi"):
        hold(ward, meeting, half_days=1)
    held = hold(ward, meeting, half_days=1, exception="Bão, phải dừng họp")
    assert "Mục 2 Hướng dẫn 43-HD/BTCTW" in held.terms[0]


def test_a_step_that_comes_too_early_holds_the_meeting_back(ward: Ward) -> None:
    head = ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")
    send(ward, head, "chair")
    meeting = call(ward, head)
    with pytest.raises(Conflict, match=r"phải chờ “Kiểm điểm tập thể.*Điều 7 khoản 3"):
        hold(ward, meeting)
    actions.drop_meeting(meeting_id=meeting.pk, reason="Chờ tập thể", by=ward.user("officer"), at=AT)
    assert call(ward, head).pk != meeting.pk


def test_a_subject_is_in_one_meeting_in_the_database_too(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    send(ward, government, "chair")
    meeting = call(ward, government)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        MeetingSubject.objects.create(meeting=meeting, subject=government)


def test_a_prompt_is_answered_point_by_point_and_decides_the_length(ward: Ward) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    given: dict[str, Any] = {"number": "05-CV/ĐU", "issued_on": TODAY, "by": ward.user("officer"), "at": AT}
    with pytest.raises(NotYours):
        actions.issue_prompt(
            subject_id=government.pk, points=["a"], half_days=None, **given | {"by": ward.user("vice")}
        )
    prompt = actions.issue_prompt(subject_id=government.pk, points=["Đất đai", " ", "Đầu tư"], half_days=3, **given)
    with pytest.raises(Several) as told:
        send(ward, government, "chair", answers={"1": "Đã rà soát"})
    assert set(told.value.problems) == {"answer-2"}
    send(ward, government, "chair", answers={"1": "Đã rà soát", "2": "Đã giải ngân"})
    with pytest.raises(Conflict, match="nơi gợi ý kiểm điểm quyết định ít nhất 3 buổi"):
        call(ward, government)
    point = prompt.points.get(number=2)
    actions.follow_point(point_id=point.pk, follow="unmet", words="Thiếu số liệu", by=ward.user("officer"), at=AT)
    shown = following.prompted(ward.user("chair"), government.pk, AT)
    assert (shown.answers["2"], shown.issues) == ("Đã giải ngân", False)


def test_a_point_that_waits_leads_to_its_answer_whoever_writes_the_report(ward: Ward, client: Client) -> None:
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    actions.issue_prompt(
        subject_id=government.pk, number="05-CV/ĐU", issued_on=TODAY, points=["Đất đai", "Đầu tư"], half_days=None,
        by=ward.user("officer"), at=AT,
    )  # fmt: skip
    writes, place = f"/kiem-diem/ban/{government.pk}/viet/", "answer-2"
    client.force_login(ward.user("chair"))
    assert f'href="{writes}#{place}"' in client.get(f"/kiem-diem/ban/{government.pk}/goi-y/").content.decode()
    assert f'id="{place}"' in client.get(writes).content.decode()
    send(ward, government, "chair", answers={"1": "Đã rà soát", "2": "Đã giải ngân"})
    assert f"#{place}" not in client.get(f"/kiem-diem/ban/{government.pk}/goi-y/").content.decode()


def defect(ward: Ward, one: RoundSubject, by: str, year: int = 2025) -> Defect:
    return actions.add_defect(
        subject_id=one.pk, year=year, text=f"Chậm {year}", cause="", source="self", by=ward.user(by), at=AT
    )


def test_a_collectives_defect_reaches_its_person_and_the_answer_goes_back(ward: Ward) -> None:
    committee = ward.subject("collective", "Ban Thường")
    leader = ward.subject("leader", "Lê Phó Một", of="Ban Thường vụ")
    named = actions.name_duty(
        defect_id=defect(ward, committee, "chair").pk, subject_id=leader.pk, words="Phụ trách", by=ward.user("chair"),
        at=AT,
    )  # fmt: skip
    cell = ward.subject("party_member", "Lê Phó Một")
    assert [d.pk for d in queries.writing(ward.user("vice"), cell.pk, AT).duties] == [named.pk]
    with pytest.raises(NotYours):
        actions.answer_duty(duty_id=named.pk, accepted=True, said="", by=ward.user("vice2"), at=AT)
    actions.answer_duty(duty_id=named.pk, accepted=False, said="Mới nhận việc", by=ward.user("vice"), at=AT)
    [back] = queries.writing(ward.user("chair"), committee.pk, AT).duties
    assert (back.answer, back.said) == ("disputed", "Mới nhận việc")


def test_what_was_remedied_is_counted_exactly_and_not_by_who_carries_it_out(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    first, second = defect(ward, one, "vice", 2024), defect(ward, one, "vice", 2025)
    by: dict[str, Any] = {"by": ward.user("vice"), "at": AT}
    remedy = actions.plan_remedy(
        defect_id=first.pk, measure="Họp tuần", person_id=ward.people["vice"].pk, due=TODAY, **by
    )
    with pytest.raises(Forbidden, match="không phải người thực hiện"):
        actions.report_remedy(remedy_id=remedy.pk, state="fixed", words="Xong", **by)
    actions.report_remedy(remedy_id=remedy.pk, state="claimed", words="Xong", **by)
    facts = facts_of(ward.round, [one])[one.pk]
    assert facts.case == {"defects": {"total": 1, "fixed": 0}}
    done = actions.report_remedy(remedy_id=remedy.pk, state="fixed", words="Đúng", by=ward.user("chief"), at=AT)
    assert Remedy.objects.get(pk=remedy.pk).state == "fixed"
    counted = remedied([first.owner], 2024)[first.owner, 2024]
    assert (counted.share, remedied([second.owner], 2025)[second.owner, 2025].share) == (Fraction(1), Fraction(0))
    assert facts_of(ward.round, [one])[one.pk].case == {"defects": {"total": 1, "fixed": 1}}
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        RemedyStep.objects.create(
            remedy=remedy, state="fixed", words="x", by=ward.user("vice"), by_person=ward.people["vice"],
            carried_by=ward.people["vice"], at=AT,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        RemedyStep.objects.filter(pk=done.pk).update(words="khác")


def test_what_was_confirmed_or_planned_by_mistake_is_undone_by_another_and_not_after_the_round(ward: Ward) -> None:
    one, vice, chief = ward.subject("party_member", "Lê Phó Một"), ward.user("vice"), ward.user("chief")
    found = defect(ward, one, "vice", 2024)

    def plan(words: str) -> Remedy:
        return actions.plan_remedy(
            defect_id=found.pk, measure=words, person_id=ward.people["vice"].pk, due=TODAY, by=vice, at=AT
        )

    def move(row: Remedy, state: str, by: Any) -> None:
        actions.report_remedy(remedy_id=row.pk, state=state, words="Vì sao", by=by, at=AT)

    kept, mistaken = plan("Họp tuần"), plan("Ghi nhầm")
    move(kept, "fixed", chief)
    with pytest.raises(Forbidden, match="chỉ người xác nhận"):
        move(kept, "doing", vice)
    move(kept, "doing", chief)
    assert remedied([found.owner], 2024)[found.owner, 2024].fixed == 0
    move(kept, "fixed", chief)
    with pytest.raises(Conflict, match="Chưa có ai xin rút"):
        move(mistaken, "dropped", chief)
    move(mistaken, "wrong", vice)
    assert remedied([found.owner], 2024)[found.owner, 2024].fixed == 0
    with pytest.raises(Forbidden, match="không phải người xin rút"):
        move(mistaken, "dropped", vice)
    move(mistaken, "dropped", chief)
    assert remedied([found.owner], 2024)[found.owner, 2024].fixed == 1
    with pytest.raises(Conflict, match="đã được rút"):
        move(mistaken, "doing", vice)
    rounds.close_round(round_id=ward.round.pk, version=ward.round.version, by=ward.user("officer"), at=AT)
    with pytest.raises(Conflict, match="đã kết thúc"):
        move(kept, "doing", chief)


def test_nothing_is_made_up_of_a_year_that_nobody_wrote_down(ward: Ward) -> None:
    one = ward.subject("party_member", "Lê Phó Một")
    before = facts_of(ward.round, [one])[one.pk]
    assert (before.case, len(before.questions)) == ({}, 1)
    send(ward, one, "vice")
    after = facts_of(ward.round, [one])[one.pk]
    assert (after.case, after.level, after.questions) == ({"defects": {"total": 0, "fixed": 0}}, "good", ())
