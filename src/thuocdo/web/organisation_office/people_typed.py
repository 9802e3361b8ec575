"""What officers type or choose on the pages of people: read into values, or refused with the field."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from thuocdo.intake.cells import day
from thuocdo.intake.handling import is_large
from thuocdo.intake.queries import BatchView
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean

T = TypeVar("T")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def page_number(asked: QueryDict, name: str = "trang") -> int:
    """The page asked for; anything unreadable is the first."""
    typed = asked.get(name, "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def after_whom(asked: QueryDict) -> int | None:
    """The person after whom the page begins (`sau`); None, the first page, for anything unreadable."""
    typed = asked.get("sau", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None


def ids(asked: QueryDict, name: str) -> list[int]:
    """Ids of ticked boxes. Raises NotYours for anything that is not an id."""
    typed = asked.getlist(name)
    if not all(t.isascii() and t.isdigit() and len(t) < 16 for t in typed):
        raise NotYours()
    return [int(t) for t in typed]


def one_id(asked: QueryDict, name: str, label: str) -> int:
    """One chosen id. Raises Refusal when nothing is chosen, NotYours for anything that is not an id."""
    found = ids(asked, name) if any(asked.getlist(name)) else []
    if len(found) != 1:
        raise Refusal("choice.missing", f"{label}: chưa chọn. Hãy chọn một mục.", field=name)
    return found[0]


def day_typed(asked: QueryDict, name: str, label: str) -> date:
    """A day as typed (dd/mm/yyyy). Raises Refusal with the field."""
    typed = clean(asked.get(name, ""))
    if not typed:
        raise Refusal("day.empty", f"{label}: chưa nhập. Hãy ghi ngày, ví dụ 01/01/2026.", field=name)
    try:
        return day(typed, label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=name) from refusal


REFRESH_SECONDS = 3


def batch_page(request: HttpRequest, view: BatchView, context: dict[str, Any], *, refused: bool) -> HttpResponse:
    """The page of one file. While the worker is at it, the page loads itself again; not once the
    worker stands still: a page left open would never count as left."""
    template = "web/organisation_office/people/batch.html"
    response = render(request, template, {**context, "large": view.large}, status=409 if refused else 200)
    if view.working and not view.quiet:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def said(request: HttpRequest, batch_id: int, done: str) -> None:
    """What to tell after applying: done, or left to the worker."""
    later = "Đã giao việc; trang này cho biết đã làm được đến đâu. Có thể rời trang."
    messages.success(request, later if is_large(batch_id) else done)


def download(content: bytes, name: str) -> HttpResponse:
    """An XLSX as an attachment, never shown in the page."""
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class Part(Generic[T]):
    """One page of a long list that is already in memory."""

    def __init__(self, items: Sequence[T], number: int, size: int) -> None:
        self.pages = max(1, ceil(len(items) / size))
        self.number = min(max(number, 1), self.pages)
        self.items = items[(self.number - 1) * size:self.number * size]
        self.total = len(items)
