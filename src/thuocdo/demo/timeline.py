"""Deeds with their moments, carried out in the order of time as they would have happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of the day in Viet Nam."""
    return datetime.combine(day, time(hour, minute), VIETNAM)


@dataclass
class Timeline:
    """Deeds to do, each at its moment."""

    deeds: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)

    def add(self, at: datetime, deed: Callable[[datetime], object]) -> None:
        """Do `deed(at)` at that moment."""
        self.deeds.append((at, len(self.deeds), deed))

    def spread(
        self, start: datetime, deeds: Sequence[Callable[[datetime], object]], *, within: timedelta
    ) -> None:
        """Do the deeds one after another, evenly within a length of time after `start`."""
        for number, deed in enumerate(deeds):
            self.add(start + within * number // max(len(deeds), 1), deed)

    def run(self) -> int:
        """Carry out every deed in order of time; returns their number."""
        done = sorted(self.deeds, key=lambda entry: entry[:2])
        for at, _, deed in done:
            deed(at)
        self.deeds.clear()
        return len(done)
