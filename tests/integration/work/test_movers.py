"""Who moves in mid-month has tasks of two agencies, or of two units of one: each one's givers reach those of their own
and no others."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from tests.guards import outside_actions
from tests.integration.organisation.ward import member, xlsx
from tests.integration.work.conftest import MARCH, Office
from thuocdo.accounts.models import User
from thuocdo.intake.actions import preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation import actions as organisation
from thuocdo.organisation.actions import NewUnit
from thuocdo.organisation.models import Unit, UnitLink
from thuocdo.web.my_unit.task_lists import person_with_tasks
from thuocdo.work import actions
from thuocdo.work.exports import task_rows
from thuocdo.work.imports_given import given_rows, given_scope
from thuocdo.work.models import CauseClaim, Task
from thuocdo.work.own_work import waiting
from thuocdo.work.queries import month_of_person, people_to_assign, task_to_follow
from thuocdo.work.queries_evidence import task_to_see
from thuocdo.work.rules import Share, Wanted

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 28)
HEADER = ["Mã công việc", "Mã cán bộ", "Tháng", "Tên công việc", "Hệ số quy đổi", "Số lượng giao", "Hạn hoàn thành"]


@dataclass
class Move:
    """The doer, since 4 March in the other agency of the ward; its head; a task and a proposal of before."""

    office: Office
    new_head: User
    task: Task
    proposal: Task
    later: Task
    at: datetime

    def by(self, user: User) -> dict[str, Any]:
        return {"by": user, "at": self.at}

    def steps(self, user: User) -> list[Any]:
        """Every step of a giver on the task or the proposal, in an order in which each of them can be taken."""
        one, seen = {**self.by(user), "task_id": self.task.pk}, {**self.by(user), "task_id": self.proposal.pk}
        doer = self.office.doer_person.pk
        values: dict[str, Any] = {"title": "Sửa", "coefficient": 150, "due_date": DUE}
        shares = [Share(self.office.colleague_person.pk, MARCH, 400, DUE)]
        return [
            lambda: actions.decline_task(**seen, version=1, answer="Trùng"),
            lambda: actions.accept_task(**seen, version=1, coefficient=100, assigned=500, outside_plan=False),
            lambda: actions.ask_clarification(**one, question="Vì sao?", due=DUE),
            lambda: actions.give_over_task(**one, person_id=doer, due_date=DUE),
            lambda: actions.change_task(**one, version=1, assigned=400, **values),
            lambda: actions.split_task(**one, version=1, shares=shares),
            lambda: actions.withdraw_task(**one, version=1, reason="Thôi"),
            lambda: task_to_follow(user, self.task.pk, self.at.date()),
            lambda: task_to_see(user, self.task.pk, self.at.date()),
        ]


@pytest.fixture
def move(office: Office, at: datetime) -> Move:
    units, person = office.ward.units, office.doer_person
    task = office.task(at)
    proposal = actions.propose_task(by=office.doer, at=at, month=MARCH, wanted=Wanted("Số hóa", 100, 500, DUE))
    post = person.employments.get()
    organisation.end_employment(by=None, at=at, employment_id=post.pk, end=date(2026, 3, 4))
    organisation.employ(
        by=None, at=at, person_id=person.pk, unit_id=units["P1-DU"].pk, kind="civil_servant",
        position="Chuyên viên", start=date(2026, 3, 4),
    )  # fmt: skip
    new_head, _ = member(at, units["P1-DU"], "CC700", "Vũ Thị Mới", "vt.moi", leadership="head")
    later = actions.assign_task(
        by=new_head, at=at, person_id=person.pk, month=MARCH, title="Việc mới", coefficient=100, assigned=100,
        due_date=DUE,
    )  # fmt: skip
    return Move(office, new_head, task, proposal, later, at)


def codes(user: User, move: Move) -> set[str]:
    return {t.code for t in month_of_person(user, move.office.doer_person.pk, MARCH, move.at.date())[1]}


def test_the_new_agency_reaches_no_task_of_the_old_one(move: Move) -> None:
    for step in move.steps(move.new_head):
        with pytest.raises(NotYours):
            step()
    with pytest.raises(NotYours):
        actions.withdraw_task(**move.by(move.office.head), task_id=move.later.pk, version=1, reason="Thôi")
    assert codes(move.new_head, move) == {move.later.code}
    assert codes(move.office.head, move) == {move.task.code, move.proposal.code}
    for head in (move.new_head, move.office.head):
        assert person_with_tasks(head, move.office.doer_person.pk, MARCH, move.at.date()).elsewhere
    assert set(Task.objects.values_list("version", flat=True)) == {1}


def test_each_agency_goes_on_with_its_own(move: Move) -> None:
    head = move.by(move.office.head)
    actions.decline_task(**head, task_id=move.proposal.pk, version=1, answer="Đã chuyển đi")
    assert task_to_follow(move.office.head, move.task.pk, move.at.date()) == move.task
    assert "give" in task_to_see(move.office.head, move.task.pk, move.at.date()).may
    actions.withdraw_task(**head, task_id=move.task.pk, version=1, reason="Thôi")
    actions.withdraw_task(**head, task_id=move.task.pk, version=2, reason="Thôi")
    with pytest.raises(NotYours):
        actions.withdraw_task(**move.by(move.new_head), task_id=move.task.pk, version=2, reason="Thôi")
    actions.withdraw_task(**move.by(move.new_head), task_id=move.later.pk, version=1, reason="Thôi")


def test_tasks_of_an_agency_that_ended_go_to_who_came_after(move: Move) -> None:
    units = move.office.ward.units
    UnitLink.objects.create(
        tree=UnitLink.Tree.SUCCESSION, child=units["P1-UB"], parent=units["P1-DU"], start=date(2026, 3, 4)
    )
    Unit.objects.filter(code__in=("P1-UB", "P1-VP")).update(end=date(2026, 3, 4))
    actions.withdraw_task(**move.by(move.new_head), task_id=move.task.pk, version=1, reason="Thôi")
    assert codes(move.new_head, move) == {move.task.code, move.proposal.code, move.later.code}
    assert not person_with_tasks(move.new_head, move.office.doer_person.pk, MARCH, move.at.date()).elsewhere


def test_lists_in_excel_hold_and_take_the_tasks_of_the_own_agency(move: Move) -> None:
    row = [move.task.code, "CC900", "03/2026", "Tên khác", "1,5", "4", "25/03/2026"]

    def problems(user: User, kind: str, scope: str) -> list[str]:
        content = xlsx(HEADER, [row])
        batch = preview_import(
            by=user, at=move.at, kind=kind, scope=scope, file_name="a.xlsx", content=content
        )
        return [p.message for p in stored_problems(batch)]

    assert ["do cơ quan, đơn vị khác giao" in m for m in problems(move.new_head, "given", "2026-03")] == [True]
    assert problems(move.office.head, "given", "2026-03") == []
    assert problems(move.office.ward.officer, "tasks", "P1") == []
    organisation.give_role(
        by=None, at=move.at, person_id=move.new_head.person.pk, unit_id=move.office.ward.units["P1-DU"].pk,
        kind="officer", start=date(2026, 3, 1),
    )  # fmt: skip
    assert ["do cơ quan, đơn vị khác giao" in m for m in problems(move.new_head, "tasks", "P1-DU")] == [True]
    for user, wanted in ((move.new_head, {move.later.code}), (move.office.head, {move.task.code})):
        scope = given_scope(user, move.at, "2026-03")
        assert {cells[0] for cells in given_rows(scope, move.at, "2026-03")} == wanted
        assert {cells[0] for cells in task_rows(scope, move.at, "03/2026")} == wanted


@dataclass
class Inside:
    """The doer, since 4 March in a second office of the same agency; its head; a task and a proposal of before, with a
    cause claimed, a task of after, and the agency's head above both."""

    office: Office
    new_head: User
    chief: User
    task: Task
    proposal: Task
    claim: CauseClaim
    later: Task
    at: datetime

    def codes(self, user: User) -> set[str]:
        return {t.code for t in month_of_person(user, self.office.doer_person.pk, MARCH, self.at.date())[1]}


