"""A block pasted into the month's work: Vietnamese numbers and days, every difference shown first, 500 rows in time."""

import re
import time
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.integration.intake.files import cells_of, written
from tests.integration.intake.test_round_trip import figures
from tests.integration.organisation.ward import SINCE, member
from thuocdo.intake.actions import (
    apply_import,
    ask_to_apply,
    confirm_conversion,
    drop_import,
    export_list,
    preview_block,
    preview_import,
    preview_undo,
)
from thuocdo.intake.documents import stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch, LargeImport
from thuocdo.intake.queries import batch_for, batch_view, batches_for
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.actions import give_role
from thuocdo.work.actions import report_task
from thuocdo.work.imports_progress import PROGRESS_OF_ONESELF
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH, Report

pytestmark = pytest.mark.django_db
DONE = ("completed", "quality_met", "on_time", "quality_errors", "late")
TITLES = "Mã công việc\tHạn hoàn thành\tHoàn thành\tĐạt chất lượng\tĐúng hạn\tSố lần chậm"


@pytest.fixture
def doer(ward, at):
    """The employee's user, with two tasks of March 2026."""
    tasks(ward, at, 2)
    return ward.employee


def tasks(ward, at, number, first=0):
    Task.objects.bulk_create(
        Task(code=f"V{i}", person=ward.employee_person, agency=ward.units["P1-UB"], month=date(2026, 3, 1),
             title=f"Việc {i}", coefficient=100, assigned=1000, due_date=date(2026, 3, 30), given_by=ward.officer,
             given_at=at)
        for i in range(first, number)
    )  # fmt: skip


def paste(user, at, *lines, titles=TITLES):
    text = "\r\n".join([titles, *lines])
    return preview_block(by=user, at=at, kind="progress", scope="2026-03", text=text)


def test_a_block_is_shown_by_row_and_written_when_applied(ward, at, doer):
    batch = paste(doer, at, "V0\t30/03/2026\t9,5\t9,25\t9.5\t1", "V1\t30-03-2026\t10\t10\t10\t0")
    assert (batch.state, figures(batch)) == ("ready", (0, 2, 0, 0, 0)), stored_problems(batch)
    assert "Hoàn thành: trống → 9,5" in stored_effects(batch)[0].text
    assert Task.objects.get(code="V0").completed is None, "nothing is written before it is applied"
    apply_import(by=doer, at=at, batch_id=batch.pk)
    task = Task.objects.get(code="V0")
    assert (task.completed, task.quality_met, task.on_time, task.late, task.reported_at) == (950, 925, 950, 1, at)
    assert task.version == 2


def test_what_is_said_of_single_products_goes_round(ward, at, doer):
    """Typed in any way it is stored in one; a look at it changes nothing; evidence later is no later report."""
    said = ["Mã công việc", *(c.title for c in PROGRESS_OF_ONESELF.columns if c.key in (*DONE, *EACH))]
    batch = paste(doer, at, "V0\t10\t10\t10\t5\t2\t1;1; 3\t0;2", titles="\t".join(said))
    assert (batch.state, figures(batch)) == ("ready", (0, 1, 0, 0, 0)), stored_problems(batch)
    apply_import(by=doer, at=at, batch_id=batch.pk)
    task = Task.objects.get(code="V0")
    assert (task.quality_errors_each, task.late_each, task.reported_at) == ("1; 1; 3", "0; 2", at)
    out = export_list(by=doer, at=at, kind="progress", scope="2026-03")
    back = preview_import(by=doer, at=at, kind="progress", scope="2026-03", file_name="a.xlsx", content=out)
    assert figures(back)[:2] == (0, 0)
    assert figures(paste(doer, at, "V0\t1;1;3", titles="\t".join([said[0], said[-2]])))[:2] == (0, 0)
    for wrong, words in (("1; 1; 2", "cộng lại là 4 lần"), ("1, 1, 3", "cách nhau bằng dấu chấm phẩy")):
        refused = paste(doer, at, f"V0\t{wrong}", titles="\t".join([said[0], said[-2]]))
        assert [(p.column, words in p.message) for p in stored_problems(refused)] == [(said[-2], True)]
    later = at + timedelta(days=2)
    proof = paste(doer, later, "V0\t12/BC-UBND", titles="Mã công việc\tMinh chứng")
    apply_import(by=doer, at=later, batch_id=proof.pk)
    task.refresh_from_db()
    assert (task.evidence, task.reported_at) == ("12/BC-UBND", at)
    more = paste(doer, later, "V0\t9", titles="Mã công việc\tĐúng hạn")
    apply_import(by=doer, at=later, batch_id=more.pk)
    task.refresh_from_db()
    assert (task.on_time, task.reported_at) == (900, later)


