"""A list goes out and comes back: nothing edited is nothing changed; edits, conflicts, rows gone, rows chosen."""

import io
import re
import resource
import time
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.intake.files import cells_of, written
from tests.integration.organisation.ward import HEADER, member, person_row, xlsx
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.intake import steps
from thuocdo.intake.actions import apply_import, export_list, preview_import, preview_undo
from thuocdo.intake.documents import stored_absent, stored_counts, stored_effects, stored_problems, stored_warnings
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import Employment, Person
from thuocdo.records.models import Absence
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
COUNTED = ("created", "changed", "unchanged", "conflict", "problems")


def preview(ward, at, content, kind="people", name="ve.xlsx", by=None):
    return preview_import(by=by or ward.officer, at=at, kind=kind, scope="P1", file_name=name, content=content)


def export(ward, at, kind="people", month=""):
    return export_list(by=ward.officer, at=at, kind=kind, scope="P1", month=month)


def figures(batch):
    counts = stored_counts(batch)
    return tuple(counts.get(name, 0) for name in COUNTED)


def people(ward, at, number):
    rows = [person_row(f"CC{i:05}", "Nguyễn Thị Hoà", username=f"nguoi.{i}") for i in range(number)]
    batch = preview(ward, at, xlsx(HEADER, rows))
    return apply_import(by=ward.officer, at=at, batch_id=batch.pk)


@pytest.fixture
def everything(ward, at):
    """One row at least of every kind."""
    agency, person = ward.units["P1-UB"], ward.employee_person
    Absence.objects.create(person=person, kind="maternity", start=date(2026, 1, 5), end=date(2026, 7, 1))
    Task.objects.create(
        code="V1", person=person, agency=agency, month=date(2026, 3, 1), title="Việc một", coefficient=150,
        assigned=400, completed=300, quality_met=250, on_time=300, late=1, due_date=date(2026, 3, 25),
        outside_plan=True, given_by=ward.officer, given_at=at,
    )  # fmt: skip
    return ward


@pytest.mark.parametrize(
    ("kind", "rows"), [("people", 2), ("units", 4), ("tasks", 1), ("absences", 1)]
)
def test_every_list_comes_back_unchanged_with_and_without_its_marks(everything, at, kind, rows):
    content = export(everything, at, kind, "03/2026")
    batch = preview(everything, at, content, kind)
    assert (batch.state, *figures(batch)) == ("ready", 0, 0, rows, 0, 0), stored_problems(batch)
    bare = [row[:-1] for row in cells_of(content)]
    again = preview(everything, at, written(bare), kind)
    assert (again.state, *figures(again)) == ("ready", 0, 0, rows, 0, 0), stored_problems(again)


def test_an_edit_is_shown_by_cell_and_written(everything, at):
    rows = cells_of(export(everything, at, "tasks", "03/2026"))
    title = rows[0].index("Tên công việc")
    rows[1][title] = "Việc một, sửa"
    rows[1][rows[0].index("Hệ số quy đổi")] = "1.50"
    batch = preview(everything, at, written(rows), "tasks")
    assert figures(batch) == (0, 1, 0, 0, 0)
    assert "Tên công việc: Việc một → Việc một, sửa" in stored_effects(batch)[0].text
    assert "Hệ số" not in stored_effects(batch)[0].text, "1.50 is 1,5"
    apply_import(by=everything.officer, at=at, batch_id=batch.pk)
    assert Task.objects.get().title == "Việc một, sửa"


def test_a_row_that_somebody_changed_since_the_export_is_a_conflict_and_never_written(everything, at):
    rows = cells_of(export(everything, at, "tasks", "03/2026"))
    Task.objects.update(title="Việc một, người khác sửa")
    untouched = preview(everything, at, written(rows), "tasks")
    assert figures(untouched) == (0, 0, 1, 0, 0), "who did not touch the row changes nothing"
    rows[1][rows[0].index("Số lượng giao")] = "5"
    batch = preview(everything, at, written(rows), "tasks")
    assert figures(batch) == (0, 0, 0, 1, 0)
    effect = stored_effects(batch)[0]
    assert "trên hệ thống “4”, trong tệp “5”" in effect.text
    apply_import(by=everything.officer, at=at, batch_id=batch.pk)
    task = Task.objects.get()
    assert (task.assigned, task.title) == (400, "Việc một, người khác sửa")


