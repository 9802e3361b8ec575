"""Calls at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, connections

from thuocdo.kernel.errors import Refusal


def together(*calls: Callable[[], Any], bound: float = 30) -> list[Any]:
    """Results or refusals, in order. Fails where a call has not ended after `bound` seconds."""
    start = threading.Barrier(len(calls), timeout=bound)
    results: list[Any] = [None] * len(calls)

    def one(place: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = call()
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n, call), daemon=True) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(bound)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    connection.close()
    return results


def meeting(patch: pytest.MonkeyPatch, *places: tuple[Any, str]) -> None:
    """Each of these functions, once called, waits until all have been: so every transaction holds its first locks
    before any goes on to its next. Where one cannot get that far they go on after a second."""
    met = threading.Barrier(len(places), timeout=1)

    def waiting(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                met.wait()
            return original(*args, **kwargs)

        return call

    for module, name in places:
        patch.setattr(module, name, waiting(getattr(module, name)))
