"""The table of the stages: seconds on the clock, processor seconds of the program and of the database, goals."""

import os
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Row:
    """One stage. `database` is None where its processes are not on this machine; `limit` in seconds is the goal."""

    name: str
    seconds: float
    program: float
    database: float | None
    limit: float | None

    @property
    def missed(self) -> bool:
        return self.limit is not None and self.seconds > self.limit

    def __str__(self) -> str:
        database = "      –" if self.database is None else f"{self.database:7.1f}"
        goal = "" if self.limit is None else f"{self.limit:6.0f}  {'MISSED' if self.missed else 'met'}"
        return f"{self.name:<58} {self.seconds:8.1f} {self.program:8.1f} {database}  {goal}".rstrip()


HEAD = f"{'stage (in brackets: preparing)':<58} {'seconds':>8} {'program':>8} {'databas':>7}    goal"


class Meter:
    """Adds up what the pieces of a stage take: `with meter: …`."""

    def __init__(self) -> None:
        self.seconds = self.program = 0.0
        self.database: float | None = 0.0

    def __enter__(self) -> None:
        self._begun = time.perf_counter(), _program(), _database()

    def __exit__(self, *_: object) -> None:
        seconds, program, database = self._begun
        self.seconds += time.perf_counter() - seconds
        self.program += _program() - program
        now = _database()
        known = None not in (self.database, database, now)
        self.database = (self.database or 0) + (now or 0) - (database or 0) if known else None


class Report:
    """Prints each stage when it is done, and the stages with goals once more at the end."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.begun = time.perf_counter()
        print(f"{HEAD}\n{'-' * len(HEAD)}", flush=True)

    def stage(self, name: str, limit: float | None, step: Callable[[], Any]) -> Any:
        """Do one step and keep how long it took, processes that it waited for included."""
        seconds, program, database = time.perf_counter(), _program(), _database()
        found = step()
        seconds, program = time.perf_counter() - seconds, _program() - program
        now = _database()
        spent = None if now is None or database is None else now - database
        self._add(Row(name, seconds, program, spent, limit))
        return found

    def together(self, name: str, limit: float, stages: Iterable[str]) -> None:
        """A goal for several stages that are done: their sum."""
        wanted = set(stages)
        of = [row for row in self.rows if row.name in wanted]
        database = None if any(row.database is None for row in of) else sum(row.database or 0 for row in of)
        self._add(Row(name, sum(row.seconds for row in of), sum(row.program for row in of), database, limit))

    def metered(self, name: str, limit: float | None, meter: "Meter") -> None:
        """A stage that was done in many pieces."""
        self._add(Row(name, meter.seconds, meter.program, meter.database, limit))

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        print(row, flush=True)

    def end(self) -> int:
        """Print the goals; how many were missed."""
        print(f"\nGoals\n{HEAD}\n{'-' * len(HEAD)}")
        for row in self.rows:
            if row.limit is not None:
                print(row)
        missed = sum(row.missed for row in self.rows)
        print(
            f"{missed} goals missed; {(time.perf_counter() - self.begun) / 60:.1f} minutes in all; load "
            f"{os.getloadavg()[0]:.1f} at the end, {os.cpu_count()} processors",
            flush=True,
        )
        return missed


def _program() -> float:
    """Processor seconds of this process and of those that it waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _database() -> float | None:
    """Processor seconds of all processes of the database server, ended ones included."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    try:
        server = int(_fields(backend)[1])
        children = [task.read_text() for task in Path(f"/proc/{server}/task").glob("*/children")]
        ticks = sum(map(int, _fields(server)[11:15]))
    except (FileNotFoundError, ValueError):
        return None
    for one in " ".join(children).split():
        try:
            ticks += sum(map(int, _fields(int(one))[11:13]))
        except FileNotFoundError:  # it ended meanwhile
            continue
    return ticks / TICK


def _fields(process: int) -> list[str]:
    """What follows the name in /proc: state, parent, and from 11 on the processor time, own and of ended children."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