@pytest.fixture
def inside(office: Office, at: datetime) -> Inside:
    units, person = office.ward.units, office.doer_person
    task = office.reported(office.task(at), at, late=1)
    claim = actions.claim_cause(by=office.doer, at=at, task_id=task.pk, version=task.version, occurrences=1, text="Bão")
    proposal = actions.propose_task(by=office.doer, at=at, month=MARCH, wanted=Wanted("Số hóa", 100, 500, DUE))
    new = NewUnit("P1-VP2", "Phòng Hai", "component", date(2025, 7, 1), parent="P1-UB")
    second = organisation.create_units(by=None, at=at, units=[new])[new.code]
    chief, _ = member(at, units["P1-UB"], "CC600", "Phan Thị Chủ", "pt.chu", leadership="head")
    post = person.employments.get()
    organisation.end_employment(by=None, at=at, employment_id=post.pk, end=date(2026, 3, 4))
    organisation.employ(
        by=None, at=at, person_id=person.pk, unit_id=second.pk, kind="civil_servant", position="Chuyên viên",
        start=date(2026, 3, 4),
    )  # fmt: skip
    new_head, _ = member(at, second, "CC700", "Vũ Thị Mới", "vt.moi", leadership="head")
    later = actions.assign_task(
        by=new_head, at=at, person_id=person.pk, month=MARCH, title="Việc mới", coefficient=100, assigned=100,
        due_date=DUE,
    )  # fmt: skip
    return Inside(office, new_head, chief, Task.objects.get(pk=task.pk), proposal, claim, later, at)


