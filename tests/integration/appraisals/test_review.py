"""Returning, confirming, many at once, the leader's factors."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories.months import (
    confirmed,
    judgement,
    leader_judgement,
    make_task,
    open_month,
    opened,
    self_document,
    sheet_of,
    submitted,
)
from tests.factories.people import add_post, give_role
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Confirmation
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment, Role
from thuocdo.work.models import Task


def test_return_with_a_reason_then_file_again(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = opened(february, cast.officer_appraised, at)
    act = {"sheet_id": sheet.pk, "version": sheet.version, "by": cast.head.user, "at": at}
    with pytest.raises(Refusal, match="Lý do trả lại"):
        actions.return_for_revision(reason=" ", **act)
    with pytest.raises(NotYours):
        actions.return_for_revision(reason="x", **(act | {"by": cast.head_elsewhere.user}))
    for _ in range(2):
        actions.return_for_revision(reason="Thiếu minh chứng của báo cáo số 2.", **act)
    assert sheet.remarks.count() == 1
    with pytest.raises(Conflict, match="trả lại để bổ sung"):
        actions.confirm(judgement=judgement(), **act)
    again = submitted(february, cast.officer_appraised, at, strengths="Đã bổ sung.")
    assert (again.state, again.submissions.count()) == ("submitted", 2)


def test_confirm_once_by_the_evaluator_and_never_oneself(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = opened(february, cast.officer_appraised, at)
    act = {"sheet_id": sheet.pk, "version": sheet.version, "by": cast.head.user, "at": at}
    with pytest.raises(Refused, match="Ý kiến nhận xét"):
        actions.confirm(judgement={}, **act)
    for other in (cast.officer_appraised, cast.chairman, cast.organisation_officer):
        with pytest.raises(NotYours):
            actions.confirm(judgement=judgement(), **(act | {"by": other.user}))
    with pytest.raises(Conflict):
        actions.confirm(judgement=judgement(), **(act | {"version": 1}))
    first = actions.confirm(judgement=judgement(), **act)
    assert actions.confirm(judgement=judgement(), **act) == first
    assert (first.score, first.score_shown, first.band, first.outcome_kind) == (
        "99/1",
        9900,
        "excellent",
        "scored",
    )
    assert Event.objects.filter(code="sheet.confirmed").count() == 1
    notice = Notice.objects.get(user=cast.officer_appraised.user, kind="sheet.confirmed")
    assert "99" not in notice.text
    with pytest.raises(Conflict, match="Lê Minh Đức"):
        actions.confirm(judgement=judgement(comment="Khác"), **act)
    with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
        Confirmation.objects.create(
            sheet=sheet,
            number=2,
            submission=first.submission,
            subject=cast.head,
            confirmed_by=cast.head,
            comment="x",
            at=at,
            replaces=first,
            replace_reason="x",
        )


def test_a_different_judgement_needs_a_note_and_changes_the_score(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    late = make_task(cast.officer_appraised, cast.economy, 3, late=2, cause="Mưa lũ", on_time=400)
    sheet = opened(february, cast.officer_appraised, at)
    act = {"sheet_id": sheet.pk, "version": sheet.version, "by": cast.head.user, "at": at}
    first = "202602-KT003-01"
    with pytest.raises(Refused) as refused:
        actions.confirm(
            judgement=judgement(
                tasks={
                    first: {"quality_met": "3", "completed": "2,5"},
                    late.code: {"late_excused": "3"},
                    "202602-KT003-02": {"quality_met": "3"},
                    "XX": {},
                }
            ),
            **act,
        )
    assert set(refused.value.problems) == {
        f"tasks.{first}.quality_met",
        f"tasks.{first}.on_time",
        f"tasks.{first}.note",
        f"tasks.{late.code}.late_excused",
        f"tasks.{late.code}.note",
        "tasks.202602-KT003-02.note",
        "tasks.XX",
    }
    done = actions.confirm(
        judgement=judgement(
            tasks={
                first: {"quality_errors": 1, "note": "Sai số liệu"},
                late.code: {"late_excused": "2", "note": "Đã xác minh mưa lũ"},
            }
        ),
        **act,
    )
    # a = 1, b = ((4 − 0,25)·2 + 8 + 8)/24 = 23,5/24, c = 1: 29 + 70·(1 + 23,5/24 + 1)/3
    assert done.score == "7093/72"
    subject = json.loads(done.submission.document)["subject"]
    lines = {p["id"]: p for p in subject["products"]}
    assert lines[late.code]["late_excused"] == 2
    assert json.loads(done.submission.document)["notes"][first] == "Sai số liệu"


def test_leader_factors_from_subordinates_or_chosen(cast: Cast, february: Cycle, at: datetime) -> None:
    confirmed(february, cast.team_member, at)
    team = opened(february, cast.team_head, at)
    act = {"sheet_id": team.pk, "version": team.version, "by": cast.head.user, "at": at}
    with pytest.raises(Refused) as refused:
        actions.confirm(judgement=judgement(leadership_factors={"organising": "75"}), **act)
    assert set(refused.value.problems) == {"leadership_factors.organising", "leadership_factors.solidarity"}
    with pytest.raises(Refused, match="lý do chọn 50%"):
        actions.confirm(
            judgement=judgement(leadership_factors={"organising": "100", "solidarity": "50"}), **act
        )
    with pytest.raises(Refused, match="cấp dưới cho kết quả 100"):
        actions.confirm(
            judgement=leader_judgement(
                leadership_factors={"unit_results": 50, "organising": 100, "solidarity": 100},
                factor_reasons={"unit_results": "Nhận định khác"},
            ),
            **act,
        )
    done = actions.confirm(
        judgement=judgement(
            leadership_factors={"organising": 100, "solidarity": 50},
            factor_reasons={"solidarity": "Có đơn thư kéo dài"},
        ),
        **act,
    )
    assert done.score == "559/6"  # 29 + 70·(5,5/6)
    subject = json.loads(done.submission.document)["subject"]
    assert subject["subordinates"] == [{"id": "KT007", "score": "99/1"}]
    deputy = opened(february, cast.deputy, at)
    with pytest.raises(Refused) as no_field:
        actions.confirm(
            sheet_id=deputy.pk,
            version=deputy.version,
            by=cast.head.user,
            at=at,
            judgement=judgement(leadership_factors={"organising": "100", "solidarity": "100"}),
        )
    assert set(no_field.value.problems) == {"leadership_factors.unit_results"}


def test_points_that_the_law_leaves_open(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = opened(february, cast.task_giver, at)  # no task assigned: empty denominator
    act = {"sheet_id": sheet.pk, "version": sheet.version, "by": cast.head.user, "at": at}
    with pytest.raises(Refused, match="cách hiểu"):
        actions.confirm(
            judgement=judgement(decisions={"empty_denominator": {"reading": "x", "reason": "y"}}), **act
        )
    with pytest.raises(Refused, match="Hãy ghi lý do quyết định"):
        actions.confirm(
            judgement=judgement(
                decisions={"empty_denominator": {"reading": "not_scored_this_period", "reason": ""}}
            ),
            **act,
        )
    done = actions.confirm(
        judgement=judgement(
            decisions={
                "empty_denominator": {"reading": "not_scored_this_period", "reason": "Tham gia tổ công tác"}
            }
        ),
        **act,
    )
    assert (done.outcome_kind, done.score, done.score_shown) == ("not_rated", "", None)
    decision = json.loads(done.submission.document)["subject"]["decisions"]["empty_denominator"]
    assert decision["by"].startswith("Lê Minh Đức, ")


def test_confirm_while_a_point_is_pending(cast: Cast, february: Cycle, at: datetime) -> None:
    done = confirmed(february, cast.task_giver, at)
    assert (done.outcome_kind, done.score, done.band) == ("needs_decision", "", "")
    assert json.loads(done.outcome)["open_points"][0]["id"] == "empty_denominator"


def test_many_at_once_only_plain_and_unchanged_sheets(cast: Cast, february: Cycle, at: datetime) -> None:
    plain = [submitted(february, cast.officer_appraised, at), submitted(february, cast.colleague, at)]
    flagged = submitted(february, cast.task_giver, at)
    items = [(s.pk, s.version) for s in plain]
    act = {"by": cast.head.user, "at": at, "comment": "Nhất trí."}
    with pytest.raises(Refused) as refused:
        actions.confirm_many(items=[*items, (flagged.pk, flagged.version)], **act)
    assert list(refused.value.problems) == [f"sheet-{flagged.pk}"]
    with pytest.raises(NotYours):
        actions.confirm_many(items=items, **(act | {"by": cast.chairman.user}))
    with pytest.raises(Refused, match="Ý kiến nhận xét"):
        actions.confirm_many(items=items, **(act | {"comment": ""}))
    actions.withdraw(sheet_id=plain[1].pk, version=2, by=cast.colleague.user, at=at)
    with pytest.raises(Refused, match="Đỗ Ánh"):
        actions.confirm_many(items=items, **act)
    assert not Confirmation.objects.exists()
    for _ in range(2):
        done = actions.confirm_many(items=items[:1], **act)
        assert [c.sheet_id for c in done] == [plain[0].pk]
    assert Confirmation.objects.count() == 1


def test_many_at_once_are_of_one_period_whose_chain_alone_is_held(cast: Cast, at: datetime) -> None:
    """The culture division is a root of its own below the ward: its head's sheet and the others' go to the chairman."""
    give_role(cast.organisation_officer, cast.culture, Role.Kind.OFFICER)
    roots = {cast.culture: cast.head_elsewhere, cast.ward: cast.head}
    sheets = {}
    for root, person in roots.items():
        cycle = open_month(root, cast.organisation_officer)
        sheets[root.code] = submitted(cycle, person, at)
    items = [(one.pk, one.version) for one in sheets.values()]
    act = {"by": cast.chairman.user, "at": at, "comment": "Nhất trí."}
    with pytest.raises(Refusal, match="nhiều kỳ khác nhau"):
        actions.confirm_many(items=items, **act)
    assert not Confirmation.objects.exists()
    for one in items:
        with pytest.raises(Refused, match="hãy chọn 100% hoặc 50%"):  # judged, and found to want a leader's factors
            actions.confirm_many(items=[one], **act)


def test_more_done_than_assigned_does_not_hide_what_is_missing(cast: Cast, february: Cycle, at: datetime) -> None:
    """Half of one task is missing and makes no difference to the ratio: the sheet is opened and looked at by itself."""
    with outside_actions():
        for task, done in zip(cast.colleague.tasks.order_by("code"), (200, 600), strict=True):
            Task.objects.filter(pk=task.pk).update(completed=done, quality_met=done, on_time=done)
    sheet = submitted(february, cast.colleague, at)
    with pytest.raises(Refused, match="1 việc báo hoàn thành nhiều hơn số được giao"):
        actions.confirm_many(items=[(sheet.pk, sheet.version)], comment="Nhất trí.", by=cast.head.user, at=at)


def test_former_head_is_refused_and_the_new_one_takes_over(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = submitted(february, cast.officer_appraised, at)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
    with pytest.raises(Forbidden, match="không còn là người đứng đầu"):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    officer = cast.organisation_officer.user
    with pytest.raises(Refusal, match="đúng một người đứng đầu"):
        actions.replace_evaluator(sheet_id=sheet.pk, reason="Nghỉ hưu", by=officer, at=at)
    with outside_actions():
        Employment.objects.filter(person=cast.deputy).update(leadership="head")
    for _ in range(2):
        actions.replace_evaluator(sheet_id=sheet.pk, reason="Nghỉ hưu", by=officer, at=at)
    actions.open_for_review(sheet_id=sheet.pk, by=cast.deputy.user, at=at)
    assert sheet_of(february, cast.officer_appraised).evaluator == cast.deputy


def test_the_own_sheet_of_who_now_heads_the_unit_goes_up(cast: Cast, february: Cycle, at: datetime) -> None:
    """A deputy becomes head in mid-month: nobody evaluates themselves, so the month goes to the head above."""
    sheet = submitted(february, cast.deputy, at)
    with outside_actions():
        Employment.objects.filter(person__in=(cast.head, cast.deputy)).update(end=at.date())
    add_post(cast.deputy, cast.economy, "Trưởng phòng", leadership="head", start=at.date())
    act: dict[str, Any] = {"reason": "Bổ nhiệm", "by": cast.organisation_officer.user, "at": at}
    actions.replace_evaluator(sheet_id=sheet.pk, **act)
    found = sheet_of(february, cast.deputy)
    assert found.evaluator == cast.chairman
    assert (found.member.evaluator_unit, found.member.leadership) == (cast.committee, "deputy")
    assert "không ai tự đánh giá mình" in found.member.evaluator_cite
    actions.open_for_review(sheet_id=sheet.pk, by=cast.chairman.user, at=at)


def test_a_changed_rulebook_that_was_not_kept_is_refused(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.officer_appraised)
    with outside_actions():
        sheet.member.rulebook_hash = "0" * 64
        sheet.member.save()
    with pytest.raises(Refusal, match="khác với bản được chốt khi mở kỳ, và bản được chốt không được lưu"):
        actions.submit(
            sheet_id=sheet.pk, version=1, document=self_document(), by=cast.officer_appraised.user, at=at
        )
