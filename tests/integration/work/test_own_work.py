"""Own tasks, tasks handed back and taken over, shares; who may do what, and what counts."""

from datetime import date
from fractions import Fraction

import pytest

from tests.guards import outside_actions, refused_by_database
from tests.integration.organisation.ward import member, xlsx
from tests.integration.work.conftest import MARCH
from thuocdo.intake.actions import preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.work import actions
from thuocdo.work.models import Product, Task
from thuocdo.work.own_work import own_month, to_propose_from, waiting
from thuocdo.work.rules import Details, Share, Wanted

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 28)
State = Task.State


def propose(office, at, **other):
    wanted = Wanted("Số hóa hồ sơ", 100, 500, DUE)
    return actions.propose_task(by=office.doer, at=at, month=MARCH, wanted=wanted, **other)


def counted(office, person=None):
    person = person or office.doer_person
    return set(Task.objects.counted().filter(person=person, month=MARCH).values_list("code", flat=True))


def test_a_proposal_counts_only_once_accepted(office, at):
    details = Details(nature="ad_hoc", is_hard=True, expected="120 hồ sơ", start_date=date(2026, 3, 2))
    task = propose(office, at, details=details)
    assert (task.state, task.origin, task.nature, task.is_hard) == (State.PROPOSED, "own", "ad_hoc", True)
    assert counted(office) == set()
    assert [t.pk for t in own_month(office.doer, MARCH).proposed] == [task.pk]
    assert [(w.what, w.task_id) for w in waiting(office.head, date(2026, 3, 5))] == [("proposal", task.pk)]
    assert waiting(office.stranger, date(2026, 3, 5)) == waiting(office.doer, date(2026, 3, 5)) == []
    accepted = actions.accept_task(
        by=office.head, at=at, task_id=task.pk, version=1, coefficient=120, assigned=400,
        outside_plan=True, answer="Còn 4",
    )  # fmt: skip
    assert (accepted.state, accepted.coefficient, accepted.assigned) == (State.ACTIVE, 120, 400)
    assert accepted.outside_plan
    assert accepted.given_by == office.head
    assert counted(office) == {task.code}


def test_a_proposal_is_declined_with_a_reason_or_dropped(office, at):
    task = propose(office, at)
    with pytest.raises(Refusal):
        actions.decline_task(by=office.head, at=at, task_id=task.pk, version=1, answer=" ")
    declined = actions.decline_task(by=office.head, at=at, task_id=task.pk, version=1, answer="Đã có việc này")
    assert (declined.state, declined.answer) == (State.DECLINED, "Đã có việc này")
    with pytest.raises(Conflict):
        actions.accept_task(
            by=office.head, at=at, task_id=task.pk, version=2, coefficient=100, assigned=1, outside_plan=False
        )
    other = propose(office, at)
    with pytest.raises(NotYours):
        actions.drop_proposal(by=office.colleague, at=at, task_id=other.pk, version=1)
    assert actions.drop_proposal(by=office.doer, at=at, task_id=other.pk, version=1).state == State.WITHDRAWN
    assert counted(office) == set()


def test_nobody_accepts_their_own_proposal_or_one_of_another_unit(office, at):
    wanted = Wanted("Việc của trưởng phòng", 100, 100, DUE)
    own = actions.propose_task(by=office.head, at=at, month=MARCH, wanted=wanted)
    task = propose(office, at)
    for by, one in ((office.head, own), (office.doer, task), (office.colleague, task), (office.stranger, task)):
        with pytest.raises(NotYours):
            actions.accept_task(
                by=by, at=at, task_id=one.pk, version=1, coefficient=100, assigned=100, outside_plan=False
            )
    refused_by_database(task, "task_not_accepted_by_proposer", state="active")
    done = actions.accept_task(
        by=office.head, at=at, task_id=task.pk, version=1, coefficient=100, assigned=100, outside_plan=False
    )
    refused_by_database(done, "task_not_accepted_by_proposer", given_by_id=office.doer.pk)


