"""A row in each protected table that a world leaves empty: drawn until the conditions of its table accept it."""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Field, Model

from tests.integration.audit.world import write
from thuocdo.accounts.models import User
from thuocdo.audit.tables import protected_models

DRAWS = 2000
OWNERS = 32
"""Times that the owners are drawn again: about one ballot in six that is drawn is still a draft, which takes lines."""


def fill_every_table(by: User, at: datetime) -> None:
    """Each row is written by an action with its event. Raises AssertionError for a table that takes no row."""
    random, pairs = Random(24), _pairs()
    left = [model for model in protected_models() if not model._base_manager.exists()]
    while left:
        ready = [model for model in left if all(_targets(model))]
        assert ready, f"rows of these point to each other: {left}"
        for model in ready:
            for _ in range(2 if model in pairs else 1):
                _draw_with_owners(model, random, by, at)
            left.remove(model)


def _pairs() -> set[type[Model]]:
    """Models of which one row must point to two, which may have to differ, or that a row points to which holds nothing
    but what it points to: it can be changed to another."""
    found = set()
    for model in protected_models():
        needed = [
            f.related_model for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey) and not f.null
        ]
        found |= {target for target in needed if needed.count(target) > 1}
        if needed and len(needed) == len(model._meta.concrete_fields) - 1:
            found.add(needed[0])
    return found


def _targets(model: type[Model]) -> list[bool]:
    """Whether there is something to point to, for each column that must point."""
    needed = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey) and not f.null]
    return [field.related_model._base_manager.exists() for field in needed]


def _draw_with_owners(model: type[Model], random: Random, by: User, at: datetime) -> None:
    """What is frozen takes no rows more (lines of a ballot): then its owners are drawn again, in another state."""
    for left in reversed(range(OWNERS)):
        try:
            return _draw(model, random, by, at)
        except AssertionError:
            if not left:
                raise
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and not field.null and field.related_model in protected_models():
                _draw(field.related_model, random, by, at)


def _draw(model: type[Model], random: Random, by: User, at: datetime) -> None:
    keys = {  # the same for all draws, of which only the last one writes
        field: sorted(field.related_model._base_manager.values_list("pk", flat=True), key=str)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    }
    for _ in range(DRAWS):
        row = model()
        for field in model._meta.concrete_fields:
            if not field.primary_key:
                setattr(row, field.attname, _value(field, keys, random, at))
        try:
            with transaction.atomic():
                write(row, chain="A1", code="person.created", by=by, at=at)
                return
        except IntegrityError:
            continue
    raise AssertionError(f"{model._meta.label} takes none of {DRAWS} rows")


def _value(field: "Field[Any, Any]", keys: dict[Any, list[Any]], random: Random, at: datetime) -> Any:
    if field.null and random.random() < 0.5:
        return None
    if isinstance(field, models.ForeignKey):
        return random.choice(keys[field]) if keys[field] else None
    if field.choices:
        return random.choice([value for value, _label in field.choices])
    if isinstance(field, models.BooleanField):
        return random.random() < 0.5
    if isinstance(field, models.DateTimeField):
        return at + timedelta(hours=random.randrange(100))
    if isinstance(field, models.DateField):
        return random.choice([at.date().replace(day=1), at.date() + timedelta(days=random.randrange(40))])
    if isinstance(field, models.IntegerField):
        return random.choice([0, 1, 1, 2, 5, 100])
    if isinstance(field, models.JSONField):
        return field.get_default() or []
    if isinstance(field, models.UUIDField):
        return uuid.UUID(int=random.getrandbits(128))
    if isinstance(field, models.BinaryField):
        return bytes([random.randrange(256)])
    if field.blank and random.random() < 0.5:
        return ""
    return f"x{random.randrange(10**6)}"[: field.max_length]
