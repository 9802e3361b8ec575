"""Long measurements by hand: they say how far they are, and end at a bound of time."""

import os
import time
from collections.abc import Iterator

SAY = 10.0
"""Seconds between two lines of progress."""


class Bounded:
    """`wanted` rounds named `name`, within `TD_SECONDS` where that is set; the first is always made."""

    def __init__(self, name: str, wanted: int) -> None:
        self.name, self.wanted, self.done = name, wanted, 0
        self._bound = float(os.environ.get("TD_SECONDS", "inf"))
        self._begun = self._said = time.monotonic()

    def __iter__(self) -> Iterator[int]:
        for number in range(self.wanted):
            yield number
            self.done += 1
            now = time.monotonic()
            if now - self._said >= SAY or self.done == self.wanted:
                self._said = now
                print(f"{self.name}: {self.done} of {self.wanted}, {now - self._begun:.0f} s", flush=True)
            if now - self._begun > self._bound:
                break

    def require_whole(self) -> None:
        """Fails where the bound of time came first: the goal has not been seen in full."""
        assert self.done == self.wanted, f"{self.name}: the bound came at {self.done} of {self.wanted}, not in full"
