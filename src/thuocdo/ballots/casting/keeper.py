"""What the casting host knows of the ballots that are open, and the one thread that reads and writes the database."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from thuocdo.ballots.casting import store
from thuocdo.ballots.casting.pool import Pool
from thuocdo.ballots.lpk1 import casts

LOOK = 0.5
"""Seconds between two looks at the database."""
WRITE = 2.0
"""Seconds between two batches of a ballot: the longer, the larger they are."""
GRACE = 22.0
"""Seconds after the committee's word for casts that wait on a phone: its random delay has at most 15, two looks 3."""


@dataclass
class Open:
    """One ballot between the start of casting and the end of objections."""

    pk: int
    ballot: dict[str, Any]
    keys: dict[str, str]
    tag: str
    pool: Pool
    length: int
    stage: str = ""
    board: bytes = b""
    wrote: float = 0.0
    closing: float | None = None
    unsure: bool = False
    answer: bytes = field(default=b"{}")

    @property
    def takes(self) -> bool:
        return self.stage in store.TAKES


class Keeper:
    """Looks every half second: which ballots are open, what waits in memory, what the committee wants closed."""

    def __init__(
        self,
        *,
        grace: float = GRACE,
        every: float = WRITE,
        clock: Callable[[], float] = time.monotonic,
        alone: Callable[[], bool] = lambda: True,
    ) -> None:
        self._grace, self._every, self._clock, self._alone = grace, every, clock, alone
        self._open: dict[str, Open] = {}

    def open(self, code: str) -> Open | None:
        return self._open.get(code)

    def committed(self, one: Open) -> bytes:
        """The answer about a ballot: where it stands, and once closed all serials; made at each look."""
        return one.answer

    def look(self) -> None:
        """One round: take over what changed, write batches, close what is to be closed. Beside another host on the same
        database it knows no ballot and takes nothing; phones come again."""
        found: dict[str, Open] = {}
        if not self._alone():
            self._open = found
            return
        for pk, code, state in store.states():
            one = self._open.get(code)
            try:
                one = found[code] = one or _opened(pk)
                self._turn(one, state)
            except Exception as problem:  # noqa: BLE001  one ballot never holds up those after it
                store.failed(problem)
                if not self._alone():  # whose lease went with the connection
                    found = {}
                    break
        self._open = found

    def _turn(self, one: Open, state: str) -> None:
        one.stage = state
        if one.takes:
            self._write(one)
        elif state == store.OPENED and not one.board:
            one.board = store.board(one.pk)
        one.answer = _answer(one)

    def _write(self, one: Open) -> None:
        """A write that failed may have been committed all the same: what is there is read before the next, or that one
        would add the few that came since as a batch of their own."""
        if one.unsure:
            one.pool.written(store.seals(one.pk))
        one.unsure = True
        self._written(one)
        one.unsure = False

    def _written(self, one: Open) -> None:
        now = self._clock()
        if one.stage == store.CLOSING:
            one.closing = now if one.closing is None else one.closing
            if one.pool.complete or now - one.closing >= self._grace:
                one.stage = store.close(one.pk, one.pool.batch(rest=True), refused=one.pool.refused)
                one.closing = None
                if not one.takes:
                    one.pool.written(store.seals(one.pk))
                return
        if now - one.wrote >= self._every:
            batch = one.pool.batch()
            if batch:
                store.write(one.pk, batch)
                one.pool.written(store.seals(one.pk))
                one.wrote = now


class Beating(threading.Thread):
    """Looks again and again; what fails (a database that is away) is tried at the next look, nothing is lost by it."""

    def __init__(self, keeper: Keeper, stop: threading.Event | None = None) -> None:
        super().__init__(name="casting", daemon=True)
        self.keeper, self.halt = keeper, stop or threading.Event()

    def run(self) -> None:
        while not self.halt.is_set():
            try:
                self.keeper.look()
            except Exception as problem:  # noqa: BLE001
                store.failed(problem)
            self.halt.wait(LOOK)
        store.leave()


def _opened(pk: int) -> Open:
    known = store.facts(pk)
    one = Open(pk, known.ballot, known.keys, known.tag, Pool(known.issued), casts.length(known.ballot))
    one.pool.written(store.seals(pk))
    return one


def _answer(one: Open) -> bytes:
    """While casting runs it names no serial: who polls would see whose cast comes last."""
    content = {"state": one.stage, "serials": [] if one.takes else one.pool.committed}
    return json.dumps(content, separators=(",", ":")).encode()
