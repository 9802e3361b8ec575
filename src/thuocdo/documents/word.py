"""DOCX of a form, in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I, for editing and signing by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from thuocdo.documents import word_parts as parts
from thuocdo.documents.model import NOTES_TITLE, PLACE_AND_DATE, Box, FormData, Line, Mau01, Mau02, Report, Words

CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
DOTS = "…" * 34
MARK_WIDTHS = (Mm(12), Mm(98), Mm(20), Mm(30))
MONTH_WIDTHS = (Mm(38), Mm(38), Mm(84))


def to_docx(form: FormData) -> bytes:
    """A Word document of the form, naming Times New Roman, without control signs (XML holds none)."""
    document = parts.new_document(form.title, datetime(*form.made_on.timetuple()[:3], tzinfo=UTC))
    _top(document, form)
    if isinstance(form, Mau01):
        _mau_01(document, form)
    elif isinstance(form, Mau02):
        _mau_02(document, form)
    else:
        _report(document, form)
    _signatures(document, form)
    _notes(document, form)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _top(document: Document, form: FormData) -> None:
    left, right = parts.plain_table(document, (Mm(64), Mm(96))).rows[0].cells
    first = left.paragraphs[0]
    if form.head.above:
        parts.write(first, form.head.above.upper(), size=12, align=CENTRE)
        first = left.add_paragraph()
    parts.write(first, form.head.agency.upper(), size=12, bold=True, align=CENTRE)
    first.paragraph_format.space_after = Mm(0)
    parts.rule(left.add_paragraph(), Mm(20))
    parts.write(right.paragraphs[0], form.head.national_name, size=12, bold=True, align=CENTRE)
    motto = right.add_paragraph()
    parts.write(motto, form.head.motto, size=13, bold=True, align=CENTRE)
    motto.paragraph_format.space_after = Mm(0)
    if form.head.motto:
        parts.rule(right.add_paragraph(), Mm(17))
    if form.remark:
        parts.framed(document.add_paragraph(), form.remark)
    parts.heading(document, form.title, level=1)
    parts.write(document.add_paragraph(), form.under_title, align=CENTRE)
    for line in form.identity:
        parts.write(document.add_paragraph(), f"{line.label}: {line.value or DOTS[:24]}", align=LEFT)


def _mau_01(document: Document, form: Mau01) -> None:
    parts.heading(document, form.marks_heading, level=2)
    table = parts.grid_table(document, MARK_WIDTHS)
    parts.header_row(table, form.columns)
    parts.header_row(table, form.column_numbers, italic=True)
    for row in form.rows:
        parts.row(
            table,
            (row.number, row.label, row.maximum, row.mark),
            (CENTRE, LEFT, RIGHT, RIGHT),
            bold=row.kind != "criterion",
            keep=row.kind == "group",
        )
    parts.heading(document, form.summary_heading, level=2)
    for line in form.points:
        parts.write(document.add_paragraph(), f"{line.label}: ", line.value or DOTS[:12], align=LEFT)
    for line in form.comments:
        _written(document, line)


def _mau_02(document: Document, form: Mau02) -> None:
    parts.heading(document, form.months_heading, level=2)
    table = parts.grid_table(document, MONTH_WIDTHS)
    parts.header_row(table, form.columns)
    for month in (*form.months, form.mean):
        texts = (month.month, month.score, month.note)
        parts.row(table, texts, (CENTRE, RIGHT, LEFT), bold=month is form.mean)
    _boxes(document, form.self_heading, form.self_boxes)
    _boxes(document, form.decision_heading, form.decision_boxes)
    parts.heading(document, form.remedy_heading, level=2)
    _paragraphs(document, form.remedy)


def _report(document: Document, form: Report) -> None:
    for part in form.parts:
        parts.heading(document, part.heading, level=2)
        for words in part.words:
            _words(document, words)
        if part.columns:
            narrow = len(part.columns) - 2
            widths = (Mm(12), Mm(148 - 22 * narrow), *(Mm(22),) * narrow)
            table, aligns = parts.grid_table(document, widths), (CENTRE, LEFT, *(CENTRE,) * narrow)
            parts.header_row(table, part.columns)
            for row in part.rows:
                parts.row(table, row, aligns)
        if part.boxes:
            _words(document, Words("label", part.over_boxes))
            _ticked(document, part.boxes)


def _words(document: Document, words: Words) -> None:
    paragraph = document.add_paragraph()
    parts.write(paragraph, words.text, bold=words.kind == "label", size=11 if words.kind == "small" else 13)
    paragraph.paragraph_format.keep_with_next = words.kind == "label"


def _boxes(document: Document, title: str, boxes: Sequence[Box]) -> None:
    parts.heading(document, title, level=2)
    _ticked(document, boxes)


def _ticked(document: Document, boxes: Sequence[Box]) -> None:
    table = parts.plain_table(document, (Mm(80), Mm(80)), rows=(len(boxes) + 1) // 2)
    for index, box in enumerate(boxes):
        paragraph = table.cell(index // 2, index % 2).paragraphs[0]
        parts.box(paragraph, checked=box.checked)
        parts.write(paragraph, f" {box.label}", align=LEFT)
        paragraph.paragraph_format.keep_with_next = True


def _written(document: Document, line: Line) -> None:
    label = document.add_paragraph()
    parts.write(label, f"{line.label}:", align=LEFT)
    label.paragraph_format.keep_with_next = True
    _paragraphs(document, line.value)


def _paragraphs(document: Document, text: str) -> None:
    for part in [item for item in text.split("\n") if item] or [DOTS, DOTS]:
        parts.write(document.add_paragraph(), part)


def _signatures(document: Document, form: FormData) -> None:
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    width = Mm(160 // len(form.signatures))
    table = parts.plain_table(document, (width,) * len(form.signatures))
    for cell, item in zip(table.rows[0].cells, form.signatures, strict=True):
        parts.write(cell.paragraphs[0], PLACE_AND_DATE, size=12, italic=True, align=CENTRE)
        cell.paragraphs[0].paragraph_format.space_before = Mm(3)
        parts.write(cell.add_paragraph(), item.title, bold=True, align=CENTRE)
        if item.note:
            parts.write(cell.add_paragraph(), item.note, italic=True, align=CENTRE)
        cell.add_paragraph().paragraph_format.space_after = Mm(22)


def _notes(document: Document, form: FormData) -> None:
    title = document.add_paragraph()
    parts.write(title, f"{NOTES_TITLE}:", size=9, bold=True, align=LEFT)
    parts.dotted_top(title)
    title.paragraph_format.keep_with_next = True
    for note in form.notes:
        paragraph = document.add_paragraph()
        parts.write(paragraph, note, size=9, align=LEFT)
        paragraph.paragraph_format.space_after = Mm(0)
