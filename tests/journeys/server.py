"""The product in a process of its own over the test's database, so that a test can kill it and start it again.

A nursery loads the product once and forks a server each time it is asked: the server that is killed is a whole process
without a word of warning, and the next one is there at once.
"""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.ports import first_answer, free_port


@dataclass
class Server:
    """Started, killed without warning, started again, always at the same address."""

    database: str
    port: int = field(default_factory=free_port)
    nursery: "subprocess.Popen[str] | None" = None
    serving: int | None = None
    """Process id of the server itself."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert self.serving is None
        nursery = self.nursery or self._nursery()
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write("start\n")
        nursery.stdin.flush()
        assert select.select([nursery.stdout], [], [], 60)[0], "no word from the nursery"
        self.serving = int(nursery.stdout.readline())
        first_answer(f"{self.url}/dang-nhap/", nursery)

    def _nursery(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.journeys.server", self.database, str(self.port)]
        root = Path(__file__).resolve().parents[2]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.nursery = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        return self.nursery

    def kill(self) -> None:
        """As a power cut would; back when nothing of it is left, its port least of all."""
        if self.serving is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.serving, signal.SIGKILL)
            for _ in range(600):
                os.kill(self.serving, 0)
                time.sleep(0.02)
        self.serving = None

    def end(self) -> None:
        """The server and its nursery are gone."""
        self.kill()
        if self.nursery is not None:
            try:
                self.nursery.communicate(timeout=60)
            finally:
                self.nursery.kill()
                self.nursery = None


def tend(database: str, port: int) -> None:
    """Fork a server for each line that comes in and say its process id; end with the input."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    django.setup()
    from django.core.servers.basehttp import WSGIServer, run
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    application = get_wsgi_application()
    assert get_resolver().url_patterns, "all pages are loaded before the first fork"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run("127.0.0.1", port, application, threading=True, server_cls=WSGIServer)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    tend(sys.argv[1], int(sys.argv[2]))
