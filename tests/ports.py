"""Ports and first answers of what a test starts; nothing of the product is loaded, so a bare process may ask too."""

import socket
import subprocess
import time
import urllib.request


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