def test_a_row_that_is_gone_is_not_made_again(everything, at):
    content = export(everything, at, "absences")
    Absence.objects.all().delete()
    assert figures(preview(everything, at, content, "absences")) == (0, 0, 0, 1, 0)


def test_rows_left_out_of_the_file_stay_and_are_counted(everything, at):
    rows = cells_of(export(everything, at))
    batch = preview(everything, at, written([rows[0], rows[1]]))
    assert stored_counts(batch)["absent"] == 1
    assert len(stored_absent(batch)) == 1
    assert Person.objects.filter(code="CC900").exists()


def test_a_change_between_preview_and_applying_is_a_conflict(everything, at):
    rows = cells_of(export(everything, at, "tasks", "03/2026"))
    rows[1][rows[0].index("Số lượng giao")] = "5"
    batch = preview(everything, at, written(rows), "tasks")
    Task.objects.update(title="Giữa chừng")
    with pytest.raises(Conflict):
        apply_import(by=everything.officer, at=at, batch_id=batch.pk)
    assert Task.objects.get().assigned == 400


def test_only_the_chosen_rows_are_applied_as_one_event(ward, at):
    people(ward, at, 4)
    rows = cells_of(export(ward, at))
    place = rows[0].index("Chức vụ")
    for row in rows[1:]:
        row[place] = "Chuyên viên chính"
    batch = preview(ward, at, written(rows))
    events = Event.objects.count()
    apply_import(by=ward.officer, at=at, batch_id=batch.pk, skip=frozenset({2, 4}))
    batch.refresh_from_db()
    assert Employment.objects.filter(position="Chuyên viên chính").count() == 4
    assert Event.objects.count() == events + 1
    assert [e.outcome for e in stored_effects(batch)].count("skipped") == 2
    assert (stored_counts(batch)["changed"], stored_counts(batch)["skipped"]) == (4, 2)


def test_chosen_rows_must_stand_alone(ward, at):
    rows = [["Mã đơn vị", "Tên đơn vị", "Loại", "Mã đơn vị cấp trên", "Từ ngày"],
            ["P1-A", "Phòng A", "đơn vị trực tiếp sử dụng", "P1-UB", "01/01/2026"],
            ["P1-B", "Tổ B", "đơn vị trực tiếp sử dụng", "P1-A", "01/01/2026"]]
    batch = preview(ward, at, written(rows), "units")
    with pytest.raises(Refusal, match="dòng 3"):
        apply_import(by=ward.officer, at=at, batch_id=batch.pk, skip=frozenset({2}))
    assert apply_import(by=ward.officer, at=at, batch_id=batch.pk, skip=frozenset({3})).state == "applied"


def test_the_month_is_asked_and_strangers_get_nothing(everything, at):
    with pytest.raises(Refusal, match="Tháng"):
        export(everything, at, "tasks", "3")
    with pytest.raises(NotYours):
        export_list(by=everything.stranger, at=at, kind="people", scope="P1")
    with pytest.raises(NotYours):
        export_list(by=everything.officer, at=at, kind="catalogue", scope="P1-UB")
    export(everything, at)
    event = Event.objects.order_by("pk").last()
    assert event.code == "list.exported"


def test_accounts_only_go_out(ward, at):
    rows = cells_of(export(ward, at, "accounts"))
    assert rows[1:] == [
        ["TC001", "Lê Thị Tổ", "P1-UB", "lt.to", "chờ đặt mật khẩu"],
        ["CC900", "Nguyễn Văn Sẵn", "P1-VP", "nv.san", "chờ đặt mật khẩu"],
    ]
    with pytest.raises(NotYours):
        preview(ward, at, export(ward, at, "accounts"), "accounts")
    with pytest.raises(NotYours):
        export_list(by=ward.stranger, at=at, kind="accounts", scope="P1")


