"""Closing a month: what stops it, the three exceptions, what still works after."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.factories.months import (
    CONFIRM_BY,
    OPENED,
    SUBMIT_BY,
    confirmed,
    exempted,
    judgement,
    leader_judgement,
    marks,
    opened,
    self_document,
    sheet_of,
    submitted,
)
from tests.guards import outside_actions
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.followed import outside_of
from thuocdo.appraisals.models import Sheet
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import ActingHead, Delegation
from thuocdo.organisation.waiting import todo


def exempt_all_but(cycle: Cycle, cast: Cast, at: datetime, *kept: Any) -> None:
    """Everybody else is exempted, with a reason."""
    for sheet in cycle.sheets.exclude(person__in=[p.pk for p in kept]).filter(state="drafting"):
        exempted(sheet, cast.organisation_officer, at)


def test_every_unresolved_sheet_is_named(cast: Cast, february: Cycle, at: datetime) -> None:
    submitted(february, cast.officer_appraised, at)
    officer = cast.organisation_officer.user
    with pytest.raises(Refused) as refused:
        actions.close_cycle(cycle_id=february.pk, by=officer, at=at)
    assert len(refused.value.problems) == february.sheets.count()
    mine = refused.value.problems[f"sheet-{sheet_of(february, cast.officer_appraised).pk}"]
    assert "Nguyễn Thị Hồng Ngọc: đã nộp, chờ Lê Minh Đức xác nhận" in mine
    for other in (cast.head, cast.inspector, cast.stranger):
        with pytest.raises(NotYours):
            actions.close_cycle(cycle_id=february.pk, by=other.user, at=at)
    seen = queries.progress(officer, february.pk, at)
    assert not seen.may_close
    assert seen.sums.stops == len(refused.value.problems)
    assert {m.person_id for m in outside_of(seen).rows} == {
        p.pk for p in (cast.mover, cast.on_maternity, cast.contract_worker, cast.cadre)
    }
    with pytest.raises(NotYours):
        queries.progress(cast.head.user, february.pk, at)


def test_exceptions_each_need_a_reason(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.colleague)
    officer = {"by": cast.organisation_officer.user, "at": at}
    until = at + timedelta(days=2)
    for refuse in (
        lambda reason, **who: actions.extend(sheet_id=sheet.pk, reason=reason, until=until, **who),
        lambda reason, **who: actions.exempt(sheet_id=sheet.pk, reason=reason, **who),
        lambda reason, **who: actions.allow_stand_in(sheet_id=sheet.pk, reason=reason, **who),
    ):
        with pytest.raises(Refusal, match="chưa ghi"):
            refuse("", **officer)
        with pytest.raises(NotYours):
            refuse("Lý do", by=cast.head.user, at=at)
    with pytest.raises(Refusal, match="ở sau bây giờ"):
        actions.extend(sheet_id=sheet.pk, reason="Ốm", until=at, **officer)
    head = {"sheet_id": sheet.pk, "judgement": judgement(marks=marks()), "by": cast.head.user, "at": at}
    with pytest.raises(Conflict, match="chưa cho phép"):
        actions.stand_in(version=1, **head)
    for _ in range(2):
        actions.allow_stand_in(sheet_id=sheet.pk, reason="Nghỉ ốm dài ngày", **officer)
    with pytest.raises(Refused, match="chưa chấm"):
        actions.stand_in(version=2, **(head | {"judgement": judgement()}))
    first = actions.stand_in(version=2, **head)
    assert actions.stand_in(version=2, **head) == first
    assert (first.submission.part, first.score) == ("stand_in", "99/1")
    assert [r.kind for r in sheet.remarks.all()] == ["stand_in"]
    with pytest.raises(Conflict):
        actions.exempt(sheet_id=sheet.pk, reason="Muộn", **officer)


def test_after_closing_everything_is_refused_but_running_extensions(
    cast: Cast, february: Cycle, at: datetime, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    officer = {"by": cast.organisation_officer.user, "at": at}
    result = confirmed(february, cast.officer_appraised, at)
    late = sheet_of(february, cast.colleague)
    until = at + timedelta(days=1)
    for _ in range(2):
        actions.extend(sheet_id=late.pk, reason="Đi công tác", until=until, **officer)
    gone = sheet_of(february, cast.task_giver)
    actions.extend(sheet_id=gone.pk, reason="Đi học", until=at + timedelta(hours=1), **officer)
    exempt_all_but(february, cast, at, cast.officer_appraised, cast.colleague, cast.task_giver)
    with django_capture_on_commit_callbacks(execute=True):
        heads = actions.close_cycle(cycle_id=february.pk, **officer)
    assert any(c["key"] == "PHUONG" for c in heads["chains"])
    saved = list(Path(settings.HEADS_DIR).glob("heads-*.json"))
    assert [json.loads(p.read_text())["hash"] for p in saved] == [heads["hash"]]
    assert actions.close_cycle(cycle_id=february.pk, **officer) == {}
    assert Event.objects.filter(code="cycle.closed").count() == 1

    two_hours = at + timedelta(hours=2)
    doc = self_document(unreported_ok=True)
    with pytest.raises(Conflict, match="Thời gian gia hạn riêng của phiếu đã hết"):
        actions.submit(sheet_id=gone.pk, version=2, document=doc, by=cast.task_giver.user, at=two_hours)
    with pytest.raises(Conflict, match="đã được Bùi Thị Mai khóa lúc 09:00 ngày 05/03/2026"):
        actions.extend(
            sheet_id=gone.pk, reason="Nữa", until=at + timedelta(days=9), by=officer["by"], at=two_hours
        )
    with pytest.raises(Conflict, match="khóa"):
        actions.save_draft(sheet_id=gone.pk, document={}, by=cast.task_giver.user, at=two_hours)
    actions.exempt(sheet_id=gone.pk, reason="Vẫn đi học", by=officer["by"], at=two_hours)

    actions.submit(sheet_id=late.pk, version=2, document=doc, by=cast.colleague.user, at=two_hours)
    actions.open_for_review(sheet_id=late.pk, by=cast.head.user, at=two_hours)
    done = actions.confirm(
        sheet_id=late.pk, version=4, judgement=judgement(), by=cast.head.user, at=two_hours
    )
    assert done.score == "99/1"
    with pytest.raises(Conflict):
        actions.confirm(
            sheet_id=result.sheet_id, version=3, judgement=judgement(comment="Khác"), by=cast.head.user, at=at
        )
    member = february.members.get(person=cast.on_maternity)
    with pytest.raises(Conflict, match="đã khóa"):
        actions.admit_member(member_id=member.pk, employment_id=member.employment_id, reason="Về", **officer)


def test_stand_in_after_closing_when_the_extension_ran_out(
    cast: Cast, february: Cycle, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    officer = cast.organisation_officer.user
    sheet = sheet_of(february, cast.colleague)
    actions.extend(sheet_id=sheet.pk, reason="Ốm", until=at + timedelta(hours=1), by=officer, at=at)
    exempt_all_but(february, cast, at, cast.colleague)
    actions.close_cycle(cycle_id=february.pk, by=officer, at=at)
    late = at + timedelta(days=1)
    assert "sheets.unfinished" not in listed(officer, at)
    line = listed(officer, late)["sheets.unfinished"]
    assert line.startswith("Kỳ tháng 2/2026 của Phường Bồ Đề đã khóa, còn 1 phiếu hết thời gian gia hạn mà chưa xong")
    assert "sheets.to_evaluate" not in listed(cast.head.user, late)
    actions.allow_stand_in(sheet_id=sheet.pk, reason="Vẫn ốm", by=officer, at=late)
    assert listed(cast.head.user, late)["sheets.to_evaluate"].startswith("1 phiếu")
    assert all_disagree(late) == []
    done = actions.stand_in(
        sheet_id=sheet.pk, version=3, judgement=judgement(marks=marks()), by=cast.head.user, at=late
    )
    assert done.sheet.state in {"confirmed", Sheet.State.CONFIRMED}
    assert sheet_of(february, cast.colleague).state == "confirmed"
    assert not {"sheets.unfinished", "sheets.to_evaluate"} & {*listed(officer, late), *listed(cast.head.user, late)}


def listed(user: Any, at: datetime) -> dict[str, str]:
    return {line.kind: line.text for line in todo(user, at)}


def test_the_evaluator_finishes_what_was_filed_in_an_extension(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    officer = cast.organisation_officer.user
    sheet = sheet_of(february, cast.colleague)
    actions.extend(sheet_id=sheet.pk, reason="Ốm", until=at + timedelta(hours=1), by=officer, at=at)
    exempt_all_but(february, cast, at, cast.colleague)
    actions.close_cycle(cycle_id=february.pk, by=officer, at=at)
    actions.submit(
        sheet_id=sheet.pk,
        version=2,
        document=self_document(),
        by=cast.colleague.user,
        at=at + timedelta(minutes=5),
    )
    late = at + timedelta(days=1)
    head = cast.head.user
    assert listed(head, late)["sheets.to_evaluate"].startswith("1 phiếu")
    with outside_actions():
        given = Delegation.objects.create(
            unit=cast.economy, giver=cast.head, delegate=cast.deputy, act="evaluate", start=late.date(),
            decision="3/UQ", decided_on=late.date(),
            end=late.date() + timedelta(days=9), recorded_by=None,
        )  # fmt: skip
        given.covers.create(delegate=cast.deputy, person=cast.colleague)
    assert "sheets.to_evaluate" in listed(cast.deputy.user, late)
    assert all_disagree(late) == []
    with outside_actions():
        ActingHead.objects.create(
            unit=cast.economy, person=cast.task_giver, kind="acting", start=late.date() + timedelta(days=1),
            decision="4/QĐ", recorded_by=None,
        )  # fmt: skip
    later = late + timedelta(days=1)
    assert {"sheets.unfinished", "sheets.headless"} <= listed(officer, later).keys()
    assert "sheets.to_evaluate" not in {*listed(head, later), *listed(cast.deputy.user, later)}
    assert all_disagree(later) == []
    assert queries.sheet_to_evaluate(head, sheet.pk, late).view.may == {"open"}
    assert queries.own_sheet(cast.colleague.user, sheet.pk, late).may == set()
    with pytest.raises(Conflict):
        actions.withdraw(sheet_id=sheet.pk, version=3, by=cast.colleague.user, at=late)
    actions.open_for_review(sheet_id=sheet.pk, by=head, at=late)
    actions.save_draft(sheet_id=sheet.pk, document={"comment": "Nháp"}, by=head, at=late)
    with pytest.raises(Conflict, match="khóa"):
        actions.return_for_revision(sheet_id=sheet.pk, version=4, reason="Thiếu", by=head, at=late)
    assert (
        actions.confirm(sheet_id=sheet.pk, version=4, judgement=judgement(), by=head, at=late).score == "99/1"
    )


def test_a_leader_waits_for_those_below_or_is_decided(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = opened(february, cast.head, at)
    act = {"sheet_id": sheet.pk, "version": sheet.version, "by": cast.chairman.user, "at": at}
    waiting = {"leadership_factors": {"organising": "100", "solidarity": "100"}}
    with pytest.raises(Refused, match="Còn thiếu dữ kiện"):
        actions.confirm(judgement=judgement(**waiting), **act)
    assert "Mới có 0 trên" in queries.sheet_to_evaluate(cast.chairman.user, sheet.pk, at).proposal
    assert actions.confirm(judgement=leader_judgement(), **act).outcome_kind == "scored"


def test_the_database_refuses_impossible_cycles(cast: Cast) -> None:
    row: dict[str, Any] = {
        "root": cast.ward,
        "kind": "month",
        "year": 2026,
        "number": 3,
        "submit_by": SUBMIT_BY,
        "confirm_by": CONFIRM_BY,
        "pins": [],
        "opened_by": cast.head.user,
        "opened_at": OPENED,
    }
    for wrong in (
        {"state": "closed"},
        {"number": 13},
        {"kind": "quarter", "number": 5},
        {"confirm_by": OPENED},
    ):
        with pytest.raises(IntegrityError), outside_actions(), transaction.atomic():
            Cycle.objects.create(**(row | wrong))
