"""The officer's sources, the inbox with its remedies, files looked at and applied; who gets in and who does not."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories.people import make_person
from tests.guards import outside_actions
from tests.integration.inflow.conftest import Place, make_source
from tests.integration.intake.files import TCVN3
from tests.integration.organisation.ward import xlsx
from thuocdo.accounts.models import User
from thuocdo.accounts.rules import token_hash
from thuocdo.audit import verify
from thuocdo.inflow.models import Source, SourceFile, SourceItem
from thuocdo.inflow.remedies import remedy_of
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

HEADER = ["Số văn bản", "Trích yếu", "Người xử lý", "Hạn xử lý", "Ngày hoàn thành", "Kết quả", "Ghi chú"]
COLUMNS = {"external_id": "Số văn bản", "title": "Trích yếu", "person": "Người xử lý", "due_date": "Hạn xử lý",
           "done_on": "Ngày hoàn thành", "evidence": "Kết quả"}  # fmt: skip


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, "thuocdo.accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def officer(place: Place) -> Client:
    return browser(place.ward.officer)


@pytest.fixture
def lists(place: Place) -> Source:
    made = make_source(place.ward, place.at, "file", "Tệp tháng", columns=COLUMNS, default_coefficient=100,
                       completion="report")  # fmt: skip
    source: Source = made.source
    return source


def upload(client: Client, source: Source, rows: list[list[Any]], name: str = "viec.xlsx", **extra: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, xlsx(HEADER, rows))
    return client.post(f"/viec-den/{source.pk}/tep/", {"file": file, **extra}, follow=True)


def test_the_token_is_shown_once_and_only_its_hash_is_kept(place: Place, officer: Client) -> None:
    typed = {"unit": place.ward.units["P1-UB"].pk, "kind": "rest", "name": "Văn bản điều hành", "month_rule": "due",
             "completion": "note", "token_days": "30"}  # fmt: skip
    page = officer.post("/to-chuc/nguon-viec/lap/", typed).content.decode()
    source = Source.objects.get(name="Văn bản điều hành")
    token = page.partition('value="td1_')[2].partition('"')[0]
    assert source.token_hash == token_hash(f"td1_{token}")
    shown = officer.get(f"/to-chuc/nguon-viec/{source.pk}/").content.decode()
    assert token not in shown
    assert source.token_hint in shown
    renewed = officer.post(f"/to-chuc/nguon-viec/{source.pk}/ma/", {"version": 1, "token_days": "9"})
    assert renewed.status_code == 200
    assert place.call("get", "/x", token=f"td1_{token}").status_code == 401
    again = officer.post(f"/to-chuc/nguon-viec/{source.pk}/ma/", {"version": 1, "token_days": "9"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": ""}, "name"), ({"kind": "x"}, "kind"), ({"token_days": "999"}, "token_days"),
     ({"default_coefficient": "0"}, "default_coefficient"), ({"silent_days": "-1"}, "silent_days"),
     ({"people": "an = "}, "people"), ({"people": "an = CC404"}, "people"), ({"people": "a=CC1\na=CC2"}, "people"),
     ({"products": "x"}, "products")],
)  # fmt: skip
def test_wrong_settings_are_told_beside_their_field(
    place: Place, officer: Client, changed: dict[str, str], field: str
) -> None:
    typed = {"unit": str(place.ward.units["P1"].pk), "kind": "rest", "name": "Nguồn giữ lại", "month_rule": "due",
             "completion": "note", "token_days": "30"} | changed  # fmt: skip
    answer = officer.post("/to-chuc/nguon-viec/lap/", typed)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.content.decode()
    assert Source.objects.count() == 1


def test_all_faults_of_a_new_source_are_told_at_once(place: Place, officer: Client) -> None:
    typed = {"unit": str(place.ward.units["P1"].pk), "kind": "caldav", "name": " ", "month_rule": "", "people": "an = ",
             "completion": "note", "silent_days": "-1", "url": "ftp://x", "username": ""}  # fmt: skip
    page = officer.post("/to-chuc/nguon-viec/lap/", typed).content.decode()
    for field in ("name", "month_rule", "people", "silent_days", "url", "username"):
        assert f'href="#{field}"' in page
    page = officer.post("/to-chuc/nguon-viec/lap/", {"unit": typed["unit"], "token_days": "999"}).content.decode()
    for field in ("kind", "name", "month_rule", "completion"):
        assert f'href="#{field}"' in page
    assert Source.objects.count() == 1


def test_a_code_of_nobody_is_refused_and_one_that_lost_its_person_is_named(place: Place, officer: Client) -> None:
    typed = {"version": "1", "name": "", "month_rule": "due", "completion": "note", "people": "an@p1 = CC404"}
    page = officer.post(f"/to-chuc/nguon-viec/{place.rest.pk}/", typed).content.decode()
    assert "bên dưới: an@p1 = CC404" in page
    assert 'href="#name"' in page
    place.put("1", person="an@p1")
    answer = {"item": place.item("1").pk, "person": "CC404", "remember": "1", "viec": "lam-ro"}
    assert officer.post(f"/viec-den/{place.rest.pk}/", answer).status_code == 400
    assert (place.item("1").choices, Source.objects.get().people) == ({}, {})
    Source.objects.update(people={"an@p1": "CC404", "binh@p1": "CC900"})
    for where in (f"/viec-den/{place.rest.pk}/", f"/to-chuc/nguon-viec/{place.rest.pk}/"):
        page = officer.get(where).content.decode()
        assert "1 dòng của bảng người" in page
        assert "an@p1 = CC404" in page
    kept = typed | {"name": "Tên mới", "people": "an@p1 = CC404\nbinh@p1 = CC900"}
    assert officer.post(f"/to-chuc/nguon-viec/{place.rest.pk}/", kept).status_code == 302, "what was there stays"


def test_what_was_not_understood_is_answered_and_remembered(place: Place, officer: Client) -> None:
    place.put("1", person="van.thu@p1")
    place.put("2", person="van.thu@p1")
    place.put("3", product="BC")
    page = officer.get(f"/viec-den/{place.rest.pk}/").content.decode()
    assert "Không có mã cán bộ “VAN.THU@P1”" in page
    assert re.search(r"hạn:&nbsp;\d\d/\d\d/\d{4}<", page)
    assert "3 mục chờ" in officer.get("/").content.decode()
    item = place.item("1")
    answer = officer.post(f"/viec-den/{place.rest.pk}/", {"item": item.pk, "person": "cc900", "remember": "1",
                                                           "viec": "lam-ro"}, follow=True)  # fmt: skip
    assert "2 mới, 1 chưa hiểu" in answer.content.decode()
    assert place.put("4", person="van.thu@p1").json()["result"] == "created"
    officer.post(f"/viec-den/{place.rest.pk}/", {"item": place.item("3").pk, "product": "SP-001", "viec": "lam-ro"})
    assert (place.task("3").product_id, Task.objects.count()) == (place.product.pk, 4)
    assert [p for p in verify.verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []


def test_each_remedy_is_shown_and_leads_to_a_task(place: Place, officer: Client) -> None:
    """Nothing that was not understood is left without its next step; following it, the item becomes a task."""
    late = make_person("CC950", "Lê Văn Muộn", place.ward.units["P1-VP"], start=date(2026, 4, 1))
    cases = {
        "unknown_person": ({"person": "van.thu@p1"}, {"person": "CC900"}),
        "person_not_in_month": ({"person": late.code}, {"person": "CC900"}),
        "unknown_product": ({"product": "BC"}, {"product": "-", "coefficient": "1,5"}),
        "no_coefficient": ({"product": ""}, {"coefficient": "1,5"}),
        "month_far": ({"month": "2024-01"}, {"month": "03/2026"}),
        "title_long": ({"title": "Rất dài " * 30}, {"title": "Tên ngắn"}),
    }
    where = f"/viec-den/{place.rest.pk}/"
    for code, (sent, answer) in cases.items():
        assert place.put(code, **sent).json()["code"] == code
        assert remedy_of(code) in html.unescape(officer.get(where).content.decode())
        officer.post(where, {"item": place.item(code).pk, "viec": "lam-ro", **answer})
        assert place.item(code).state == "applied", code
    with outside_actions():
        Source.objects.filter(pk=place.rest.pk).update(month_rule="ask")
    assert place.put("no_month").json()["code"] == "no_month"
    officer.post(where, {"item": place.item("no_month").pk, "viec": "lam-ro", "month": "03/2026"})
    assert place.task("no_month").month == date(2026, 3, 1)


def test_bad_answers_keep_what_was_typed(place: Place, officer: Client) -> None:
    place.put("1", person="LA")
    where, item = f"/viec-den/{place.rest.pk}/", place.item("1").pk
    nothing = officer.post(where, {"item": item, "viec": "lam-ro"})
    month = officer.post(where, {"item": item, "viec": "lam-ro", "month": "13/2026", "title": "Giữ lại"})
    none = officer.post(where, {"viec": "bo-qua"})
    assert [a.status_code for a in (nothing, month, none)] == [400, 400, 400]
    assert 'value="Giữ lại"' in month.content.decode()
    assert officer.post(where, {"item": "x", "viec": "bo-qua"}).status_code == 404
    officer.post(where, {"item": item, "viec": "bo-qua"})
    assert place.item("1").state == "ignored"
    assert place.put("1", title="Lại gửi", updated_at="2026-03-05T09:00:00+07:00").json()["result"] == "ignored"


def _conflict(place: Place) -> SourceItem:
    place.put(result={"completed": "1", "quality_met": "1", "on_time": "1"})
    row = place.task()
    report = Report(completed=300, quality_met=300, on_time=300)
    work.report_task(by=place.ward.employee, at=place.at, task_id=row.pk, version=row.version, report=report)
    result = {"completed": "2", "quality_met": "2", "on_time": "2"}
    assert place.put(result=result, updated_at="2026-03-05T09:00:00+07:00").json()["result"] == "conflict"
    return place.item()


@pytest.mark.parametrize(("act", "completed"), [("giu-o-day", 300), ("theo-nguon", 200)])
def test_a_conflict_is_settled_by_a_person(place: Place, officer: Client, act: str, completed: int) -> None:
    item = _conflict(place)
    where = f"/viec-den/{place.rest.pk}/?trang-thai=conflict"
    page = officer.get(where).content.decode()
    assert "ở đây 3, ở nguồn 2" in page
    stale = officer.post(where, {"item": item.pk, f"version-{item.pk}": item.version - 1, "viec": act})
    assert (stale.status_code, place.task().completed) == (409, 300)
    officer.post(where, {"item": item.pk, f"version-{item.pk}": item.version, "viec": act})
    assert (place.item().state, place.task().completed) == ("applied", completed)
    result = {"completed": "2", "quality_met": "2", "on_time": "2"}
    assert place.put(result=result, updated_at="2026-03-05T10:00:00+07:00").json()["result"] == "unchanged"


@pytest.mark.parametrize(("act", "state", "task"), [("giu-o-day", "applied", "active"),
                                                    ("theo-nguon", "withdrawn", "withdrawn")])  # fmt: skip
def test_a_withdrawal_of_reported_work_is_settled(
    place: Place, officer: Client, act: str, state: str, task: str
) -> None:
    _conflict(place)
    assert place.call("delete", "/12/UBND").json()["code"] == "withdrawn_there"
    item = place.item()
    where = f"/viec-den/{place.rest.pk}/?trang-thai=conflict"
    officer.post(where, {"item": item.pk, f"version-{item.pk}": item.version, "viec": act})
    assert (place.item().state, place.task().state) == (state, task)


def test_what_was_handed_back_here_is_kept_whatever_the_source_says(place: Place, officer: Client) -> None:
    place.put()
    task, doer = place.task(), place.ward.employee
    work.hand_back_task(by=doer, at=place.at, task_id=task.pk, version=task.version, reason="Thiếu số liệu")
    assert place.put(quantity="1", updated_at="2026-03-05T09:00:00+07:00").json()["code"] == "handed_back"
    assert place.call("delete", "/12/UBND").json()["code"] == "handed_back"
    where = f"/viec-den/{place.rest.pk}/?trang-thai=conflict"
    for act, state in (("theo-nguon", "conflict"), ("giu-o-day", "applied")):
        item = place.item()
        answer = officer.post(where, {"item": item.pk, f"version-{item.pk}": item.version, "viec": act}, follow=True)
        assert (place.item().state, place.task().state, place.task().assigned) == (state, "active", 400)
        assert ("Điều 18 khoản 1" in answer.content.decode()) == (act == "theo-nguon")


def test_what_was_handed_back_outside_the_total_is_corrected_by_the_source(place: Place) -> None:
    place.put(outside_plan=True)
    task, doer = place.task(), place.ward.employee
    work.hand_back_task(by=doer, at=place.at, task_id=task.pk, version=task.version, reason="Thiếu số liệu")
    later = {"outside_plan": True, "quantity": "1", "updated_at": "2026-03-05T09:00:00+07:00"}
    assert place.put(**later).json()["result"] == "updated"
    assert (place.task().assigned, place.task().handed_back) == (100, True)


def test_a_product_in_shares_is_not_taken_back_over_their_heads(place: Place, officer: Client) -> None:
    place.put()
    with outside_actions():
        Task.objects.filter(pk=place.task().pk).update(state=Task.State.SPLIT)
    assert place.call("delete", "/12/UBND").json()["code"] == "task_state"
    where = f"/viec-den/{place.rest.pk}/?trang-thai=conflict"

    def settle() -> tuple[str, str]:
        item = place.item()
        officer.post(where, {"item": item.pk, f"version-{item.pk}": item.version, "viec": "theo-nguon"})
        return place.item().state, place.task().state

    assert settle() == ("conflict", "split")
    with outside_actions():
        Task.objects.filter(pk=place.task().pk).update(state=Task.State.WITHDRAWN)
    assert settle() == ("withdrawn", "withdrawn")


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize("first", [..., {"completed": "0", "quality_met": "0", "on_time": "0"}])
def test_a_source_writes_no_result_on_what_was_handed_back(
    place: Place, officer: Client, outside: bool, first: object
) -> None:
    """Also where the source had said 0 itself, so that nothing was changed here."""
    place.put(outside_plan=outside, result=first)
    task, doer = place.task(), place.ward.employee
    work.hand_back_task(by=doer, at=place.at, task_id=task.pk, version=task.version, reason="Thiếu số liệu")
    done = {"completed": "4", "quality_met": "4", "on_time": "4"}
    answer = place.put(outside_plan=outside, result=done, updated_at="2026-03-05T09:00:00+07:00")
    assert answer.json()["result"] == "conflict"
    where = f"/viec-den/{place.rest.pk}/?trang-thai=conflict"

    def settle(act: str) -> str:
        item = place.item()
        officer.post(where, {"item": item.pk, f"version-{item.pk}": item.version, "viec": act})
        task.refresh_from_db()
        return place.item().state

    assert (settle("theo-nguon"), task.handed_back, task.completed) == ("conflict", True, 0)
    assert "Người làm đã báo không thực hiện được việc này" in officer.get(where).content.decode()
    report = Report(completed=100, quality_met=100, on_time=100)
    work.report_task(by=doer, at=place.at, task_id=task.pk, version=task.version, report=report)
    assert (settle("theo-nguon"), task.handed_back, task.completed) == ("applied", False, 400)


def test_a_file_is_looked_at_applied_and_applied_again(place: Place, officer: Client, lists: Source) -> None:
    rows = [
        ["12/UBND", "Trả lời kiến nghị", "CC900", "25/03/2026", "", "", "bỏ"],
        ["13/UBND", "Báo cáo quý", "CC900", "29/03/2026", "24/03/2026", "5/BC", ""],
        ["14/UBND", "Việc lạ", "LA", "25/03/2026", "", "", ""],
        ["15/UBND", "Hạn sai", "CC900", "25/13/2026", "", "", ""],
    ]
    page = upload(officer, lists, rows)
    text = page.content.decode()
    assert "thu hồi nhiều" not in text
    assert "Dòng 1 của tệp có các cột: “" in officer.get(f"/viec-den/{lists.pk}/").content.decode()
    assert not Task.objects.exists()
    for words in ("mới (2)", "chưa hiểu (1)", "bị từ chối (1)", "15/UBND", "29/03/2026 là ngày nghỉ cuối tuần"):
        assert words in text
    file = SourceFile.objects.get()
    officer.post(f"/viec-den/tep/{file.pk}/", {"viec": "ap-dung"})
    done = SourceItem.objects.select_related("task").get(external_id="13/UBND").task
    assert done is not None
    assert (done.completed, done.on_time, Task.objects.count()) == (100, 100, 2)
    again = upload(officer, lists, [[*rows[0][:1], "Đổi tên", *rows[0][2:]], rows[1]], whole="1")
    for words in ("thay đổi (1)", "không đổi (1)", "thu hồi (1)"):
        assert words in again.content.decode()
    second = SourceFile.objects.latest("pk")
    for _ in range(2):
        officer.post(f"/viec-den/tep/{second.pk}/", {"viec": "ap-dung"})
    assert set(Task.objects.values_list("title", flat=True)) == {"Đổi tên", "Báo cáo quý"}
    assert [p for p in verify.verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []


def test_files_that_cannot_be_read(place: Place, officer: Client, lists: Source) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    where = f"/viec-den/{lists.pk}/tep/"
    for name, content in (("a.csv", b""), ("b.csv", "Số;Tên\n1;ắ".encode("cp1258", "replace")), ("c.csv", b"x\x00,y"),
                          ("d.csv", b"A,B\n1,2"), ("e.xlsx", b"PK\x03\x04hong")):  # fmt: skip
        answer = officer.post(where, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 400, name
    assert officer.post(where, {}).status_code == 400
    csv = "Số văn bản;Trích yếu;Người xử lý;Hạn xử lý\n9/X;Việc;CC900;25/03/2026\n".encode("utf-8-sig")
    good = officer.post(where, {"file": SimpleUploadedFile("f.csv", csv)}, follow=True)
    assert "mới (1)" in good.content.decode()
    officer.post(f"/viec-den/tep/{SourceFile.objects.get().pk}/", {"viec": "bo"})
    assert (SourceFile.objects.get().state, Task.objects.count()) == ("dropped", 0)
    utf16 = SimpleUploadedFile("g.csv", csv.decode("utf-8-sig").encode("utf-16"))
    wide = officer.post(where, {"file": utf16}, follow=True)
    assert "mới (1)" in wide.content.decode()
    rows = "Số văn bản;Trích yếu;Người xử lý;Hạn xử lý\n" + "9/X;Báo cáo tổng kết công tác cải cách;CC900;1/3/2026\n"
    old = officer.post(where, {"file": SimpleUploadedFile("h.csv", rows.translate(TCVN3).encode("latin-1", "replace"))})
    assert old.status_code == 400
    assert "bảng mã cũ" in old.content.decode()


def test_others_find_nothing(place: Place, lists: Source, officer: Client) -> None:
    upload(officer, lists, [["1", "Việc", "CC900", "25/03/2026", "", "", ""]])
    file = SourceFile.objects.get()
    stranger, employee = browser(place.ward.stranger), browser(place.ward.employee)
    for path in (f"/to-chuc/nguon-viec/{lists.pk}/", f"/viec-den/{lists.pk}/", f"/viec-den/tep/{file.pk}/"):
        assert stranger.get(path).status_code == 404, path
        assert stranger.post(path, {"viec": "bo", "item": "1"}).status_code in (400, 404), path
        assert employee.get(path).status_code == 403, path
    for act in ("ma", "mat-khau", "ngung", "nhan-lai", "lay-ve"):
        assert stranger.post(f"/to-chuc/nguon-viec/{lists.pk}/{act}/", {"version": 1}).status_code == 404, act
    assert (Source.objects.get(pk=lists.pk).state, SourceFile.objects.get().state) == ("active", "ready")


def test_a_stopped_source_takes_nothing_and_a_silent_one_is_told(place: Place, officer: Client) -> None:
    quiet = make_source(place.ward, place.at.replace(month=1), name="Nguồn lặng", silent_days=7).source
    assert "im lặng quá 7 ngày" in officer.get("/to-chuc/nguon-viec/").content.decode()
    officer.post(f"/to-chuc/nguon-viec/{quiet.pk}/ngung/", {"version": 1})
    assert "im lặng quá" not in officer.get("/to-chuc/nguon-viec/").content.decode()
    officer.post(f"/to-chuc/nguon-viec/{quiet.pk}/nhan-lai/", {"version": 2})
    assert Source.objects.get(pk=quiet.pk).state == "active"
