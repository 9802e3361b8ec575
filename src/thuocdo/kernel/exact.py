"""Exact numbers: reading decimals from text, fractions, rounding, and Vietnamese display.

Nothing here uses a binary float. A number that cannot be read exactly is refused, never rounded.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

MAX_WHOLE_DIGITS = 9
MAX_FRACTION_TEXT = 600
_PLAIN = re.compile(r"(?P<whole>[0-9]{1,40})(?:\.(?P<part>[0-9]{1,60}))?", re.ASCII)
_RATIO = re.compile(r"(?P<num>-?[0-9]+)/(?P<den>[0-9]+)", re.ASCII)


class ExactError(ValueError):
    """A text that is not an exact number in the accepted form; the message is Vietnamese."""


def parse_decimal(value: object, *, places: int = 2, maximum: Decimal | int | None = None) -> Decimal:
    """A non-negative decimal with at most `places` decimals, read exactly.

    Accepts int, Decimal, and text of ASCII digits with at most one dot. Raises `ExactError` for
    anything else: floats, booleans, signs, exponents, NaN, infinity, full-width digits, a comma.

    >>> parse_decimal("4.50")
    Decimal('4.5')
    >>> parse_decimal("4.505")
    Traceback (most recent call last):
    thuocdo.kernel.exact.ExactError: có 3 chữ số thập phân, chỉ được tối đa 2
    """
    text = _plain_text(value)
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise ExactError(f"“{text[:40]}” không phải số viết dạng thường (ví dụ 4 hoặc 4.5), không âm")
    whole, part = match["whole"].lstrip("0") or "0", match["part"] or ""
    if len(part) > places:
        raise ExactError(f"có {len(part)} chữ số thập phân, chỉ được tối đa {places}")
    if len(whole) > MAX_WHOLE_DIGITS:
        raise ExactError(f"quá lớn: phần nguyên chỉ được tối đa {MAX_WHOLE_DIGITS} chữ số")
    trimmed = part.rstrip("0")
    number = Decimal(f"{whole}.{trimmed}" if trimmed else whole)
    if maximum is not None and number > maximum:
        raise ExactError(f"{decimal_vi(Fraction(number))} lớn hơn mức tối đa {decimal_vi(Fraction(maximum))}")
    return number


def _plain_text(value: object) -> str:
    if isinstance(value, (bool, float)):
        raise ExactError("phải là số viết chính xác, không phải giá trị đúng/sai hay số dấu phẩy động")
    if isinstance(value, int):
        if abs(value) >= 10**18:
            raise ExactError(f"quá lớn: phần nguyên chỉ được tối đa {MAX_WHOLE_DIGITS} chữ số")
        return str(value)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or exponent > 0 or exponent < -60:
            raise ExactError("không nhận NaN, vô cực hay số viết có số mũ")
        return format(value, "f")
    if isinstance(value, str):
        return value.strip(" ")
    raise ExactError("phải là một số")


def parse_user_decimal(text: str, *, places: int = 2, maximum: Decimal | int | None = None) -> Decimal:
    """What a person types into a field: like `parse_decimal`, and one comma may stand for the dot.

    A dot is always the decimal mark, so "1.000" has three decimals and is refused where two are
    allowed: it is never read as one thousand.

    >>> parse_user_decimal("9,5") == parse_user_decimal("9.5")
    True
    """
    cleaned = text.strip(" ")
    if cleaned == "":
        raise ExactError("chưa nhập số")
    if cleaned.count(",") + cleaned.count(".") > 1:
        raise ExactError("chỉ dùng một dấu phẩy thập phân, không dùng dấu phân cách hàng nghìn")
    if _PLAIN.fullmatch(cleaned.replace(",", ".")) is None:
        raise ExactError(f"“{cleaned[:40]}” không phải số viết dạng thường (ví dụ 4 hoặc 4,5), không âm")
    return parse_decimal(cleaned.replace(",", "."), places=places, maximum=maximum)


def scaled(value: Decimal, places: int = 2) -> int:
    """The decimal as an integer count of its last place (hundredths by default); refuses a remainder.

    >>> scaled(Decimal("4.25"))
    425
    """
    numerator, denominator = value.as_integer_ratio()
    number, rest = divmod(numerator * int(10**places), denominator)
    if rest:
        raise ExactError(f"có nhiều hơn {places} chữ số thập phân")
    return number


def parse_fraction(value: object) -> Fraction:
    """A score written as a decimal ("85.25", 85) or as an exact fraction ("1023/12").

    >>> parse_fraction("1023/12")
    Fraction(341, 4)
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        text = value.strip(" ")
        if len(text) > MAX_FRACTION_TEXT:
            raise ExactError(f"dài quá {MAX_FRACTION_TEXT} ký tự")
        match = _RATIO.fullmatch(text)
        if match is not None:
            if int(match["den"]) == 0:
                raise ExactError("mẫu số bằng 0")
            return Fraction(int(match["num"]), int(match["den"]))
    return Fraction(parse_decimal(value, places=20))


