"""The draft as XLSX and back, and the pages from inventory to approval as people press them."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from tests.integration.catalogues.conftest import own_problems, prepare, submitted
from tests.integration.organisation.ward import xlsx
from thuocdo.catalogues import actions, queries_drafts
from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.imports import COLUMNS, draft_file
from thuocdo.catalogues.models import Catalogue
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.intake.documents import stored_counts, stored_effects, stored_problems
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import NotYours
from thuocdo.work.models import Product

pytestmark = pytest.mark.django_db
HEADER = [column.title for column in COLUMNS]
LINES = (
    Wording("007", "Văn bản đơn giản", 1, standard=True, points=500),
    Wording("SP-01", '=HYPERLINK("http://x","Báo cáo")', 2, points=1200),
    Wording("SP-02", "Kế hoạch", 3, points=2000),
)


def upload(cast: Cast, at: datetime, content: bytes) -> ImportBatch:
    return preview_import(
        by=cast.organisation_officer.user, at=at, kind="catalogue", scope="KT", file_name="danh-muc.xlsx",
        content=content,
    )  # fmt: skip


def exported(cast: Cast, at: datetime, row: Catalogue) -> bytes:
    return draft_file(queries_drafts.draft_view(cast.organisation_officer.user, row.pk, at).lines)


def test_a_round_trip_without_edits_changes_nothing(cast: Cast, at: datetime) -> None:
    content = exported(cast, at, prepare(cast, at, *LINES))
    cells = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells] == ["Mã sản phẩm", "007", "SP-01", "SP-02"]
    assert cells[2][1] == '=HYPERLINK("http://x","Báo cáo")'
    assert all(isinstance(cell, str) for row in cells for cell in row)
    counts = stored_counts(upload(cast, at, content))
    assert (counts["rows"], counts["unchanged"], counts["created"], counts["changed"], counts["ended"]) == (
        3,
        3,
        0,
        0,
        0,
    )


def test_formulas_go_out_as_text_abuse_24(cast: Cast, at: datetime) -> None:
    """Abuse 24: a name that begins with = is never a formula in a file that goes out."""
    import zipfile

    content = exported(cast, at, prepare(cast, at, *LINES))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not any("<f>" in sheet for sheet in sheets)


def test_rows_are_new_changed_ended_or_unchanged_and_applied_to_the_draft(cast: Cast, at: datetime) -> None:
    row = prepare(cast, at, *LINES)
    rows = [
        ["007", "Văn bản đơn giản", "1", "không", "5", "", ""],
        ["SP-02", "Kế hoạch năm", "3", "có", "10", "", ""],
        ["SP-03", "Đề án", "5", "không", "50", "", ""],
    ]
    batch = upload(cast, at, xlsx(HEADER[:7], rows))
    assert stored_problems(batch) == []
    assert [(e.row, e.outcome) for e in stored_effects(batch)] == [
        (2, "changed"), (3, "changed"), (4, "created"), (0, "ended"),
    ]  # fmt: skip
    assert "tên: Kế hoạch → Kế hoạch năm" in stored_effects(batch)[1].text
    apply_import(by=cast.organisation_officer.user, at=at, batch_id=batch.pk)
    assert list(row.lines.order_by("code").values_list("code", "standard", "points")) == [
        ("007", False, 500), ("SP-02", True, 1000), ("SP-03", False, 5000),
    ]  # fmt: skip
    assert Catalogue.objects.get(pk=row.pk).version == row.version + 1
    assert own_problems() == []


def test_a_file_of_a_filtered_page_takes_nothing_out_of_the_draft(cast: Cast, at: datetime) -> None:
    row = prepare(cast, at, *LINES)
    rows = [["SP-02", "Kế hoạch năm", "3", "không", "20", "", ""]]
    batch = upload(cast, at, xlsx([*HEADER[:7], "Lọc: Tên, mã có: kế hoạch"], [[*one, ""] for one in rows]))
    assert [(e.row, e.outcome) for e in stored_effects(batch)] == [(2, "changed")]
    apply_import(by=cast.organisation_officer.user, at=at, batch_id=batch.pk)
    assert list(row.lines.order_by("code").values_list("code", flat=True)) == ["007", "SP-01", "SP-02"]
    rows[0][3] = "có"
    batch = upload(cast, at, xlsx([*HEADER[:7], "Lọc: Tên, mã có: kế hoạch"], [[*one, ""] for one in rows]))
    [second] = stored_problems(batch)
    assert (second.row, second.column, "Văn bản đơn giản (007)" in second.message) == (2, "Sản phẩm chuẩn", True)


def test_two_standards_two_codes_or_no_draft_are_said_by_row(cast: Cast, at: datetime) -> None:
    rows = [["A", "Một", "1", "có"], ["A", "Hai", "1", "không"], ["B", "Ba", "1", "có"]]
    content = xlsx(HEADER[:4], rows)
    assert "chưa có dự thảo" in stored_problems(upload(cast, at, content))[0].message
    prepare(cast, at, *LINES)
    assert [(p.row, p.column) for p in stored_problems(upload(cast, at, content))] == [
        (3, "Mã sản phẩm"), (4, "Sản phẩm chuẩn"),
    ]  # fmt: skip
    with pytest.raises(NotYours):
        preview_import(by=cast.stranger.user, at=at, kind="catalogue", scope="KT", file_name="a.xlsx", content=content)


@pytest.fixture
def pages(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    found = {}
    for name in ("organisation_officer", "head", "colleague", "stranger"):
        found[name] = Client()
        found[name].force_login(getattr(cast, name).user)
    return found


def test_from_a_typed_line_to_an_approved_catalogue_on_pages(cast: Cast, pages: dict[str, Client]) -> None:
    officer, head = pages["organisation_officer"], pages["head"]
    begun = officer.post("/danh-muc/du-thao/", {"agency": cast.economy.pk})
    address = begun["Location"]
    way = {
        "viec": "cach",
        "version": "1",
        "method": "ratio",
        "ratio_accepted": "on",
        "rounding": "none",
        "group_1": "Đơn giản",
    }
    assert officer.post(address, way).status_code == 302
    line = {
        "viec": "ghi",
        "version": "2",
        "code": "SP-00",
        "name": "Văn bản",
        "complexity": "1",
        "standard": "on",
        "points": "5,555",
    }
    bare = officer.post(f"{address}dong/", {"viec": "ghi"})
    assert "Có 3 chỗ cần sửa" in bare.content.decode()
    wrong = officer.post(f"{address}dong/", line)
    assert wrong.status_code == 400
    assert "hàng nghìn" in wrong.content.decode()
    assert 'value="5,555"' in wrong.content.decode()
    assert officer.post(f"{address}dong/", {**line, "points": "5"}).status_code == 302
    report = {**line, "version": "3", "code": "SP-01", "name": "Báo cáo", "points": "12"}
    del report["standard"]
    assert officer.post(f"{address}dong/", report).status_code == 302
    page = officer.get(address).content.decode()
    assert "Hệ số 2,4 = 12 điểm / 5 điểm của sản phẩm chuẩn" in page
    assert "không nêu công thức" in page
    assert head.get(address).status_code == 404
    assert officer.post(address, {"viec": "trinh", "version": "4"}).status_code == 302
    given = {
        "viec": "phe-duyet",
        "version": "5",
        "decision_number": "12/QĐ",
        "decided_on": "05/03/2026",
        "start": "1/4",
    }
    refused = head.post(address, given)
    assert refused.status_code == 400
    assert 'value="12/QĐ"' in refused.content.decode()
    assert head.post(address, {**given, "start": "01/04/2026"}).status_code == 302
    listed = pages["colleague"].get("/danh-muc/?ngay=02/04/2026&tim=bao cao").content.decode()
    assert "Hệ số 2,4 = 12 điểm / 5 điểm của sản phẩm chuẩn" in listed
    assert "12/QĐ" in listed
    assert "Ngày này danh mục chưa có dòng nào" in pages["colleague"].get("/danh-muc/?ngay=31/03/2026").content.decode()
    assert pages["colleague"].get(f"/danh-muc/{cast.economy.pk}/danh-muc.xlsx?ngay=02/04/2026").status_code == 200
    assert pages["stranger"].get(f"/danh-muc/?co-quan={cast.economy.pk}").status_code == 404
    assert "danh-muc.xlsx?ngay=02/04/2026&amp;tim=bao%20cao" in listed
    assert pages["colleague"].get(address).status_code == 200
    assert pages["stranger"].get(address).status_code == 404


def test_inventory_merge_and_proposal_pages(cast: Cast, pages: dict[str, Client], at: datetime) -> None:
    head, officer = pages["head"], pages["organisation_officer"]
    address = head.post("/danh-muc/ra-soat/", {"unit": cast.economy.pk})["Location"]
    assert pages["colleague"].post(address, {"viec": "them", "name": "Trực tiếp dân"}).status_code == 302
    empty = head.post(address, {"viec": "loai", "version": "2", "reason": "Không rõ"})
    assert empty.status_code == 400
    assert 'value="Không rõ"' in empty.content.decode()
    from thuocdo.catalogues.models import InventoryLine

    line = InventoryLine.objects.get()
    assert head.post(address, {"viec": "nhom", "version": "2", "lines": line.pk, "complexity": "2"}).status_code == 302
    assert head.post(address, {"viec": "gui", "version": "3"}).status_code == 302
    stale = head.post(address, {"viec": "gui", "version": "3"})
    assert stale.status_code == 409
    row = prepare(cast, at)
    merge = f"/danh-muc/du-thao/{row.pk}/gop/"
    assert "Trực tiếp dân" in officer.get(merge).content.decode()
    taken = {"viec": "dua-vao", "version": row.version, "lines": line.pk, "code": "SP-07"}
    assert officer.post(merge, {**taken, "code": ""}).status_code == 400
    assert officer.post(merge, taken).status_code == 302
    assert row.lines.get(code="SP-07").name == "Trực tiếp dân"
    made = pages["colleague"].post(
        "/danh-muc/de-xuat/", {"agency": cast.economy.pk, "name": "Bản đồ số", "words": "Mới"}
    )
    proposal = made["Location"]
    assert pages["head"].get(proposal).status_code == 404
    assert "1 đề xuất bổ sung danh mục chờ xem xét" in officer.get("/").content.decode()
    asked = officer.get(proposal).content.decode()
    assert "Đưa vào dự thảo danh mục" in asked
    given = {"viec": "dua-vao", "draft": row.pk, "draft_version": row.version + 1, "code": "SP-08", "name": "Bản đồ số"}
    assert officer.post(proposal, {**given, "complexity": ""}).status_code == 400
    assert officer.post(proposal, {**given, "complexity": "3", "points": "15"}).status_code == 302
    assert "đã đưa vào dự thảo" in pages["colleague"].get(proposal).content.decode()


def test_the_officer_sees_two_versions_apart_on_a_page(cast: Cast, pages: dict[str, Client], at: datetime) -> None:
    first = submitted(cast, at)
    for start, row in ((date(2026, 4, 1), first), (date(2026, 5, 1), None)):
        row = row or submitted(cast, at, Wording("SP-01", "Báo cáo tháng", 2, points=1000))
        actions.approve_catalogue(
            catalogue_id=row.pk, version=row.version, decision_number="1/QĐ", decided_on=at.date(), start=start,
            by=cast.head.user, at=at,
        )  # fmt: skip
    page = pages["colleague"].get(f"/danh-muc/khac-nhau/{first.pk}/{row.pk}/").content.decode()
    assert "hệ số: 2,4 → 2" in page
    assert pages["stranger"].get(f"/danh-muc/khac-nhau/{first.pk}/{row.pk}/").status_code == 404


def test_no_file_writes_the_catalogue_past_its_approval(cast: Cast, at: datetime, client: Client) -> None:
    header = ["Mã sản phẩm", "Mã cơ quan", "Tên sản phẩm", "Nhóm phức tạp", "Hệ số quy đổi", "Từ ngày"]
    content = xlsx(header, [["SP-1", "KT", "Báo cáo", 2, 1.5, "01/01/2026"]])
    for scope in ("P1", "KT"):
        with pytest.raises(NotYours, match="Không có loại dữ liệu này"):
            preview_import(
                by=cast.organisation_officer.user, at=at, kind="products", scope=scope, file_name="a.xlsx",
                content=content,
            )  # fmt: skip
    before = Product.objects.count()
    prepare(cast, at, *LINES)
    rows = [["007", "Văn bản đơn giản", "1", "có", "5", "", ""], ["SP-09", "Đề án", "5", "không", "50", "", ""]]
    batch = upload(cast, at, xlsx(HEADER[:7], rows))
    apply_import(by=cast.organisation_officer.user, at=at, batch_id=batch.pk)
    assert Product.objects.count() == before, "a draft is not the catalogue"
    client.force_login(cast.organisation_officer.user)
    page = client.get("/to-chuc/nhap-du-lieu/").content.decode()
    assert 'value="products"' not in page
    assert 'trang <a href="/danh-muc/">Danh mục</a>' in page
