"""What people type on the pages of the catalogue: read into values, or refused with the field."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict

from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.rules import MOST_GROUPS
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_points
from thuocdo.web.access import now, user_of
from thuocdo.web.forms import words_typed

Act = Callable[[QueryDict, dict[str, Any]], str]


def points_typed(posted: QueryDict, name: str, label: str) -> int | None:
    """Hundredths, or None where nothing was typed. Raises Refusal with the field."""
    typed = clean(posted.get(name, ""))
    if not typed:
        return None
    try:
        return parse_points(typed, label=label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=name) from refusal


def group_typed(posted: QueryDict, name: str = "complexity") -> int | None:
    """A group from 1 to 5, or None where none was chosen. Raises Refusal with the field."""
    typed = clean(posted.get(name, ""))
    if not typed:
        return None
    if typed not in {str(n) for n in range(1, MOST_GROUPS + 1)}:
        raise Refusal("catalogue.group", "Nhóm phức tạp là số từ 1 đến 5.", field=name)
    return int(typed)


def wording_typed(posted: QueryDict) -> Wording:
    """One line of a draft. Raises Refusal with every field that is missing or wrong."""
    read = Reading()
    found = Wording(
        read(words_typed, posted, "code", "Mã sản phẩm"),
        read(words_typed, posted, "name", "Tên sản phẩm, công việc"),
        read(_needed_group, posted),
        "standard" in posted,
        read(points_typed, posted, "points", "Điểm chấm"),
        read(points_typed, posted, "typed", "Hệ số"),
        posted.get("line_reason", ""),
    )
    read.done()
    return found


def _needed_group(posted: QueryDict) -> int:
    complexity = group_typed(posted)
    if complexity is None:
        raise Refusal("catalogue.group", "Nhóm phức tạp: chưa chọn. Hãy chọn nhóm từ 1 đến 5.", field="complexity")
    return complexity


def run(request: HttpRequest, acts: Mapping[str, Act], **named: object) -> Refusal | None:
    """Take the step whose button was pressed; the refusal to show, or None with the message of success.

    Raises NotYours.
    """
    act = acts.get(request.POST.get("viec", ""))
    if act is None:
        return Refusal("catalogue.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")
    try:
        messages.success(request, act(request.POST, {**named, "by": user_of(request), "at": now()}))
    except NotYours:
        raise
    except Refusal as refusal:
        return refusal
    return None
