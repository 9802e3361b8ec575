"""Ports and first answers of what a test starts; nothing of the product is loaded, so a bare process may ask too."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import suppress
from typing import Any


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_answer(url: str, process: "subprocess.Popen[str] | subprocess.Popen[bytes]", seconds: int = 400) -> str:
    """The page, as soon as the process serves it; fails when it ends first or takes longer, and never waits on."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, f"it ended by itself: {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=20) as page:
                return str(page.read().decode())
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def over_test_database(connection: Any) -> dict[str, str]:
    """Environment of a command of the product that works on the database of this test."""
    settings = connection.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if connection.vendor != "sqlite":
        url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@localhost:{settings['PORT']}/{settings['NAME']}"
        url += f"?host={settings['HOST'] or settings['OPTIONS'].get('host', 'localhost')}"
    return {**os.environ, "THUOCDO_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "thuocdo.config.settings"}


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """A process begun in a session of its own, with all its workers, as a machine that loses power."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
