"""Both forms as DOCX: paper, margins, font, sizes, columns and exact wording, read from the document's XML."""

import io
import re
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.unit.documents.samples import CRITERIA, IDENTITY, MAU_01, MAU_02, mau_01
from tests.unit.documents.test_pdf import vietnamese_letters
from thuocdo.documents.model import FormData
from thuocdo.documents.word import to_docx

FORMS = pytest.mark.parametrize("form", [MAU_01, MAU_02], ids=["mau-01", "mau-02"])


def opened(form: FormData) -> Any:
    return docx.Document(io.BytesIO(to_docx(form)))


def all_text(document: Any) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p")))


def paragraphs(document: Any, text: str) -> list[Any]:
    return [p for p in document.element.body.iter(qn("w:p"))
            if "".join(t.text or "" for t in p.iter(qn("w:t"))) == text]


@FORMS
def test_paper_margins_and_page_number(form: FormData) -> None:
    section = opened(form).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins] == [20, 20, 30, 20]
    assert section.different_first_page_header_footer
    assert "".join(p.text for p in section.first_page_header.paragraphs) == ""
    number = section.header.paragraphs[0]
    assert number._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
    assert number.alignment == 1
    assert section.header_distance.mm < 20


@FORMS
def test_only_times_new_roman_black_and_vietnamese(form: FormData) -> None:
    document = opened(form)
    body = document.element.body.xml
    assert "w:rFonts" not in body
    assert "w:color " not in re.sub(r'w:color w:val="000000"', "", body)
    for name, size in (("Normal", 13), ("Heading 1", 14), ("Heading 2", 13), ("Header", 13)):
        style = document.styles[name]
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{s}")) for s in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
        assert not [key for key in fonts.keys() if "Theme" in key]  # noqa: SIM118
        assert style.font.size.pt == size
        assert str(style.font.color.rgb) == "000000"
        assert style.element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    sizes = {int(s.get(qn("w:val"))) / 2 for s in document.element.body.iter(qn("w:sz"))
             if s.getparent().tag == qn("w:rPr")}
    assert sizes <= {9, 11, 12, 13}
    used = {style.get(qn("w:val")) for style in document.element.body.iter(qn("w:pStyle"))}
    assert used <= {"Heading1", "Heading2"}


@FORMS
def test_head_of_the_decree(form: FormData) -> None:
    document = opened(form)
    for text, size in ((form.head.national_name, 24), (form.head.motto, 26), (form.head.agency.upper(), 24)):
        (paragraph,) = paragraphs(document, text)
        assert paragraph.find(f".//{qn('w:sz')}").get(qn("w:val")) == str(size)
        assert paragraph.find(f".//{qn('w:b')}") is not None
    title = next(p for p in document.paragraphs if p.text == form.title)
    assert (title.style.name, title.alignment) == ("Heading 1", 1)
    assert document.core_properties.title == form.title
    assert document.core_properties.language == "vi-VN"


def test_table_of_marks_is_the_annex() -> None:
    table = opened(MAU_01).tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["TT", "Tiêu chí chấm điểm", "Điểm tối đa", "Điểm do cá nhân tự chấm"]
    assert rows[1] == ["(1)", "(2)", "(3)", "(4)"]
    assert rows[2:] == [list(row[1:]) for row in CRITERIA]
    assert [r._tr.trPr.find(qn("w:tblHeader")) is not None for r in table.rows][:3] == [True, True, False]
    assert all(r._tr.trPr.find(qn("w:cantSplit")) is not None for r in table.rows)
    assert {row.cells[i].paragraphs[0].alignment for row in table.rows[2:] for i in (2, 3)} == {2}
    kept = [r.cells[1].paragraphs[0].paragraph_format.keep_with_next is True for r in table.rows[2:]]
    assert kept == [row[0] == "group" for row in CRITERIA]
    widths = [round(cell.width.mm) for cell in table.rows[5].cells]
    assert sum(widths) == 160


def test_year_table_and_boxes() -> None:
    document = opened(MAU_02)
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert rows[0] == ["Tháng", "Tổng điểm theo dõi, đánh giá", "Ghi chú"]
    assert [row[0] for row in rows[1:]] == [*(str(n) for n in range(1, 13)), "Tổng điểm trung bình cả năm"]
    boxes = [cell.text for table in document.tables[2:4] for row in table.rows for cell in row.cells]
    assert boxes == [f"☐ {box.label}" for box in MAU_02.self_boxes] * 2
    assert MAU_02.remark in all_text(document)


@FORMS
def test_wording_and_signatures(form: FormData) -> None:
    document = opened(form)
    text = all_text(document)
    assert [h.text for h in document.paragraphs if h.style.name == "Heading 2"] == (
        [MAU_01.marks_heading, MAU_01.summary_heading] if form is MAU_01 else
        [MAU_02.months_heading, MAU_02.self_heading, MAU_02.decision_heading, MAU_02.remedy_heading])
    for line in form.identity:
        assert f"{line.label}: {line.value}\n" in text
    signing = [cell.text.split("\n") for cell in document.tables[-1].rows[0].cells]
    assert [lines[1] for lines in signing] == [s.title for s in form.signatures]
    assert all(lines[0] == "…………, ngày …… tháng …… năm ………" for lines in signing)
    assert document.tables[-1].rows[0]._tr.trPr.find(qn("w:cantSplit")) is not None


def test_points_and_comments_in_order() -> None:
    text = all_text(opened(MAU_01))
    lines = [f"{line.label}: {line.value}" for line in MAU_01.points]
    lines += [f"{line.label}:\n{line.value}" for line in MAU_01.comments]
    places = [text.index(line) for line in lines]
    assert places == sorted(places)


def test_letters_and_signs_survive() -> None:
    letters = vietnamese_letters()
    text = all_text(opened(mau_01(comment=f"{letters}\nDòng hai <&> \x00\x0b😀")))
    assert letters in text
    assert "Dòng hai <&> 😀" in text


def test_the_signatures_are_kept_with_the_text_before() -> None:
    document = opened(MAU_01)
    signature = document.tables[-1]._tbl
    before = signature.getprevious()
    assert before.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None


def test_borders_stand_where_the_schema_wants_them() -> None:
    order = ["pStyle", "keepNext", "pBdr", "spacing", "ind", "jc"]
    paragraphs = opened(MAU_02).element.body.iter(qn("w:pPr"))
    found = [[child.tag.partition("}")[2] for child in properties] for properties in paragraphs]
    assert any("pBdr" in one for one in found)
    assert [one for one in found if one != sorted(one, key=order.index)] == []


def test_nothing_of_the_maker_is_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(MAU_01))) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert "python-docx" not in core
    assert IDENTITY[0].value not in core