def test_a_code_that_lost_its_zeros_is_not_a_new_person(ward, at):
    """A cell that shows 00123 may hold the number 123."""
    first = preview(ward, at, xlsx(HEADER, [person_row("00123", "Phan Thị Số", username="phan.so")]))
    apply_import(by=ward.officer, at=at, batch_id=first.pk)
    again = preview(ward, at, xlsx(HEADER, [person_row("123", "Phan Thị Số", username="phan.so")]))
    assert [("mã 00123" in p.message, "mất số 0" in p.message) for p in stored_problems(again)] == [(True, True)]
    other = preview(ward, at, xlsx(HEADER, [person_row("123", "Lê Văn Khác", username="le.khac")]))
    assert figures(other)[0] == 1, "another name is another person"
    both = [person_row("00123", "Phan Thị Số", username="phan.so"), person_row("123", "Phan Thị Số", username="p.so")]
    two = preview(ward, at, xlsx(HEADER, both))
    assert (stored_problems(two), ["00123" in w.message for w in stored_warnings(two)]) == ([], [True]), "no zeros lost"
    apply_import(by=ward.officer, at=at, batch_id=two.pk)
    longer = preview(ward, at, xlsx(HEADER, [person_row("000123", "Phan Thị Số", username="phan3.so")]))
    assert stored_problems(longer) == [], "this code has more zeros, not fewer"
    assert ["cùng họ tên" in w.message for w in stored_warnings(longer)] == [True]


def test_a_name_that_differs_by_tone_placement_or_nfd_only_warns(ward, at):
    """Abuse 33."""
    people(ward, at, 1)
    rows = cells_of(export(ward, at))
    row = next(r for r in rows if r[0] == "CC00000")
    row[1] = "Nguye\u0302\u0303n Thi\u0323 Ho\u0300a"
    batch = preview(ward, at, written(rows))
    assert figures(batch)[:2] == (0, 0)
    assert "chỉ ở cách đặt dấu" in stored_warnings(batch)[0].message
    assert stored_counts(batch)["tidied"] == 1
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert Person.objects.get(code="CC00000").full_name == "Nguyễn Thị Hoà"


@pytest.mark.parametrize("typed", ["\u0421\u042100000", "C\u0421\u200b00000"])
def test_a_look_alike_staff_code_is_refused_with_the_code_it_looks_like(ward, at, typed):
    """Abuse 32."""
    people(ward, at, 1)
    batch = preview(ward, at, xlsx(HEADER, [person_row(typed, "Nguyễn Văn Giả")]))
    assert batch.state == "refused"
    assert "Trông giống mã cán bộ “CC00000” đang có" in stored_problems(batch)[0].message


@pytest.mark.parametrize("typed", ["\u00d0uc.nv", "d\u0443c.nv", "đuc.nv"])
def test_a_look_alike_user_name_is_refused_with_the_account_it_looks_like(ward, at, typed):
    """Abuse 32."""
    member(at, ward.units["P1-VP"], "CC800", "Nguyễn Văn Đức", "duc.nv" if "\u0443" not in typed else "dyc.nv")
    batch = preview(ward, at, xlsx(HEADER, [person_row("CC801", "Nguyễn Văn Giả", username=typed)]))
    assert batch.state == "refused"
    assert "đang có" in stored_problems(batch)[0].message


def test_no_cell_of_an_export_is_a_formula(ward, at):
    """Abuse 24."""
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "=1", "＝1", '=HYPERLINK("http://x")', "\r=1"]
    for i, text in enumerate(evil):
        member(at, ward.units["P1-VP"], f"X{i}", "Nguyễn Văn An", f"xau.{i}")
        Employment.objects.filter(person__code=f"X{i}").update(position=text, task_group="\t=2")
    content = export(ward, at)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert not re.search(rb"<f[ >]", sheet)
    assert set(re.findall(rb'<c [^>]*?t="([a-zA-Z]+)"', sheet)) <= {b"inlineStr", b"s"}
    assert b"sheetProtection" in sheet
    assert figures(preview(ward, at, content))[:2] == (0, 0)



def undone(ward, at, batch, by=None):
    return preview_undo(by=by or ward.officer, at=at, batch_id=batch.pk)


