"""When the request that is being answered came: its first byte decides, however long the rest of it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

SLOW = 5
"""From so many seconds between the receipt and the writing on, the event says how many there were."""
_current: ContextVar[tuple[datetime, Callable[[], float], float] | None] = ContextVar("receipt", default=None)


@contextmanager
def receiving(at: datetime, clock: Callable[[], float]) -> Iterator[None]:
    """What runs inside answers a request that came at `at` (aware); `clock` gives seconds that only grow."""
    token = _current.set((at, clock, clock()))
    try:
        yield
    finally:
        _current.reset(token)


def received_at() -> datetime | None:
    """The moment of receipt; None outside a request."""
    current = _current.get()
    return current[0] if current else None


def seconds_waited(at: datetime) -> int:
    """Whole seconds since the receipt of the request of which `at` is the moment; 0 for any other moment and for
    fewer than `SLOW`."""
    current = _current.get()
    if current is None or current[0] != at:
        return 0
    waited = int(current[1]() - current[2])
    return waited if waited >= SLOW else 0
