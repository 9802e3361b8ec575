"""Exact numbers: what is read, what is refused, and how numbers are shown."""

from decimal import Decimal
from fractions import Fraction

import pytest

from thuocdo.kernel import exact


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("9.5", "9.5"),
        ("0", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
        (5, "5"),
        (Decimal("2.50"), "2.5"),
        (" 3 ", "3"),
    ],
)
def test_plain_decimals_are_read_exactly(given: object, value: str) -> None:
    assert exact.parse_decimal(given) == Decimal(value)


@pytest.mark.parametrize(
    "given",
    [
        "-1", "+1", "1e2", "NaN", "inf", "", "９", "1,5", "1_0", "0x1", ".5", "5.", "1.234", "1" * 10,
        9.5, True, None,
        [], Decimal("NaN"), Decimal("Infinity"), Decimal("1E+3"), Decimal("-1"), Decimal("1E-100"), 10**18,
        -5,
    ],
)  # fmt: skip
def test_anything_else_is_refused(given: object) -> None:
    with pytest.raises(exact.ExactError):
        exact.parse_decimal(given)


def test_a_maximum_is_named_in_the_refusal() -> None:
    with pytest.raises(exact.ExactError, match="30,5 lớn hơn mức tối đa 30"):
        exact.parse_decimal("30.5", maximum=30)


@pytest.mark.parametrize(("typed", "value"), [("9,5", "9.5"), ("9.5", "9.5"), (" 12 ", "12")])
def test_a_person_may_type_one_comma_or_one_dot(typed: str, value: str) -> None:
    assert exact.parse_user_decimal(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "  ", "1.000", "1.000,5", "1,000.5", "９", "-1", "NaN", "9;5"])
def test_a_typed_thousand_is_never_guessed(typed: str) -> None:
    with pytest.raises(exact.ExactError):
        exact.parse_user_decimal(typed)


def test_fractions_are_read_from_both_forms() -> None:
    assert exact.parse_fraction("1023/12") == Fraction(1023, 12)
    assert exact.parse_fraction("85.25") == Fraction(341, 4)
    assert exact.parse_fraction(Fraction(1, 3)) == Fraction(1, 3)
    for wrong in ("1/0", "a/b", "1/2/3", "9" * 601, 1.5):
        with pytest.raises(exact.ExactError):
            exact.parse_fraction(wrong)


def test_scaling_refuses_a_remainder() -> None:
    assert exact.scaled(Decimal("4.25")) == 425
    assert exact.scaled(Decimal("4.5"), 1) == 45
    with pytest.raises(exact.ExactError):
        exact.scaled(Decimal("4.255"))


def test_a_shown_number_never_reaches_a_bound_that_the_exact_one_misses() -> None:
    below = Fraction(90) - Fraction(1, 10**9 + 7)
    assert exact.decimal_text(below) == "89.9999"
    assert exact.decimal_vi(below) == "89,9999…"
    assert exact.decimal_text(Fraction("69.995")) == "69.995"
    assert exact.decimal_text(Fraction(-5, 4)) == "-1.25"
    assert exact.decimal_text(Fraction(7)) == "7"


def test_exact_text_is_a_decimal_where_it_ends() -> None:
    assert exact.exact_vi(Fraction(9, 2)) == "4,5"
    assert exact.exact_vi(Fraction(200, 3)) == "200/3"
    assert exact.fraction_text(Fraction(85)) == "85/1"


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("69.995", 2, "70"),
        ("69.9949999", 2, "69.99"),
        ("49.995", 2, "50"),
        ("0.5", 0, "1"),
        ("2.45", 1, "2.5"),
    ],
)
def test_halves_go_up(value: str, places: int, rounded: str) -> None:
    assert exact.round_half_up(Fraction(value), places) == Fraction(rounded)
