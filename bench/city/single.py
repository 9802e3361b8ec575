"""`./td bench city --pages --one-at-a-time`: what each page costs the processor, one client in this process."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.city.visitors import Visit, appoint, missing, session, visits

TIMES, WARM, ALLOWED = 9, 1, 50.0
"""Requests that count, requests before them, and the milliseconds that eight clients on two cores leave a page."""


@dataclass(frozen=True)
class Cost:
    """The least of `TIMES` requests, in processor milliseconds of this process and of the database's; how many queries
    it asked and how many bytes it sent."""

    web: float
    database: float
    queries: int
    size: int

    @property
    def both(self) -> float:
        return self.web + self.database


def measure(narrow: str) -> int:
    """Ask for all visits whose visitor and path hold `narrow`, print each as it comes and then the dearest first; how
    many cost more than `ALLOWED`. Other work on the machine changes these figures too, less than times on the clock."""
    appoint()
    settings.ALLOWED_HOSTS = ["*"]
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # whose processor time belongs to other processes
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    clients: dict[int, Client] = {}
    found: list[tuple[Cost, Visit]] = []
    everybody = visits()
    for visit in everybody:
        if narrow in f"{visit.who}: {visit.path}":
            if visit.account not in clients:
                clients[visit.account] = Client()
                clients[visit.account].cookies[settings.SESSION_COOKIE_NAME] = session(visit.account)
            found.append((_cost(clients[visit.account], visit.path, backend), visit))
            print(_line(*found[-1]), flush=True)
    print("\nweb + database, processor ms, the dearest first")
    for cost, visit in sorted(found, key=lambda pair: -pair[0].both):
        print(_line(cost, visit))
    over = sum(cost.both > ALLOWED for cost, _ in found)
    web, database = (sum(getattr(cost, part) for cost, _ in found) for part in ("web", "database"))
    print(f"Not in this city: {', '.join(missing(everybody))}")
    print(
        f"SUMMARY {len(found)} pages: {over} over {ALLOWED:.0f} ms; web {web:.0f}, database {database:.0f} in all; "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return over


def _line(cost: Cost, visit: Visit) -> str:
    return (
        f"{cost.web:6.1f} + {cost.database:6.1f} = {cost.both:6.1f}  {cost.queries:2d} asked {cost.size / 1024:4.0f} KB"
        f"  {visit.who}: {visit.path}"
    )


def _cost(client: Client, path: str, backend: int) -> Cost:
    web: list[int] = []
    database: list[int] = []
    queries, size = asked(client, path), 0
    for number in range(WARM + TIMES):
        began, before = time.thread_time_ns(), _of(backend)
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        ended, after = time.thread_time_ns(), _of(backend)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        if number >= WARM:
            web.append(ended - began)
            database.append(after - before)
        size = len(answer.content)
    return Cost(min(web) / 1e6, min(database) / 1e6, queries, size)


def asked(client: Client, path: str) -> int:
    """Queries of one answer; what only a first answer reads does not count."""
    client.get(path)
    connection.queries_log.clear()
    connection.force_debug_cursor = True
    try:
        client.get(path)
        return len(connection.queries_log)
    finally:
        connection.force_debug_cursor = False


def _of(process: int) -> int:
    """Nanoseconds on a processor so far, by the scheduler's account."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
