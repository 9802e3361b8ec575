"""Pieces of a Word document that python-docx leaves to XML: page number, rules, repeated header rows."""

from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from thuocdo.documents.fonts import visible

FONT = "Times New Roman"
BODY = 13
JUSTIFY, CENTRE = WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.CENTER


def new_document(title: str, made_at: datetime) -> Document:
    """An empty A4 document with the decree's margins, font, page number and language."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin, section.header_distance = Mm(30), Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for name, size in (("Normal", BODY), ("Heading 1", 14), ("Heading 2", BODY), ("Header", BODY)):
        _style(document, name, size)
    properties = document.core_properties
    properties.title, properties.language, properties.author, properties.comments = title, "vi-VN", "", ""
    properties.created = properties.modified = made_at
    return document


def _style(document: Document, name: str, size: int) -> None:
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(name)
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.bold = name.startswith("Heading")
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in [key for key in fonts.keys() if key.endswith("Theme")]:  # noqa: SIM118
        del fonts.attrib[key]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    _add(style.element.get_or_add_rPr(), "w:lang", val="vi-VN")
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after = Pt(8 if name.startswith("Heading") else 0), Pt(4)
    spacing.line_spacing = 1.0


def _add(parent: BaseOxmlElement, tag: str, **attributes: str) -> BaseOxmlElement:
    for old in parent.findall(qn(tag)):
        parent.remove(old)
    child = OxmlElement(tag)
    for key, value in attributes.items():
        child.set(qn(f"w:{key}"), value)
    parent.append(child)
    return child


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def write(
    paragraph: Paragraph,
    text: str,
    strong: str = "",
    *,
    size: int = BODY,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = JUSTIFY,
) -> None:
    """Add `text`, and `strong` in bold after it, in points of `size`."""
    paragraph.alignment = align
    for part, heavy in ((visible(text), bold), (visible(strong), True)):
        if part:
            run = paragraph.add_run(part)
            run.bold, run.italic, run.font.size = heavy, italic, Pt(size)


def heading(document: Document, text: str, *, level: int) -> None:
    """The title (level 1, centred) or a part's heading (level 2), kept with what follows."""
    paragraph = document.add_heading(text, level=level)
    paragraph.alignment = CENTRE if level == 1 else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.keep_with_next = True


def _border(paragraph: Paragraph, sides: Sequence[str], style: str) -> None:
    borders = _add(paragraph._p.get_or_add_pPr(), "w:pBdr")
    for side in sides:
        _add(borders, f"w:{side}", val=style, sz="6", space="1", color="000000")
    properties = paragraph._p.get_or_add_pPr()
    properties.remove(borders)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def rule(paragraph: Paragraph, indent: Length) -> None:
    """A short horizontal line: the paragraph's lower border, `indent` from both edges."""
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = indent
    layout.space_after, layout.line_spacing = Pt(4), Pt(2)
    _border(paragraph, ("bottom",), "single")


def framed(paragraph: Paragraph, text: str) -> None:
    """Our remark above the title, in a dashed frame that tells it from the form."""
    write(paragraph, text, size=11, bold=True, align=CENTRE)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(5)
    layout.space_before = Pt(10)
    _border(paragraph, ("top", "left", "bottom", "right"), "dashed")


def dotted_top(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = Pt(8)
    _border(paragraph, ("top",), "dotted")


def box(paragraph: Paragraph, *, checked: bool) -> None:
    """A box to tick by hand, or ticked."""
    write(paragraph, "☒" if checked else "☐", align=WD_ALIGN_PARAGRAPH.LEFT)


def plain_table(document: Document, widths: Sequence[Length], *, rows: int = 1) -> Table:
    """A table without lines, whose rows do not break over pages."""
    table: Table = document.add_table(rows, len(widths))
    _fix(table, widths)
    for item in table.rows:
        _no_break(item._tr.get_or_add_trPr())
    return table


def grid_table(document: Document, widths: Sequence[Length]) -> Table:
    """An empty table with lines, to be filled by `header_row` and `row`."""
    table: Table = document.add_table(0, len(widths), style="Table Grid")
    _fix(table, widths)
    return table


def _fix(table: Table, widths: Sequence[Length]) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _no_break(properties: BaseOxmlElement) -> None:
    _add(properties, "w:cantSplit")


def header_row(table: Table, texts: Sequence[str], *, italic: bool = False) -> None:
    """A row that is repeated at the top of each page."""
    row(table, texts, (CENTRE,) * len(texts), bold=not italic, italic=italic)
    _add(table.rows[-1]._tr.get_or_add_trPr(), "w:tblHeader")


def row(
    table: Table,
    texts: Sequence[str],
    aligns: Sequence[WD_ALIGN_PARAGRAPH],
    *,
    bold: bool = False,
    italic: bool = False,
    keep: bool = False,
) -> None:
    """A row that does not break over pages; `keep` holds it on the page of the next one."""
    cells = table.add_row().cells  # type: ignore[no-untyped-call]
    _no_break(table.rows[-1]._tr.get_or_add_trPr())
    for cell, column, text, align in zip(cells, table.columns, texts, aligns, strict=True):
        cell.width = column.width or cell.width
        write(cell.paragraphs[0], text, bold=bold, italic=italic, align=align)
        layout = cell.paragraphs[0].paragraph_format
        layout.space_after = Pt(2)
        if keep:
            layout.keep_with_next = True
