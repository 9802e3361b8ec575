"""The demonstration as `thuocdo demo` builds it on nothing: once a run, for all tests that need a built one."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import first_answer, free_port

SIGN_IN = "/dang-nhap/"


def environment(directory: Path, **extra: str) -> dict[str, str]:
    """A process's own: nothing of this run but the data directory."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("THUOCDO_", "DJANGO_"))}
    return {**kept, "THUOCDO_DATA_DIR": str(directory), **extra}


@contextmanager
def served(directory: Path, output: Path, sign: signal.Signals = signal.SIGTERM) -> Iterator[tuple[int, str]]:
    """The demonstration's server on this data directory, its port and its first page; then it ends by the signal,
    in order. A file takes its words: nobody need read them while it runs."""
    port = free_port()
    with output.open("w") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "thuocdo.cli", "demo", "--port", str(port)],
            env=environment(directory),
            stdout=words,
            stderr=subprocess.STDOUT,
        )
        try:
            yield port, first_answer(f"http://127.0.0.1:{port}{SIGN_IN}", process)
            time.sleep(0.5)
            process.send_signal(sign)
            assert process.wait(timeout=60) == 0, output.read_text()
        finally:
            process.kill()


def built(shared: Path) -> Path:
    """The data directory of the built demonstration, with what was printed meanwhile as `output` beside it."""
    made = shared / "demonstration"
    done = made / "done"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            with served(made / "data", made / "output") as (_, page):
                assert "Thước Đo" in page
            done.touch()
    return made


def copy(shared: Path, target: Path) -> None:
    """A built demonstration of one's own as data directory `target`."""
    shutil.copytree(built(shared) / "data", target)
