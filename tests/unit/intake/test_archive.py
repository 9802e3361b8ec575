"""Hostile and mistaken files: refused from their bytes, quickly, before any reader allocates anything."""

import io
import tracemalloc
import zipfile

import pytest

from tests.integration.organisation.ward import xlsx
from thuocdo.intake.archive import check_archive
from thuocdo.intake.workbook import read_sheet
from thuocdo.kernel.errors import Refusal

ROW = b'<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>'


def rebuilt(parts: dict[str, bytes], *, base: bytes | None = None) -> bytes:
    """An XLSX with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or xlsx(["Mã"], [["A"]]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet(cells: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<?xml version="1.0"?><worksheet xmlns="' + space + b'"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>M</t></is></c></row>'
        + cells
        + b"</sheetData></worksheet>"
    )


def refusal_of(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        read_sheet(content)
    return refused.value.message


def test_a_plain_file_is_read():
    read = read_sheet(xlsx(["Mã", "Tên"], [["A1", "Một"], [None, None], ["A2", None]]))
    assert read.header == ("Mã", "Tên")
    assert read.rows == ((2, ("A1", "Một")), (4, ("A2", "")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "rỗng"),
        (b"Ma;Ten\n1;A", "CSV"),
        ("Mã,Tên\n1,A".encode("utf-8-sig"), "CSV"),
        (b"<!DOCTYPE html><p>", "trang web"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), ".xls"),
        (b"%PDF-1.4 " + bytes(99), "không"),
        (b"PK\x03\x04" + bytes(200), "hỏng"),
    ],
)
def test_other_formats_are_named(content, words):
    assert words in refusal_of(content)


def test_a_zip_that_is_no_spreadsheet():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "không phải bảng tính" in refusal_of(out.getvalue())


def test_header_only_and_empty_first_row():
    assert "chưa có dòng dữ liệu" in refusal_of(xlsx(["Mã"], []))
    assert "Dòng 1" in refusal_of(xlsx([], [["A"]]))
    assert "Dòng 1" in refusal_of(xlsx([], []))


def test_a_zip_bomb_is_refused_without_unpacking_it():
    bomb = rebuilt({"xl/media/x.bin": bytes(250 * 1024 * 1024)})
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    message = refusal_of(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "quá lớn" in message
    assert peak < 20 * 1024 * 1024


def test_a_part_that_lies_about_its_size_is_refused():
    content = bytearray(rebuilt({"xl/worksheets/sheet1.xml": sheet(ROW * 20_000)}))
    place = content.rfind(b"xl/worksheets/sheet1.xml") - 46 + 24
    content[place:place + 4] = (1000).to_bytes(4, "little")
    assert "hỏng" in refusal_of(bytes(content))


def test_doctype_entities_and_external_files_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    declared = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://' + str(secret).encode() + b'">]>'
    )
    evil = rebuilt({"xl/worksheets/sheet1.xml": declared + sheet(ROW).split(b"?>", 1)[1]})
    assert "DOCTYPE" in refusal_of(evil)
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "'
        + b"ha" * 500
        + b'"><!ENTITY b "'
        + b"&a;" * 500
        + b'">]>'
    )
    assert "DOCTYPE" in refusal_of(rebuilt({"xl/sharedStrings.xml": laughs + b"<sst/>"}))


@pytest.mark.parametrize("cell", [b'r="XFD2"', b"r='XFD2'", b'r="xfd2"', b't="s" r = "BZ2"'])
def test_a_cell_far_to_the_right_is_refused_before_a_reader_allocates_the_rectangle(cell):
    far = b'<row r="2"><c ' + cell + b"><v>1</v></c></row>"
    assert "cột" in refusal_of(rebuilt({"xl/worksheets/sheet1.xml": sheet(far)}))


def test_a_cell_far_down_is_refused_and_an_empty_styled_one_is_not():
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert "tối đa 100.000 dòng" in refusal_of(rebuilt({"xl/worksheets/sheet1.xml": sheet(far)}))
    styled = ROW + b'<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert len(read_sheet(rebuilt({"xl/worksheets/sheet1.xml": sheet(styled)})).rows) == 1


def test_a_cell_across_two_pieces_of_the_scan_is_seen():
    for shift in range(0, 90, 7):
        filler = b"<!--" + b"x" * ((1 << 20) - 300 + shift) + b"-->"
        far = filler + b'<row r="2"><c r="XFD2"><v>1</v></c></row>'
        with pytest.raises(Refusal, match="cột"):
            check_archive(rebuilt({"xl/worksheets/sheet1.xml": sheet(far)}))


def test_long_texts_shared_by_very_many_cells_are_refused():
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(2, 20_000))
    strings = b'<?xml version="1.0"?><sst><si><t>' + b"a" * 32_000 + b"</t></si></sst>"
    content = rebuilt({"xl/worksheets/sheet1.xml": sheet(cells), "xl/sharedStrings.xml": strings})
    assert "lặp lại" in refusal_of(content)


def test_macros_and_doubled_parts_are_refused():
    assert "macro" in refusal_of(rebuilt({"xl/vbaProject.bin": b"x"}))
    out = io.BytesIO(xlsx(["Mã"], [["A"]]))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
    assert "bất thường" in refusal_of(out.getvalue())
