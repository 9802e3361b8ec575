"""Both forms as PDF, read back: letters, fonts, paper, margins, sizes, page numbers, long texts, speed."""

import random
import time
import unicodedata
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tests.unit.documents.reading import MM, Piece, fonts, pieces, reader, text_of
from tests.unit.documents.samples import COMMENT, IDENTITY, MAU_01, MAU_02, mau_01
from thuocdo.documents import fonts as font_module
from thuocdo.documents.fonts import form_fonts, printable
from thuocdo.documents.model import FormData, Line
from thuocdo.documents.render import to_pdf
from thuocdo.kernel.errors import Refusal

LONG_POSITION = ("Phó Chủ tịch Ủy ban nhân dân phường kiêm Giám đốc Trung tâm Phục vụ hành chính công, phụ trách "
                 "văn hóa, giáo dục, y tế, lao động, thương binh và xã hội, tôn giáo, dân tộc, thi đua khen thưởng, "
                 "cải cách hành chính, chuyển đổi số và công tác phối hợp với Ủy ban Mặt trận Tổ quốc Việt Nam phường "
                 "trong nhiệm kỳ hai nghìn không trăm hai mươi lăm đến hai nghìn không trăm ba mươi")
LONG_AGENCY = "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường Văn Miếu - Quốc Tử Giám, thành phố Hà Nội"
LONGEST_NAME = "Công Tằng Tôn Nữ Nguyễn Phước Hoàng Phương Quỳnh Trường Nghiêng Thượng Khuyến"
LONG_COMMENT = (COMMENT + " ") * 16
FORMS = (MAU_01, MAU_02, mau_01(name=LONGEST_NAME, agency=LONG_AGENCY, position=LONG_POSITION,
                                comment=LONG_COMMENT[:3000]))
SIGN_TITLES = {"CÔNG CHỨC TỰ ĐÁNH GIÁ", "CÔNG CHỨC TỰ XẾP LOẠI"}


def vietnamese_letters() -> str:
    """The 134 letters beyond plain Latin: vowels with shape and tone, and đ, in both cases."""
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones} | {"đ"}
    special = sorted(letters - set("aeiouy"))
    return "".join(special) + "".join(special).upper()


def body(found: list[Piece]) -> list[Piece]:
    """Pieces without the page number in the top margin."""
    return [p for p in found if p.top > 18]


@pytest.mark.parametrize("form", FORMS, ids=["mau-01", "mau-02", "long"])
def test_paper_margins_and_fonts(form: FormData) -> None:
    pdf = to_pdf(form)
    for page in reader(pdf).pages:
        assert [round(float(v) / MM) for v in page.mediabox] == [0, 0, 210, 297]
    assert set(fonts(pdf)) <= {"Tinos", "Tinos-Bold", "Tinos-Italic"}
    assert all(fonts(pdf).values())
    found = body(pieces(pdf))
    assert min(p.left for p in found) == pytest.approx(30, abs=0.1)
    assert max(p.right for p in found) <= 190.1
    assert min(p.top - p.size / MM for p in found) >= 18
    assert max(p.top for p in found) <= 277
    assert {p.size for p in found} <= {9, 11, 12, 13, 14}


@pytest.mark.parametrize("form", FORMS, ids=["mau-01", "mau-02", "long"])
def test_page_number_in_the_top_margin_but_not_on_page_one(form: FormData) -> None:
    found = pieces(to_pdf(form))
    numbers = [p for p in found if p.top <= 18]
    assert [p.text for p in numbers] == [str(n) for n in range(2, found[-1].page + 2)]
    for piece in numbers:
        assert piece.page + 1 == int(piece.text)
        assert (piece.left + piece.right) / 2 == pytest.approx(110, abs=1)
        assert piece.size in (13, 14)


@pytest.mark.parametrize("form", FORMS, ids=["mau-01", "mau-02", "long"])
def test_head_sizes_of_the_decree(form: FormData) -> None:
    found = {p.text: p for p in pieces(to_pdf(form))}
    nation, motto, title = (found[t] for t in (form.head.national_name, form.head.motto, form.title))
    assert (nation.size, nation.bold) == (12, True)
    assert (motto.size, motto.bold) == (13, True)
    assert (title.size, title.bold) == (14, True)
    assert (title.left + title.right) / 2 == pytest.approx(110, abs=0.6)
    assert nation.left > 90


def test_every_vietnamese_letter_survives() -> None:
    letters = vietnamese_letters()
    assert len(letters) == 134
    text = text_of(to_pdf(mau_01(comment=" ".join(letters))))
    assert [c for c in letters if c not in text] == []
    assert " ".join(letters) in text
    assert printable(letters) == letters


def test_prescribed_wording_is_printed_whole() -> None:
    for form in (MAU_01, MAU_02):
        text = text_of(to_pdf(form))
        wanted = [form.title, form.under_title, form.head.motto, *(s.title for s in form.signatures)]
        wanted += [f"{line.label}: {line.value}" for line in form.identity]
        assert [item for item in wanted if item not in text] == []
    text = text_of(to_pdf(MAU_01))
    labels = [MAU_01.marks_heading, MAU_01.summary_heading, *(line.label for line in MAU_01.points + MAU_01.comments)]
    labels += [row.label for row in MAU_01.rows] + ["3. Tổng điểm theo dõi, đánh giá công chức: 89,95"]
    assert [item for item in labels if item not in text] == []


def test_numbers_stand_right_in_their_columns() -> None:
    found = pieces(to_pdf(MAU_01))
    maxima = {round(p.left, 1) for p in found if p.text == "2,5" and p.left < 165}
    marks = {round(p.left, 1) for p in found if p.text in ("2,5", "1,5", "4,5") and p.left > 165}
    assert maxima == {154.9}
    assert marks == {182.9}


