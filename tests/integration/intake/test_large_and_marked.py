"""100,000 rows are read in bounded time and every problem is kept; the marked file can be corrected and
sent again.
"""

import io
import resource
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.organisation.ward import HEADER, person_row, xlsx
from thuocdo.intake.actions import drop_import, preview_import
from thuocdo.intake.documents import stored_counts, stored_problems
from thuocdo.intake.files import marked_file, table_file, template_file
from thuocdo.intake.specs import specs
from thuocdo.kernel.errors import NotYours

pytestmark = pytest.mark.django_db


def preview(ward, at, content, by=None):
    return preview_import(
        by=by or ward.officer, at=at, kind="people", scope="P1", file_name="../../nguoi.xlsx", content=content
    )


@pytest.mark.slow
@pytest.mark.long(19)
def test_100_000_rows_with_a_problem_each(ward, at):
    content = xlsx(HEADER, [person_row(f"CC{i:06}", start="31/02/2026") for i in range(100_000)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    batch = preview(ward, at, content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
    assert stored_counts(batch)["refused"] == 100_000
    assert [p.row for p in stored_problems(batch)] == list(range(2, 100_002))


def test_one_row_more_than_the_limit_is_refused_as_a_file(ward, at):
    content = xlsx(HEADER, [person_row("CC001")])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b'r="2"', b'r="100002"').replace(b"2\" t", b"100002\" t"))
    batch = preview(ward, at, out.getvalue())
    (problem,) = stored_problems(batch)
    assert "tối đa 100.000 dòng" in problem.message


def test_a_list_of_another_kind_is_called_by_its_name(ward, at, client):
    titles = [column.title for column in specs()[0].columns]
    batch = preview(ward, at, xlsx(titles, [["P1-VP", "Văn phòng"]]))
    first = stored_problems(batch)[0]
    assert "“Danh sách đơn vị”, không phải “Danh sách người và vị trí công tác”" in first.message
    client.force_login(ward.officer)
    page = client.get(f"/to-chuc/nhap-du-lieu/{batch.pk}/").content.decode()
    assert '<input type="hidden" name="kind" value="people"><input type="hidden" name="scope" value="P1">' in page


def test_the_marked_file_corrected_is_accepted(ward, at):
    batch = preview(
        ward, at, xlsx(HEADER, [person_row("CC001", start="31/02/2026"), person_row("CC002", "Lê Tư")])
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(marked_file(batch))).get_sheet_by_index(0).to_python()
    assert [len(r) for r in rows] == [len(HEADER) + 1] * 3
    assert rows[2][-1] == ""
    rows[1][HEADER.index("Từ ngày")] = "28/02/2026"
    again = preview(ward, at, xlsx(rows[0], rows[1:]))
    assert stored_problems(again) == []
    assert again.state == "ready"


def test_a_file_with_an_empty_first_row_comes_back_with_the_remark_in_a1(ward, at):
    batch = preview(ward, at, xlsx([""] * len(HEADER), [person_row("CC001"), person_row("CC002", "Lê Tư")]))
    assert (batch.state, stored_counts(batch)["rows"], stored_counts(batch)["refused"]) == ("refused", 2, 2)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(marked_file(batch))).get_sheet_by_index(0).to_python()
    assert rows[0][0] == stored_problems(batch)[0].message
    assert rows[0][0].startswith("Dòng 1 của trang tính đầu tiên để trống")
    again = preview(ward, at, xlsx([*HEADER, rows[0][-1]], rows[1:]))
    assert again.state == "ready", "the rows came back whole: titles typed over the remark are enough"


def test_a_file_with_nothing_in_it_has_no_marked_file_to_give(ward, at):
    batch = preview(ward, at, xlsx([""], []))
    assert (batch.state, stored_counts(batch)["rows"]) == ("refused", 0)


def test_no_cell_that_goes_out_is_a_formula(ward, at):
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "=HYPERLINK(\"http://x\")"]
    batch = preview(ward, at, xlsx(HEADER, [person_row(e, e, unit=e) for e in evil]))
    for content in (marked_file(batch), table_file("A", ["=1"], [[e] for e in evil], [10])):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in s or b"hyperlink" in s.lower().replace(b"=hyperlink", b"") for s in sheets)


def test_the_name_of_the_file_is_only_a_name(ward, at):
    assert preview(ward, at, b"").file_name == "nguoi.xlsx"


@pytest.mark.parametrize("kind", ["people", "tasks", "absences"])
def test_every_template_has_a_guide_and_asks_for_data(ward, at, kind):
    spec = next(s for s in specs() if s.kind == kind)
    content = template_file(spec)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Dữ liệu", "Hướng dẫn"]
    assert book.get_sheet_by_index(0).to_python() == [[c.title for c in spec.columns]]
    batch = preview_import(by=ward.officer, at=at, kind=kind, scope="P1", file_name="m.xlsx", content=content)
    assert "chưa có dòng dữ liệu" in stored_problems(batch)[0].message


def test_a_batch_can_be_dropped_by_its_officer_only(ward, at):
    batch = preview(ward, at, xlsx(HEADER, [person_row("CC001")]))
    with pytest.raises(NotYours):
        drop_import(by=ward.stranger, at=at, batch_id=batch.pk)
    assert drop_import(by=ward.officer, at=at, batch_id=batch.pk).state == "dropped"