@pytest.mark.parametrize(("line", "words"), [
    ("V0\t30/3/26\t1\t1\t1\t0", "đủ bốn chữ số"), ("V0\t31/04/2026\t1\t1\t1\t0", "không có ngày 31/04/2026"),
    ("V0\t30/03/2569\t1\t1\t1\t0", "năm 2569"), ("V0\t46111\t1\t1\t1\t0", "dạng số"),
    ("V0\t29/02/2026\t1\t1\t1\t0", "không có ngày 29/02/2026"), ("V0\t03/30/2026\t1\t1\t1\t0", "tháng trước ngày"),
    ("V0\t3032026\t1\t1\t1\t0", "mất số 0"), ("V0\t2026-03-30\t1\t1\t1\t0", "ghi năm trước"),
    ("V0\t29/03/2026\t1\t1\t1\t0", "do người giao việc đặt"), ("V0\t\t1.000\t1\t1\t0", "hàng nghìn"),
    ("V0\t\t-1\t1\t1\t0", "số âm"), ("V0\t\tNaN\t1\t1\t0", "không phải là số"), ("V0\t\t９\t1\t1\t0", "0–9"),
    ("V0\t\t1\t2\t1\t0", "ạt chất lượng"), ("V0\t\t1\t\t1\t0", "để trống"), ("XX\t\t1\t1\t1\t0", "Không có việc mã"),
    ("V0\t\t1,234\t1\t1\t0", "thập phân"), ("V0\t\t1.000,5\t1\t1\t0", "dấu ngăn hàng nghìn"),
    ("V0\t\t1,000.5\t1\t1\t0", "dấu ngăn hàng nghìn"), ("V0\t\t1 000,5\t1\t1\t0", "dấu ngăn hàng nghìn"),
    ("V0\t3/4/26\t1\t1\t1\t0", "đủ bốn chữ số"),
])
def test_what_is_not_certain_is_refused_with_what_to_do(ward, at, doer, line, words):
    """Abuse 21 and 35."""
    batch = paste(doer, at, line)
    assert batch.state == "refused"
    assert words in stored_problems(batch)[0].message


def test_empty_rows_and_quoted_cells_of_a_block_are_read_as_excel_means_them(ward, at, doer):
    """A last row without anything, a cell of several lines with quotes in it, a cell that only begins with a quote."""
    titles = "Mã công việc\tHoàn thành\tĐạt chất lượng\tĐúng hạn\tMinh chứng"
    lines = ['V0\t1\t1\t1\t"12/BC\n""bản 2"""', "\t\t\t\t", "V1\t2\t2\t2\t13/BC", "\t\t\t\t", ""]
    block = paste(doer, at, *lines, titles=titles)
    assert (block.state, figures(block)[1]) == ("ready", 2), stored_problems(block)
    apply_import(by=doer, at=at, batch_id=block.pk)
    assert Task.objects.get(code="V0").evidence == '12/BC "bản 2"'
    odd = paste(doer, at, 'V0\t1\t1\t1\t"Báo cáo" tháng 3', "V1\t2\t2\t2\t14/BC", titles=titles)
    assert any('"Báo cáo" tháng 3' in effect.text for effect in stored_effects(odd))
    cut = paste(doer, at, 'V0\t3\t3\t3\t"mở mà không đóng', "V1\t3\t3\t3\t15/BC", titles=titles)
    assert figures(cut)[1] == 2, "one open quote does not swallow the rows below"


@pytest.mark.parametrize("day", ["30/03/2026", "30-03-2026", "30032026"])
def test_days_are_taken_in_three_spellings(ward, at, doer, day):
    assert figures(paste(doer, at, f"V0\t{day}\t1\t1\t1\t0"))[1] == 1


def test_serials_of_excel_are_days_by_the_type_of_the_cell_only(ward, at, doer):
    """Abuse 35: a real date cell is a day, the same number typed as a number is refused."""
    rows = [TITLES.split("\t")[:5], ["V0", date(2026, 3, 30), 9.5, 9, 9]]
    good = preview_import(by=doer, at=at, kind="progress", scope="2026-03", file_name="a.xlsx", content=written(rows))
    assert (good.state, figures(good)[1]) == ("ready", 1)
    rows[1][1] = 46111
    bad = preview_import(by=doer, at=at, kind="progress", scope="2026-03", file_name="a.xlsx", content=written(rows))
    assert "dạng số" in stored_problems(bad)[0].message


