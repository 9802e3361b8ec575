"""Timing that a noisy machine does not spoil: contenders in turns, judged round by round, clock and processor."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HEADS = ("wall median", "wall min", "wall max", "CPU median", "CPU min")


@dataclass
class Times:
    """Seconds of one contender, round by round: on the clock, and of this process's processor time."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], Any]) -> Any:
        """Do the work once and note how long it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)
        return result

    def plus(self, other: "Times") -> "Times":
        """Both works of every round as one."""
        walls, cpus = zip(self.wall, other.wall, strict=True), zip(self.cpu, other.cpu, strict=True)
        return Times([a + b for a, b in walls], [a + b for a, b in cpus])

    @property
    def middle(self) -> float:
        """Median seconds on the clock."""
        return statistics.median(self.wall)

    def row(self, label: str) -> str:
        """One line of the table under `HEADS`."""
        numbers = (self.middle, min(self.wall), max(self.wall), statistics.median(self.cpu), min(self.cpu))
        return f"{label:<46}" + "".join(f"{number:>13.4f}" for number in numbers)


def in_turns(one: Callable[[], Any], other: Callable[[], Any], rounds: int) -> tuple[Times, Times]:
    """Both contenders in every round, the first to go alternating; a first round warms up and is not counted."""
    one(), other()
    first, second = Times(), Times()
    for number in range(rounds):
        turns = ((first, one), (second, other))
        for times, work in turns if number % 2 == 0 else turns[::-1]:
            times.run(work)
    return first, second


def ratios(over: list[float], under: list[float]) -> tuple[float, float]:
    """The median of the rounds' own ratios, and the ratio of the best rounds."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True)), min(over) / min(under)
