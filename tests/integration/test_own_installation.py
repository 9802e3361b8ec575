"""From an empty database to the first opened month of an organisation, in the order of docs/install.md."""

import io
import re
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate

from thuocdo.appraisals.models import Sheet
from thuocdo.cli.main import run
from thuocdo.cycles.models import Cycle, Member
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import spec_of
from thuocdo.organisation.models import Person, Unit
from thuocdo.rulesets.models import Binding

pytestmark = pytest.mark.django_db
PASSWORD = "trang sáng trên sông Hồng"
OFFICER = ["officer", "--code", "TC001", "--name", "Lê Thị Tổ", "--unit", "PHUONG", "--unit-name",
           "Phường Một", "--address", "http://testserver"]


def units(year: int) -> list[list[str]]:
    since = "01/07/2025"
    return [
        ["P-VP", "Văn phòng", "cơ quan sử dụng", "P-UB", "P-UB", "3", since, ""],
        ["P-UB", "Ủy ban nhân dân phường", "cơ quan sử dụng", "PHUONG", "TP-UB", "2", since, ""],
        ["TP-UB", "Ủy ban nhân dân thành phố", "cơ quan sử dụng", "PHUONG", "", "1", since, ""],
        ["PHUONG", "Phường Một", "địa bàn", "", "", "0", f"01/01/{year}", ""],
    ]


def person(code: str, name: str, unit: str, leadership: str = "", kind: str = "công chức",
           roles: str = "") -> list[str]:
    return [code, name, unit, kind, "Chuyên viên", leadership, "", "01/07/2025", "", code.lower(), roles, ""]


PEOPLE = [
    person("TP001", "Trần Quang Vinh", "TP-UB", "người đứng đầu"),
    person("UB001", "Nguyễn Hữu Thắng", "P-UB", "người đứng đầu"),
    person("VP001", "Ngô Đình Long", "P-VP", "người đứng đầu"),
    person("VP002", "Bùi Thị Mai", "P-VP", roles="người giao việc"),
    person("VP003", "Mai Văn Tư", "P-VP", kind="hợp đồng"),
    person("VP004", "Phan Thị Út", "P-VP", kind="viên chức"),
    person("TC001", "Lê Thị Tổ", "P-VP"),
]


def tasks(today: date) -> list[list[str]]:
    month, due = f"{today:%m/%Y}", f"28/{today:%m/%Y}"
    return [[f"CV-{code}", code, month, "", "Báo cáo tháng", "2", "4", due, ""]
            for code in ("UB001", "VP001", "VP002", "VP003", "TC001")]


def imported(client: Client, kind: str, rows: list[list[str]]) -> ImportBatch:
    """Upload, look at the preview, apply: as on the page."""
    page = client.get("/to-chuc/nhap-du-lieu/")
    assert f'value="{kind}"' in page.content.decode()
    spec = spec_of(kind)
    assert spec is not None
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        titles = [column.title for column in spec.columns]
        for line, cells in enumerate([titles, *(row + [""] * (len(titles) - len(row)) for row in rows)]):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell)
    file = SimpleUploadedFile(f"{kind}.xlsx", out.getvalue())
    shown = client.post("/to-chuc/nhap-du-lieu/", {"kind": kind, "scope": "PHUONG", "file": file})
    assert shown.status_code == 302
    batch = ImportBatch.objects.latest("pk")
    assert batch.state == ImportBatch.State.READY, batch.problems
    client.post(f"{shown.headers['Location']}ap-dung/")
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.APPLIED
    return batch


def signed_in(link: str, username: str) -> Client:
    """Whoever got the link sets a password, then signs in."""
    client, path = Client(), link.removeprefix("http://testserver")
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    signed = client.post("/dang-nhap/", {"username": username, "password": PASSWORD})
    assert signed.status_code == 302
    return client