def test_blocks_without_titles_empty_or_huge_are_refused(ward, at, doer):
    for text, words in (("", "Chưa dán gì"), ("V0\t1", "tên các cột"), (TITLES + "\nV0" * 3000, "tối đa|quá 2000")):
        with pytest.raises(Refusal, match=words):
            preview_block(by=doer, at=at, kind="progress", scope="2026-03", text=text)


def test_a_task_changed_meanwhile_is_a_conflict(ward, at, doer):
    batch = paste(doer, at, "V0\t\t1\t1\t1\t0")
    Task.objects.filter(code="V0").update(late=1, late_excused=1, version=5)
    with pytest.raises(Conflict):
        apply_import(by=doer, at=at, batch_id=batch.pk)
    assert Task.objects.get(code="V0").completed is None


def test_a_pasted_report_is_taken_back_but_not_over_what_was_done_since(ward, at, doer):
    """A first report is none again; a task that somebody touched since, or took over, keeps its report."""
    tasks(ward, at, 4, first=2)
    apply_import(by=doer, at=at, batch_id=paste(doer, at, "V1\t\t1\t1\t1\t0").pk)
    later = at + timedelta(days=1)
    act = {"by": doer, "at": later}
    columns = "\t".join(c.title for c in PROGRESS_OF_ONESELF.columns if c.key in ("code", *DONE[:3], "handed_back"))
    lines = ["V0\t2\t2\t2\t", "V1\t3\t3\t3\t", "V2\t4\t4\t4\t", "V3\t0\t0\t0\tcó"]
    batch = paste(doer, later, *lines, titles=columns)
    assert figures(batch)[1] == 4, stored_problems(batch)
    apply_import(batch_id=batch.pk, **act)
    task = Task.objects.get(code="V2")
    given = {"completed": 500, "quality_met": 500, "on_time": 500, "evidence": "", "quality_errors": 0, "late": 0}
    report_task(task_id=task.pk, version=task.version, report=Report(**given), **act)
    Task.objects.create(code="V9", person=ward.employee_person, agency=ward.units["P1-UB"], month=date(2026, 3, 1),
                        title="Nhận thay", coefficient=100, assigned=100, due_date=date(2026, 3, 30), given_at=at,
                        given_by=ward.officer, outside_plan=True,
                        taken_over_from=Task.objects.get(code="V3"))  # fmt: skip
    back = preview_undo(batch_id=batch.pk, **act)
    assert (back.state, figures(back)) == ("ready", (0, 2, 0, 2, 0)), stored_effects(back)
    said = " ".join(effect.text for effect in stored_effects(back))
    assert "Hoàn thành: 2 → trống" in said
    assert "Hoàn thành: 3 → 1" in said
    assert "Hoàn thành: khi nhập “4”, nay “5”" in said
    assert "đã giao cho người khác nhận thay" in said
    apply_import(batch_id=back.pk, **act)
    stand = {t.code: (t.completed, t.reported_at, t.version) for t in Task.objects.order_by("code")}
    assert stand == {"V0": (None, None, 3), "V1": (100, at, 4), "V2": (500, later, 3), "V3": (0, later, 2),
                     "V9": (None, None, 1)}  # fmt: skip
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        preview_undo(batch_id=batch.pk, **act)
    with pytest.raises(NotYours):
        preview_undo(batch_id=batch.pk, by=ward.officer, at=later)


def test_another_persons_month_and_wrong_months_are_nobodys(ward, at, doer):
    """Abuse 2: the batch of somebody else, another kind, another month."""
    other, _ = member(at, ward.units["P1-VP"], "CC777", "Lê Thị Khác", "lt.khac")
    batch = paste(doer, at, "V0\t\t1\t1\t1\t0")
    assert paste(other, at, "V0\t\t1\t1\t1\t0").state == "refused", "the code is not among one's own"
    for scope in ("2026-13", "2026-3", "x", "1999-01"):
        with pytest.raises(NotYours):
            preview_block(by=doer, at=at, kind="progress", scope=scope, text=TITLES)
    client = Client()
    client.force_login(other)
    for address in (f"/bang/{batch.pk}/", "/bang/people/P1/", "/bang/judgements/1/"):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/bang/{batch.pk}/ap-dung/").status_code == 404
    assert ImportBatch.objects.get(pk=batch.pk).state == "ready"


