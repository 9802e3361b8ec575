"""Workbooks as offices make them: each is read as what its author sees, or refused with what to do."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from tests.integration.intake.files import TCVN3, written
from thuocdo.intake import cells
from thuocdo.intake.decoding import open_file
from thuocdo.intake.reading import Reading, read_rows
from thuocdo.intake.specs import Column
from thuocdo.intake.workbook import read_sheet
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.changes.mapping import read_successions

COLUMNS = (
    Column("code", "Mã", cells.code, "Mã.", "A1", needed=True),
    Column("points", "Điểm", cells.points, "Điểm.", "9,5", default=None),
    Column("on", "Ngày", cells.day, "Ngày.", "05/03/2026", default=None),
    Column("note", "Ghi chú", cells.text(60), "Chữ.", "chữ"),
)
HEADER = [column.title for column in COLUMNS]
DAY = datetime(2026, 3, 5)  # noqa: DTZ001


def made(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook with one sheet that has the titles and what `fill(book, sheet)` writes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **options}) as book:
        sheet = book.add_worksheet("Dữ liệu")
        sheet.write_row(0, 0, HEADER)
        fill(book, sheet)
    return out.getvalue()


def read(content: bytes) -> Reading:
    return read_rows(read_sheet(content), COLUMNS)


def values(content: bytes) -> list[tuple[Any, ...]]:
    found = read(content)
    assert found.problems == []
    return [tuple(row.values[column.key] for column in COLUMNS) for row in found.rows]


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as said:
        read_sheet(content)
    return said.value.message


def day_of(book: Any) -> Any:
    return book.add_format({"num_format": "dd/mm/yyyy"})


def test_formulas_give_what_they_show_and_text_that_looks_like_one_stays_text() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 0, '="A"&"1"', None, "A1")
        sheet.write_formula(1, 1, "=19/2", None, 9.5)
        sheet.write_formula(1, 2, "=TODAY()", day_of(book), 46086)
        sheet.write_string(1, 3, "=1+1")

    assert values(made(fill)) == [("A1", 950, date(2026, 3, 5), "=1+1")]


def test_a_failed_formula_is_refused_in_its_cell() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1", "", "", "#REF!"])

    [problem] = read(made(fill)).problems
    assert (problem.row, problem.column, "lỗi công thức" in problem.message) == (2, "Ghi chú", True)


@pytest.mark.parametrize("system", [False, True])
def test_days_are_the_same_in_the_calendar_of_1900_and_of_1904(system: bool) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_string(1, 0, "A1")
        sheet.write_datetime(1, 2, DAY, day_of(book))

    assert values(made(fill, date_1904=system)) == [("A1", None, date(2026, 3, 5), "")]


def test_a_day_left_as_a_number_is_refused_and_never_guessed() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1", 9.5, 46086])

    [problem] = read(made(fill)).problems
    assert "ô đang ở dạng số (46086), không phải ngày" in problem.message


def test_numbers_as_numbers_and_as_text_with_spaces_around_are_alike() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Mã ", "\u00a0Điểm", "Ngày *", " Ghi chú  "])
        sheet.write_row(1, 0, ["A1", 9.5, "05/03/2026"])
        sheet.write_row(2, 0, [" a2\u00a0", " 9,5 ", "05032026 ", "chữ\u200b  cuối "])

    assert values(made(fill)) == [("A1", 950, DAY.date(), ""), ("A2", 950, DAY.date(), "chữ cuối")]


def test_hidden_rows_and_a_protected_sheet_are_read_like_any_other() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1"])
        sheet.write_row(2, 0, ["A2"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.protect("mat-khau")

    assert [row[0] for row in values(made(fill))] == ["A1", "A2"]


def hidden_before(shown: list[list[str]], font: str) -> bytes:
    """A hidden sheet with other columns before the one that its author sees."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Tham số").write_row(0, 0, ["Khóa", "Giá trị"])
        sheet = book.add_worksheet("Dữ liệu")
        style = book.add_format({"font_name": font})
        for line, row in enumerate(shown):
            sheet.write_row(line, 0, row, style)
        sheet.activate()
        sheet.set_first_sheet()
        book.worksheets()[0].hide()
    return out.getvalue()


def test_the_first_sheet_that_is_shown_is_read_with_its_fonts() -> None:
    assert values(hidden_before([HEADER, ["A1", "9,5", "", "Đủ"]], "Arial")) == [("A1", 950, None, "Đủ")]
    old = hidden_before([["M"], ["Việc tổ".translate(TCVN3)]], ".VnTime")
    found = open_file(old, "t.xlsx")
    assert found.conversion is not None
    assert found.sheet.rows == ((2, ("Việc tổ",)),)


def test_merged_cells_under_the_titles_are_refused_with_their_places() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1"])
        sheet.write_row(2, 0, ["A2"])
        sheet.merge_range("D2:D3", "cả hai")

    assert "ô gộp ở D2:D3" in refused(made(fill))


@pytest.mark.parametrize("merged", [False, True])
def test_a_heading_above_the_titles_is_named(merged: bool) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        if merged:
            sheet.merge_range("A1:D1", "DANH SÁCH THÁNG 3")
        else:
            sheet.write_string(0, 0, "DANH SÁCH THÁNG 3")
        sheet.write_row(2, 0, HEADER)
        sheet.write_row(3, 0, ["A1"])
    said = refused(out.getvalue())
    assert "“DANH SÁCH THÁNG 3”" in said
    assert "dòng 3" in said


def test_a_second_row_of_titles_is_refused_by_its_cells() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["(1)", "(2)", "(3)", "(4)"])
        sheet.write_row(2, 0, ["A1", 9.5])

    found = read(made(fill))
    assert {problem.row for problem in found.problems} == {2}
    assert [row.number for row in found.rows] == [3]


def test_a_title_twice_and_a_column_without_one_are_named() -> None:
    twice = read(written([["Mã", "Điểm", "Điểm"], ["A1", "9", "8"]])).problems
    assert "“Điểm” có hai lần" in twice[0].message
    assert "Ô B3 có nội dung" in refused(written([["Mã", "", "Ghi chú"], ["A1", "", ""], ["A2", "mất", "x"]]))
    assert read(written([["Mã", "", "Ghi chú"], ["A1", "", "x"]])).problems == []


def test_a_file_of_libreoffice_is_called_by_its_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert "(.ods), không phải .xlsx" in refused(out.getvalue())


def test_the_file_of_a_reorganisation_is_read_like_every_other() -> None:
    """Semicolons, tabs in UTF-16, hidden signs; an old encoding, macros and a broken file are refused in words."""
    text = "Mã đơn vị cũ;Mã đơn vị mới;Tên đơn vị mới\r\nP1-UB;P9-UB;Ủy ban nhân dân phường Chín\r\n"
    tabs = text.replace(";", "\t")
    for content in (text.encode("utf-8-sig"), tabs.encode("utf-16"), tabs.encode()):
        assert [(one.old, one.name) for one in read_successions(content)] == [("P1-UB", "Ủy ban nhân dân phường Chín")]
    header = ["Mã đơn vị cũ", "Mã đơn vị mới", "Tên đơn vị mới"]
    old = ["Uû ban nh©n d©n ph­êng ChÝn", "Uyû ban nhaân daân phöôøng Chín"]
    for name in old:
        with pytest.raises(Refusal, match="bảng mã cũ") as said:
            read_successions(written([header, ["P1-UB", "P9-UB", name]]))
        assert said.value.field == "file"
    for broken in (b"a,b\x00c", b'M\xe3,"khong dong', b"", b"x" * 200_000):
        with pytest.raises(Refusal):
            read_successions(broken)
