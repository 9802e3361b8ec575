"""The officer's pages over HTTP: allowed for the officer, refused for others, bounded queries, plain
forms.
"""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from tests.integration.organisation.ward import HEADER, person_row, xlsx
from thuocdo.accounts.models import SignInLink
from thuocdo.intake.models import ImportBatch
from thuocdo.organisation import actions
from thuocdo.organisation.models import Person, Role
from thuocdo.rulesets.models import Binding

pytestmark = pytest.mark.django_db
PAGES = ["/to-chuc/nguoi/", "/to-chuc/nhap-du-lieu/", "/to-chuc/tai-khoan/", "/to-chuc/quy-dinh-ap-dung/"]
UPLOAD = "/to-chuc/nhap-du-lieu/"


def upload(client, content: bytes, name="nguoi.xlsx", kind="people", scope="P1"):
    return client.post(
        UPLOAD, {"kind": kind, "scope": scope, "file": SimpleUploadedFile(name, content)}, follow=True
    )


@pytest.mark.parametrize("path", PAGES)
def test_officer_sees_the_page_and_an_employee_is_refused(client, ward, path):
    assert client.get(path).status_code == 302
    client.force_login(ward.employee)
    assert client.get(path).status_code == 403
    client.force_login(ward.officer)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_no_page_uses_more_than_15_queries_whatever_the_rows(
    client, ward, at, path, django_assert_max_num_queries
):
    content = xlsx(HEADER, [person_row(f"A{i:03}", username=f"nguoi.{i:03}") for i in range(120)])
    client.force_login(ward.officer)
    upload(client, content)
    client.post(f"{UPLOAD}{ImportBatch.objects.get().pk}/ap-dung/")
    assert Person.objects.count() > 120
    with django_assert_max_num_queries(15):
        response = client.get(path)
    assert response.status_code == 200


def test_upload_preview_apply_and_second_click(client, ward):
    client.force_login(ward.officer)
    page = upload(client, xlsx(HEADER, [person_row("CC001", "Nguyễn Văn Ân")]))
    assert "Áp dụng các dòng được chọn" in page.content.decode()
    assert "Nguyễn Văn Ân" in page.content.decode()
    batch = ImportBatch.objects.get()
    for _ in range(2):
        page = client.post(f"{UPLOAD}{batch.pk}/ap-dung/", follow=True)
        assert page.status_code == 200
    assert Person.objects.filter(code="CC001").count() == 1
    assert "Nguyễn Văn Ân" in client.get("/to-chuc/nguoi/?tim=van an").content.decode()


def test_problems_page_lists_every_row_and_offers_the_marked_file(client, ward):
    client.force_login(ward.officer)
    page = upload(
        client, xlsx(HEADER, [person_row("=1+1", start="31/02/2026"), person_row("CC002", unit="X")])
    )
    text = page.content.decode()
    for words in ("Dòng 2", "Dòng 3", "không có ngày 31/02/2026", "Tải lên và xem trước lại", "Chưa có gì được ghi"):
        assert words in text
    assert "Áp dụng các dòng" not in text
    marked = client.get(f"{UPLOAD}{ImportBatch.objects.get().pk}/danh-dau.xlsx")
    assert marked["Content-Disposition"].startswith("attachment")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(marked.content)).get_sheet_by_index(0).to_python()
    assert rows[0][-1] == "Vấn đề và cách sửa"
    assert rows[1][0] == "=1+1"
    assert "31/02/2026" in rows[1][-1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "rỗng"),
        (b"Ma,Ten\r\n1,A\r\n", "CSV"),
        (b"<html><table></table>", "trang web"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, ".xls"),
        (b"PK\x03\x04nonsense", "hỏng"),
        (b"\x7fELF" + b"\x00" * 99, "không"),
    ],
)
def test_a_file_that_is_not_xlsx_is_told_what_it_is(client, ward, content, words):
    client.force_login(ward.officer)
    page = upload(client, content)
    assert words in page.content.decode()
    assert "hãy" in page.content.decode().lower()


def test_a_stranger_cannot_reach_another_wards_batch_people_or_scope(client, ward):
    client.force_login(ward.officer)
    upload(client, xlsx(HEADER, [person_row("CC001")]))
    batch = ImportBatch.objects.get()
    client.force_login(ward.stranger)
    assert client.get(f"{UPLOAD}{batch.pk}/").status_code == 404
    assert client.get(f"{UPLOAD}{batch.pk}/danh-dau.xlsx").status_code == 404
    assert client.post(f"{UPLOAD}{batch.pk}/ap-dung/").status_code == 404
    assert upload(client, xlsx(HEADER, [person_row("CC001")])).status_code == 404
    assert client.get(f"/to-chuc/nguoi/{ward.employee_person.pk}/").status_code == 404
    assert client.post("/to-chuc/tai-khoan/lien-ket/", {"person": ward.employee_person.pk}).status_code == 404
    assert client.post(f"/to-chuc/tai-khoan/{ward.employee_person.pk}/dung/").status_code == 404
    assert "Nguyễn Văn Sẵn" not in client.get("/to-chuc/nguoi/").content.decode()
    assert not SignInLink.objects.exists()