def test_the_coefficient_of_the_catalogue_is_not_the_givers_to_set(office, at):
    with outside_actions():
        product = Product.objects.create(
            agency=office.ward.units["P1-UB"], code="SP-7", name="Trả kết quả", complexity=2, coefficient=120,
            start=date(2026, 1, 1),
        )  # fmt: skip
    wanted = Wanted("Trả kết quả", 120, 500, DUE, product_id=product.pk)
    task = actions.propose_task(by=office.doer, at=at, month=MARCH, wanted=wanted)
    one = {"by": office.head, "at": at, "task_id": task.pk}
    with pytest.raises(Refusal, match="khác danh mục") as refused:
        actions.accept_task(**one, version=1, coefficient=300, assigned=400, outside_plan=False)
    assert (refused.value.code, refused.value.field) == ("task.coefficient_differs", "coefficient")
    actions.accept_task(**one, version=1, coefficient=120, assigned=400, outside_plan=False)
    values = {"title": "Trả kết quả", "assigned": 400, "due_date": DUE}
    with pytest.raises(Refusal, match="khác danh mục"):
        actions.change_task(**one, version=2, coefficient=119, **values)
    assert actions.change_task(**one, version=2, coefficient=120, **values).coefficient == 120
    header = ["Mã công việc", "Mã cán bộ", "Tháng", "Hệ số quy đổi", "Số lượng giao", "Hạn hoàn thành"]
    found = []
    for typed in ("3", "1,2", ""):
        batch = preview_import(
            by=office.ward.officer, at=at, kind="tasks", scope="P1", file_name="a.xlsx",
            content=xlsx(header, [[task.code, "CC900", "03/2026", typed, "5", "28/03/2026"]]),
        )  # fmt: skip
        found.append([(p.column, "khác danh mục (1,2)" in p.message) for p in stored_problems(batch)])
    assert found == [[("Hệ số quy đổi", True)], [], []]


def test_the_last_tasks_are_offered_again(office, at):
    office.task(at)
    office.task(at)
    office.task(at, title="Trực tiếp dân")
    _, recent = to_propose_from(office.doer, MARCH)
    assert [t.title for t in recent] == ["Trực tiếp dân", "Báo cáo tháng"]


def test_a_task_handed_back_stays_in_the_total_and_another_takes_it_over_outside(office, at):
    task = office.task(at)
    with pytest.raises(Refusal):
        actions.hand_back_task(by=office.doer, at=at, task_id=task.pk, version=1, reason="")
    back = actions.hand_back_task(by=office.doer, at=at, task_id=task.pk, version=1, reason="Thiếu số liệu")
    assert (back.handed_back, back.completed, back.state) == (True, 0, State.ACTIVE)
    assert [t.pk for t in own_month(office.colleague, MARCH).to_take_over] == [task.pk]
    assert own_month(office.stranger, MARCH).to_take_over == ()
    made = actions.give_over_task(
        by=office.head, at=at, task_id=task.pk, person_id=office.colleague_person.pk, due_date=DUE
    )
    assert (made.taken_over_from_id, made.outside_plan, made.state) == (task.pk, True, State.ACTIVE)
    assert counted(office) == {task.code}
    assert counted(office, office.colleague_person) == {made.code}
    with pytest.raises(Conflict, match="Lê Thị Bạn"):
        actions.give_over_task(
            by=office.head, at=at, task_id=task.pk, person_id=office.colleague_person.pk, due_date=DUE
        )
    with pytest.raises(Conflict, match="nhận thay"):
        office.reported(back, at)


def test_two_people_offer_to_take_over_the_same_task_and_one_wins(office, at):
    task = office.task(at)
    third, _ = member(at, office.ward.units["P1-VP"], "CC902", "Hồ Văn Ba", "hv.ba")
    with pytest.raises(Conflict):
        actions.offer_to_take_over(by=office.colleague, at=at, task_id=task.pk, due_date=DUE)
    actions.hand_back_task(by=office.doer, at=at, task_id=task.pk, version=1, reason="Ốm")
    for by in (office.doer, office.stranger):
        with pytest.raises(NotYours):
            actions.offer_to_take_over(by=by, at=at, task_id=task.pk, due_date=DUE)
    won = actions.offer_to_take_over(by=office.colleague, at=at, task_id=task.pk, due_date=DUE)
    with pytest.raises(Conflict):
        actions.offer_to_take_over(by=third, at=at, task_id=task.pk, due_date=DUE)
    assert list(Task.objects.filter(taken_over_from=task)) == [won]
    accepted = actions.accept_task(
        by=office.head, at=at, task_id=won.pk, version=1, coefficient=150, assigned=400, outside_plan=False
    )
    assert accepted.outside_plan, "a task taken over counts outside the initial total (Điều 18)"


