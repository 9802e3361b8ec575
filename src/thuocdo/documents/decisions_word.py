"""DOCX of a unit's list, notice or decision, in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from datetime import UTC, datetime
from io import BytesIO

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm

from thuocdo.documents import word_parts as parts
from thuocdo.documents.decisions import DecisionPaper

CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
WIDTHS = (Mm(12), Mm(48), Mm(44), Mm(22), Mm(34))


def decision_docx(paper: DecisionPaper) -> bytes:
    """A Word document of the paper, for signing on paper or editing before it is issued."""
    document = parts.new_document(paper.title, datetime(*paper.made_on.timetuple()[:3], tzinfo=UTC))
    _top(document, paper)
    if paper.authority:
        parts.write(document.add_paragraph(), paper.authority, bold=True, align=CENTRE)
        for base in paper.bases:
            parts.write(document.add_paragraph(), base, italic=True)
        parts.write(document.add_paragraph(), "QUYẾT ĐỊNH:", bold=True, align=CENTRE)
    for article in paper.articles:
        parts.write(document.add_paragraph(), article)
    if not paper.list_title and paper.columns:
        _list(document, paper)
    _signing(document, paper)
    if paper.list_title:
        document.add_paragraph().paragraph_format.page_break_before = True
        parts.heading(document, paper.list_title, level=1)
        parts.write(document.add_paragraph(), paper.subject, bold=True, align=CENTRE)
        parts.write(document.add_paragraph(), paper.list_note, italic=True, align=CENTRE)
        _list(document, paper)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _top(document: Document, paper: DecisionPaper) -> None:
    left, right = parts.plain_table(document, (Mm(66), Mm(94))).rows[0].cells
    first = left.paragraphs[0]
    if paper.above:
        parts.write(first, paper.above.upper(), size=12, align=CENTRE)
        first = left.add_paragraph()
    parts.write(first, paper.head.agency.upper(), size=12, bold=True, align=CENTRE)
    parts.rule(left.add_paragraph(), Mm(20))
    parts.write(left.add_paragraph(), paper.number, align=CENTRE)
    parts.write(right.paragraphs[0], paper.head.national_name, size=12, bold=True, align=CENTRE)
    parts.write(right.add_paragraph(), paper.head.motto, size=13, bold=True, align=CENTRE)
    parts.rule(right.add_paragraph(), Mm(17))
    parts.write(right.add_paragraph(), paper.place_and_date, italic=True, align=CENTRE)
    if paper.remark:
        parts.framed(document.add_paragraph(), paper.remark)
    parts.heading(document, paper.title, level=1)
    parts.write(document.add_paragraph(), paper.subject, bold=True, align=CENTRE)
    parts.rule(document.add_paragraph(), Mm(60))


def _list(document: Document, paper: DecisionPaper) -> None:
    kept = len(paper.columns)
    wide = WIDTHS[1] + sum(WIDTHS[kept:])
    table = parts.grid_table(document, (WIDTHS[0], Length(wide), *WIDTHS[2:kept]))
    parts.header_row(table, paper.columns)
    for row in paper.rows:
        texts = (row.number, row.name, row.position, row.score, row.level)
        parts.row(table, texts[:kept], (CENTRE, LEFT, LEFT, RIGHT, LEFT)[:kept])


def _signing(document: Document, paper: DecisionPaper) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    left, right = parts.plain_table(document, (Mm(80), Mm(80))).rows[0].cells
    parts.write(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
    for receiver in paper.recipients:
        parts.write(left.add_paragraph(), f"- {receiver}", size=11, align=LEFT)
    first, *more = paper.signing
    parts.write(right.paragraphs[0], first, bold=True, align=CENTRE)
    for line in more:
        parts.write(right.add_paragraph(), line, bold=True, align=CENTRE)
    right.add_paragraph().paragraph_format.space_after = Mm(22)
    parts.write(right.add_paragraph(), paper.signer, bold=True, align=CENTRE)
