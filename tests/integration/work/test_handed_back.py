"""What was handed back stays in the total assigned (NĐ 335 Điều 18 khoản 1), whoever would take it out and however."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.guards import outside_actions
from tests.integration.organisation.ward import xlsx
from tests.integration.work.conftest import MARCH, Office
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import Refusal
from thuocdo.notices.models import Notice
from thuocdo.work import actions
from thuocdo.work.models import Task
from thuocdo.work.rules import Share

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 25)
GIVEN = {"title": "Báo cáo tháng", "coefficient": 150, "assigned": 400, "due_date": DUE}
LAW = "Điều 18 khoản 1"
HEADER = ["Mã công việc", "Mã cán bộ", "Tháng", "Tên công việc", "Hệ số quy đổi", "Số lượng giao", "Hạn hoàn thành"]


def handed_back(office: Office, at: datetime, **other: Any) -> Task:
    task = office.task(at, **other)
    return actions.hand_back_task(by=office.doer, at=at, task_id=task.pk, version=1, reason="Thiếu số liệu")


def problems(
    at: datetime, kind: str, scope: str, by: Any, header: list[str], cells: list[str]
) -> list[tuple[str, bool]]:
    """The columns that a list of one row is refused for, and whether for the total; without any it is applied."""
    batch = preview_import(by=by, at=at, kind=kind, scope=scope, file_name="a.xlsx", content=xlsx(header, [cells]))
    found = [(p.column, LAW in p.message) for p in stored_problems(batch)]
    if not found:
        apply_import(by=by, at=at, batch_id=batch.pk)
    return found


def assigned(office: Office) -> set[tuple[str, int, int, bool]]:
    rows = Task.objects.counted().filter(person=office.doer_person, month=MARCH)
    return set(rows.values_list("code", "assigned", "coefficient", "outside_plan"))


def test_the_giver_neither_takes_it_back_nor_changes_what_it_adds(office: Office, at: datetime) -> None:
    task = handed_back(office, at)
    before = assigned(office)
    actions.give_over_task(by=office.head, at=at, task_id=task.pk, person_id=office.colleague_person.pk, due_date=DUE)
    one: dict[str, Any] = {"by": office.head, "at": at, "task_id": task.pk, "version": 2}
    with pytest.raises(Refusal, match=LAW):
        actions.withdraw_task(**one, reason="Giao nhầm")
    for changed in ({"outside_plan": True}, {"assigned": 100}, {"coefficient": 100}):
        with pytest.raises(Refusal, match=LAW) as refused:
            actions.change_task(**one, **(GIVEN | changed))
        assert refused.value.field in changed
    assert assigned(office) == before
    assert actions.change_task(**one, **(GIVEN | {"title": "Báo cáo quý"})).title == "Báo cáo quý"


def test_no_list_takes_it_out_either(office: Office, at: datetime) -> None:
    task = handed_back(office, at)
    row = [task.code, "CC900", "03/2026", task.title, "1,5", "4", "25/03/2026"]
    lists = (("tasks", "P1", office.ward.officer), ("given", "2026-03", office.head))
    for kind, scope, by in lists:
        assert problems(at, kind, scope, by, HEADER, [*row[:5], "1", row[6]]) == [("Số lượng giao", True)]
        assert problems(at, kind, scope, by, [*HEADER, "Ngoài kế hoạch"], [*row, "có"]) == [("Ngoài kế hoạch", True)]
        assert problems(at, kind, scope, by, HEADER, [*row[:6], "27/03/2026"]) == []
    actions.give_over_task(by=office.head, at=at, task_id=task.pk, person_id=office.colleague_person.pk, due_date=DUE)
    undone = problems(at, *lists[0], [*HEADER, "Báo không thực hiện được"], [*row, "không"])
    assert [column for column, _ in undone] == ["Báo không thực hiện được"]


def test_a_share_that_was_handed_back_holds_the_whole_product(office: Office, at: datetime) -> None:
    task = office.task(at)
    shares = [Share(office.doer_person.pk, MARCH, 100, DUE), Share(office.colleague_person.pk, MARCH, 300, DUE)]
    actions.split_task(by=office.head, at=at, task_id=task.pk, version=1, shares=shares)
    mine = Task.objects.get(part_of=task, person=office.doer_person)
    actions.hand_back_task(by=office.doer, at=at, task_id=mine.pk, version=1, reason="Ốm")
    with pytest.raises(Refusal, match=LAW):
        actions.withdraw_task(by=office.head, at=at, task_id=task.pk, version=2, reason="Thôi")
    assert Task.objects.counted().filter(part_of=task).count() == 2


def test_what_never_was_in_the_total_is_corrected_by_page_and_list(office: Office, at: datetime) -> None:
    task = handed_back(office, at, outside_plan=True)
    wanted = GIVEN | {"assigned": 300, "outside_plan": True}
    actions.change_task(by=office.head, at=at, task_id=task.pk, version=2, **wanted)
    row = [task.code, "CC900", "03/2026", task.title, "1,5", "2", "25/03/2026"]
    for kind, scope, by in (("tasks", "P1", office.ward.officer), ("given", "2026-03", office.head)):
        assert problems(at, kind, scope, by, [*HEADER, "Ngoài kế hoạch"], [*row, "có"]) == []
    task.refresh_from_db()
    assert (task.assigned, task.outside_plan, task.handed_back) == (200, True, True)


def test_what_never_was_in_the_total_and_what_was_not_handed_back_go_with_a_reason(
    office: Office, at: datetime
) -> None:
    outside, plain = handed_back(office, at, outside_plan=True), office.task(at)
    for task in (outside, plain):
        one: dict[str, Any] = {"by": office.head, "at": at, "task_id": task.pk, "version": task.version}
        with pytest.raises(Refusal) as refused:
            actions.withdraw_task(**one, reason=" ")
        assert refused.value.field == "reason"
        gone = actions.withdraw_task(**one, reason="Giao nhầm người")
        assert (gone.state, gone.answer) == (Task.State.WITHDRAWN, "Giao nhầm người")
        told = Notice.objects.get(kind="task.withdrawn", path=f"/cong-viec/{task.pk}/")
        assert told.user == office.doer
        assert "Giao nhầm" not in told.text


def test_nothing_completed_stands_on_what_was_handed_back(office: Office, at: datetime) -> None:
    task = handed_back(office, at)
    for column in ("completed", "quality_met", "on_time"):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**{column: 100})
    with outside_actions():
        Task.objects.filter(pk=task.pk).update(completed=None, quality_met=None, on_time=None)


def test_what_was_taken_over_enters_no_second_total(office: Office, at: datetime) -> None:
    task = handed_back(office, at, outside_plan=True)
    other = actions.give_over_task(
        by=office.head, at=at, task_id=task.pk, person_id=office.colleague_person.pk, due_date=DUE
    )
    with pytest.raises(Refusal, match=LAW) as refused:
        actions.change_task(by=office.head, at=at, task_id=other.pk, version=1, **GIVEN)
    assert refused.value.field == "outside_plan"
    row = [other.code, "CC901", "03/2026", task.title, "1,5", "4", "25/03/2026", "không"]
    for kind, scope, by in (("tasks", "P1", office.ward.officer), ("given", "2026-03", office.head)):
        assert problems(at, kind, scope, by, [*HEADER, "Ngoài kế hoạch"], row) == [("Ngoài kế hoạch", True)]
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=other.pk).update(outside_plan=False)
    assert actions.change_task(
        by=office.head, at=at, task_id=task.pk, version=2, **GIVEN
    ).stays_in_total, "the one that was handed back may enter, once"
