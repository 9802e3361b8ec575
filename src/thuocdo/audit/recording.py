"""Actions and their events: one transaction, one event, no exception."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import Model

from thuocdo.audit.digests import canonical, digest, sha256
from thuocdo.audit.models import Chain, Event, EventObject

P = ParamSpec("P")
R = TypeVar("R")

SYSTEM_CHAIN = "he-thong"
_scope: ContextVar[list[str] | None] = ContextVar("audit_scope", default=None)


class AuditBug(AssertionError):
    """An action broke the rule of one event per change. A bug of ours, never of the user."""


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write: runs in one transaction and must leave exactly one event, or say `nothing_changed`.

    Actions do not call actions; shared steps are plain helpers.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _scope.get() is not None:
            raise AuditBug(f"{function.__name__} was called inside another action")
        marks: list[str] = []
        token = _scope.set(marks)
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                if len(marks) != 1:
                    raise AuditBug(f"{function.__name__} left {len(marks)} events instead of one")
                return result
        finally:
            _scope.reset(token)

    run.is_action = True  # type: ignore[attr-defined]
    return run


def in_action() -> bool:
    """Whether a write is running now (the test suite refuses writes outside)."""
    return _scope.get() is not None


@contextmanager
def marking(code: str) -> Iterator[None]:
    marks = _scope.get()
    if marks is None:
        raise AuditBug(f"event {code} outside an action")
    marks.append(code)
    yield


def nothing_changed() -> None:
    """Say that this action found its work already done (a double click): no event is due."""
    with marking("nothing"):
        pass


def record(
    *,
    chain: str,
    code: str,
    by: Model | None,
    at: datetime,
    objects: Iterable[Model] = (),
    removed: Iterable[Model] = (),
    on_behalf_of: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Append the event of the running action to `chain`.

    `objects` are the rows written (their digests are taken now, after saving), `removed` the rows deleted.
    `by` is the user, or None for the product itself at set-up. `data` holds codes and counts, no personal text.
    """
    with marking(code):
        Chain.objects.get_or_create(key=chain)
        head = Chain.objects.select_for_update().get(key=chain)
        touched = [(o._meta.label_lower, str(o.pk), digest(o)) for o in objects]
        touched += [(o._meta.label_lower, str(o.pk), "") for o in removed]
        event = Event(
            chain=chain, seq=head.seq + 1, at=at, code=code, actor=str(by.pk) if by is not None else "",
            on_behalf_of=on_behalf_of, data=canonical(data or {}),
            objects_hash=sha256(canonical(touched)), previous=head.head,
        )
        event.hash = event_hash(event)
        event.save(force_insert=True)
        EventObject.objects.bulk_create(
            [EventObject(event=event, kind=k, key=i, digest=d) for k, i, d in touched], batch_size=500
        )
        head.seq, head.head = event.seq, event.hash
        head.save(update_fields=["seq", "head"])
        return event


def event_hash(event: Event) -> str:
    """Hash of an event over all its fields and the hash before it."""
    return sha256(canonical([
        event.previous, event.chain, event.seq, event.at, event.code, event.actor, event.on_behalf_of,
        event.data, event.objects_hash,
    ]))
