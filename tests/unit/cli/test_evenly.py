"""Connections shared evenly by the workers of `thuocdo serve`."""

import http.client
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from thuocdo.config import evenly

SERVER = """
import os, sys
from granian.constants import Interfaces
from granian.server import Server
from thuocdo.config import evenly

def application(environ, start_response):
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]

def loaded(target):
    even = evenly.shared_out(application)
    return lambda environ, start: (even if environ["PATH_INFO"] == "/even" else application)(environ, start)

port = int(sys.argv[1])
server = Server("none", port=port, interface=Interfaces.WSGI, workers=2, blocking_threads=2, log_enabled=False)
evenly.prepare(port, 2, lambda: {worker.idx for worker in server.wrks})
server.serve(target_loader=loaded)
"""


@pytest.mark.parametrize(
    ("mine", "others", "ends"),
    [
        (8, [0], True),
        (6, [2], True),
        (5, [3], True),
        (5, [4], False),
        (4, [4], False),
        (2, [6], False),
        (1, [0], False),
        (2, [0], True),
        (100, [76], False),
        (100, [75], True),
        (6, [6, 2], True),
        (8, [], False),
    ],
)
def test_a_worker_ends_one_when_it_holds_notably_more(mine: int, others: list[int], ends: bool) -> None:
    assert evenly.ends_one(mine, others) is ends


def test_what_listens_and_what_goes_elsewhere_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours, socket.create_server(("127.0.0.1", 0)) as other:
        there = [socket.create_connection(one.getsockname()) for one in (ours, ours, other)]
        answered = [ours.accept()[0], ours.accept()[0], other.accept()[0]]
        try:
            assert evenly.connections(ours.getsockname()[1]) == 2
            assert evenly.connections(other.getsockname()[1]) == 1
        finally:
            for one in there + answered:
                one.close()
        assert evenly.connections(ours.getsockname()[1]) == 0


def test_what_was_counted_long_ago_is_over_and_a_new_worker_takes_the_place_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = evenly.Shared(1, 2, lambda: {0})
    shared.take_place()
    assert shared.mine == 1
    monkeypatch.setattr(evenly, "connections", lambda port: 4)
    shared.cells[0], shared.cells[1] = 4, int(time.monotonic())
    assert not shared.ends_one()
    shared.cells[1] -= 60
    assert not shared.ends_one(), "counted just now"
    shared.due = 0.0
    assert shared.ends_one()
    assert shared.cells[2] == 3


def test_one_worker_and_workers_that_are_not_forked_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evenly, "_shared", None)

    def application(environ: Any, start_response: Any) -> list[bytes]:
        return []

    evenly.prepare(1, 1, set)
    assert evenly.shared_out(application) is application
    monkeypatch.setattr("multiprocessing.get_start_method", lambda: "spawn")
    evenly.prepare(1, 2, set)
    assert evenly.shared_out(application) is application


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = int(probe.getsockname()[1])
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    process = subprocess.Popen([sys.executable, str(script), str(free)])
    try:
        yield free
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def asked(there: http.client.HTTPConnection, path: str) -> str:
    there.request("GET", path)
    return there.getresponse().read().decode()


def opened(port: int, until: float) -> tuple[http.client.HTTPConnection, str]:
    while True:
        there = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            return there, asked(there, "/")
        except OSError:
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)


def test_eight_connections_to_one_worker_are_soon_shared_by_both(port: int) -> None:
    until = time.monotonic() + 60
    first, crowded = opened(port, until)
    held = [first]
    while len(held) < 8:  # all to one worker, asked in the way that ends none
        one, worker = opened(port, until)
        if worker == crowded:
            held.append(one)
        else:
            one.close()
    assert {asked(one, "/") for one in held} == {crowded}
    shares = Counter[str]()
    while len(shares) < 2 or min(shares.values()) < 3:
        assert time.monotonic() < until, f"still {shares}"
        shares = Counter(asked(one, "/even") for one in held)
    assert sum(shares.values()) == 8
    for one in held:
        one.close()