def test_from_empty_to_the_first_opened_month(capsys: Any) -> None:
    today = localdate()
    assert run(OFFICER) == 0
    officer = signed_in(capsys.readouterr().out.strip().splitlines()[-1], "tc001")

    home = officer.get("/").content.decode()
    assert home.count("chưa có</span>") == 4
    assert re.search(r'loai=units">Nhập danh sách đơn vị</a></span><span class="tag tag-info">làm tiếp', home)
    imported(officer, "units", units(today.year))
    assert Unit.objects.get(code="PHUONG").kind == Unit.Kind.PLACE
    imported(officer, "people", PEOPLE)

    contract = {"unit": Unit.objects.get(code="P-VP").pk, "subject_kind": "contract_worker",
                "rulebook": "state/nd-335-2025", "start": "01/01/2026", "decided_by": "Chánh Văn phòng",
                "reason": "Quyết định số 12/QĐ-VP."}
    assert officer.post("/to-chuc/quy-dinh-ap-dung/", contract).status_code == 302
    assert Binding.objects.get().rulebook == "state/nd-335-2025"

    imported(officer, "tasks", tasks(today))
    home = officer.get("/").content.decode()
    assert 'gửi liên kết để mọi người tự đặt mật khẩu</a></span><span class="tag tag-info">làm tiếp' in home
    mai = Person.objects.get(code="VP002")
    page = officer.post("/to-chuc/tai-khoan/lien-ket/", {"person": mai.pk}).content.decode()
    home = officer.get("/").content.decode()
    assert home.count("đã có</span>") == 4
    assert 'Mở kỳ đánh giá đầu tiên</a></span><span class="tag tag-info">làm tiếp' in home

    asked = dict(officer.get("/to-chuc/ky/mo/").context["typed"])
    asked["root"] = str(Unit.objects.get(code="PHUONG").pk)
    review = officer.get("/to-chuc/ky/mo/ra-soat/", asked).content.decode()
    assert "Bùi Thị Mai" in review
    opened = officer.post("/to-chuc/ky/mo/ra-soat/", asked)
    assert opened.status_code == 302
    assert "Phan Thị Út" in officer.get(opened.headers["Location"]).content.decode()

    assert "Bắt đầu dùng cho đơn vị" not in officer.get("/").content.decode()
    cycle = Cycle.objects.get()
    standing = dict(cycle.members.values_list("person__code", "standing"))
    assert {code for code, s in standing.items() if s == Member.Standing.IN} == {
        "UB001", "VP001", "VP002", "VP003", "TC001"}
    assert standing["VP004"] == Member.Standing.NO_RULE
    assert standing["TP001"] == Member.Standing.NO_EVALUATOR
    evaluators = dict(cycle.sheets.values_list("person__code", "evaluator__code"))
    assert evaluators == {"UB001": "TP001", "VP001": "UB001", "VP002": "VP001", "VP003": "VP001",
                          "TC001": "VP001"}

    link = re.search(r"http://testserver/kich-hoat/[^<\"\s]+", page)
    assert link is not None
    employee = signed_in(link[0], "vp002")
    sheet = Sheet.objects.get(person=mai)
    assert "Báo cáo tháng" in employee.get(f"/phieu/{sheet.pk}/").content.decode()
    assert employee.get("/to-chuc/nhap-du-lieu/").status_code in (403, 404)

    capsys.readouterr()
    assert run(["verify"]) == 0, capsys.readouterr().out
    assert run([*OFFICER[:2], "TC009", *OFFICER[3:]]) == 3
    assert run([*OFFICER[:4], "Lê Thị Khác", *OFFICER[5:]]) == 3
    assert "“Lê Thị Tổ”" in capsys.readouterr().err


def test_units_come_before_the_people_who_serve_in_them(capsys: Any) -> None:
    assert run(OFFICER) == 0
    officer = signed_in(capsys.readouterr().out.strip().splitlines()[-1], "tc001")
    with pytest.raises(AssertionError, match="Không có đơn vị mã"):
        imported(officer, "people", PEOPLE)
