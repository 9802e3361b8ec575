"""What one page asks twice is read once: while a request that changes nothing is answered, an answer stands."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """What runs inside only reads; a look that is put on the record changes no answer kept here."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(key: Hashable, read: Callable[[], Answer]) -> Answer:
    """What `read` gives: inside `reading` the first answer to this key, else a new one. The key says who asks, what,
    and of which day; the answer is everybody's and is not to be changed. What `read` raises is not kept."""
    answers = _answers.get()
    if answers is None:
        return read()
    if key not in answers:
        answers[key] = read()
    found: Answer = answers[key]
    return found