ACTS = (confirm_conversion, apply_import, ask_to_apply, drop_import)


@pytest.mark.parametrize("place", ["P1", "P2"])
def test_an_officer_reaches_no_upload_of_anybodys_own_work(ward, at, doer, place):
    """Abuse 1: the scope of such a list is the caller's own month, so it says nothing about whose file it is."""
    batch = paste(doer, at, "V0\t\t1\t1\t1\t0")
    LargeImport.objects.create(batch=batch, asked_by=doer, asked_at=at, step=LargeImport.Step.NONE)
    officer = ward.officer if place == "P1" else ward.stranger
    assert paste(officer, at, "V0\t\t1\t1\t1\t0").pk, "a month of their own they have"
    for look in (batch_for, batch_view):
        with pytest.raises(NotYours):
            look(officer, batch.pk, at)
    for act in ACTS:
        with pytest.raises(NotYours):
            act(by=officer, at=at, batch_id=batch.pk)
    assert "2026-03" not in [line.batch.scope for line in batches_for(officer, [place, "2026-03"])]
    assert ImportBatch.objects.get(pk=batch.pk).state == "ready"


def test_the_office_pages_have_no_upload_of_ones_own_work(ward, at, doer, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    person, place = ward.employee_person, ward.units["P1"]
    give_role(by=None, at=at, person_id=person.pk, unit_id=place.pk, kind="officer", start=SINCE)
    batch = paste(doer, at, "V0\t\t1\t1\t1\t0")
    client = Client()
    client.force_login(doer)
    office = f"/to-chuc/nhap-du-lieu/{batch.pk}"
    for address in (f"{office}/", f"{office}/danh-dau.xlsx"):
        assert client.get(address).status_code == 404, address
    for step in ("ap-dung", "chuyen-ma", "bo"):
        assert client.post(f"{office}/{step}/").status_code == 404, step
    file = SimpleUploadedFile("a.xlsx", written([TITLES.split("\t")]))
    sent = client.post("/to-chuc/nhap-du-lieu/", {"kind": "progress", "scope": "2026-03", "file": file})
    assert (sent.status_code, ImportBatch.objects.count()) == (404, 1)
    assert client.get(f"/bang/{batch.pk}/").status_code == 200


def test_500_rows_take_less_than_3_seconds(ward, at, capsys):
    tasks(ward, at, 500)
    lines = [f"V{i}\t30/03/2026\t9,5\t9\t9,5\t0" for i in range(500)]
    begun = time.monotonic()
    batch = paste(ward.employee, at, *lines)
    shown = time.monotonic() - begun
    apply_import(by=ward.employee, at=at, batch_id=batch.pk)
    with capsys.disabled():
        print(f"\n500 pasted rows: preview {shown:.2f} s, with applying {time.monotonic() - begun:.2f} s")
    assert shown < 3
    assert Task.objects.filter(completed=950).count() == 500


def test_the_page_without_javascript_from_paste_to_applied(ward, at, doer, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    client = Client()
    client.force_login(doer)
    page = client.get("/bang/progress/2026-03/").content.decode()
    assert re.search(r"<textarea[^>]*></textarea>", page)
    assert "Dán từ Excel" in page
    wrong = client.post("/bang/progress/2026-03/", {"block": "V0\t1"})
    assert (wrong.status_code, "tên các cột" in wrong.content.decode()) == (400, True)
    block = f"{TITLES}\nV0\t\t9,5\t9\t9\t0\nV1\t\t8\t8\t8\t0"
    answer = client.post("/bang/progress/2026-03/", {"block": block}, follow=True)
    address = answer.redirect_chain[-1][0]
    assert "trống → 9,5" in answer.content.decode()
    answer = client.post(f"{address}ap-dung/", {"skip": "x"})
    assert answer.status_code == 409
    answer = client.post(f"{address}ap-dung/", {"shown": ["2", "3"], "row": ["3"]}, follow=True)
    assert "bỏ qua" in answer.content.decode()
    assert [t.completed for t in Task.objects.order_by("code")] == [None, 800]
    exported = client.get("/bang/progress/2026-03/tep.xlsx")
    assert cells_of(exported.content)[2][:2] == ["V1", "Việc 1"]
    again = export_list(by=doer, at=at, kind="progress", scope="2026-03")
    batch = preview_import(by=doer, at=at, kind="progress", scope="2026-03", file_name="a.xlsx", content=again)
    assert figures(batch) == (0, 0, 2, 0, 0)
