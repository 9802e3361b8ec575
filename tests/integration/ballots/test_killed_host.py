"""Goal B2 with a real process: the casting host is killed with SIGKILL again and again while phones cast, and no vote
is lost or doubled. CI kills it once; `TD_KILLS=20 pytest …` as often."""

import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.factories.phones import casting, meeting
from tests.ports import free_port, kill_group, over_test_database
from thuocdo.ballots import rules
from thuocdo.ballots.actions import phones
from thuocdo.ballots.phones.models import Cast

KILLS = int(os.environ.get("TD_KILLS", "1"))
VOTERS = 6 + KILLS
BOUND = 120.0 + 60 * KILLS


class HostProcess:
    """`thuocdo casting` over the test's database, begun anew where it ended."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._env = {**over_test_database(connection), "THUOCDO_DATA_DIR": str(folder)}
        self._child: subprocess.Popen[bytes] | None = None
        self.said = folder / "said"

    def run(self) -> None:
        if self._child is None or self._child.poll() is not None:
            command = [sys.executable, "-m", "thuocdo.cli", "casting", "--port", str(self.port)]
            with self.said.open("ab") as said:
                self._child = subprocess.Popen(
                    command, env=self._env, start_new_session=True, stdout=said, stderr=subprocess.STDOUT
                )

    def kill(self) -> None:
        """With all its workers, as a machine that loses power."""
        if self._child is not None:
            kill_group(self._child)
            self._child = None

    def post(self, code: str, body: bytes) -> int:
        """The status, 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bo/{code}/", body, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0


@pytest.fixture
def host(tmp_path: Path, transactional_db: None) -> Iterator[HostProcess]:
    found = HostProcess(tmp_path)
    yield found
    found.kill()


def test_b2_a_host_that_is_killed_while_phones_cast_loses_and_doubles_no_vote(host: HostProcess) -> None:
    voters = casting(meeting(VOTERS))
    one, chance, until = voters[0].of, random.Random(2), time.monotonic() + BOUND
    rows = [voter.row([[n % 3]]) for n, voter in enumerate(voters)]
    other = voters[0].row([[2]])
    open_ = {row["serial"]: json.dumps(row, separators=(",", ":")).encode() for row in rows}
    connection.close()
    waiting, kills, heard = dict(open_), 0, set[str]()
    while waiting or kills < KILLS:
        assert time.monotonic() < until, f"{len(waiting)} casts are not written"
        host.run()
        for serial in chance.sample(sorted(waiting), len(waiting)):
            status = host.post(one.code, waiting[serial])
            assert status in (0, 200, 202, 404, 503), status
            if status == 202:
                heard.add(serial)
            if status == 200:
                del waiting[serial]
            if kills < KILLS and len(heard) >= 3 + kills:  # some wait in its memory alone
                host.kill()
                kills, waiting = kills + 1, dict(open_)
                print(f"B2: killed {kills} of {KILLS}", flush=True)
                break
        time.sleep(0.3)
    assert host.post(one.code, json.dumps(other, separators=(",", ":")).encode()) == 409, "a second window"
    phones.begin_closing(**one.by())
    connection.close()
    while one.ballot.state != rules.CLOSED:
        assert time.monotonic() < until, "not closed"
        time.sleep(0.3)
    assert dict(Cast.objects.filter(ballot__code=one.code).values_list("serial", "sealed")) == {
        row["serial"]: row["sealed"] for row in rows
    }
    said = host.said.read_text()
    assert [word for word in (*open_, one.code, "POST", "/bo/") if word in said] == [], "no access log"
