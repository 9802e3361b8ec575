"""DOCX of the draft of a unit's regulation, in the layout of Nghị định 30/2020/NĐ-CP, for editing and signing."""

from datetime import UTC, datetime
from io import BytesIO

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from thuocdo.documents import word_parts as parts
from thuocdo.documents.model import PLACE_AND_DATE
from thuocdo.documents.regulation import RegulationPaper

CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
WIDTHS = (Mm(14), Mm(116), Mm(30))


def regulation_docx(paper: RegulationPaper) -> bytes:
    """A Word document of the draft."""
    document = parts.new_document(paper.title, datetime(*paper.made_on.timetuple()[:3], tzinfo=UTC))
    _top(document, paper)
    for base in paper.bases:
        parts.write(document.add_paragraph(), base, italic=True)
    for article in paper.articles:
        number = f"Điều {article.number}. " if article.number else ""
        parts.heading(document, f"{number}{article.heading}", level=2)
        for text in article.paragraphs:
            parts.write(document.add_paragraph(), text)
    _signing(document, paper)
    if paper.rows:
        _table(document, paper)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _top(document: Document, paper: RegulationPaper) -> None:
    left, right = parts.plain_table(document, (Mm(64), Mm(96))).rows[0].cells
    parts.write(left.paragraphs[0], paper.head.agency.upper(), size=12, bold=True, align=CENTRE)
    left.paragraphs[0].paragraph_format.space_after = Mm(0)
    parts.rule(left.add_paragraph(), Mm(20))
    parts.write(left.add_paragraph(), paper.number, align=CENTRE)
    parts.write(right.paragraphs[0], paper.head.national_name, size=12, bold=True, align=CENTRE)
    motto = right.add_paragraph()
    parts.write(motto, paper.head.motto, size=13, bold=True, align=CENTRE)
    motto.paragraph_format.space_after = Mm(0)
    parts.rule(right.add_paragraph(), Mm(17))
    parts.write(right.add_paragraph(), PLACE_AND_DATE, italic=True, align=CENTRE)
    parts.framed(document.add_paragraph(), paper.remark)
    parts.heading(document, "QUY CHẾ", level=1)
    parts.write(document.add_paragraph(), paper.title, bold=True, align=CENTRE)


def _signing(document: Document, paper: RegulationPaper) -> None:
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    left, right = parts.plain_table(document, (Mm(80), Mm(80))).rows[0].cells
    parts.write(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
    for receiver in paper.receivers:
        parts.write(left.add_paragraph(), f"- {receiver}", size=11, align=LEFT)
    parts.write(right.paragraphs[0], paper.signer.upper(), bold=True, align=CENTRE)
    parts.write(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu)", italic=True, align=CENTRE)
    right.add_paragraph().paragraph_format.space_after = Mm(22)


def _table(document: Document, paper: RegulationPaper) -> None:
    document.add_paragraph().paragraph_format.page_break_before = True
    parts.heading(document, paper.table_title, level=1)
    table = parts.grid_table(document, WIDTHS)
    parts.header_row(table, ("Số", "Tiêu chí", "Điểm tối đa"))
    for row in paper.rows:
        parts.row(table, (row.number, row.label, row.maximum), (CENTRE, LEFT, RIGHT), bold=row.group, keep=row.group)
