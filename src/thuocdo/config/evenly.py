"""Connections shared evenly by the workers of one server.

The kernel deals every new connection to a worker by a hash, so of eight that stay open six may wait for one worker and
two for the other. A worker that holds notably more than another ends the connection after an answer now and then
(`Connection: close`); the browser's next one is dealt anew. Without `/proc`, with one worker or workers that are not
forked, nothing is done.
"""

import mmap
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

REST = 30.0
"""Seconds without an answer after which a worker carries nothing: granian then ends a connection by itself."""
PAUSE = 0.02
"""Seconds between two counts of a worker: a connection it ended must be dealt anew before the next is judged."""
_shared: "Shared | None" = None


def ends_one(mine: int, others: Iterable[int]) -> bool:
    """Whether a worker with so many connections ends one, given those of the others: it has at least two and a quarter
    of its own more than the least of them."""
    return mine - min(others, default=mine) >= max(2, mine // 4)


def connections(port: int) -> int:
    """How many connections to the port this process holds."""
    held = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            one = socket.socket(fileno=int(name))
        except OSError:  # no socket, or gone meanwhile
            continue
        try:
            if one.family in (socket.AF_INET, socket.AF_INET6) and one.getsockname()[1] == port:
                held += not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except OSError:
            continue
        finally:
            one.detach()
    return held


class Shared:
    """What the workers know of each other: connections and when they were counted, in memory made before the fork.
    `running()`: the numbers, from 0, of the workers that were there when this process was forked."""

    def __init__(self, port: int, workers: int, running: Callable[[], set[int]]) -> None:
        self.port, self.workers, self.running = port, workers, running
        self.cells = memoryview(mmap.mmap(-1, 16 * workers)).cast("q")
        self.lock, self.due = threading.Lock(), 0.0

    def take_place(self) -> None:
        """In a worker: it takes the place of whoever is not there."""
        self.mine = min(set(range(self.workers)) - self.running(), default=0)

    def ends_one(self) -> bool:
        """Count this worker's connections for the others to see, unless that was done just now; whether the one being
        answered ends. Counting takes a 50th of the time at most, however many there are."""
        with self.lock:
            begun = time.monotonic()
            if begun < self.due:
                return False
            held = connections(self.port)
            ends = ends_one(held, self._others(begun))
            self.cells[2 * self.mine], self.cells[2 * self.mine + 1] = held - ends, int(begun)
            now = time.monotonic()
            self.due = now + max(PAUSE, 50 * (now - begun))
            return ends

    def _others(self, now: float) -> list[int]:
        places = [place for place in range(self.workers) if place != self.mine]
        return [self.cells[2 * one] if now - self.cells[2 * one + 1] < REST else 0 for one in places]


def prepare(port: int, workers: int, running: Callable[[], set[int]]) -> None:
    """Before the workers are forked."""
    global _shared
    forked = multiprocessing.get_start_method() == "fork" and os.path.isdir("/proc/self/fd")
    _shared = Shared(port, workers, running) if forked and workers > 1 else None


def shared_out(application: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application as a worker serves it."""
    shared = _shared
    if shared is None:
        return application
    shared.take_place()

    def serving(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if environ["SERVER_PROTOCOL"] == "HTTP/1.1" and shared.ends_one():
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, exc_info)

        return application(environ, start)

    return serving
