"""Casts of one ballot between arrival and commit: in memory only, without time, order or sender."""

import threading
from collections.abc import Iterable, Mapping

LEAST = 5
"""A batch has at least so many casts, but for the rest at closing."""

Row = Mapping[str, str]


class Full(Exception):
    """More genuine casts than tokens were given out: something is wrong, and memory has an end."""


class Pool:
    """What waits to be written, by serial, and which serials are committed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[str, Row] = {}
        self._committed: frozenset[str] = frozenset()

    def knows(self, serial: str) -> bool:
        """Whether this serial waits or is committed already; then what comes again with it changes nothing."""
        return serial in self._waiting or serial in self._committed

    def put(self, row: Row) -> None:
        """Take a genuine cast in; the first one of a serial stays. Raises Full."""
        with self._lock:
            if self.knows(row["serial"]):
                return
            if len(self._waiting) + len(self._committed) >= self._most:
                raise Full
            self._waiting[row["serial"]] = row

    def batch(self, *, rest: bool = False) -> list[Row]:
        """What is to be written now, by serial, which stands in no order of arrival; empty while it is too little.
        It waits on until it is `written`."""
        with self._lock:
            if len(self._waiting) < (1 if rest else LEAST):
                return []
            return [self._waiting[serial] for serial in sorted(self._waiting)]

    def written(self, serials: Iterable[str]) -> None:
        """All serials that the database holds now."""
        with self._lock:
            self._committed = frozenset(serials)
            for serial in self._committed & self._waiting.keys():
                del self._waiting[serial]

    @property
    def complete(self) -> bool:
        """Whether as many casts are here as tokens were given out."""
        with self._lock:
            return len(self._waiting) + len(self._committed) >= self._most

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def committed(self) -> list[str]:
        """All committed serials, sorted."""
        return sorted(self._committed)
