"""A room of phones for goal B5: scripted voters who speak HTTP as the page's script does and ask no database, and the
processor time that everybody uses."""

import json
import os
import random
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from tests.factories.phones import Meeting
from thuocdo.ballots.lpk1 import board, casts
from thuocdo.organisation.models import Person

VOTERS, PHONES = int(os.environ.get("TD_VOTERS", "7")), int(os.environ.get("TD_PHONES", "1"))
WHOLE = VOTERS >= 20
"""From so many voters on `thuocdo serve` is the signed-in host: the test's own server shares a processor with them."""
LOOK, SLOWEST, LATE_ASKING = 1.5, 4.0, 2.0
"""Seconds between two looks of a phone, growing by a tenth each time, and its longest random delay before it asks for
a token (phone.js)."""
AGAIN, LATE = (3.0, 15.0) if WHOLE else (0.3, 0.5)
"""Seconds between two posts of a cast, and the longest random delay before the first (phone.js); a few voters hurry."""


def scripted(one: Meeting, people: Iterable[Person], url: str, casting: str) -> "list[Voter]":
    content, address = one.content, f"{url}/bo-phieu/dien-thoai/{one.ballot.pk}/"
    return [Voter(content, person, address, casting) for person in people]


class Voter:
    """A phone without a screen. `waited`: seconds from pressing to the token; `wrote`: until the cast is written."""

    def __init__(self, content: dict[str, Any], person: Person, base: str, casting: str) -> None:
        client = Client()
        client.force_login(person.user)  # type: ignore[arg-type]
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.content, self.base, self.casting = content, base, casting
        self.waited = self.wrote = 0.0
        self.sent = False

    def asks(self, path: str, data: bytes | None = None) -> Any:
        csrf = "a" * 32
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; csrftoken={csrf}", "X-CSRFToken": csrf}
        for _ in range(100):  # the test's server turns connections away when a hundred come at once; phones come again
            try:
                given = urllib.request.Request(self.base + path, data, headers)
                with urllib.request.urlopen(given, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.3)
        raise AssertionError("nobody answers")

    def get_token(self) -> None:
        begun, found = time.monotonic(), self.asks("phieu-cua-toi/")
        time.sleep(random.uniform(0, LATE_ASKING))
        self.keys, self.tag = found["keys"], board.tag_of(self.content, found["keys"])
        self.token = casts.new_token(self.keys, self.tag)
        self.asks("xin-phieu/", f"blinded={self.token.blinded}".encode())
        calm = LOOK
        while not (answer := self.asks("phieu-cua-toi/")["blind_signature"]):
            time.sleep(calm)
            calm = min(SLOWEST, 1.1 * calm)
        self.answer, self.waited = answer, time.monotonic() - begun

    def cast(self, option: int) -> None:
        begun = time.monotonic()
        row = casts.cast(self.content, self.keys, self.tag, self.token, self.answer, [[option]])
        body = json.dumps(row, separators=(",", ":")).encode()
        time.sleep(random.uniform(0, LATE))
        for _ in range(200):
            status = self._posted(body)
            assert status in (0, 200, 202, 404, 409, 503), status
            self.sent = self.sent or status == 202
            if status == 200 or (status == 409 and row["serial"] in self._written()):  # written when casting closed
                break
            time.sleep(AGAIN if status == 202 else 0.1)
        else:
            raise AssertionError("not written")
        self.wrote = time.monotonic() - begun

    def _posted(self, body: bytes) -> int:
        """The status, 0 where the test's server turned the connection away."""
        try:
            with urllib.request.urlopen(f"{self.casting}/bo/{self.content['id']}/", body, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0

    def _written(self) -> list[str]:
        """All serials, once casting is closed."""
        with urllib.request.urlopen(f"{self.casting}/bo/{self.content['id']}/da-ghi/", timeout=30) as answer:
            found: list[str] = json.load(answer)["serials"]
            return found


def p95(seconds: Iterable[float]) -> float:
    waited = sorted(seconds)
    return waited[len(waited) * 95 // 100]


def processors(host: int | None) -> dict[str, float]:
    """Seconds of processor time used so far: by this process (scripted voters, casting host), by the signed-in host
    (a process group), by the browsers (the tool signs in one of them) and by the database's own processes. Of
    those the ended ones count too, as their first process has them: otherwise a connection that was closed in between
    takes more away than the others used, and the sum is 0."""
    found = {"voters and casting": time.process_time()}
    tick, database = os.sysconf("SC_CLK_TCK"), f" {connection.settings_dict['NAME']} "
    stats, lines = dict[int, list[str]](), dict[int, str]()
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            stats[int(one.name)] = (one / "stat").read_text().rpartition(")")[2].split()
            lines[int(one.name)] = (one / "cmdline").read_text()
    first = 0
    for pid, line in lines.items():
        _, parent, group, *_ = stats[pid]
        if group == str(host):
            whose = "host"
        elif line.startswith("postgres") and database in line:
            whose, first = "database", int(parent)
        else:
            while int(parent) in stats and parent != str(os.getpid()):
                parent = stats[int(parent)][1]
            if "chrom" not in line or parent != str(os.getpid()):
                continue
            whose = "browsers"
        found[whose] = found.get(whose, 0.0) + (int(stats[pid][11]) + int(stats[pid][12])) / tick
    if first in stats:
        found["database"] += (int(stats[first][13]) + int(stats[first][14])) / tick
    return found


def used(before: dict[str, float], after: dict[str, float], tokens: int) -> str:
    """What a token cost, which a busy machine does not change."""
    each = {name: max(0.0, after[name] - before.get(name, 0.0)) for name in after}
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in each.items())
    return f"processor {sum(each.values()):.1f} s ({parts}), {1000 * sum(each.values()) / tokens:.0f} ms a token"
