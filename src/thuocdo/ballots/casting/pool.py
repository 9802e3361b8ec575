"""Casts of one ballot between arrival and commit: in memory only, without time, order or sender."""

import threading
from collections.abc import Mapping
from secrets import SystemRandom

from thuocdo.ballots.rules import FEWEST

LEAST = FEWEST
"""A batch has at least so many casts, and so many stay in memory until every slip is here or casting closes: whoever
casts last stands among so many, also where not everybody casts."""

COUNTED = 1000
"""Genuine casts beyond the number given out are counted up to here."""

Row = Mapping[str, str]


class Full(Exception):
    """More genuine casts than tokens were given out: something is wrong, and memory has an end."""


class Other(Exception):
    """This serial came with another seal before: the first one counts."""


class Pool:
    """What waits to be written, by serial, and which serials are committed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[str, Row] = {}
        self._committed: Mapping[str, str] = {}
        self._refused: set[str] = set()

    def knows(self, row: Row) -> bool:
        """Whether this very cast waits or is committed already. Raises Other."""
        with self._lock:
            return self._knows(row)

    def has(self, row: Row) -> bool:
        """Whether the database holds it."""
        return row["serial"] in self._committed

    def put(self, row: Row) -> None:
        """Take a genuine cast in; the first one of a serial stays. Raises Full, Other."""
        with self._lock:
            if self._knows(row):
                return
            if len(self._waiting) + len(self._committed) >= self._most:
                if len(self._refused) < COUNTED:
                    self._refused.add(row["serial"])
                raise Full
            self._waiting[row["serial"]] = row

    def batch(self, *, rest: bool = False) -> list[Row]:
        """What is to be written now, by serial, which stands in no order of arrival; empty while it is too little. Who
        is held back for the last batch is chosen by chance. What is given waits on until it is `written`."""
        with self._lock:
            chosen = list(self._waiting)
            if not rest and len(chosen) + len(self._committed) < self._most:
                chosen = SystemRandom().sample(chosen, max(0, len(chosen) - LEAST))
            if not rest and len(chosen) < LEAST:
                return []
            return [self._waiting[serial] for serial in sorted(chosen)]

    def written(self, seals: Mapping[str, str]) -> None:
        """All serials that the database holds now, with their seals."""
        with self._lock:
            self._committed = seals
            for serial in seals.keys() & self._waiting.keys():
                del self._waiting[serial]

    def _knows(self, row: Row) -> bool:
        waits = self._waiting.get(row["serial"])
        sealed = self._committed.get(row["serial"]) if waits is None else waits["sealed"]
        if sealed is not None and sealed != row["sealed"]:
            raise Other
        return sealed is not None

    @property
    def complete(self) -> bool:
        """Whether as many casts are here as tokens were given out."""
        with self._lock:
            return len(self._waiting) + len(self._committed) >= self._most

    @property
    def refused(self) -> int:
        """Genuine casts that found no place: so many slips, at least, were signed beyond the number given out."""
        return len(self._refused)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def committed(self) -> list[str]:
        """All committed serials, sorted."""
        return sorted(self._committed)
