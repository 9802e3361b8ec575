"""Pydantic's findings as Vietnamese sentences: what is wrong with a key and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from thuocdo.engine.fact_types import ID_PATTERN

_READABLE = re.compile(r"[^\s\x00-\x1f\"<>\[\]]{1,64}")
_REMEDY = "Sửa giá trị theo docs/case-format.md (dữ kiện) hoặc docs/rulebooks.md (bộ quy tắc)."
_CONDITIONS = ("when", "unless", "conditions")
_ALTERNATIVES = ("function-", "literal[", "constrained-", "tuple[", "is-instance[")
_SENTENCES: Mapping[str, str] = {
    "missing": "thiếu khóa bắt buộc",
    "extra_forbidden": "khóa lạ, không có trong định dạng",
    "string_type": "phải là chữ trong dấu nháy",
    "string_too_short": "không được để trống",
    "string_too_long": "dài quá mức cho phép",
    "string_pattern_mismatch": "có ký tự không được phép hoặc sai dạng",
    "bool_type": "chỉ nhận true hoặc false",
    "bool_parsing": "chỉ nhận true hoặc false",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "date_type": "phải là ngày, viết dạng 2026-05-10",
    "date_parsing": "phải là ngày có thật, viết dạng 2026-05-10",
    "date_from_datetime_parsing": "phải là ngày có thật, viết dạng 2026-05-10",
    "date_from_datetime_inexact": "chỉ ghi ngày, không ghi giờ",
    "model_type": "phải là một nhóm khóa (bảng), không phải một giá trị",
    "model_attributes_type": "phải là một nhóm khóa (bảng), không phải một giá trị",
    "dict_type": "phải là một nhóm khóa (bảng), không phải một giá trị",
    "tuple_type": "phải là một danh sách",
    "list_type": "phải là một danh sách",
    "recursion_loop": "lồng nhau quá sâu",
    "union_tag_not_found": "thiếu khóa “test” (loại điều kiện)",
}


def key_of(error: ErrorDetails, data: Any = None) -> str:
    """The key as people write it: `subjects[CC001].marks.discipline`.

    `data` is what was read: a subject is named by its id where that can be read, else by its place from 0.
    """
    text = ""
    inside = isinstance(data, Mapping) and error["loc"][:1] == ("subjects",)
    for place, part in enumerate(error["loc"]):
        name = _readable_id(data["subjects"][part]) if inside and place == 1 else None
        text += f"[{name or part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def _readable_id(subject: object) -> str | None:
    found = subject.get("id") if isinstance(subject, Mapping) else None
    return found if isinstance(found, str) and _READABLE.fullmatch(found) else None


def problem_of(error: ErrorDetails) -> str:
    """The problem as a Vietnamese sentence without its full stop."""
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "value_error":
        return str(context.get("error", "giá trị không hợp lệ"))
    if kind == "literal_error":
        return f"“{_short(error['input'])}” không hợp lệ, chỉ nhận {_options(str(context.get('expected', '')))}"
    if kind == "union_tag_invalid":
        return f"“{_short(context.get('tag'))}” không phải loại điều kiện có trong định dạng"
    if kind == "string_pattern_mismatch" and context.get("pattern") == ID_PATTERN:
        return "mã có ký tự không được phép: không dùng khoảng trắng, dấu nháy kép, dấu < hoặc >"
    if kind in ("greater_than_equal", "less_than_equal"):
        word = "nhỏ nhất" if kind == "greater_than_equal" else "lớn nhất"
        return f"giá trị {word} được nhận là {context.get('ge', context.get('le'))}"
    if kind == "greater_than":
        return f"phải lớn hơn {context.get('gt')}"
    if kind == "too_long":
        return f"có quá nhiều mục, tối đa {context.get('max_length')}"
    if kind == "too_short":
        return f"có quá ít mục, tối thiểu {context.get('min_length')}"
    return _SENTENCES.get(kind, "giá trị không hợp lệ")


def remedy_of(error: ErrorDetails) -> str:
    """What to do about it."""
    if error["type"] == "missing":
        return "Thêm khóa này."
    if error["type"] == "extra_forbidden":
        return "Xóa khóa này hoặc sửa lại tên khóa."
    return _REMEDY


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """All errors, at the keys as they are written. Of the alternatives of one value only the first counts, and a
    list whose item failed is not itself at fault: it only counts as too short without it.
    """
    found: dict[tuple[int | str, ...], ErrorDetails] = {}
    for item in error.errors(include_url=False):
        item["loc"] = tuple(part for place, part in enumerate(item["loc"]) if not _is_tag(item["loc"], place))
        found.setdefault(item["loc"], item)
    around = {place[:end] for place in found for end in range(len(place))}
    return [item for place, item in found.items() if place not in around]


def _is_tag(place: tuple[int | str, ...], index: int) -> bool:
    """Whether this part names an alternative of the value and not a key: pydantic adds it."""
    part = place[index]
    if not isinstance(part, str):
        return False
    kind_of_condition = index >= 2 and place[index - 2] in _CONDITIONS and isinstance(place[index - 1], int)
    return kind_of_condition or part.startswith(_ALTERNATIVES)


def _options(expected: str) -> str:
    return expected.replace(" or ", ", ").replace("'", "")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"
