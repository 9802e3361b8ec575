"""Opening, filing and withdrawing."""

from datetime import datetime

import pytest

from tests.cast import Cast
from tests.factories.months import make_task, open_month, self_document, sheet_of
from thuocdo.appraisals import actions
from thuocdo.appraisals.actions import opening
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Draft, Submission
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import Conflict, NotYours


def test_opening_freezes_who_is_in_and_out(cast: Cast, february: Cycle, at: datetime) -> None:
    members = {m.person_id: m for m in february.members.select_related("evaluator")}
    by_table = [
        (cast.officer_appraised, cast.head),
        (cast.deputy, cast.head),
        (cast.team_head, cast.head),
        (cast.team_member, cast.team_head),
        (cast.head, cast.chairman),
        (cast.chairman, cast.chairman_above),
    ]
    for person, evaluator in by_table:
        assert members[person.pk].standing == Member.Standing.IN
        assert members[person.pk].evaluator == evaluator
        assert "Điều 10" in members[person.pk].evaluator_cite
    left_out = [
        (cast.mover, "choice", "vị trí"),
        (cast.on_maternity, "away", "Vắng cả kỳ"),
        (cast.contract_worker, "no_rule", "335/2025"),
        (cast.cadre, "no_rule", "cán bộ"),
    ]
    for person, standing, words in left_out:
        assert members[person.pk].standing == standing
        assert words in members[person.pk].reason
    assert cast.stranger.pk not in members
    assert cast.chairman_above.pk not in members
    assert february.sheets.count() == sum(m.standing == "in" for m in members.values())
    assert february.pins[0]["rulebook"] == "state/nd-335-2025"
    with pytest.raises(Conflict, match="đã được mở"):
        open_month(cast.ward, cast.organisation_officer)
    with pytest.raises(NotYours):
        open_month(cast.ward, cast.head, month=3)


def test_whoever_may_not_let_people_in_makes_no_opening_wait(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(opening, "one_at_a_time", lambda: waited.append("all openings"))
    away = february.members.get(person=cast.on_maternity)
    for nobody in (cast.head.user, cast.stranger.user):
        with pytest.raises(NotYours):
            actions.admit_member(member_id=away.pk, employment_id=away.employment_id, reason="x", by=nobody, at=at)
    assert waited == []


def test_choice_and_admission_need_a_reason(cast: Cast, at: datetime) -> None:
    post = cast.mover.employments.get(unit=cast.culture)
    chosen = {cast.mover.pk: {"employment": post.pk, "reason": "Làm việc ở đây đến hết tháng"}}
    cycle = open_month(cast.ward, cast.organisation_officer, choices=chosen)
    member = cycle.members.get(person=cast.mover)
    assert (member.standing, member.evaluator) == ("in", cast.head_elsewhere)
    away = cycle.members.get(person=cast.on_maternity)
    officer = cast.organisation_officer.user
    with pytest.raises(Exception, match="lý do"):
        actions.admit_member(
            member_id=away.pk, employment_id=away.employment_id, reason=" ", by=officer, at=at
        )
    with pytest.raises(NotYours):
        actions.admit_member(
            member_id=away.pk, employment_id=away.employment_id, reason="x", by=cast.head.user, at=at
        )
    for _ in range(2):
        sheet = actions.admit_member(
            member_id=away.pk,
            employment_id=away.employment_id,
            reason="Đi làm trước hạn nghỉ",
            by=officer,
            at=at,
        )
    assert sheet.person == cast.on_maternity
    assert cycle.sheets.filter(person=cast.on_maternity).count() == 1
    assert Event.objects.filter(code="member.admitted").count() == 1


def test_submit_once_and_by_the_owner_only(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    mine = {"sheet_id": sheet.pk, "by": cast.officer_appraised.user, "at": at}
    for other in (cast.head, cast.colleague, cast.organisation_officer, cast.stranger):
        with pytest.raises(NotYours):
            actions.submit(sheet_id=sheet.pk, version=1, document=self_document(), by=other.user, at=at)
    actions.save_draft(document={"marks": {"discipline": "4,"}}, **mine)
    first = actions.submit(version=1, document=self_document(), **mine)
    again = actions.submit(version=1, document=self_document(), **mine)
    assert first == again
    assert Submission.objects.count() == 1
    assert Event.objects.filter(code="sheet.submitted").count() == 1
    assert not Draft.objects.exists()
    with pytest.raises(Conflict, match="Nguyễn Thị Hồng Ngọc chuyển sang “đã nộp”"):
        actions.submit(version=1, document=self_document(strengths="Khác"), **mine)
    with pytest.raises(Conflict, match="Bản nháp chưa được lưu"):
        actions.save_draft(document={}, **mine)


def test_every_problem_is_named_at_once(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    make_task(cast.officer_appraised, cast.economy, 3, reported=False)
    document = self_document(
        marks={
            "political_ethics": "5,01",
            "discipline": "-1",
            "responsibility": "NaN",
            "hard_tasks": "1.000",
            "unknown": "1",
        },
        extra=1,
    )
    with pytest.raises(Refused) as refused:
        actions.submit(sheet_id=sheet.pk, version=1, document=document, by=cast.officer_appraised.user, at=at)
    problems = refused.value.problems
    assert {
        "marks.political_ethics",
        "marks.discipline",
        "marks.responsibility",
        "marks.hard_tasks",
        "marks.unknown",
        "marks.decisiveness",
        "extra",
        "unreported_ok",
    } <= set(problems)
    assert "1 công việc chưa báo cáo" in problems["unreported_ok"]
    assert not Submission.objects.exists()
    done = actions.submit(
        sheet_id=sheet.pk,
        version=1,
        document=self_document(unreported_ok=True),
        by=cast.officer_appraised.user,
        at=at,
    )
    assert '"unreported":["202602-KT003-03"]' in done.document


def test_withdraw_until_opened(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    mine = {"sheet_id": sheet.pk, "by": cast.officer_appraised.user, "at": at}
    actions.submit(version=1, document=self_document(), **mine)
    for _ in range(2):
        actions.withdraw(version=2, **mine)
    actions.submit(version=3, document=self_document(), **mine)
    assert [s.number for s in sheet.submissions.order_by("number")] == [1, 2]
    with pytest.raises(NotYours):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.head_elsewhere.user, at=at)
    for _ in range(2):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    with pytest.raises(Conflict, match="Lê Minh Đức"):
        actions.withdraw(version=4, **mine)
    assert Event.objects.filter(code="sheet.opened").count() == 1
