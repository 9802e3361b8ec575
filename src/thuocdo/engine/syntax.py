"""What a parser of TOML or JSON says of a text that it cannot read, in Vietnamese with the place."""

from __future__ import annotations

import re

_PLACE = re.compile(r"line (\d+),? column (\d+)")
_WORDS = (
    (r"digits", "có số quá dài"),
    (r"Cannot overwrite a value|Duplicate inline table key", "khóa này đã ghi ở trên"),
    (r"Cannot (?:declare|mutate|redefine|use)", "bảng hoặc khóa này đã ghi ở trên"),
    (r"Expected '=' after a key|Invalid statement|Invalid initial character", "dòng phải có dạng khóa = giá trị"),
    (r"Expected newline or end of document", "thừa chữ sau giá trị, hoặc giá trị viết không đúng (số, ngày, dấu phẩy)"),
    (r"Expected '\]+' at the end of a table", "tên bảng chưa đóng dấu ngoặc vuông"),
    (r"Unterminated string|Expected \"'\"", "chữ trong dấu nháy chưa đóng"),
    (r"Unclosed array", "danh sách chưa đóng dấu ngoặc vuông"),
    (r"Unclosed inline table", "bảng chưa đóng dấu ngoặc nhọn"),
    (r"Unescaped|Escaped|Found invalid character|Invalid \\|[Ii]nvalid hex|Illegal character|Invalid control character",
     "có ký tự không được phép trong chữ (dấu \\ viết thành \\\\)"),
    (r"Extra data", "thừa chữ sau dấu ngoặc cuối cùng"),
    (r"Expecting property name", "thiếu tên khóa trong dấu nháy kép, hoặc thừa dấu phẩy"),
    (r"Expecting '(?P<sign>[^']+)' delimiter", "thiếu dấu {sign}"),
    (r"Invalid value|Expecting value|Invalid date",
     "thiếu giá trị, hoặc giá trị viết không đúng (chữ phải trong dấu nháy)"),
)  # fmt: skip


def in_vietnamese(said: str) -> str:
    """The parser's own words where they are ours.

    >>> in_vietnamese("Cannot overwrite a value (at line 11, column 11)")
    'dòng 11, cột 11: khóa này đã ghi ở trên'
    >>> in_vietnamese("Unclosed array (at end of document)")
    'cuối tệp: danh sách chưa đóng dấu ngoặc vuông'
    >>> in_vietnamese("khóa “a” ghi hai lần")
    'khóa “a” ghi hai lần'
    """
    place = _PLACE.search(said)
    where = f"dòng {place[1]}, cột {place[2]}: " if place else "cuối tệp: " if "at end of document" in said else ""
    for words, meant in _WORDS:
        if found := re.search(words, said):
            return where + meant.format(**found.groupdict())
    return f"{where}không đọc được" if where else said
