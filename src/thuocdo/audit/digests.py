"""What a row contains, as one digest: the same for the same content on every database."""

import functools
import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timezone
from typing import Any

from django.db.models import Field, Model

from thuocdo.audit.later import LATER

NOT_RECORDED: dict[str, frozenset[str]] = {"accounts.user": frozenset({"last_login"})}
"""Columns that change without an action: the time of the last sign-in, which nothing depends on."""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, characters as they are, times in UTC.

    >>> canonical({"b": 1, "a": ["đ", None]})
    '{"a":["đ",null],"b":1}'
    """
    return _encode(value)


def sha256(text: str) -> str:
    """Hex SHA-256 of `text` in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def recorded_fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    """The stored columns of `model` that digests cover, in the order `digest_of_values` takes them."""
    skip = NOT_RECORDED.get(model._meta.label_lower, frozenset())
    return tuple(field for field in model._meta.concrete_fields if field.attname not in skip)


def digest_of_values(model: type[Model], values: Iterable[Any]) -> str:
    """Hex SHA-256 over kind and `values`, one for each of `recorded_fields(model)`, as stored.

    Columns of `later.LATER` count from the first other value on.
    """
    names = [field.attname for field in recorded_fields(model)]
    content = dict(zip(names, values, strict=True))
    for name, first in LATER.get(model._meta.label_lower, {}).items():
        if name in content and content[name] == first:
            del content[name]
    return sha256(_encode([model._meta.label_lower, content]))


def digest(row: Model) -> str:
    """Hex SHA-256 over the kind, key and stored columns of `row`, equal to that of the same row read back."""
    model = type(row)
    return digest_of_values(model, (f.to_python(getattr(row, f.attname)) for f in recorded_fields(model)))
