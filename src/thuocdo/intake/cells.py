"""Readers of one cell: text in, a typed value out, or a Refusal that says what is wrong and what to do."""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import fold
from thuocdo.kernel.typed import parse_points

Reader = Callable[[str, str], Any]
FIRST_YEAR, LAST_YEAR = 1950, 2100
_DAY = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{2,4})", re.ASCII)
_DAY_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)
_MONTH = re.compile(r"([0-9]{1,2})[/-]([0-9]{2,4})", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
_EXCEL_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_OLD_FONT = re.compile(r"[¡-¿×÷ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ]|[aeAE][àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ]")
_DATE_FORMS = "Hãy ghi ngày/tháng/năm đủ bốn chữ số năm, ví dụ 30/10/2026, 30-10-2026 hoặc 30102026."


def _wrong(message: str) -> Refusal:
    return Refusal("cell", message)


def text(most: int) -> Reader:
    """One line of at most `most` characters, in Unicode and not left over from an old font or a failed
    formula.
    """

    def read(typed: str, label: str) -> str:
        if _EXCEL_ERROR.fullmatch(typed):
            raise _wrong(f"{label}: ô báo lỗi công thức {typed}. Hãy nhập nội dung thay cho công thức.")
        if _OLD_FONT.search(typed):
            raise _wrong(f"{label}: “{typed[:60]}” có ký tự của phông chữ cũ (TCVN3, VNI). Hãy chuyển bảng "
                         f"tính sang "
                         "Unicode (ví dụ bằng công cụ chuyển mã của bộ gõ) rồi tải lên lại.")
        if len(typed) > most:
            raise _wrong(f"{label}: dài {len(typed)} ký tự. Hãy rút gọn còn tối đa {most} ký tự.")
        return typed

    return read


def name(typed: str, label: str) -> str:
    """A person's name: letters, spaces, and . ' - only."""
    text(120)(typed, label)
    if not all(c.isalpha() or c in " .'’-" for c in typed) or not typed[:1].isalpha():
        raise _wrong(f"{label}: “{typed[:60]}” có ký tự không dùng trong họ tên. Hãy ghi họ tên bằng chữ "
                     f"cái.")
    return typed


def code(typed: str, label: str) -> str:
    """A staff, task or product code, in capitals."""
    upper = typed.upper()
    if re.fullmatch(r"[A-Z0-9](?:[A-Z0-9._/-]{0,38}[A-Z0-9])?", upper, re.ASCII) is None:
        raise _wrong(f"{label}: “{typed[:60]}” không dùng được. Hãy dùng tối đa 40 ký tự gồm chữ không dấu, "
                     f"chữ số "
                     "và các dấu . _ / - ở giữa, ví dụ CC001.")
    return upper


def day(typed: str, label: str) -> date:
    """A day: dd/mm/yyyy, dd-mm-yyyy or ddmmyyyy, day first, four digits of the year."""
    match = _DAY.fullmatch(typed)
    if match:
        return _date(match[1], match[3], match[4], typed, label)
    match = _DAY_DIGITS.fullmatch(typed)
    if match:
        return _date(match[1], match[2], match[3], typed, label)
    if typed.isdigit() and len(typed) == 7:
        raise _wrong(f"{label}: “{typed}” chỉ có 7 chữ số (có thể mất số 0 ở đầu) nên không chắc là ngày "
                     f"nào. "
                     + _DATE_FORMS)
    if typed.isdigit():
        raise _wrong(f"{label}: ô đang ở dạng số ({typed}), không phải ngày. Hãy định dạng ô là ngày. "
                     f"{_DATE_FORMS}")
    if re.fullmatch(r"[0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2}", typed, re.ASCII):
        raise _wrong(f"{label}: “{typed}” ghi năm trước. {_DATE_FORMS}")
    raise _wrong(f"{label}: không hiểu ngày “{typed[:40]}”. {_DATE_FORMS}")


def _date(day_text: str, month_text: str, year_text: str, typed: str, label: str) -> date:
    if len(year_text) != 4:
        raise _wrong(f"{label}: “{typed}” ghi năm không đủ bốn chữ số nên không rõ năm nào. {_DATE_FORMS}")
    number, month, year = int(day_text), int(month_text), int(year_text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _wrong(f"{label}: năm {year} ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}. Hãy kiểm tra lại năm.")
    if not 1 <= month <= 12:
        hint = " Có thể đã ghi tháng trước ngày." if 1 <= number <= 12 < month <= 31 else ""
        raise _wrong(f"{label}: “{typed}” có tháng {month}, không có tháng này.{hint} {_DATE_FORMS}")
    most = calendar.monthrange(year, month)[1]
    if not 1 <= number <= most:
        raise _wrong(f"{label}: không có ngày {number:02d}/{month:02d}/{year}; tháng {month}/{year} có "
                     f"{most} ngày. "
                     "Hãy sửa lại ngày.")
    return date(year, month, number)


def month(typed: str, label: str) -> date:
    """The first day of a month, written mm/yyyy (or any full date in it, which Excel makes of 03/2026)."""
    match = _MONTH.fullmatch(typed)
    if match is None and (_DAY.fullmatch(typed) or _DAY_DIGITS.fullmatch(typed)):
        found = day(typed, label)
        if found.day != 1:
            raise _wrong(f"{label}: “{typed}” là một ngày trong tháng. Hãy ghi tháng, ví dụ {found:%m/%Y}.")
        return found
    if match is None or len(match[2]) != 4:
        raise _wrong(f"{label}: không hiểu tháng “{typed[:40]}”. Hãy ghi tháng/năm đủ bốn chữ số, ví dụ "
                     f"03/2026.")
    return _date("1", match[1], match[2], typed, label)


def points(typed: str, label: str) -> int:
    """Hundredths, by the one written rule for typed numbers."""
    return parse_points(typed, label=label)


def count(typed: str, label: str) -> int:
    """A whole number of occurrences, 0 to 9999."""
    if _COUNT.fullmatch(typed) is None:
        raise _wrong(f"{label}: “{typed[:40]}” không phải số lần. Hãy ghi số nguyên từ 0 trở lên, ví dụ 0 "
                     f"hoặc 2.")
    return int(typed)


def choice(options: Mapping[str, str]) -> Reader:
    """One of the Vietnamese words (marks and capitals do not matter), as its code."""
    by_key = {fold(word): value for word, value in options.items()}

    def read(typed: str, label: str) -> str:
        if fold(typed) not in by_key:
            words = ", ".join(f"“{w}”" for w in options)
            raise _wrong(f"{label}: không có “{typed[:40]}”. Hãy ghi một trong: {words}.")
        return by_key[fold(typed)]

    return read


def choices(options: Mapping[str, str]) -> Reader:
    """Several of the words, separated by semicolons, as a tuple of codes."""
    one = choice(options)

    def read(typed: str, label: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one(part.strip(), label) for part in typed.split(";") if part.strip()))

    return read


yes_no = choice({"có": "yes", "x": "yes", "không": ""})
