"""Numbers, symbols and signing forms of papers."""

import pytest

from thuocdo.decisions import rules
from thuocdo.kernel.errors import Refusal


@pytest.mark.parametrize(("typed", "kept"), [("7", "7"), (" 007 ", "7"), ("12A", "12a"), ("100", "100")])
def test_a_number_is_kept_without_leading_zeros(typed: str, kept: str) -> None:
    assert rules.number_from(typed) == kept


@pytest.mark.parametrize("typed", ["", "0", "00", "mười", "7/QĐ", "1234567", "٧"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="văn thư"):
        rules.number_from(typed)


@pytest.mark.parametrize("typed", ["QĐ-UBND", "tb-snv", "QĐ/UBND"])
def test_symbols(typed: str) -> None:
    assert rules.symbol_from(typed) == typed.upper()


@pytest.mark.parametrize("typed", ["", "Q", "QĐ UBND", "<b>", "A" * 40])
def test_what_is_no_symbol_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="Ký hiệu"):
        rules.symbol_from(typed)


@pytest.mark.parametrize(
    ("form", "behalf", "head", "deputy", "fits"),
    [
        ("own", "", True, False, True),
        ("own", "", False, True, False),
        ("tm", "Ủy ban nhân dân", True, False, True),
        ("tm", "", True, False, False),
        ("kt", "Chủ tịch", False, True, True),
        ("kt", "Chủ tịch", True, False, False),
        ("tl", "Chủ tịch", False, False, True),
        ("tuq", "Chủ tịch", False, False, True),
        ("tuq", "", False, False, False),
        ("q", "", True, False, True),
        ("", "", True, False, False),
    ],
)
def test_who_signs_how(form: str, behalf: str, head: bool, deputy: bool, fits: bool) -> None:
    if fits:
        rules.check_signing(form, behalf, is_head=head, is_deputy=deputy)
        return
    with pytest.raises(Refusal):
        rules.check_signing(form, behalf, is_head=head, is_deputy=deputy)


def test_every_form_is_explained_and_written() -> None:
    assert rules.SIGNING_WORDS.keys() - {"own"} == rules.PREFIX.keys()
    assert rules.signing_lines("tm", "Ủy ban nhân dân", "Chủ tịch") == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
