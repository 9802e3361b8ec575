"""Actions and their events: one transaction, one event, no exception."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Max, Model
from django.db.models.expressions import RawSQL

from thuocdo.audit import bulk
from thuocdo.audit.clock import watch_the_clock
from thuocdo.audit.digests import canonical, digest, sha256
from thuocdo.audit.models import Chain, Event, EventObject
from thuocdo.kernel.receipt import seconds_waited

P = ParamSpec("P")
R = TypeVar("R")

Touched = tuple[str, str, int, str]
Fresh = tuple[type[Model], Sequence[bulk.Row]]
"""Rows that `bulk.insert` has just added, each with its key first: nobody has touched them before."""

Step = Callable[[Sequence[Model], Sequence[Model], Sequence[Fresh]], None]
"""What else is kept of the rows of an event: those written, removed, and added in bulk."""

_STEPS: list[Step] = []
SYSTEM_CHAIN = "he-thong"
BATCH = 500
AMONG = {
    "postgresql": "SELECT json_array_elements_text(%s::json)",
    "sqlite": "SELECT CAST(value AS text) FROM json_each(%s)",
}
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


def after_each(step: Step) -> None:
    """Let a room keep something derived from the rows of every event, in the event's transaction (from its app's
    `ready`)."""
    if step not in _STEPS:
        _STEPS.append(step)


@contextmanager
def marking(code: str) -> Iterator[None]:
    marks = _scope.get()
    if marks is None:
        raise AuditBug(f"event {code} outside an action")
    yield
    marks.append(code)


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
    fresh: Iterable[Fresh] = (),
    on_behalf_of: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Append the event of the running action to `chain`.

    `objects` are the rows written (their digests are taken now, after saving), `removed` the rows deleted,
    `fresh` rows added in bulk, which are nowhere in `objects`.
    `by` is the user, or None for the product itself at set-up. `data` holds codes and counts, never personal
    text. `code` has a sentence in `presenters.SENTENCES`.
    """
    objects, removed, fresh = list(objects), list(removed), list(fresh)
    with marking(code):
        first = _first(fresh)
        head = _locked(chain)
        touched = sorted([*_numbered(_digests(objects, removed)), *first])
        event = Event(
            chain=chain,
            seq=head.seq + 1,
            at=at,
            code=code,
            actor=str(by.pk) if by is not None else "",
            on_behalf_of=on_behalf_of,
            data=canonical({**(data or {}), **_waited(at)}),
            objects_hash=objects_hash(touched),
            previous=head.head,
        )
        event.hash = event_hash(
            event.previous,
            chain,
            event.seq,
            at,
            code,
            event.actor,
            on_behalf_of,
            event.data,
            event.objects_hash,
        )
        event.save(force_insert=True)
        _keep_objects(event, touched)
        head.seq, head.head = event.seq, event.hash
        head.save(update_fields=["seq", "head"])
        watch_the_clock()
        for step in _STEPS:
            step(objects, removed, fresh)
        return event


def _waited(at: datetime) -> dict[str, int]:
    """How long after its receipt a slow request was written: the grace it was given."""
    waited = seconds_waited(at)
    return {"waited": waited} if waited else {}


def _keep_objects(event: Event, touched: Sequence[Touched]) -> None:
    if len(touched) > BATCH:
        bulk.insert(EventObject, [(event.pk, *one) for one in touched], keyed=False)
        return
    EventObject.objects.bulk_create(
        [EventObject(event=event, kind=k, key=i, revision=n, digest=d) for k, i, n, d in touched],
        batch_size=BATCH,
    )


def _first(fresh: Iterable[Fresh]) -> list[Touched]:
    """The first revision of rows added in bulk; that it is the first, the constraint of the table checks."""
    found: list[Touched] = []
    for model, rows in fresh:
        kind = model._meta.label_lower
        found += [(kind, str(row[0]), 1, digest) for row, digest in zip(rows, bulk.digests(model, rows), strict=True)]
    return found


def _locked(chain: str) -> Chain:
    """The head of `chain`, locked until the transaction ends; made by the first event."""
    found = Chain.objects.select_for_update().filter(key=chain).first()
    if found is None:
        Chain.objects.get_or_create(key=chain)
        found = Chain.objects.select_for_update().get(key=chain)
    return found


def _digests(objects: Iterable[Model], removed: Iterable[Model]) -> dict[tuple[str, str], str]:
    """Digest by (kind, key). The same row given twice counts once, if both copies agree."""
    found: dict[tuple[str, str], str] = {}
    for rows, gone in ((objects, False), (removed, True)):
        for row in rows:
            place = (row._meta.label_lower, str(row.pk))
            content = "" if gone else digest(row)
            if found.setdefault(place, content) != content:
                raise AuditBug(f"two different copies of {place} in one event")
    return found


def _numbered(found: dict[tuple[str, str], str]) -> list[Touched]:
    """Each object with its next revision, in the one order that `objects_hash` is taken over."""
    keys: dict[str, list[str]] = {}
    for kind, key in found:
        keys.setdefault(kind, []).append(key)
    last: dict[tuple[str, str], int] = {}
    for kind, all_keys in keys.items():
        # One text that the database takes apart, not a parameter for each key, which took longer than the search.
        named = RawSQL(AMONG[connection.vendor], [canonical(all_keys)])
        known = EventObject.objects.filter(kind=kind, key__in=named)
        for key, revision in known.values_list("key").annotate(Max("revision")):
            last[kind, key] = revision
    return [(kind, key, last.get((kind, key), 0) + 1, found[kind, key]) for kind, key in sorted(found)]


def objects_hash(touched: Iterable[Touched]) -> str:
    """Hash over the objects of one event: (kind, key, revision, digest), sorted by kind and key."""
    return sha256(canonical([list(one) for one in touched]))


def event_hash(
    previous: str,
    chain: str,
    seq: int,
    at: datetime,
    code: str,
    actor: str,
    on_behalf_of: str,
    data: str,
    objects: str,
) -> str:
    """Hash of an event over all its fields and the hash before it."""
    return sha256(canonical([previous, chain, seq, at, code, actor, on_behalf_of, data, objects]))