def test_of_who_moved_inside_an_agency_each_unit_reaches_its_own_tasks(inside: Inside) -> None:
    head, new_head, on = inside.office.head, inside.new_head, inside.at.date()
    assert inside.task.unit != inside.later.unit
    assert inside.codes(new_head) == {inside.later.code}
    assert inside.codes(head) == {inside.task.code, inside.proposal.code}
    assert inside.codes(inside.chief) == {inside.task.code, inside.proposal.code, inside.later.code}
    for user, foreign in ((new_head, inside.task), (head, inside.later)):
        with pytest.raises(NotYours):
            task_to_follow(user, foreign.pk, on)
        with pytest.raises(NotYours):
            task_to_see(user, foreign.pk, on)
        with pytest.raises(NotYours):
            actions.withdraw_task(by=user, at=inside.at, task_id=foreign.pk, version=foreign.version, reason="x")
    with pytest.raises(NotYours):
        actions.decide_cause(by=new_head, at=inside.at, claim_id=inside.claim.pk, confirmed=1, reason="x")
    with pytest.raises(NotYours):
        actions.decline_task(by=new_head, at=inside.at, task_id=inside.proposal.pk, version=1, answer="x")
    assert waiting(new_head, on) == [], "nothing of the other unit waits for the new head"
    assert actions.decide_cause(
        by=inside.chief, at=inside.at, claim_id=inside.claim.pk, confirmed=1, reason="Đúng"
    ).confirmed == 1


def test_each_unit_counts_its_own_part_of_the_load(inside: Inside) -> None:
    on, person = inside.at.date(), inside.office.doer_person
    wanted = {inside.office.head: {inside.task.code}, inside.new_head: {inside.later.code}}
    for user, codes in wanted.items():
        page = people_to_assign(user, MARCH, on)
        assert {t.code for t in page.tasks[person.pk]} == codes
        scope = given_scope(user, inside.at, "2026-03")
        assert {cells[0] for cells in given_rows(scope, inside.at, "2026-03")} == codes
    actions.withdraw_task(by=inside.new_head, at=inside.at, task_id=inside.later.pk, version=1, reason="x")
    page = people_to_assign(inside.new_head, MARCH, on)
    assert (page.people, page.without, page.tasks) == (1, 1, {}), "the other unit's tasks are no work of this one"
    row = [inside.task.code, "CC900", "03/2026", "Tên khác", "1,5", "4", "25/03/2026"]
    batch = preview_import(
        by=inside.new_head, at=inside.at, kind="given", scope="2026-03", file_name="a.xlsx",
        content=xlsx(HEADER, [row]),
    )  # fmt: skip
    assert ["đơn vị khác giao" in p.message for p in stored_problems(batch)] == [True]


def test_tasks_of_a_unit_that_ended_or_of_before_units_were_kept_stay_in_sight(inside: Inside) -> None:
    units = inside.task.unit
    with outside_actions():
        Task.objects.filter(pk=inside.task.pk).update(unit=None)
    assert inside.task.code in inside.codes(inside.new_head)
    assert units is not None
    with outside_actions():
        Task.objects.filter(pk=inside.task.pk).update(unit=units)
        type(units).objects.filter(pk=units.pk).update(end=date(2026, 3, 4))
    assert inside.task.code in inside.codes(inside.new_head)


def test_who_evaluates_sees_the_tasks_of_both_units(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, on = inside.new_head, inside.at.date()
    monkeypatch.setattr("thuocdo.work.seeing._EVALUATES", [lambda user, person, month, day: user == judge])
    for task in (inside.task, inside.later):
        assert task_to_see(judge, task.pk, on).task == task
    assert "give" not in task_to_see(judge, inside.task.pk, on).may
    assert {"ask", "decide"} <= task_to_see(judge, inside.task.pk, on).may
