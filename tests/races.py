"""Calls at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

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
