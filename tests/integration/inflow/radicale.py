"""A real CalDAV server that is not ours, on this machine, in its own process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import caldav
import requests

from tests.ports import free_port

USER, PASSWORD = "lich", "mat-khau-lich"


@dataclass
class Radicale:
    """A running server with one calendar."""

    process: subprocess.Popen[bytes]
    url: str
    folder: Path

    def calendar(self) -> caldav.Calendar:
        """The calendar, for tests that act as the other side."""
        client = caldav.DAVClient(self.url, username=USER, password=PASSWORD)
        return caldav.Calendar(client=client, url=self.url)

    def put(self, uid: str, text: str) -> None:
        """Store one object as it is written."""
        answer = requests.put(f"{self.url}{uid}.ics", data=text.encode(), auth=(USER, PASSWORD), timeout=10,
                              headers={"Content-Type": "text/calendar; charset=utf-8"})  # fmt: skip
        answer.raise_for_status()

    def get(self, uid: str) -> str:
        """One object as it is stored."""
        return requests.get(f"{self.url}{uid}.ics", auth=(USER, PASSWORD), timeout=10).text

    def delete(self, uid: str) -> None:
        """Remove one object."""
        requests.delete(f"{self.url}{uid}.ics", auth=(USER, PASSWORD), timeout=10).raise_for_status()

    def stored(self, uid: str) -> Path:
        """The file of one object on the server's disk."""
        return next(self.folder.rglob(f"{uid}.ics"))

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(timeout=10)


def todo(uid: str, *lines: str, summary: str = "Tổng hợp báo cáo", due: str = "20260325") -> str:
    """One VTODO."""
    inside = [f"UID:{uid}", "DTSTAMP:20260301T000000Z", f"SUMMARY:{summary}", f"DUE;VALUE=DATE:{due}", *lines]
    whole = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//thu//VN",
        "BEGIN:VTODO",
        *inside,
        "END:VTODO",
        "END:VCALENDAR",
    ]
    return "\r\n".join(whole) + "\r\n"


@contextmanager
def running(folder: Path) -> Iterator[Radicale]:
    """Radicale on a free port of the loopback, ended by its handle."""
    users = folder / "users"
    users.write_text(f"{USER}:{PASSWORD}\n")
    port = free_port()
    options = {
        "--server-hosts": f"127.0.0.1:{port}", "--auth-type": "htpasswd", "--auth-htpasswd-filename": str(users),
        "--auth-htpasswd-encryption": "plain", "--storage-filesystem-folder": str(folder / "data"),
        "--auth-delay": "0", "--logging-level": "error",
    }  # fmt: skip
    command = [sys.executable, "-m", "radicale", "--config", "", *(x for pair in options.items() for x in pair)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    server = Radicale(process, f"http://127.0.0.1:{port}/{USER}/cong-viec/", folder / "data")
    try:
        _wait(port, process)
        client = caldav.DAVClient(f"http://127.0.0.1:{port}/", username=USER, password=PASSWORD)
        client.principal().make_calendar("Công việc", cal_id="cong-viec", supported_calendar_component_set=["VTODO"])
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        finally:
            process.kill()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("Radicale did not start")