def test_links_are_shown_once_and_work_once(client, ward):
    client.force_login(ward.officer)
    page = client.post("/to-chuc/tai-khoan/lien-ket/", {"person": ward.employee_person.pk, "dang": "in"})
    (address,) = re.findall(r"http://testserver(/kich-hoat/[\w-]+/)", page.content.decode())
    assert address.split("/")[2] not in str(list(SignInLink.objects.values()))
    client.logout()
    password = "mot mat khau rat dai 2026"
    assert client.post(address, {"password": password, "again": password}).status_code == 302
    assert client.get(address).status_code == 404
    signed_in = client.post("/dang-nhap/", {"username": "nv.san", "password": password})
    assert signed_in.status_code == 302


def test_links_in_bulk_as_a_file_and_nobody_chosen_is_told(client, ward, at):
    client.force_login(ward.officer)
    people = Person.objects.filter(code__in=["CC900", "TC001"])
    file = client.post("/to-chuc/tai-khoan/lien-ket/", {"person": [p.pk for p in people], "dang": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert {r[0] for r in rows[1:]} == {"CC900", "TC001"}
    assert client.post("/to-chuc/tai-khoan/lien-ket/", {}).status_code == 400


def test_account_is_opened_stopped_and_restarted(client, ward, at):
    person = actions.create_person(
        by=None, at=at, unit_id=ward.units["P1-VP"].pk, code="CC002", full_name="Lê Tư"
    )
    actions.employ(
        by=None,
        at=at,
        person_id=person.pk,
        unit_id=ward.units["P1-VP"].pk,
        kind="contract_worker",
        position="Lái xe",
        start=at.date(),
    )
    client.force_login(ward.officer)
    taken = client.post(f"/to-chuc/tai-khoan/{person.pk}/lap/", {"username": "NV.San"})
    assert taken.status_code == 400
    assert "đã có người dùng" in taken.content.decode()
    client.post(f"/to-chuc/tai-khoan/{person.pk}/lap/", {"username": "le.tu"})
    person.refresh_from_db()
    for path, active in (("dung", False), ("dung-lai", True)):
        client.post(f"/to-chuc/tai-khoan/{person.pk}/{path}/")
        person.user.refresh_from_db()
        assert person.user.is_active is active


def test_a_stopped_account_is_out_at_the_next_request(client, ward):
    client.force_login(ward.employee)
    assert client.get("/").status_code == 200
    officer = type(client)()
    officer.force_login(ward.officer)
    officer.post(f"/to-chuc/tai-khoan/{ward.employee_person.pk}/dung/")
    assert client.get("/").status_code == 302


def test_role_is_given_and_ended_on_the_persons_page(client, ward):
    client.force_login(ward.officer)
    page = f"/to-chuc/nguoi/{ward.employee_person.pk}/"
    form = {"viec": "vai-tro", "kind": "task_giver", "unit": ward.units["P1-VP"].pk, "start": "32/01/2026"}
    wrong = client.post(page, form)
    assert wrong.status_code == 400
    assert 'href="#start"' in wrong.content.decode()
    untouched = client.post(page, {"viec": "vai-tro", "kind": "", "unit": "", "start": ""})
    assert [problem.field for problem in untouched.context["problems"]] == ["kind", "unit", "start"]
    assert '<option value="">Chọn vai trò</option>' in untouched.content.decode(), "nothing is chosen before"
    client.post(page, {**form, "start": "01/01/2026"})
    role = Role.objects.get(person=ward.employee_person)
    client.post(page, {"viec": "het-vai-tro", "role": role.pk, f"last_role_{role.pk}": "31/12/2026"})
    role.refresh_from_db()
    assert f"{role.end:%d/%m/%Y}" == "01/01/2027"
    assert "đến hết 31/12/2026" in client.get(page).content.decode()
    elsewhere = client.post(page, {**form, "unit": ward.units["P2-UB"].pk, "start": "01/01/2026"})
    assert elsewhere.status_code == 404


def test_rule_is_recorded_and_the_missing_ones_are_named(client, ward):
    client.force_login(ward.officer)
    page = client.get("/to-chuc/quy-dinh-ap-dung/").content.decode()
    assert "viên chức" in page
    assert "chưa có hoặc chưa chọn" in page
    form = {
        "unit": ward.units["P1"].pk,
        "subject_kind": "public_employee",
        "rulebook": "",
        "start": "01/01/2026",
        "decided_by": "UBND phường Một",
        "reason": "Chờ nghị định về đánh giá viên chức.",
    }
    for field, said in (("reason", "Căn cứ, lý do"), ("subject_kind", "Chưa chọn đối tượng")):
        refused = client.post("/to-chuc/quy-dinh-ap-dung/", {**form, field: ""})
        assert (refused.status_code, said in refused.content.decode()) == (400, True)
    assert '<option value="">Chọn đối tượng</option>' in page
    assert client.post("/to-chuc/quy-dinh-ap-dung/", form).status_code == 302
    assert Binding.objects.get().reason == form["reason"]
    assert "Chờ nghị định về đánh giá viên chức." in client.get("/to-chuc/quy-dinh-ap-dung/").content.decode()


def test_template_and_unknown_kind(client, ward):
    client.force_login(ward.officer)
    file = client.get("/to-chuc/nhap-du-lieu/mau/people.xlsx")
    assert 'filename="mau-danh-sach-nguoi-va-vi-tri-cong-tac.xlsx"' in file["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    assert book.get_sheet_by_index(0).to_python()[0][:3] == ["Mã cán bộ", "Họ và tên", "Mã đơn vị"]
    assert client.get("/to-chuc/nhap-du-lieu/mau/khong-co.xlsx").status_code == 404
    assert client.get("/to-chuc/nhap-du-lieu/vi-du/..%2Fplan.py").status_code == 404
