"""What reaches the operator's log: where a failure happened and of what kind, never what stood in the data.

The text of an error may repeat a row (PostgreSQL's DETAIL and CONTEXT lines), what somebody typed, or a request; the
reference number on the page and the place in the code are enough to find it. One-time links are masked as well.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError

OF_CODE = (AttributeError, ImportError, ImproperlyConfigured, NameError, TemplateDoesNotExist, TemplateSyntaxError)
"""Errors whose text speaks of the program only, so that it may be written."""
_CONTROL = {number: f"\\x{number:02x}" for number in (*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029)}
_NAMES = ("sqlstate", "table_name", "column_name", "constraint_name")
_LINK = re.compile(r"/(kich-hoat|thu-bao/xac-nhan)/[^/\s]+")


class Discreet(logging.Formatter):
    """Lines of the log without anybody's data; control characters cannot forge a line or colour a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text. Another formatter's traceback, which records carry along, is not used."""
        copy = logging.makeLogRecord(record.__dict__ | {"exc_text": None, "args": None, "msg": _line(record)})
        return super().format(copy)

    def formatException(self, ei: object) -> str:
        """Every error of the chain, the first cause first: its frames, its kind, and what `said` lets through."""
        error = ei[1] if isinstance(ei, tuple) else None
        parts = []
        for one in reversed(list(_chain(error))):
            frames = "".join(traceback.format_tb(one.__traceback__))
            parts.append(f"{frames}{said(one)}")
        return "\n-- then --\n".join(parts)


def said(error: BaseException) -> str:
    """The kind of an error; of a database also its code and the names of table, column and constraint; the text of
    those that speak of the program only."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OF_CODE):
        return f"{kind}: {error}"
    told = {"code": getattr(error, "sqlite_errorname", None)}
    told |= {name: getattr(getattr(error, "diag", None), name, None) for name in _NAMES}
    names = ", ".join(f"{name}={value}" for name, value in told.items() if value)
    return f"{kind} ({names})" if names else kind


def masked(text: str) -> str:
    """The text without the secret part of one-time links that stand in it."""
    return _LINK.sub(r"/\1/…", text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _line(record: logging.LogRecord) -> str:
    """The message. What was put into it cannot break the line; a line break of the program's own stays."""
    args: Any = record.args
    if isinstance(args, tuple):
        args = tuple(_put(one) for one in args)
    text = str(record.msg) % args if args else str(record.msg)
    return masked(text.translate(_CONTROL))


def _put(value: object) -> object:
    if isinstance(value, int | float):
        return value
    text = said(value) if isinstance(value, BaseException) else str(value)
    return text.replace("\n", "\\n")
