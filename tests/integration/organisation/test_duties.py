"""Acting heads, delegates and fields of deputies: who may act on a day, in whose name, and never on the own sheet."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.cast import Cast, build_cast
from tests.clients import signed_in
from tests.factories.months import (
    confirmed,
    judgement,
    leader_judgement,
    make_task,
    open_month,
    opened,
    sheet_of,
    submitted,
)
from tests.guards import outside_actions
from tests.integration.organisation.ward import xlsx
from tests.integration.web.office import set_clock, text_of
from thuocdo.appraisals import actions
from thuocdo.appraisals.judging import subordinates_of
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.overview import cycles_to_evaluate, evaluation_table
from thuocdo.appraisals.queries import sheet_to_evaluate
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Member
from thuocdo.intake.actions import preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation import actions as organisation
from thuocdo.organisation.duties.queries import mandates, reciprocal_heads, subordinates_in_field
from thuocdo.organisation.models import ActingHead, DelegationCover, Employment
from thuocdo.organisation.queries import head_of, permissions
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.queries import posts_to_assign
from thuocdo.work.rules import Wanted

APRIL = date(2026, 4, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    found = build_cast()
    for person in (found.officer_appraised, found.colleague, found.head, found.deputy, found.team_member):
        make_task(person, found.economy, giver=found.task_giver.user)
    return found


def delegated(cast: Cast, at: datetime, **changed: Any) -> Any:
    given: dict[str, Any] = {
        "by": cast.organisation_officer.user, "at": at, "unit_id": cast.economy.pk, "delegate_id": cast.deputy.pk,
        "act": "evaluate", "decision": "12/QĐ-KT", "decided_on": date(2026, 2, 1), "start": date(2026, 2, 1),
        "end": APRIL, "units": [cast.economy.pk],
    }
    return organisation.delegate(**(given | changed))


def acting(cast: Cast, at: datetime, **changed: Any) -> Any:
    given: dict[str, Any] = {
        "by": cast.organisation_officer.user, "at": at, "unit_id": cast.economy.pk, "person_id": cast.deputy.pk,
        "kind": "in_charge", "decision": "15/QĐ-UBND ngày 01/02/2026", "start": date(2026, 2, 1), "end": APRIL,
    }
    return organisation.appoint_acting_head(**(given | changed))


def test_a_delegate_judges_in_the_name_of_the_head_and_it_is_on_record(cast, at):
    month = open_month(cast.ward, cast.organisation_officer)
    delegated(cast, at)
    sheet = submitted(month, cast.officer_appraised, at)
    assert sheet.evaluator == cast.head
    assert {r.sheet.person for r in evaluation_table(cast.deputy.user, month.pk, at).rows} >= {cast.officer_appraised}
    actions.open_for_review(sheet_id=sheet.pk, by=cast.deputy.user, at=at)
    sheet = sheet_of(month, cast.officer_appraised)
    done = actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, judgement=judgement(), by=cast.deputy.user, at=at
    )
    event = Event.objects.get(code="sheet.confirmed")
    assert (done.confirmed_by, event.actor, event.on_behalf_of) == (
        cast.deputy, str(cast.deputy.user_id), str(cast.head.user_id)
    )


def test_many_confirmed_at_once_say_for_whom_each_was_confirmed(cast, at, monkeypatch):
    """Of a head's own staff and of another head's at once: the record does not put one name on all of them."""
    make_task(cast.organisation_officer, cast.office, 1, giver=cast.office_head.user)
    month = open_month(cast.ward, cast.organisation_officer)
    delegated(cast, at, delegate_id=cast.office_head.pk)
    theirs = submitted(month, cast.officer_appraised, at)
    own = submitted(month, cast.organisation_officer, at)
    head, both = str(cast.head.user_id), cast.office_head.user
    done = actions.confirm_many(
        items=[(one.pk, one.version) for one in (own, theirs)], comment="Nhất trí.", by=both, at=at
    )
    assert len(done) == 2
    event = Event.objects.get(code="sheet.confirmed_many")
    data = json.loads(event.data)
    assert (event.actor, event.on_behalf_of, data["behalf"]) == (str(both.pk), "", {str(theirs.pk): head})
    other = submitted(month, cast.colleague, at)
    actions.confirm_many(items=[(other.pk, other.version)], comment="Nhất trí.", by=both, at=at)
    last = Event.objects.filter(code="sheet.confirmed_many").latest("seq")
    assert (last.on_behalf_of, "behalf" in json.loads(last.data)) == (head, False)
    set_clock(monkeypatch, at)
    page = text_of(signed_in(cast.organisation_officer).get(reverse("cycle_log", args=[month.pk])))
    names = f"{both.display_name}, thay mặt {cast.head.user.display_name}"
    assert page.count(names) == 2
    assert f"{names} (1 phiếu)" in page


def test_a_delegate_after_the_last_day_is_refused(cast, at):
    """Abuse case 4, delegate: the day after the last day nothing can be done, without anybody ending it."""
    month = open_month(cast.ward, cast.organisation_officer)
    delegated(cast, at)
    sheet = submitted(month, cast.officer_appraised, at)
    after = at.replace(month=4, day=2)
    with pytest.raises(NotYours):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.deputy.user, at=after)
    with pytest.raises(NotYours):
        sheet_to_evaluate(cast.deputy.user, sheet.pk, after)
    assert mandates(cast.deputy.user, APRIL - timedelta(days=1)) != []
    assert mandates(cast.deputy.user, APRIL) == []
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=after)


def test_a_former_and_a_future_head_are_refused(cast, at):
    """Abuse case 4, heads: the former head after the last day, the coming head before the first."""
    month = open_month(cast.ward, cast.organisation_officer)
    sheet = submitted(month, cast.officer_appraised, at)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
        coming = Employment.objects.filter(person=cast.deputy)
        coming.update(leadership="head", start=at.date() + timedelta(days=1))
    for person, problem in ((cast.head, Forbidden), (cast.deputy, NotYours)):
        with pytest.raises(problem):
            actions.open_for_review(sheet_id=sheet.pk, by=person.user, at=at)
    assert head_of(cast.economy, at.date()) is None
    assert head_of(cast.economy, at.date() + timedelta(days=1)) == cast.deputy


def test_a_mandate_ends_with_the_headship_of_who_gave_it(cast, at):
    month = open_month(cast.ward, cast.organisation_officer)
    delegated(cast, at)
    sheet = submitted(month, cast.officer_appraised, at)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=at.date())
    with pytest.raises(NotYours):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.deputy.user, at=at)


def test_the_own_sheet_is_refused_through_delegation(cast, at):
    """Abuse case 5, delegate: neither opened nor confirmed alone or in bulk, and the table refuses the row."""
    month = open_month(cast.ward, cast.organisation_officer)
    delegated(cast, at)
    own = submitted(month, cast.deputy, at)
    assert own.evaluator == cast.head
    with pytest.raises(NotYours):
        actions.open_for_review(sheet_id=own.pk, by=cast.deputy.user, at=at)
    with pytest.raises(NotYours):
        actions.confirm_many(items=[(own.pk, own.version)], comment="Được.", by=cast.deputy.user, at=at)
    assert own.pk not in {r.sheet.pk for r in evaluation_table(cast.deputy.user, month.pk, at).rows}
    with pytest.raises(Refusal, match="không gồm người được ủy quyền"):
        delegated(cast, at, units=[], people=[cast.deputy.pk])
    row = DelegationCover.objects.get()
    with pytest.raises(IntegrityError, match=r"(?i)constraint"), transaction.atomic(), outside_actions():
        DelegationCover.objects.create(delegation=row.delegation, delegate=cast.deputy, person=cast.deputy)
    done = confirmed(month, cast.colleague, at)
    values = {f.attname: getattr(done, f.attname) for f in Confirmation._meta.concrete_fields if f.name != "id"}
    own = values | {"subject_id": done.confirmed_by_id, "number": 2, "replaces_id": done.pk, "replace_reason": "x"}
    own["submission_id"] = sheet_of(month, cast.deputy).submissions.get().pk
    with pytest.raises(IntegrityError, match=r"(?i)nobody_confirms_own_sheet"), transaction.atomic(), outside_actions():
        Confirmation.objects.create(**own)


def test_an_acting_head_evaluates_and_the_own_sheet_goes_up(cast, at):
    """Abuse case 5, acting head: the table of the rulebook gives the own sheet to the one above."""
    acting(cast, at)
    assert head_of(cast.economy, at.date()) == cast.deputy
    assert "answer_petitions" in permissions(cast.deputy.user, at.date())
    month = open_month(cast.ward, cast.organisation_officer)
    assert sheet_of(month, cast.officer_appraised).evaluator == cast.deputy
    own = Member.objects.get(cycle=month, person=cast.deputy)
    assert own.evaluator == cast.chairman
    assert "không nêu trường hợp chính người này đang phụ trách" in own.evaluator_cite
    sheet = submitted(month, cast.deputy, at)
    with pytest.raises(NotYours):
        actions.open_for_review(sheet_id=sheet.pk, by=cast.deputy.user, at=at)
    with pytest.raises(IntegrityError, match=r"(?i)constraint"), transaction.atomic(), outside_actions():
        Sheet.objects.filter(pk=sheet.pk).update(evaluator=cast.deputy)
    after = at.replace(month=4, day=2)
    below = submitted(month, cast.officer_appraised, at)
    with pytest.raises(Forbidden):
        actions.open_for_review(sheet_id=below.pk, by=cast.deputy.user, at=after)


def test_what_may_not_be_recorded(cast, at):
    acting(cast, at)
    with pytest.raises(Conflict, match="Đã có người phụ trách"):
        acting(cast, at, person_id=cast.colleague.pk)
    with pytest.raises(Refusal, match="không có vị trí"):
        acting(cast, at, start=date(2020, 1, 1), end=date(2020, 2, 1))
    with pytest.raises(Refusal, match="Số, ngày văn bản"):
        acting(cast, at, start=APRIL, end=None, decision=" ")
    with pytest.raises(Forbidden, match="không tự ghi"):
        acting(cast, at, person_id=cast.organisation_officer.pk, start=APRIL, end=None)
    with pytest.raises(NotYours):
        acting(cast, at, unit_id=cast.other_ward.pk)
    with pytest.raises(Refusal, match="đang đứng đầu"):
        delegated(cast, at)
    with pytest.raises(Refusal, match="ít nhất một đơn vị"):
        delegated(cast, at, delegate_id=cast.colleague.pk, units=[])
    row = ActingHead.objects.get()
    end = {"by": cast.organisation_officer.user, "at": at, "duty": "acting_head", "duty_id": row.pk}
    with pytest.raises(Conflict, match="Kéo dài cần văn bản mới"):
        organisation.end_duty(end=date(2026, 5, 1), **end)
    organisation.end_duty(end=at.date(), **end)
    assert head_of(cast.economy, at.date()) == cast.head


def test_a_deputys_factor_follows_from_the_field(cast, at):
    """NĐ 335 Điều 15 khoản 4: d/đ/e of a deputy come from the field; nothing is derived while none is recorded."""
    month = open_month(cast.ward, cast.organisation_officer)
    sheet = sheet_of(month, cast.deputy)
    assert subordinates_in_field(cast.deputy, at.date()) is None
    assert subordinates_of(sheet) is None
    field = {
        "by": cast.organisation_officer.user, "at": at, "unit_id": cast.economy.pk, "person_id": cast.deputy.pk,
        "name": "Tài chính", "decision": "3/TB-KT ngày 02/01/2026", "start": date(2026, 1, 1),
    }
    organisation.give_field(covers_unit=cast.finance_team.pk, **field)
    organisation.give_field(covers_person=cast.colleague.pk, **field)
    with pytest.raises(Refusal, match="không phụ trách chính mình"):
        organisation.give_field(covers_person=cast.deputy.pk, **field)
    with pytest.raises(Refusal, match="không phải cấp phó"):
        organisation.give_field(covers_unit=cast.economy.pk, **(field | {"person_id": cast.colleague.pk}))
    below = {cast.team_head.pk, cast.team_member.pk, cast.colleague.pk}
    assert subordinates_in_field(cast.deputy, at.date()) == below
    confirmed(month, cast.colleague, at)
    found = {s["id"]: s.get("score") for s in subordinates_of(sheet) or []}
    assert found.keys() == {"KT004", "KT006", "KT007"}
    assert [code for code, score in found.items() if score] == ["KT004"]
    opened(month, cast.deputy, at)
    sheet = sheet_of(month, cast.deputy)
    done = actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, judgement=leader_judgement(), by=cast.head.user, at=at
    )
    assert '"KT004"' in done.submission.document


def test_nobody_assigns_the_work_of_the_own_head_but_whoever_evaluates_the_head(cast, at):
    """By a page, a change, a withdrawal, an accepted proposal or an uploaded table: neither the task giver nor the
    deputy of the unit; whoever leads the agency that manages it does."""
    month, new = date(2026, 2, 1), {"title": "Chỉ đạo", "coefficient": 600, "assigned": 100,
                                    "due_date": date(2026, 2, 27)}  # fmt: skip
    task = Task.objects.get(person=cast.head)
    mine = work.propose_task(by=cast.head.user, at=at, month=month, wanted=Wanted(**new))
    for who in (cast.task_giver, cast.deputy):
        giver = {"by": who.user, "at": at}
        steps = [
            lambda g=giver: work.assign_task(person_id=cast.head.pk, month=month, **new, **g),
            lambda g=giver: work.change_task(task_id=task.pk, version=task.version, **new, **g),
            lambda g=giver: work.withdraw_task(task_id=task.pk, version=task.version, reason="Thôi", **g),
            lambda g=giver: work.accept_task(task_id=mine.pk, version=mine.version, coefficient=600, assigned=100,
                                             outside_plan=False, **g),
        ]  # fmt: skip
        for one in steps:
            with pytest.raises(NotYours):
                one()
        assert cast.head.pk not in {p.person_id for p in posts_to_assign(who.user, month, at.date())}
        assert signed_in(who).get(reverse("tasks_person", args=[cast.head.pk]) + "?thang=2&nam=2026").status_code == 404
        header = ["Mã công việc", "Mã cán bộ", "Tháng", "Tên công việc", "Hệ số quy đổi", "Số lượng giao",
                  "Hạn hoàn thành"]
        row = ["", cast.head.code, "02/2026", "Chỉ đạo", "6", "1", "27/02/2026"]
        batch = preview_import(by=who.user, at=at, kind="given", scope=f"{month:%Y-%m}", file_name="v.xlsx",
                               content=xlsx(header, [row]))  # fmt: skip
        assert [p.row for p in stored_problems(batch)] == [2], "the uploaded row is refused too"
    chairman = {"by": cast.chairman.user, "at": at}
    given = work.assign_task(person_id=cast.head.pk, month=month, **new, **chairman)
    work.withdraw_task(task_id=given.pk, version=given.version, reason="Thôi", **chairman)
    accepted = {"task_id": mine.pk, "version": mine.version, "coefficient": 600, "assigned": 100}
    work.accept_task(outside_plan=False, **accepted, **chairman)
    page = signed_in(cast.chairman).get(reverse("tasks_person", args=[cast.head.pk]) + "?thang=2&nam=2026")
    assert page.status_code == 200
    assert "Chỉ đạo" in page.content.decode()
    with pytest.raises(NotYours):
        work.assign_task(person_id=cast.colleague.pk, month=month, **new, **chairman)
    assert cast.team_head.pk in {p.person_id for p in posts_to_assign(cast.task_giver.user, month, at.date())}


def test_heads_of_each_other_are_shown_to_the_officer(cast, at, monkeypatch):
    """Abuse case 6: allowed, and flagged."""
    units = [cast.economy.pk, cast.culture.pk]
    assert reciprocal_heads(units, at.date()) == []
    with outside_actions():
        for person, unit in ((cast.head, cast.culture), (cast.head_elsewhere, cast.economy)):
            Employment.objects.create(
                person=person, unit=unit, kind="civil_servant", position="Thành viên", leadership="none",
                start=date(2026, 1, 1),
            )
    (pair,) = reciprocal_heads(units, at.date())
    assert {pair.one, pair.other} == {cast.head, cast.head_elsewhere}
    assert reciprocal_heads(units[:1], at.date()) == []
    set_clock(monkeypatch, at)
    page = text_of(signed_in(cast.organisation_officer).get(reverse("structure")))
    assert f"{pair.one.full_name} và {pair.other.full_name} đứng đầu đơn vị của nhau" in page


def test_the_list_of_periods_shows_what_is_delegated(cast, at):
    month = open_month(cast.ward, cast.organisation_officer)
    assert cycles_to_evaluate(cast.deputy.user, at) == []
    delegated(cast, at, units=[], people=[cast.colleague.pk])
    (line,) = cycles_to_evaluate(cast.deputy.user, at)
    assert (line.cycle, line.total) == (month, 1)
