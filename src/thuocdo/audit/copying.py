"""Copies of the fields of migrations. Django builds every field of every model anew from its description, as often as a
migration changes a model or one linked with it: 213,000 fields, which was half of what an empty database costs."""

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Field
from django.utils.functional import cached_property


def copied(field: "Field[Any, Any]") -> "Field[Any, Any]":
    """What `field.clone()` gives of a field that no model holds: one alike, that comes after all others in its model.
    Copied as Django copies the fields of an abstract model; what a field remembers of itself is not copied."""
    made = copy.deepcopy(field)
    if field.auto_created:
        made.creation_counter = Field.auto_creation_counter
        Field.auto_creation_counter -= 1
    else:
        made.creation_counter = Field.creation_counter
        Field.creation_counter += 1
    for one in (made, made.remote_field):
        if one is not None:
            for name in _remembered(type(one)):  # type: ignore[arg-type]
                one.__dict__.pop(name, None)
    return made


@functools.cache
def _remembered(kind: Any) -> tuple[str, ...]:
    """The attributes of a class that are found once."""
    properties = (cached_property, functools.cached_property)
    return tuple(name for one in kind.__mro__ for name, value in vars(one).items() if isinstance(value, properties))


@contextmanager
def fields_copied() -> Iterator[None]:
    """Let the models of migrations have copies of their fields; a field that a model holds is cloned as ever."""
    clone = Field.clone

    def alike(field: "Field[Any, Any]") -> "Field[Any, Any]":
        return clone(field) if hasattr(field, "model") else copied(field)

    Field.clone = alike  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Field.clone = clone  # type: ignore[method-assign]