def test_an_applied_import_is_taken_back_exactly_by_a_new_one(everything, at):
    header, row = cells_of(export(everything, at, "tasks", "03/2026"))
    title, amount, late = (header.index(t) for t in ("Tên công việc", "Số lượng giao", "Số lần chậm"))
    new = [*row[:-1], ""]
    new[0], new[title] = "V2", "Việc hai"
    row[title], row[amount] = "Tên nhầm", "5"
    batch = preview(everything, at, written([header, row, new]), "tasks")
    apply_import(by=everything.officer, at=at, batch_id=batch.pk)
    assert Task.objects.filter(title__in=("Tên nhầm", "Việc hai")).count() == 2
    with pytest.raises(NotYours):
        undone(everything, at, batch, everything.stranger)
    back = undone(everything, at, batch)
    assert [(e.outcome, e.row) for e in stored_effects(back)] == [("changed", 2), ("ended", 3)]
    assert "Tên công việc: Tên nhầm → Việc một" in stored_effects(back)[0].text
    events = Event.objects.count()
    apply_import(by=everything.officer, at=at, batch_id=back.pk)
    assert Event.objects.count() == events + 1
    task, other = Task.objects.get(code="V1"), Task.objects.get(code="V2")
    assert (task.title, task.assigned, task.late, late > 0) == ("Việc một", 400, 1, True)
    assert (other.state, other.answer) == ("withdrawn", "Hoàn tác lượt nhập từ Excel.")
    for one in (batch, back):
        with pytest.raises(Conflict):
            undone(everything, at, one)


def test_what_was_changed_since_the_import_stays_with_its_reason(everything, at):
    header, row = cells_of(export(everything, at, "tasks", "03/2026"))
    new = [*row[:-1], ""]
    new[0] = "V2"
    row[header.index("Tên công việc")] = "Tên nhầm"
    batch = preview(everything, at, written([header, row, new]), "tasks")
    apply_import(by=everything.officer, at=at, batch_id=batch.pk)
    Task.objects.filter(code="V1").update(assigned=500)
    Task.objects.filter(code="V2").update(version=2)
    back = undone(everything, at, batch)
    assert [e.outcome for e in stored_effects(back)] == ["conflict", "conflict"]
    assert "có người đã sửa dòng này" in stored_effects(back)[0].text
    assert "V2: có người đã làm tiếp trên việc này" in stored_effects(back)[1].text
    apply_import(by=everything.officer, at=at, batch_id=back.pk)
    assert set(Task.objects.values_list("title", "state")) == {("Tên nhầm", "active"), ("Việc một", "active")}


def test_a_task_that_moves_on_while_its_import_is_taken_back_stops_it_once_it_is_held(everything, at, monkeypatch):
    """What stands against a withdrawal is asked again under the lock, not of the moment of planning."""
    header, row = cells_of(export(everything, at, "tasks", "03/2026"))
    new = [*row[:-1], ""]
    new[0] = "V2"
    batch = preview(everything, at, written([header, new]), "tasks")
    apply_import(by=everything.officer, at=at, batch_id=batch.pk)
    back = undone(everything, at, batch)
    planned = steps.standing_before

    def after_the_plan(*given):
        Task.objects.filter(code="V2").update(version=2)
        return planned(*given)

    monkeypatch.setattr(steps, "standing_before", after_the_plan)
    with pytest.raises(Conflict, match="V2: có người đã làm tiếp trên việc này"):
        apply_import(by=everything.officer, at=at, batch_id=back.pk)
    assert (Task.objects.get(code="V2").state, ImportBatch.objects.get(pk=back.pk).state) == ("active", "ready")


