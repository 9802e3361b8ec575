"""`./td bench city --pages`: every list under eight clients, on the server that `thuocdo serve` runs."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.city.single import asked as queries_of
from bench.city.visitors import Visit, appoint, missing, session, visits

CLIENTS, EACH, WARM, GOAL, ASKED = 8, 6, 4, 0.300, 15
ONE_PAGE, ALL = 8.0, 540.0
"""Seconds after which no client asks for the same page again, and after which no further page is begun."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """One page: seconds of the middle and of the 95th in a hundred, processor seconds a request, size in bytes, how
    many requests were answered, and how many queries one asks."""

    p50: float
    p95: float
    processor: float
    size: int
    answers: int
    queries: int

    @property
    def missed(self) -> bool:
        return self.p95 > GOAL or self.queries > ASKED


def measure(narrow: str) -> int:
    """Ask for all visits whose path or visitor holds `narrow`, print each as it comes, then all by their 95th in a
    hundred; how many missed the goal. Ends within ten minutes: a page stops after `ONE_PAGE` seconds, and what was not
    begun after `ALL` is named."""
    appoint()
    everybody = visits()
    asked = [visit for visit in everybody if narrow in f"{visit.who}: {visit.path}"]
    cookies = {account: session(account) for account in {visit.account for visit in asked}}
    counts = _counted(asked, cookies)
    found: list[tuple[Visit, Figures]] = []
    failed: list[str] = []
    begun, load = time.monotonic(), os.getloadavg()[0]
    print(
        f"{CLIENTS} clients, {CLIENTS * EACH} requests a page; milliseconds; load at the start {load:.1f}", flush=True
    )
    with _server() as (port, process):
        for visit in asked:
            if time.monotonic() - begun > ALL:
                failed.append(f"{visit.who}: {visit.path}: not begun after {ALL:.0f} s")
                continue
            try:
                found.append((visit, _page(port, process.pid, visit, cookies[visit.account], counts[visit])))
            except (RuntimeError, OSError) as error:
                failed.append(f"{visit.who}: {error}")
                print(failed[-1], flush=True)
                continue
            print(_line(*found[-1]), flush=True)
    print(f"\nNot in this city: {', '.join(missing(everybody))}")
    return _told(found, failed, time.monotonic() - begun)


def _counted(asked: list[Visit], cookies: dict[int, str]) -> dict[Visit, int]:
    """How many queries each page asks, by a client in this process."""
    settings.ALLOWED_HOSTS = ["*"]
    clients = {account: Client() for account in cookies}
    for account, cookie in cookies.items():
        clients[account].cookies[settings.SESSION_COOKIE_NAME] = cookie
    return {visit: queries_of(clients[visit.account], visit.path) for visit in asked}


def _line(visit: Visit, one: Figures) -> str:
    return (
        f"{one.p50 * 1000:7.0f} {one.p95 * 1000:7.0f} {one.processor * 1000:7.0f} {one.size / 1024:5.0f} "
        f"{one.answers:4d} {one.queries:3d}  {visit.who}: {visit.path[:90]}{'   MISSED' if one.missed else ''}"
    )


def _told(found: list[tuple[Visit, Figures]], failed: list[str], seconds: float) -> int:
    """Print the table, slowest first, and the summary."""
    print(f"\n{'p50':>7} {'p95':>7} {'CPU':>7} {'KB':>5} {'n':>4} {'SQL':>3}  slowest first")
    for visit, one in sorted(found, key=lambda pair: -pair[1].p95):
        print(_line(visit, one))
    for words in failed:
        print(f"{'':>35}{words}   MISSED")
    slow = sum(one.missed for _, one in found)
    print(
        f"SUMMARY {len(found) + len(failed)} pages: {len(found) - slow} at most {GOAL * 1000:.0f} ms and {ASKED} "
        f"queries, {slow} over, {len(failed)} without figures; {seconds:.0f} s, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return slow + len(failed)


@contextmanager
def _server() -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "thuocdo.cli", "serve", "--port", str(port)])
    try:
        for _ in range(1200):
            try:
                _get(http.client.HTTPConnection("127.0.0.1", port, timeout=60), "/dang-nhap/", "")
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the server did not answer in two minutes")
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def _page(port: int, server: int, visit: Visit, cookie: str, queries: int) -> Figures:
    until = time.perf_counter() + ONE_PAGE
    for _ in range(WARM):  # each over a connection of its own, which reaches every worker
        _get(http.client.HTTPConnection("127.0.0.1", port, timeout=60), visit.path, cookie)
        if time.perf_counter() > until:
            break
    _crowd(port, visit, cookie, 1)  # and at once, which reaches both threads of a worker
    before = _processor(server)
    taken, size = _crowd(port, visit, cookie, EACH)
    spent = (_processor(server) - before) / len(taken)
    slowest = sorted(taken)[min(len(taken) - 1, len(taken) * 95 // 100)]
    return Figures(statistics.median(taken), slowest, spent, size, len(taken), queries)


def _crowd(port: int, visit: Visit, cookie: str, each: int) -> tuple[list[float], int]:
    """All clients ask so often each, until `ONE_PAGE` is over: seconds of every answer, and the size of the largest."""
    taken: list[float] = []
    sizes: list[int] = []
    errors: list[Exception] = []
    until = time.perf_counter() + ONE_PAGE

    def client() -> None:
        there = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(each):
            begun = time.perf_counter()
            if begun > until:
                return
            try:
                sizes.append(_get(there, visit.path, cookie))
            except (RuntimeError, OSError) as error:
                errors.append(error)
                return
            taken.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if errors:
        raise RuntimeError(f"{visit.path}: {errors[0]}")
    return taken, max(sizes)


def _get(there: http.client.HTTPConnection, path: str, cookie: str) -> int:
    there.request(
        "GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept-Encoding": "gzip"}
    )
    answer = there.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return len(body)


def _processor(server: int) -> float:
    """Processor seconds so far of the server's processes and of the database's for this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        processes = {pid for (pid,) in cursor.fetchall()}
    waiting = [server]
    while waiting:
        one = waiting.pop()
        processes.add(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += map(int, task.read_text().split())
    return sum(map(_ticks, processes)) / TICK


def _ticks(process: int) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])
