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
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from bench.city.visitors import Visit, appoint, visits
from thuocdo.accounts.models import User

CLIENTS, EACH, WARM, GOAL = 8, 6, 4, 0.300
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """One page: seconds of the middle and of the 95th in a hundred, processor seconds a request, size in bytes."""

    p50: float
    p95: float
    processor: float
    size: int


def measure(narrow: str) -> int:
    """Print the table of all visits whose path or visitor holds `narrow`; how many missed the goal."""
    appoint()
    asked = [visit for visit in visits() if narrow in visit.path or narrow in visit.who]
    cookies = {account: _session(account) for account in {visit.account for visit in asked}}
    missed = 0
    print(f"{'p50':>7} {'p95':>7} {'CPU':>7} {'KB':>5}  {CLIENTS} clients, {CLIENTS * EACH} requests a page; ms")
    with _server() as (port, process):
        for visit in asked:
            try:
                one = _page(port, process.pid, visit, cookies[visit.account])
            except RuntimeError as error:
                missed += 1
                print(f"{'':>32}{visit.who}: {error}   MISSED", flush=True)
                continue
            over = one.p95 > GOAL
            missed += over
            print(
                f"{one.p50 * 1000:7.0f} {one.p95 * 1000:7.0f} {one.processor * 1000:7.0f} {one.size / 1024:5.0f}  "
                f"{visit.who}: {visit.path[:90]}{'   MISSED' if over else ''}",
                flush=True,
            )
    print(f"{len(asked)} pages, {missed} over {GOAL * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}", flush=True)
    return missed


def _session(account: int) -> str:
    user = User.objects.get(pk=account)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "thuocdo.accounts.backends.PasswordBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


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


def _page(port: int, server: int, visit: Visit, cookie: str) -> Figures:
    taken: list[float] = []
    sizes: list[int] = []

    def client() -> None:
        there = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for _ in range(EACH):
            begun = time.perf_counter()
            sizes.append(_get(there, visit.path, cookie))
            taken.append(time.perf_counter() - begun)

    warm = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _ in range(WARM):
        _get(warm, visit.path, cookie)
    before = _processor(server)
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if len(taken) != CLIENTS * EACH:
        raise RuntimeError(f"{visit.who}: {visit.path} was not answered every time")
    spent = (_processor(server) - before) / len(taken)
    return Figures(statistics.median(taken), sorted(taken)[len(taken) * 95 // 100], spent, max(sizes))


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