def test_changed_people_go_back_and_added_ones_stay(ward, at):
    people(ward, at, 1)
    rows = cells_of(export(ward, at))
    name, place = rows[0].index("Họ và tên"), rows[0].index("Chức vụ")
    row = next(r for r in rows if r[0] == "CC00000")
    row[name], row[place] = "Nguyễn Thị Khác", "Phó phòng"
    batch = apply_import(
        by=ward.officer, at=at, batch_id=preview(ward, at, written([rows[0], row, person_row("CC777")])).pk
    )
    client = Client()
    client.force_login(ward.officer)
    assert "Hoàn tác lượt nhập này" in client.get(f"/to-chuc/nhap-du-lieu/{batch.pk}/").content.decode()
    answer = client.post(f"/to-chuc/nhap-du-lieu/{batch.pk}/hoan-tac/", follow=True)
    assert "Nguyễn Thị Khác → Nguyễn Thị Hoà" in answer.content.decode()
    assert "dòng đã thêm không bỏ bằng bảng được" in answer.content.decode()
    back = ImportBatch.objects.get(undoes=batch)
    apply_import(by=ward.officer, at=at, batch_id=back.pk)
    assert Person.objects.get(code="CC00000").full_name == "Nguyễn Thị Hoà"
    assert Person.objects.filter(code="CC777").exists()
    Person.objects.filter(code="CC00000").update(user=None)
    fresh = cells_of(export(ward, at))
    row = next(r for r in fresh if r[0] == "CC00000")
    row[fresh[0].index("Tài khoản")] = "moi.ten"
    given = preview(ward, at, written([fresh[0], row]))
    apply_import(by=ward.officer, at=at, batch_id=given.pk)
    (effect,) = stored_effects(undone(ward, at, given))
    assert (effect.outcome, "không đưa lại được Tài khoản" in effect.text) == ("conflict", True)
    assert "hoàn tác</a>" in client.get(f"/to-chuc/nhap-du-lieu/{batch.pk}/").content.decode()


@pytest.mark.slow
@pytest.mark.long(40)
def test_10_000_rows_come_back_unchanged_and_10_000_changed_rows_are_written(ward, at, capsys):
    people(ward, at, 10_000)
    seconds = {}

    def timed(name, call):
        begun = time.monotonic()
        done = call()
        seconds[name] = round(time.monotonic() - begun, 1)
        return done

    content = timed("export", lambda: export(ward, at))
    batch = timed("unchanged", lambda: preview(ward, at, content))
    assert figures(batch) == (0, 0, 10_002, 0, 0)
    rows = cells_of(content)
    place = rows[0].index("Chức vụ")
    for row in rows[1:]:
        row[place] = "Chuyên viên chính"
    edited = written(rows)
    batch = timed("changed", lambda: preview(ward, at, edited))
    assert figures(batch) == (0, 10_002, 0, 0, 0)
    timed("apply", lambda: apply_import(by=ward.officer, at=at, batch_id=batch.pk))
    assert Employment.objects.filter(position="Chuyên viên chính").count() == 10_002
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with capsys.disabled():
        print(f"\n10,002 rows: {seconds}, peak {peak} MB")
    assert max(seconds.values()) < 60
    assert peak < 1200




@pytest.mark.slow
@pytest.mark.long(12)
def test_10_000_tasks_come_back_unchanged_and_edited_ones_are_written_in_few_statements(ward, at):
    given = {"agency": ward.units["P1-UB"], "unit": ward.units["P1-VP"], "month": date(2026, 3, 1), "coefficient": 150,
             "assigned": 400, "due_date": date(2026, 3, 25), "given_by": ward.officer, "given_at": at}
    Task.objects.bulk_create(
        Task(code=f"V{n:05}", person=ward.employee_person, title=f"Việc {n}", **given) for n in range(10_000)
    )
    content = export(ward, at, "tasks", "03/2026")
    assert figures(preview(ward, at, content, "tasks")) == (0, 0, 10_000, 0, 0)
    header, *rows = cells_of(content)
    for row in rows[:300]:
        row[header.index("Số lượng giao")], row[header.index("Tính chất")] = "5", "đột xuất"
    batch = preview(ward, at, written([header, *rows[:300]]), "tasks")
    assert (figures(batch)[:3], stored_counts(batch)["absent"]) == ((0, 300, 0), 9_700)
    with CaptureQueriesContext(connection) as asked:
        apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert len(asked) < 120, "not one for each row"
    assert Task.objects.filter(assigned=500, nature="ad_hoc", version=2).count() == 300
    assert Task.objects.filter(assigned=400, nature="regular", version=1).count() == 9_700
    assert "changed" not in {problem.code for problem in verify().problems}, "what stands is what the event says"
