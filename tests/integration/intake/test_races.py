"""An import is applied while somebody works on a person whom it names: both are done, nobody waits for ever."""

import threading
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from tests.guards import outside_actions
from tests.integration.organisation.ward import HEADER, SINCE, build_ward, person_row, xlsx
from tests.races import meeting, together
from thuocdo.audit.verify import verify
from thuocdo.intake import steps
from thuocdo.intake.actions import apply_import, preview_block, preview_import, preview_undo
from thuocdo.organisation.actions import changes
from thuocdo.organisation.models import Person
from thuocdo.work.actions import report_task
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_import_and_a_reset_of_one_of_its_people(
    transactional_db: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import waits for the person, whose reset waits for the chain that everybody signs in on: not held by then."""
    ward = build_ward(at)
    act: dict[str, Any] = {"by": ward.officer, "at": at}
    person = ward.employee_person
    rows = [person_row(person.code, "Tên Sau Khi Nhập", username=ward.employee.username, start=f"{SINCE:%d/%m/%Y}")]
    batch = preview_import(kind="people", scope="P1", file_name="t.xlsx", content=xlsx(HEADER, rows), **act)
    meeting(monkeypatch, (steps, "planned_for"), (changes, "new_links"))
    applied, link = together(
        partial(apply_import, batch_id=batch.pk, **act), partial(changes.reset_sign_in, person_id=person.pk, **act)
    )
    assert (applied.state, link.person.pk) == ("applied", person.pk)
    assert Person.objects.get(pk=person.pk).full_name == "Tên Sau Khi Nhập"
    assert [p for p in verify().problems if p.kind in ("organisation.person", "intake.importbatch")] == []


def test_what_a_page_writes_while_a_file_is_written_is_not_taken_back_with_the_file(
    transactional_db: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows that the file names are held before they are looked at: the page comes before the import, or after."""
    ward = build_ward(at)
    act: dict[str, Any] = {"by": ward.employee, "at": at}
    given: dict[str, Any] = {
        "person": ward.employee_person, "agency": ward.units["P1-UB"], "month": date(2026, 3, 1), "title": "Việc",
        "coefficient": 100, "assigned": 200, "due_date": date(2026, 3, 25), "given_by": ward.officer, "given_at": at,
    }  # fmt: skip
    with outside_actions():
        _, second = (Task.objects.create(code=code, **given) for code in ("V1", "V2"))
    text = "Mã công việc\tHoàn thành\tĐạt chất lượng\tĐúng hạn\nV1\t2\t2\t2\nV2\t\t\t"
    batch = preview_block(kind="progress", scope="2026-03", text=text, **act)
    looked, reported, before = threading.Event(), threading.Event(), steps.standing_before

    def looking(*args: Any) -> Any:
        found = before(*args)
        looked.set()
        reported.wait(1)
        return found

    def report() -> Task:
        looked.wait(5)
        report = Report(completed=100, quality_met=100, on_time=100)
        done = report_task(task_id=second.pk, version=second.version, report=report, **act)
        reported.set()
        return done

    monkeypatch.setattr(steps, "standing_before", looking)
    together(partial(apply_import, batch_id=batch.pk, **act), report)
    back = preview_undo(batch_id=batch.pk, **act)
    apply_import(batch_id=back.pk, **act)
    assert list(Task.objects.order_by("code").values_list("completed", flat=True)) == [None, 100]
