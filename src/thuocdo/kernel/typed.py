"""The written rules for what people type: texts, and numbers (points, coefficients and quantities).

Numbers accepted: ASCII digits, at most two decimals after one comma or one dot, spaces around it trimmed.
Everything else is refused with a Vietnamese sentence; a number is never rounded and never clamped.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean, clean_lines

LARGEST = 999_999_999
MOST_SAID = 9999
_TIMES = re.compile(r"(?:([0-9]{1,4})\s*[xX×]\s*)?([0-9]{1,3})", re.ASCII)
_ACCEPTED = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,\s'][0-9]{3})+(?:[.,][0-9]+)?")
_TOO_PRECISE = re.compile(r"[0-9]+[.,][0-9]{3,}", re.ASCII)
_EXPONENT = re.compile(r"[+-]?[0-9.,]+[eE][+-]?[0-9]+", re.ASCII)


def parse_points(text: str, maximum: int | None = None, *, label: str = "Số") -> int:
    """What was typed, in hundredths. `maximum` is in hundredths too; `label` begins the message.

    Raises Refusal: empty, negative, more than two decimals, a thousands mark, an exponent, NaN,
    digits that are not ASCII, above `maximum`.

    >>> parse_points("9,5"), parse_points(" 9.25 "), parse_points("9")
    (950, 925, 900)
    """
    typed = text.strip()
    match = _ACCEPTED.fullmatch(typed)
    if match is None:
        raise Refusal("number.unreadable", f"{label}: {_why_not(typed)}")
    value = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if maximum is not None and value > maximum:
        raise Refusal(
            "number.too_large",
            f"{label}: “{_shown(typed)}” lớn hơn mức tối đa {format_points(maximum)}. "
            f"Hãy nhập số từ 0 đến {format_points(maximum)}.",
        )
    if value > LARGEST:
        raise Refusal(
            "number.too_large",
            f"{label}: “{_shown(typed)}” quá lớn. Hãy nhập số không quá {format_points(LARGEST)}.",
        )
    return value


def parse_each(text: str, *, label: str) -> tuple[int, ...]:
    """How many times each of some products had, typed as whole numbers with semicolons; () for nothing. `67x1`: 67
    products of 1.

    Raises Refusal: anything else, or more than `MOST_SAID` products.

    >>> parse_each("1; 1;3", label="Lần chậm"), parse_each(" ", label="Lần chậm"), parse_each("3x1; 0", label="Lần")
    ((1, 1, 3), (), (1, 1, 1, 0))
    """
    parts = [_TIMES.fullmatch(part.strip()) for part in text.split(";")] if text.strip() else []
    found = [(int(part[1] or 1), int(part[2])) for part in parts if part]
    if len(found) < len(parts) or not all(many for many, _ in found) or sum(many for many, _ in found) > MOST_SAID:
        raise Refusal(
            "each.unreadable",
            f"{label}: hãy ghi số lần của từng sản phẩm, cách nhau bằng dấu chấm phẩy, ví dụ 1; 1; 3; nhiều sản phẩm "
            f"như nhau thì ghi gọn, ví dụ 67x1 là 67 sản phẩm một lần; không quá {MOST_SAID} sản phẩm.",
        )
    return tuple(times for many, times in found for _ in range(many))


def format_each(each: Sequence[int]) -> str:
    """The same as people read it; more than three alike in a row are counted.

    >>> format_each((1, 1, 3)), format_each(()), format_each([1] * 67 + [3])
    ('1; 1; 3', '', '67x1; 3')
    """
    runs = [(times, len(list(alike))) for times, alike in groupby(each)]
    return "; ".join(f"{many}x{times}" if many > 3 else "; ".join([str(times)] * many) for times, many in runs)


def format_points(hundredths: int) -> str:
    """Hundredths as people read them, without trailing zeros.

    >>> format_points(950), format_points(925), format_points(900), format_points(-5)
    ('9,5', '9,25', '9', '-0,05')
    """
    whole, part = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    return sign + (f"{whole},{part:02d}".rstrip("0") if part else str(whole))


def text_from(
    typed: str, label: str, field: str | None = None, most: int = 1000, *, needed: bool = True, lines: bool = False
) -> str:
    """Clean text of at most `most` characters, on one line unless `lines`. Raises Refusal, with the field.

    >>> text_from("  Lý do\\n khác ", "Lý do"), text_from("", "Ghi chú", needed=False)
    ('Lý do khác', '')
    """
    text = clean_lines(typed) if lines else clean(typed)
    if needed and not text:
        raise Refusal("text.empty", f"{label}: chưa nhập. Hãy nhập nội dung.", field=field)
    if len(text) > most:
        raise Refusal("text.long", f"{label}: dài {len(text)} ký tự. Hãy rút gọn còn tối đa {most} ký tự.", field=field)
    return text


def _shown(typed: str) -> str:
    return typed if len(typed) <= 40 else typed[:40] + "…"


def _why_not(typed: str) -> str:
    """The reason and the remedy for a text outside the accepted form. Order matters: the nearest reason
    first.
    """
    shown = f"“{_shown(typed)}”"
    if typed == "":
        return "chưa nhập số. Hãy nhập số, ví dụ 9 hoặc 9,5; nếu không có thì nhập 0."
    if typed[0] in "-\u2212\u2013" and any(c.isdigit() for c in typed):
        return f"{shown} là số âm. Hãy nhập số từ 0 trở lên."
    if typed.casefold().lstrip("+-") in {"nan", "snan", "inf", "infinity", "∞"}:
        return f"{shown} không phải là số. Hãy nhập số, ví dụ 9 hoặc 9,5."
    if _EXPONENT.fullmatch(typed):
        return f"{shown} viết có số mũ. Hãy viết số đầy đủ, ví dụ 1000 thay cho 1e3."
    if any(c.isdigit() and not c.isascii() for c in typed) or any(c in "，．" for c in typed):
        return (
            f"{shown} có ký tự số không phải 0–9 thông thường. Hãy chuyển bộ gõ về chữ số 0–9 rồi nhập lại."
        )
    if _THOUSANDS.fullmatch(typed):
        return (
            f"{shown} có thể hiểu là hàng nghìn hoặc là số có ba chữ số thập phân. Hãy viết liền, không dùng "
            "dấu ngăn hàng nghìn; phần thập phân có tối đa hai chữ số, ví dụ 1000 hoặc 1,5."
        )
    if _TOO_PRECISE.fullmatch(typed):
        return f"{shown} có hơn hai chữ số thập phân. Hãy nhập tối đa hai chữ số, ví dụ 9,25."
    return f"{shown} không phải là số viết đúng cách. Hãy nhập chữ số 0–9, ví dụ 9 hoặc 9,5."
