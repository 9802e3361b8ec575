"""XLSX files that go out: the marked file, the template, and plain tables. Every cell is text, never a
formula.
"""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

import thuocdo
from thuocdo.intake.comparing import MARK_TITLE, PART_TITLE, Stored, exported_columns
from thuocdo.intake.documents import stored_problems, stored_sheet
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.reading import MARK_COLUMN
from thuocdo.intake.specs import Column, Problem, Spec
from thuocdo.kernel.errors import NotYours

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MOST_WIDTH, _PART_WIDTH = 60, 40
_ALLOWED = dict.fromkeys(
    ("insert_rows", "delete_rows", "format_cells", "format_columns", "format_rows", "sort", "autofilter"), True
)


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "Times New Roman", "font_size": 12, "num_format": "@", "valign": "top"}
    return {
        "text": book.add_format(base),
        "head": book.add_format(
            {**base, "bold": True, "bg_color": "#E7EEF7", "border": 1, "text_wrap": True}
        ),
        "wrong": book.add_format({**base, "bg_color": "#FFD9D6"}),
        "mark": book.add_format({**base, "font_color": "#9B1C12", "text_wrap": True}),
    }


def table_file(
    sheet_name: str, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], part: str = ""
) -> bytes:
    """A plain table as XLSX; `part` says in row 1, beside the titles, by what filter it was taken."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(sheet_name)
        _head(sheet, [*header, *_part_title(part)], [*widths, *(_PART_WIDTH for _ in _part_title(part))], formats)
        for line, texts in enumerate(rows, start=1):
            for place, text in enumerate(texts):
                sheet.write_string(line, place, text, formats["text"])
    return out.getvalue()


def _part_title(part: str) -> list[str]:
    return [f"{PART_TITLE} {part}"] if part else []


def _head(sheet: Any, header: Sequence[str], widths: Sequence[int], formats: dict[str, Any]) -> None:
    for place, (title, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(place, place, width, formats["text"])
        sheet.write_string(0, place, title, formats["head"])
    sheet.freeze_panes(1, 0)


def template_file(spec: Spec) -> bytes:
    """The template of a kind: row 1 with the titles, and a second sheet that says what each column holds."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _formats(book)
        sheet = book.add_worksheet("Dữ liệu")
        _head(sheet, [c.title for c in spec.columns], [c.width for c in spec.columns], formats)
        _guide(book, formats, spec.columns)
    return out.getvalue()


def _guide(book: Any, formats: dict[str, Any], columns: Sequence[Column]) -> None:
    guide = book.add_worksheet("Hướng dẫn")
    _head(guide, ["Cột", "Bắt buộc", "Cách ghi", "Ví dụ"], [26, 10, 70, 30], formats)
    for line, column in enumerate(columns, start=1):
        texts = [column.title, "có" if column.needed else "", column.hint, column.example]
        for place, text in enumerate(texts):
            guide.write_string(line, place, text, formats["text"])


def export_file(spec: Spec, rows: Iterable[Stored], month: str = "", part: str = "") -> bytes:
    """A list to be edited and uploaded again: text cells, titles locked, the mark of each row in a hidden column.
    `part`: the filter in words, for the title of a column without cells."""
    columns = exported_columns(spec)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _formats(book)
        free = book.add_format({"font_name": "Times New Roman", "font_size": 12, "num_format": "@", "locked": False})
        sheet = book.add_worksheet("Dữ liệu")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, free)
            sheet.write_string(0, place, column.title, formats["head"])
        for title in _part_title(part):
            sheet.set_column(len(columns), len(columns), _PART_WIDTH, free)
            sheet.write_string(0, len(columns), title, formats["head"])
        last = len(columns) + len(_part_title(part))
        sheet.set_column(last, last, 30, free, {"hidden": True})
        sheet.write_string(0, last, f"{MARK_TITLE} {month}".strip(), formats["head"])
        sheet.freeze_panes(1, len(spec.keys) if len(spec.keys) < 3 else 1)
        sheet.protect("", _ALLOWED)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                if row.texts[column.key]:
                    sheet.write_string(line, place, row.texts[column.key], free)
            sheet.write_string(line, last, row.mark, free)
        _guide(book, formats, columns)
    return out.getvalue()


def marked_file(batch: ImportBatch) -> bytes:
    """The rows as they were read, with problem cells coloured and a last column that says what to do.

    The same file, corrected, can be uploaded again: the last column is ignored. Where row 1 was empty, A1
    says so.
    """
    sheet_read = stored_sheet(batch)
    problems: dict[int, list[Problem]] = {}
    for problem in stored_problems(batch):
        problems.setdefault(problem.row, []).append(problem)
    kept = [i for i, title in enumerate(sheet_read.header) if title != MARK_COLUMN]
    header = [sheet_read.header[i] for i in kept]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _formats(book)
        sheet = book.add_worksheet("Dữ liệu")
        _head(sheet, [*header, MARK_COLUMN], [*(min(len(h) + 6, _MOST_WIDTH) for h in header), 80], formats)
        if header and not any(header):
            sheet.write_string(0, 0, "\n".join(p.message for p in problems.get(1, [])), formats["mark"])
        _mark_general(book, formats, [*problems.get(0, []), *problems.get(1, [])])
        for number, texts in sheet_read.rows:
            here = problems.get(number, [])
            wrong = {p.column for p in here}
            for place, index in enumerate(kept):
                marked = header[place] in wrong
                sheet.write_string(number - 1, place, texts[index], formats["wrong" if marked else "text"])
            if here:
                sheet.write_string(number - 1, len(kept), "\n".join(p.message for p in here), formats["mark"])
    return out.getvalue()


def _mark_general(book: Any, formats: dict[str, Any], problems: Sequence[Problem]) -> None:
    """Problems of the file and of its header have no row: they get a sheet of their own."""
    if not problems:
        return
    sheet = book.add_worksheet(MARK_COLUMN)
    _head(sheet, ["Cột", "Vấn đề và cách sửa"], [26, 100], formats)
    for line, problem in enumerate(problems, start=1):
        sheet.write_string(line, 0, problem.column, formats["text"])
        sheet.write_string(line, 1, problem.message, formats["mark"])


DEMO_FOLDER = Path(thuocdo.__file__).parent / "demo" / "files"


def demo_files() -> list[str]:
    """Names of the demonstration's own XLSX files, to try an import with."""
    return sorted(p.name for p in DEMO_FOLDER.glob("*.xlsx"))


def demo_file(name: str) -> bytes:
    """One demonstration file. Raises NotYours for any name that is not listed."""
    if name not in demo_files():
        raise NotYours()
    return (DEMO_FOLDER / name).read_bytes()
