"""What a row contains, as one digest: the same for the same content on every database."""

import functools
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timezone
from typing import Any

from django.db import models
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
    return digest_of_values(
        model,
        (
            value if type(value := getattr(row, name)) is plain else to_python(value)
            for name, plain, to_python in _readers(model)
        ),
    )


_STORED: dict[type[Any], type[Any]] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.DateField: date,
    models.DateTimeField: datetime,
} | dict.fromkeys(
    (models.AutoField, models.BigAutoField, models.IntegerField, models.BigIntegerField, models.SmallIntegerField,
     models.PositiveIntegerField, models.PositiveBigIntegerField, models.PositiveSmallIntegerField),
    int,
)  # fmt: skip
"""By class of field the type whose values are stored as they are: `to_python` gives them back unchanged."""


@functools.cache
def _readers(model: type[Model]) -> tuple[tuple[str, type[Any] | None, Callable[[Any], Any]], ...]:
    """Of each recorded field its attribute, the type that needs no `to_python`, and that."""
    return tuple(
        (field.attname, _STORED.get(type(_target(field))), field.to_python) for field in recorded_fields(model)
    )


def _target(field: "Field[Any, Any]") -> "Field[Any, Any]":
    """The field whose values a column holds: a foreign key holds those of the key it names."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field
