"""Assigning, changing, withdrawing and reporting tasks; importing tasks; absences."""

from datetime import date

import pytest

from tests.integration.organisation.ward import member, xlsx
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation import actions as organisation
from thuocdo.records.models import Absence
from thuocdo.work.actions import assign_task, change_task, report_task, withdraw_task
from thuocdo.work.models import Product, Task
from thuocdo.work.queries import month_of_person, own_task, task_to_follow, tasks_of
from thuocdo.work.rules import Report

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
TASKS = ["Mã công việc", "Mã cán bộ", "Tháng", "Mã sản phẩm", "Tên công việc", "Hệ số quy đổi", "Số lượng "
    "giao",
         "Hạn hoàn thành", "Ngoài kế hoạch", "Hoàn thành", "Đạt chất lượng", "Đúng hạn", "Số lần chậm"]


@pytest.fixture
def giver(ward, at):
    """The head of the office, who assigns tasks to the people below."""
    user, _ = member(at, ward.units["P1-VP"], "CC800", "Phạm Thị Giao", "pt.giao", leadership="head")
    return user


def assign(giver, ward, at, **other):
    values = {"title": "Báo cáo tháng", "coefficient": 150, "assigned": 400, "due_date": date(2026, 3, 25)}
    return assign_task(by=giver, at=at, person_id=ward.employee_person.pk, month=MARCH, **{**values, **other})


def load(ward, at, kind, header, rows):
    batch = preview_import(
        by=ward.officer, at=at, kind=kind, scope="P1", file_name="a.xlsx", content=xlsx(header, rows)
    )
    assert stored_problems(batch) == []
    return apply_import(by=ward.officer, at=at, batch_id=batch.pk)


def problems(ward, at, kind, header, rows):
    batch = preview_import(
        by=ward.officer, at=at, kind=kind, scope="P1", file_name="a.xlsx", content=xlsx(header, rows)
    )
    return [(p.row, p.column, p.message) for p in stored_problems(batch)]


def test_task_is_assigned_reported_changed_and_withdrawn(ward, at, giver):
    task = assign(giver, ward, at)
    assert task.code == "202603-CC900-01"
    assert task.agency.code == "P1-UB"
    assert assign(giver, ward, at).code == "202603-CC900-02"
    report = Report(completed=300, quality_met=300, on_time=300, late=1, cause="Mất điện")
    reported = report_task(by=ward.employee, at=at, task_id=task.pk, version=1, report=report)
    assert (reported.completed, reported.version, reported.cause) == (300, 2, "Mất điện")
    with pytest.raises(Conflict):
        change_task(by=giver, at=at, task_id=task.pk, version=1, title="X", coefficient=100, assigned=400,
                    due_date=MARCH)
    changed = change_task(by=giver, at=at, task_id=task.pk, version=2, title="Báo cáo quý", coefficient=100,
                          assigned=400, due_date=date(2026, 3, 20))
    assert (changed.title, changed.completed) == ("Báo cáo quý", 300)
    for _ in range(2):
        withdraw_task(by=giver, at=at, task_id=task.pk, version=3, reason="Thôi")
    with pytest.raises(Conflict):
        report_task(by=ward.employee, at=at, task_id=task.pk, version=4, report=report)
    assert [t.code for t in tasks_of(ward.employee, MARCH)] == ["202603-CC900-02"]
    _, tasks, _ = month_of_person(giver, ward.employee_person.pk, MARCH, at.date())
    assert len(tasks) == 2


def test_only_the_giver_changes_and_only_the_doer_reports(ward, at, giver):
    task = assign(giver, ward, at)
    report = Report(completed=100, quality_met=100, on_time=100)
    for stranger in (ward.stranger, giver, ward.officer):
        with pytest.raises(NotYours):
            report_task(by=stranger, at=at, task_id=task.pk, version=1, report=report)
        with pytest.raises(NotYours):
            own_task(stranger, task.pk)
    for stranger in (ward.stranger, ward.employee):
        with pytest.raises(NotYours):
            withdraw_task(by=stranger, at=at, task_id=task.pk, version=1, reason="Thôi")
        with pytest.raises(NotYours):
            task_to_follow(stranger, task.pk, at.date())
        with pytest.raises(NotYours):
            assign(stranger, ward, at)
    assert Task.objects.get().version == 1


def test_a_former_head_assigns_no_more(ward, at, giver):
    post = giver.person.employments.get()
    organisation.end_employment(by=None, at=at, employment_id=post.pk, end=at.date())
    with pytest.raises(NotYours):
        assign(giver, ward, at)


def test_nobody_assigns_to_oneself(ward, at, giver):
    with pytest.raises(NotYours):
        assign_task(
            by=giver,
            at=at,
            person_id=giver.person.pk,
            month=MARCH,
            title="X",
            coefficient=100,
            assigned=100,
            due_date=MARCH,
        )


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (Report(100, 200, 100), "quality_met"),
        (Report(100, 100, 200), "on_time"),
        (Report(100, 0, 0, late=1000), "late"),
        (Report(-1, 0, 0), "quality_met"),
        (Report(100, 100, 100, handed_back=True), "handed_back"),
    ],
)
def test_a_report_that_does_not_fit_together_is_refused_by_field(ward, at, giver, report, field):
    task = assign(giver, ward, at)
    with pytest.raises(Refusal) as refused:
        report_task(by=ward.employee, at=at, task_id=task.pk, version=1, report=report)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"coefficient": 0}, "coefficient"),
        ({"assigned": -1}, "assigned"),
        ({"due_date": date(2026, 2, 28)}, "due_date"),
    ],
)
def test_an_assignment_with_wrong_values_is_refused_by_field(ward, at, giver, values, field):
    with pytest.raises(Refusal) as refused:
        assign(giver, ward, at, **values)
    assert refused.value.field == field