def fraction_text(value: Fraction) -> str:
    """The exact fraction in lowest terms, always as numerator/denominator.

    >>> fraction_text(Fraction(85))
    '85/1'
    """
    return f"{value.numerator}/{value.denominator}"


def is_terminating(value: Fraction, places: int = 8) -> bool:
    """Whether the fraction is a decimal of at most `places` places."""
    return int(10**places) % value.denominator == 0


def decimal_text(value: Fraction, *, places: int = 4) -> str:
    """Plain decimal with a dot: exact where it ends within 8 places, otherwise cut (never rounded up).

    Cutting means that a displayed number is never at a bound which the exact number does not reach.

    >>> decimal_text(Fraction(341, 4)), decimal_text(Fraction(200, 3))
    ('85.25', '66.6666')
    """
    exact = is_terminating(value)
    digits = 8 if exact else places
    sign = "-" if value.numerator < 0 else ""
    units = abs(value.numerator) * 10**digits // value.denominator
    whole, part = divmod(units, 10**digits)
    tail = f"{part:0{digits}d}"
    tail = tail.rstrip("0") if exact else tail
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def decimal_vi(value: Fraction | Decimal | int, *, places: int = 4) -> str:
    """Decimal for Vietnamese readers: a comma, and an ellipsis where the number was cut.

    >>> decimal_vi(Fraction(341, 4)), decimal_vi(Fraction(200, 3)), decimal_vi(Decimal("1.50"))
    ('85,25', '66,6666…', '1,5')
    """
    number = Fraction(value)
    text = decimal_text(number, places=places).replace(".", ",")
    return text if is_terminating(number) else text + "…"


def exact_vi(value: Fraction) -> str:
    """Exact text for Vietnamese readers: a decimal where it ends, otherwise the fraction.

    >>> exact_vi(Fraction(9, 2)), exact_vi(Fraction(200, 3))
    ('4,5', '200/3')
    """
    return decimal_vi(value) if is_terminating(value) else fraction_text(value)


def full_vi(value: Fraction) -> str:
    """Exact text, with the decimal beside a fraction that does not end.

    >>> full_vi(Fraction(9, 2)), full_vi(Fraction(200, 3))
    ('4,5', '200/3 (≈ 66,6666…)')
    """
    return exact_vi(value) if is_terminating(value) else f"{exact_vi(value)} (≈ {decimal_vi(value)})"


def round_half_up(value: Fraction, places: int) -> Fraction:
    """The one rounding primitive: to `places` decimals, halves away from zero upwards.

    >>> round_half_up(Fraction("69.995"), 2)
    Fraction(70, 1)
    """
    unit = 10**places
    return Fraction((2 * value.numerator * unit + value.denominator) // (2 * value.denominator), unit)
