"""Deeds with their moments, carried out in the order of time as they would have happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from thuocdo.kernel.workdays import is_working_day

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of the day in Viet Nam."""
    return datetime.combine(day, time(hour, minute), VIETNAM)


def working_day_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


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

    def run(self, until: datetime) -> int:
        """Carry out, in order of time, the deeds before `until`; returns their number."""
        due = sorted((entry for entry in self.deeds if entry[0] < until), key=lambda entry: entry[:2])
        self.deeds = [entry for entry in self.deeds if entry[0] >= until]
        for at, _, deed in due:
            deed(at)
        return len(due)
