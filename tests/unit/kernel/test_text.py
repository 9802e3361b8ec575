"""Vietnamese text has one form, is found without marks, and names sort by the given name."""

from random import Random

import pytest

from thuocdo.kernel.text import LONGEST_WORD, asked_words, clean, clean_lines, fold, search_words, sort_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn   Văn\tAn ", "Nguyễn Văn An"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Tra\u0302\u0300n\u200b \ufeffAn\u00ad", "Trần An"),
        ("\u00d0ỗ \u0189ình \u0256ức \u00f0ộ", "Đỗ Đình đức độ"),
        ("hai\ndòng", "hai dòng"),
        ("", ""),
    ],
)
def test_one_line(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_lines_stay_lines() -> None:
    assert clean_lines("  a  b \r\n\r\n\r\n\r\nc\rd\n\n") == "a b\n\nc\nd"


def test_search_without_marks() -> None:
    assert fold("ĐẶNG  Thị Mười") == fold("đặng thị mười") == "dang thi muoi"
    assert fold("Ngưỡng") == fold("Nguong") == "nguong"


def test_names_sort_by_given_name_letter_and_tone() -> None:
    by_given = ["Trần An", "Vũ Thị An", "Lê Ăn", "Lê Ân", "Lê Bình", "Lê Dung", "Lê Đung", "Đỗ Ê", "Lê Ơn", "Lê Ưng"]
    by_tone = ["Lê Ma", "Lê Mà", "Lê Mả", "Lê Mã", "Lê Má", "Lê Mạ"]
    by_number = ["Tổ 1", "Tổ 2", "Tổ 9"]
    for names in (by_given, by_tone, by_number):
        mixed = list(names)
        Random(3).shuffle(mixed)
        assert sorted(mixed, key=sort_key) == names


def test_an_empty_name_comes_first_and_signs_have_a_place() -> None:
    assert sorted(["Lê An", ""], key=sort_key) == ["", "Lê An"]
    assert sort_key("O’Brien") != sort_key("OBrien")


@pytest.mark.parametrize(
    "typed", ["Đặng Thị", "dang thi", "ĐẶNG THỊ", "\u00d0a\u0323\u0306ng  Thi\u0323", "dang_thi", "dang, thi."]
)
def test_words_asked_for_have_no_marks_and_no_signs(typed: str) -> None:
    assert asked_words(typed) == ("dang", "thi")


def test_a_code_is_found_with_its_signs_and_without() -> None:
    kept = search_words("Quyết định", "15/QĐ-SNV", "15/QĐ-SNV").split(" ")
    assert kept == ["quyet", "dinh", "15", "qd", "snv", "15qdsnv"]
    for typed in ("15/qđ-snv", "15 QĐ SNV", "15qdsnv", "15/QD"):
        assert all(any(word.startswith(asked) for word in kept) for asked in asked_words(typed))


def test_nothing_to_find_gives_no_words() -> None:
    assert (search_words("", " - ", "_"), asked_words(" %_' \\ ")) == ("", ())
    assert search_words("a" * 500) == "a" * LONGEST_WORD == asked_words("a" * 500)[0]
