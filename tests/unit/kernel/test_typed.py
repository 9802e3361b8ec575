"""Numbers that people type: one written rule, nothing clamped, every refusal says what to do."""

import pytest

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.typed import MOST_SAID, format_points, parse_each, parse_points, text_from


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [("9", 900), ("9,5", 950), ("9.5", 950), ("9,25", 925), (" 9,5 ", 950), ("0", 0), ("09", 900),
     ("30", 3000), ("0,05", 5), ("1000", 100000)],
)
def test_accepted(typed, hundredths):
    assert parse_points(typed) == hundredths


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("-1", "số âm"),
        ("−1", "số âm"),
        ("", "chưa nhập"),
        ("   ", "chưa nhập"),
        ("NaN", "không phải là số"),
        ("sNaN", "không phải là số"),
        ("Infinity", "không phải là số"),
        ("inf", "không phải là số"),
        ("1e3", "số mũ"),
        ("1e400", "số mũ"),
        ("1.000", "hàng nghìn"),
        ("1,000", "hàng nghìn"),
        ("1 000", "hàng nghìn"),
        ("1.000.000", "hàng nghìn"),
        ("30.5555", "hai chữ số thập phân"),
        ("30.555", "ba chữ số thập phân"),
        ("0.0001", "hai chữ số thập phân"),
        ("９", "0–9"),
        ("９，５", "0–9"),
        ("٩", "0–9"),
        ("9，5", "0–9"),
        ("²", "0–9"),
        ("9,", "viết đúng cách"),
        (",5", "viết đúng cách"),
        ("+9", "viết đúng cách"),
        ("chín", "viết đúng cách"),
        ("9/2", "viết đúng cách"),
        ("9\n5", "viết đúng cách"),
    ],
)
def test_refused_with_the_reason(typed, reason):
    with pytest.raises(Refusal) as refused:
        parse_points(typed, label="Đạo đức")
    assert reason in refused.value.message
    assert refused.value.message.startswith("Đạo đức: ")
    assert "Hãy" in refused.value.message


def test_above_the_maximum_is_refused_not_clamped():
    assert parse_points("30", 3000) == 3000
    with pytest.raises(Refusal) as refused:
        parse_points("30.5", 3000, label="Tiêu chí chung")
    assert "30.5" in refused.value.message
    assert "từ 0 đến 30" in refused.value.message


@pytest.mark.parametrize("typed", ["99999999", "999999999999", "1" * 60])
def test_too_large_for_the_database_is_refused(typed):
    with pytest.raises(Refusal):
        parse_points(typed)


@pytest.mark.parametrize("hundredths", [0, 5, 10, 99, 100, 925, 950, 3000, 123456])
def test_what_is_shown_can_be_typed_again(hundredths):
    assert parse_points(format_points(hundredths)) == hundredths


@pytest.mark.parametrize(
    ("typed", "lines", "text"), [("  một \n hai  ", False, "một hai"), (" một \r\n\n\n\n hai ", True, "một\n\nhai")]
)
def test_texts_are_cleaned(typed: str, lines: bool, text: str) -> None:
    assert text_from(typed, "Lý do", "reason", 20, lines=lines) == text


@pytest.mark.parametrize(
    ("typed", "code", "words"), [(" ", "text.empty", "chưa nhập"), ("dài quá", "text.long", "dài 7")]
)
def test_texts_missing_or_too_long_are_refused_with_the_field(typed: str, code: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        text_from(typed, "Lý do", "reason", 5)
    assert (refused.value.code, refused.value.field) == (code, "reason")
    assert refused.value.message.startswith(f"Lý do: {words}")


def test_a_text_that_may_be_empty_and_hundredths_below_nothing() -> None:
    assert text_from("", "Ghi chú", needed=False) == ""
    assert (format_points(-5), format_points(-250), format_points(0)) == ("-0,05", "-2,5", "0")


@pytest.mark.parametrize("typed", ["1, 1", "a", "1;", "0x1", f"{MOST_SAID + 1}x1", "-1", "1.5"])
def test_what_is_said_of_single_products_is_refused_where_it_is_no_list_of_whole_numbers(typed):
    with pytest.raises(Refusal, match="Lần chậm: hãy ghi số lần của từng sản phẩm"):
        parse_each(typed, label="Lần chậm")