def test_tasks_are_imported_and_the_same_again_changes_nothing(ward, at):
    Product.objects.create(
        agency=ward.units["P1-UB"], code="SP-1", name="Báo cáo", complexity=2, coefficient=150, start=date(2026, 1, 1)
    )
    rows = [
        ["T1", "CC900", "03/2026", "SP-1", "", "", 4, "25/03/2026", "", 4, 3, "4", 0],
        ["T2", "CC900", date(2026, 3, 1), "", "Việc khác", "0,5", "1,25", "31-03-2026", "có", "", "", "", ""],
    ]
    load(ward, at, "tasks", TASKS, rows)
    one, two = Task.objects.order_by("code")
    assert (one.title, one.coefficient, one.assigned, one.quality_met) == ("Báo cáo", 150, 400, 300)
    assert (one.given_by, one.reported_at, one.agency.code) == (ward.officer, at, "P1-UB")
    assert (two.coefficient, two.assigned, two.outside_plan, two.completed, two.reported_at) == (
        50,
        125,
        True,
        None,
        None,
    )
    again = load(ward, at, "tasks", TASKS, rows)
    assert stored_counts(again)["unchanged"] == 2
    rows[1][9:12] = ["1,25", "1", "1,25"]
    changed = load(ward, at, "tasks", TASKS, rows)
    assert "Hoàn thành: trống → 1,25" in stored_effects(changed)[1].text
    two.refresh_from_db()
    assert (two.version, two.completed, two.reported_at) == (2, 125, at)
    rows[1][9:12] = ["", "", ""]
    load(ward, at, "tasks", TASKS, rows)
    two.refresh_from_db()
    assert (two.version, two.completed, two.reported_at) == (3, None, None), "cleared figures are no report"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["T1", "KHONG", "03/2026", "", "A", "1", "1", "25/03/2026"], "Mã cán bộ", "Không có mã cán bộ"),
        (["T1", "TC002", "03/2026", "", "A", "1", "1", "25/03/2026"], "Mã cán bộ", "Không có mã cán bộ"),
        (["T1", "CC900", "13/2026", "", "A", "1", "1", "25/03/2026"], "Tháng", "không có tháng này"),
        (["T1", "CC900", "03/2020", "", "A", "1", "1", "25/03/2026"], "Tháng", "không có vị trí"),
        (["T1", "CC900", "03/2026", "SP-9", "A", "1", "1", "25/03/2026"], "Mã sản phẩm", "Danh mục"),
        (["T1", "CC900", "03/2026", "", "", "1", "1", "25/03/2026"], "Tên công việc", "để trống"),
        (["T1", "CC900", "03/2026", "", "A", "", "1", "25/03/2026"], "Hệ số quy đổi", "để trống"),
        (["T1", "CC900", "03/2026", "", "A", "0", "1", "25/03/2026"], "Hệ số quy đổi", "lớn hơn 0"),
        (["T1", "CC900", "03/2026", "", "A", "1", "1.000", "25/03/2026"], "Số lượng giao", "hàng nghìn"),
        (["T1", "CC900", "03/2026", "", "A", "1", "-1", "25/03/2026"], "Số lượng giao", "số âm"),
        (["T1", "CC900", "03/2026", "", "A", "1", "1", "28/02/2026"], "Hạn hoàn thành", "trước tháng"),
        (["T1", "CC900", "03/2026", "", "A", "1", "1", "25/03/2026", "", "1"], "Đạt chất lượng", "để trống"),
        (["T1", "CC900", "03/2026", "", "A", "1", "1", "25/03/2026", "", "1", "2", "1"], "Đạt chất lượng",
         "nhiều hơn"),
        (["T1", "CC900", "03/2026", "", "A", "1", "1", "25/03/2026", "đúng"], "Ngoài kế hoạch", "một trong"),
    ],
)
def test_wrong_task_rows_name_column_and_remedy(ward, at, row, column, words):
    full = row + [""] * (len(TASKS) - len(row))
    ((number, found, message),) = problems(ward, at, "tasks", TASKS, [full])
    assert (number, found) == (2, column)
    assert words in message
    assert "hãy" in message.lower()


def test_a_task_code_used_twice_or_for_somebody_else_is_refused(ward, at):
    row = ["T1", "CC900", "03/2026", "", "A", "1", "1", "25/03/2026", "", "", "", "", ""]
    assert "dòng 2" in problems(ward, at, "tasks", TASKS, [row, row])[0][2]
    load(ward, at, "tasks", TASKS, [row])
    other = ["T1", "TC001", *row[2:]]
    assert "người khác" in problems(ward, at, "tasks", TASKS, [other])[0][2]


def test_absences_are_imported_once_and_overlaps_are_refused(ward, at):
    header = ["Mã cán bộ", "Loại vắng", "Từ ngày", "Đến ngày"]
    rows = [["CC900", "nghỉ thai sản", "01/03/2026", "31/08/2026"]]
    load(ward, at, "absences", header, rows)
    assert Absence.objects.get().end == date(2026, 9, 1)
    assert stored_counts(load(ward, at, "absences", header, rows))["unchanged"] == 1
    clash = [["CC900", "nghỉ thai sản", "01/06/2026", ""]]
    assert "Trùng thời gian" in problems(ward, at, "absences", header, clash)[0][2]
    assert problems(ward, at, "absences", header, [["TC002", "nghỉ thai sản", "01/06/2026", ""]])
