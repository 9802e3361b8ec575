"""`thuocdo serve`: what runs beside the workers while they are made."""

import os
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from thuocdo.cli import serve
from thuocdo.config import evenly


def test_nothing_but_sleep_goes_on_beside_the_fork(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lock that another thread holds when a worker is forked stays locked in it for ever."""
    seen: list[str] = []
    states = iter([False, False, True])

    def forked() -> bool:
        seen.append("forked?")
        return next(states)

    def page(url: str, **_: Any) -> Any:
        seen.append(url)
        return nullcontext()

    monkeypatch.setattr("urllib.request.urlopen", page)
    serve.announce(forked, "0.0.0.0", 8335, "Đơn vị minh họa")
    assert seen == ["forked?"] * 3 + ["http://127.0.0.1:8335/dang-nhap/"]
    assert capsys.readouterr().out.startswith("Đơn vị minh họa\nThước Đo đang chạy tại http://0.0.0.0:8335/")


@pytest.mark.parametrize(("command", "code"), [("work", 0), ("casting", -15)])
def test_what_runs_beside_ends_where_its_parent_ended_before_it_began(command: str, code: int) -> None:
    """A killed `thuocdo serve` left a casting host behind that had looked for its parent too late."""
    nobody = ("--with-parent", "1")
    assert subprocess.run([sys.executable, "-m", "thuocdo.cli", command, *nobody], timeout=60).returncode == code


def test_the_announcement_waits_for_the_workers_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question it asks is the server's own list of workers, which grows after each fork."""
    asked: list[bool] = []
    told = threading.Event()

    def announce(forked: Any, *_: Any) -> None:
        asked.append(forked())
        told.set()

    class Server:
        def __init__(self, *_: Any, **options: Any) -> None:
            self.wrks: list[int] = []
            self.workers = options["workers"]

        def serve(self) -> None:
            assert told.wait(30)

    monkeypatch.setattr("granian.server.Server", Server)
    monkeypatch.setattr(serve, "announce", announce)
    monkeypatch.setattr(serve, "beside", lambda *_: nullcontext())
    monkeypatch.setattr(evenly, "_shared", None)
    assert serve.serve("127.0.0.1", 8335, casting=8336, workers=2) == 0
    assert asked == [False]
    assert evenly._shared is not None
    assert evenly._shared.workers == 2, "connections are shared evenly"


def test_a_process_that_serves_keeps_what_it_has_and_looks_for_rings_seldom(tmp_path: Path) -> None:
    said = "import gc, thuocdo.config.wsgi; print(gc.get_threshold(), gc.get_freeze_count() > 50_000)"
    there = {**os.environ, "THUOCDO_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "thuocdo.config.settings"}
    found = subprocess.run([sys.executable, "-c", said], env=there, capture_output=True, text=True, timeout=60)
    assert found.stdout.split("\n")[0] == "(50000, 20, 50) True", found.stderr