def test_a_team_product_is_split_within_its_total(office, at):
    task = office.task(at, assigned=1000)
    shares = [
        Share(office.doer_person.pk, MARCH, 400, DUE),
        Share(office.colleague_person.pk, MARCH, 300, DUE),
        Share(office.doer_person.pk, date(2026, 4, 1), 250, date(2026, 4, 20)),
    ]
    with pytest.raises(Refusal, match="9,5"):
        actions.split_task(by=office.head, at=at, task_id=task.pk, version=1, shares=shares)
    assert Task.objects.filter(part_of=task).count() == 0
    shares[2] = Share(office.doer_person.pk, date(2026, 4, 1), 300, date(2026, 4, 20))
    split = actions.split_task(by=office.head, at=at, task_id=task.pk, version=1, shares=shares)
    assert split.state == State.SPLIT
    parts = list(Task.objects.filter(part_of=task, state=State.ACTIVE))
    assert sum(p.assigned for p in parts) == 1000
    assert sum(Fraction(p.assigned * p.coefficient, 10_000) for p in parts) == Fraction(15)
    assert task.code not in counted(office)
    march = next(p for p in parts if p.person_id == office.doer_person.pk and p.month == MARCH)
    with pytest.raises(Refusal, match="chia lại"):
        actions.change_task(
            by=office.head, at=at, task_id=march.pk, version=1, title="x", coefficient=150, assigned=900,
            due_date=DUE,
        )  # fmt: skip
    with pytest.raises(Conflict):
        actions.withdraw_task(by=office.head, at=at, task_id=march.pk, version=1, reason="Thôi")


def test_a_split_product_is_split_again_around_what_was_reported(office, at):
    task = office.task(at, assigned=800)
    actions.split_task(
        by=office.head, at=at, task_id=task.pk, version=1,
        shares=[Share(office.doer_person.pk, MARCH, 400, DUE), Share(office.colleague_person.pk, MARCH, 400, DUE)],
    )  # fmt: skip
    mine = Task.objects.get(part_of=task, person=office.doer_person)
    office.reported(mine, at)
    april = date(2026, 4, 1)
    with pytest.raises(Refusal):
        actions.split_task(
            by=office.head, at=at, task_id=task.pk, version=2,
            shares=[Share(office.colleague_person.pk, april, 300, date(2026, 4, 9))],
        )  # fmt: skip
    actions.split_task(
        by=office.head, at=at, task_id=task.pk, version=2,
        shares=[Share(office.colleague_person.pk, april, 400, date(2026, 4, 9))],
    )  # fmt: skip
    live = Task.objects.filter(part_of=task, state=State.ACTIVE)
    assert {(t.person_id, t.month) for t in live} == {
        (office.doer_person.pk, MARCH), (office.colleague_person.pk, april)
    }  # fmt: skip
    gone = Task.objects.get(part_of=task, state=State.WITHDRAWN)
    assert (gone.month, "chia lại" in gone.answer) == (MARCH, True)
    told = Notice.objects.get(kind="task.withdrawn")
    assert (told.user, told.path) == (office.colleague_person.user, f"/cong-viec/{gone.pk}/")
    actions.withdraw_task(by=office.head, at=at, task_id=task.pk, version=3, reason="Thôi")
    assert not Task.objects.filter(part_of=task, state=State.ACTIVE).exists()


def test_only_who_assigns_to_everybody_concerned_splits(office, at):
    task = office.task(at)
    shares = [Share(office.doer_person.pk, MARCH, 400, DUE)]
    for by in (office.doer, office.stranger):
        with pytest.raises(NotYours):
            actions.split_task(by=by, at=at, task_id=task.pk, version=1, shares=shares)
    office.reported(task, at)
    with pytest.raises(Conflict):
        actions.split_task(by=office.head, at=at, task_id=task.pk, version=2, shares=shares)
