"""One cell: accepted forms, and a refusal that says what to do for each wrong one."""

from datetime import date, datetime, time

import pytest

from thuocdo.intake import cells
from thuocdo.intake.workbook import text_of
from thuocdo.kernel.errors import Refusal


@pytest.mark.parametrize("typed", ["30/10/2026", "30-10-2026", "30102026"])
def test_accepted_days(typed):
    assert cells.day(typed, "Từ ngày") == date(2026, 10, 30)


def test_day_comes_before_month():
    assert cells.day("02/03/2026", "Từ ngày") == date(2026, 3, 2)
    assert cells.day("29/02/2028", "Từ ngày") == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("31/02/2026", "có 28 ngày"), ("29/02/2027", "có 28 ngày"), ("31/04/2026", "có 30 ngày"),
     ("00/04/2026", "có 30 ngày"), ("1/1/26", "bốn chữ số"), ("01/01/026", "bốn chữ số"),
     ("10/30/2026", "tháng trước ngày"), ("01/13/2026", "tháng trước ngày"), ("2026-10-30", "năm trước"),
     ("46325", "dạng số"), ("1102026", "7 chữ số"), ("01/01/2569", "ngoài khoảng"), ("01/01/1900", "ngoài "
         "khoảng"),
     ("30.10.2026", "không hiểu"), ("30/10-2026", "không hiểu"), ("hôm nay", "không hiểu"),
     ("30/10/2026 08:00:00", "không hiểu"), ("٣٠/١٠/٢٠٢٦", "không hiểu")],
)
def test_refused_days(typed, reason):
    with pytest.raises(Refusal) as refused:
        cells.day(typed, "Từ ngày")
    assert reason in refused.value.message
    assert "Hãy" in refused.value.message


def test_months():
    assert cells.month("03/2026", "Tháng") == cells.month("3/2026", "Tháng") == date(2026, 3, 1)
    assert cells.month(text_of(datetime.combine(date(2026, 3, 1), time())), "Tháng") == date(2026, 3, 1)
    for typed in ("13/2026", "03/26", "2026", "15/03/2026", "tháng 3"):
        with pytest.raises(Refusal):
            cells.month(typed, "Tháng")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Đặng \u200b Thị  Mười ", "Đặng Thị Mười"),
        ("Ðinh", "Đinh"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        (9.0, "9"),
        (9.5, "9.5"),
        (12, "12"),
        (True, "có"),
        (datetime.combine(date(2026, 10, 30), time()), "30/10/2026"),
        (date(2026, 1, 2), "02/01/2026"),
        ("", ""),
        ("0012", "0012"),
    ],
)
def test_cells_become_texts(cell, text):
    assert text_of(cell) == text


def test_a_binary_fraction_that_is_not_what_was_meant_is_refused_not_rounded():
    assert cells.points(text_of(9.5), "Hệ số") == 950
    with pytest.raises(Refusal):
        cells.points(text_of(0.1 + 0.2), "Hệ số")


@pytest.mark.parametrize("typed", ["NguyÔn V¨n An", "Nguyeãn Vaên An", "Ñoã Thò Hoa", "TrÇn ThÞ "
    "B×nh", "#REF!"])
def test_text_of_old_fonts_and_failed_formulas_is_refused(typed):
    with pytest.raises(Refusal):
        cells.text(200)(typed, "Chức vụ")


@pytest.mark.parametrize(
    "typed",
    ["Nguyễn Thị Hồng Ngọc", "Đoàn Văn Tuấn", "Hoà", "Thuý Loan", "Quách Ngọc Khuê", "Lý Oánh", "Trần Ước",
     "Phạm Quỳnh Giao", "Bùi Xuân Ái", "H'Hen Niê", "Kpă Thuận", "Hoàng Khuyên", "Đặng Yến Oanh", "Lê Ngoãn"],
)
def test_vietnamese_names_are_not_taken_for_old_fonts(typed):
    assert cells.name(typed, "Họ và tên") == typed


def test_choices_do_not_mind_marks_and_capitals():
    read = cells.choice({"công chức": "civil_servant", "viên chức": "public_employee"})
    assert read("Công Chức", "Đối tượng") == read("cong chuc", "Đối tượng") == "civil_servant"
    with pytest.raises(Refusal, match="một trong"):
        read("cán sự", "Đối tượng")
    many = cells.choices({"cán bộ tổ chức": "officer", "kiểm tra": "inspector"})
    assert many("kiểm tra; cán bộ tổ chức; kiểm tra", "Vai trò") == ("inspector", "officer")
