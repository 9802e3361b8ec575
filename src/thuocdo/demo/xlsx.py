"""Writing a small XLSX with the same bytes every time."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

import xlsxwriter

MADE = datetime(2026, 11, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class File:
    """A file as a customer uploads it. `scope` is the code of the unit it is for."""

    kind: str
    name: str
    scope: str
    content: bytes


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, sheet: str) -> bytes:
    """One sheet of text cells with a frozen header row."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": sheet, "author": "Thước Đo (dữ liệu minh họa)", "created": MADE})
    page = book.add_worksheet(sheet)
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    page.freeze_panes(1, 0)
    for column, title in enumerate(header):
        longest = max([len(title), *(len(row[column]) for row in rows)])
        page.set_column(column, column, min(longest + 2, 60), text)
        page.write_string(0, column, title, bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if value:
                page.write_string(number, column, value, text)
    book.close()
    return buffer.getvalue()
