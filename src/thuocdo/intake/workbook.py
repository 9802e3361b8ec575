"""Reading the first sheet of an XLSX into plain texts. Nothing is executed, nothing outside is fetched."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from thuocdo.intake.archive import MOST_ROWS, check_archive, refuse
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean

Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True)
class Sheet:
    """What was read. `rows` holds the number of each row in the file and its texts, as long as `header`."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class HeaderMissing(Refusal):
    """Row 1 is empty; `sheet` holds the rows below it all the same, under titles without text."""

    def __init__(self, message: str, sheet: Sheet) -> None:
        super().__init__("file.no_header", message)
        self.sheet = sheet


MOST_HEADINGS = 10
"""Rows above the titles that are looked through for a hint."""
_cleaned = lru_cache(maxsize=1 << 16)(clean)


def text_of(cell: Cell) -> str:
    """One cell as a person would write it: dates as 30/10/2026, whole numbers without decimals, text in NFC.

    >>> text_of(datetime(2026, 10, 30)), text_of(9.0), text_of(9.5), text_of(" Nguye\\u0302\\u0303n ")
    ('30/10/2026', '9', '9.5', 'Nguyễn')
    """
    if isinstance(cell, str):
        return _cleaned(cell)
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return f"{cell:%d/%m/%Y}" if midnight else f"{cell:%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def raw_cells(content: bytes) -> list[list[Cell]]:
    """Every cell of the first sheet that Excel shows, hidden rows included. Raises Refusal for the whole file."""
    check_archive(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(_shown(book))
        _no_merged_rows(sheet)
        cells: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise refuse("broken", "Không đọc được bảng tính trong tệp. Hãy mở bằng Excel, lưu lại dạng .xlsx "
                               "rồi thử "
                     "lại.") from error
    return cells


def _shown(book: CalamineWorkbook) -> int:
    """The place of the first table that is not hidden; what nobody sees is not read."""
    shown = (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible)
    return next((n for n, one in enumerate(book.sheets_metadata) if (one.typ, one.visible) == shown), 0)


def _no_merged_rows(sheet: CalamineSheet) -> None:
    """Of merged cells only the first holds what is seen in all, so the other rows would come in without it."""
    found = [(first, last) for first, last in sheet.merged_cell_ranges or () if last[0] > 0]
    if found:
        places = ", ".join(f"{cell_name(first)}:{cell_name(last)}" for first, last in found[:5])
        more = ", …" if len(found) > 5 else ""
        raise refuse("merged", f"Có ô gộp ở {places}{more}: chỉ ô đầu giữ nội dung, các ô còn lại trống. Hãy bỏ gộp ô "
                     "(Merge & Center), ghi đủ nội dung từng dòng rồi tải lên lại.")


def cell_name(place: tuple[int, int]) -> str:
    """A place (row, column, from 0) as Excel names it.

    >>> cell_name((0, 0)), cell_name((11, 27))
    ('A1', 'AB12')
    """
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def read_sheet(content: bytes) -> Sheet:
    """The header and the filled rows of the first sheet. Raises Refusal for the whole file."""
    return sheet_from(raw_cells(content))


def sheet_from(cells: Sequence[Sequence[Cell]]) -> Sheet:
    """A sheet from raw cells: the first row is the header; empty rows are passed over. Raises Refusal."""
    header = [text_of(c) for c in cells[0]] if cells else []
    untitled = not any(header)
    width = len(header) if untitled else max(i + 1 for i, title in enumerate(header) if title)
    if not untitled:
        _titles_stand(header[:width], cells[1:])
    rows = []
    for number, row in enumerate(cells[1:], start=2):
        texts = tuple(text_of(c) for c in row[:width])
        if any(texts):
            rows.append((number, texts + ("",) * (width - len(texts))))
    if len(rows) > MOST_ROWS:
        raise refuse("long", f"Tệp có {len(rows)} dòng; mỗi tệp nhận tối đa {MOST_ROWS} dòng. Hãy chia nhỏ "
                             f"tệp.")
    if untitled:
        message = (
            "Dòng 1 của trang tính đầu tiên để trống. Dòng 1 phải là tên các cột; hãy tải tệp mẫu rồi chép "
            "dữ liệu vào."
        )
        raise HeaderMissing(message, Sheet(tuple(header), tuple(rows)))
    if not rows:
        raise refuse("no_rows", "Tệp chỉ có tên cột, chưa có dòng dữ liệu nào. Hãy nhập dữ liệu từ dòng 2.")
    return Sheet(tuple(header[:width]), tuple(rows))


def _titles_stand(header: Sequence[str], below: Sequence[Sequence[Cell]]) -> None:
    """Raises Refusal where row 1 is a heading of the table, or a column with cells has no title."""
    if sum(map(bool, header)) == 1:
        for number, row in enumerate(below[:MOST_HEADINGS], start=2):
            if sum(bool(text_of(c)) for c in row) > 1:
                said = next(filter(None, header))[:60]
                raise refuse("heading", f"Dòng 1 chỉ có một ô (“{said}”), không phải tên các cột. Hãy xóa các dòng "
                             f"phía trên dòng tên cột (có lẽ là dòng {number}) rồi tải lên lại.")
    for place, title in enumerate(header):
        if not title:
            filled = (n for n, row in enumerate(below, start=2) if place < len(row) and text_of(row[place]))
            if (number := next(filled, 0)):
                raise refuse("untitled", f"Ô {cell_name((number - 1, place))} có nội dung nhưng cột này không có tên ở "
                             "dòng 1. Hãy ghi tên cột, hoặc xóa cột rồi tải lên lại.")