@pytest.mark.parametrize("length", [*range(600, 3001, 200), 2950])
def test_signatures_stay_with_text_whatever_the_length(length: int) -> None:
    found = pieces(to_pdf(mau_01(comment=LONG_COMMENT[:length].strip())))
    titles = SIGN_TITLES & {p.text for p in found}
    assert titles == {"CÔNG CHỨC TỰ ĐÁNH GIÁ"}
    for title in titles:
        sign = next(p for p in found if p.text == title)
        before = [p for p in body(found) if p.page == sign.page and p.top < sign.top - 8]
        assert before, "the signatures stand alone on a page"
        asked = [p for p in found if p.text.startswith("(Ký tên")]
        assert {p.page for p in asked} == {sign.page}


@pytest.mark.parametrize("fill", range(13))
def test_a_group_is_never_the_last_row_of_a_page(fill: int) -> None:
    position = " ".join(["Chuyên viên phụ trách"] * (1 + fill * 3))
    last: dict[int, Piece] = {}
    for piece in body(pieces(to_pdf(mau_01(position=position)))):
        if 30 < piece.left < 41:
            last[piece.page] = piece
    assert all(p.text not in ("I", "II", "III") for p in last.values())


@pytest.mark.long(11)
def test_two_hundred_names_stay_inside_the_margins() -> None:
    chance = random.Random(335)
    family = ("Nguyễn", "Trần", "Phạm Nguyễn", "Tôn Thất", "Công Tằng Tôn Nữ", "Âu Dương", "Đặng Trần", "Nguyễn Phước")
    middle = ("Thị", "Văn", "Hoàng Phương", "Ngọc Quỳnh", "Thượng", "Đức Trường", "Thị Thùy Khánh", "Nghiêm")
    given = ("An", "Nghiêng", "Khuyến", "Trường Giang", "Mười", "Ỷ Lan", "Ướt", "Quỳnh Hương", "Ý")
    names = [" ".join((chance.choice(family), chance.choice(middle), chance.choice(given))) for _ in range(198)]
    for name in (*names, LONGEST_NAME, ("Nghiêng " * 15)[:120].strip()):
        found = pieces(to_pdf(mau_01(name=name, agency=f"Văn phòng {name}")), pages=1)
        assert min(p.left for p in found) >= 29.9
        assert max(p.right for p in found) <= 190.1
        shown = " ".join(p.text for p in found if p.left < 40)
        assert f"Họ và tên: {name}" in shown


def test_words_without_spaces_are_broken_inside_the_margins() -> None:
    address = "https://" + "duong-dan-rat-dai/" * 12
    form = replace(mau_01(comment=address), identity=(IDENTITY[0], Line("Chức vụ, chức danh", "W" * 160), IDENTITY[2]))
    found = pieces(to_pdf(form))
    assert max(p.right for p in found) <= 190.1
    assert address in "".join(p.text for p in found).replace("\u200b", "")


def test_signs_outside_the_font_become_boxes_and_do_not_stop_the_print() -> None:
    assert printable("Tốt 😀 中\x00\x07 ok\ndòng") == "Tốt □ □ ok\ndòng"
    text = text_of(to_pdf(mau_01(comment="Tốt 😀 中 hết")))
    assert "Tốt □ □ hết" in text


def test_tagged_archival_with_title_and_language() -> None:
    pdf = to_pdf(MAU_01)
    root: Any = reader(pdf).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "PHIẾU THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC" in metadata


def test_our_remarks_stand_under_our_own_heading() -> None:
    for form in (MAU_01, MAU_02):
        found = pieces(to_pdf(form))
        small = [p.text for p in found if p.size == 9]
        assert small[0] == "Ghi chú của phần mềm Thước Đo (không thuộc mẫu phiếu):"
        body_text = " ".join(p.text for p in found if p.size > 9)
        assert "chưa phải xếp loại" not in body_text
        assert "Băm" not in body_text
    assert MAU_02.remark in text_of(to_pdf(MAU_02))


def test_texts_that_look_like_markup_are_printed_as_typed() -> None:
    tricky = "#let x = 1 *đậm* $E=mc^2$ \\n <b>a</b> @ref _nghiêng_ \"trích\" `mã`"
    assert tricky in text_of(to_pdf(mau_01(comment=tricky)))


def test_the_same_form_gives_the_same_file() -> None:
    assert to_pdf(MAU_01) == to_pdf(MAU_01)


def test_a_sheet_takes_tens_of_milliseconds() -> None:
    to_pdf(MAU_01)
    used = time.process_time()
    for number in range(20):
        to_pdf(mau_01(name=f"Nguyễn Văn {number}"))
    assert (time.process_time() - used) / 20 < 0.15


def test_without_the_font_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_module, "_system_fonts", list)
    form_fonts.cache_clear()
    try:
        with pytest.raises(Refusal, match="sudo apt-get install fonts-croscore") as refused:
            form_fonts()
    finally:
        form_fonts.cache_clear()
    assert refused.value.code == "font_missing"


def test_columns_do_not_overlap() -> None:
    rows: dict[tuple[int, float], list[Piece]] = defaultdict(list)
    for piece in body(pieces(to_pdf(FORMS[2]))):
        rows[piece.page, round(piece.top, 1)].append(piece)
    for line in rows.values():
        ordered = sorted(line, key=lambda p: p.left)
        assert all(a.right <= b.left + 0.1 for a, b in pairwise(ordered))
