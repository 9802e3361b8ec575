"""The generated province of `./td bench province`, small: a worker killed half-way, every page within its queries."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.province import pages, stages
from bench.province.people import Province, Size, found_province
from thuocdo.accounts.models import User
from thuocdo.audit.verify import verify
from thuocdo.rounds import actions
from thuocdo.rounds.actions import opening
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject
from thuocdo.rounds.working import open_once

SIZE = Size(committees=2, divisions=2, hamlets=1, staff=4, villagers=5, elected=2)
PARTS = ("key", "kind", "role", "collective__key", "organisation__key", "agency__key", "reviewed_with__key", "standing")


def begin(province: Province) -> Round:
    planned = stages.plan(province)
    by = User.objects.get(pk=province.officer)
    return actions.open_round(round_id=planned.pk, version=1, by=by, at=stages.AT)


def rows(round_: Round) -> list[tuple[Any, ...]]:
    return sorted(map(repr, RoundSubject.objects.filter(round=round_).values_list(*PARTS)))


CHILD = """
import django; django.setup()
from thuocdo.rounds import people
from thuocdo.rounds.actions import opening
from thuocdo.rounds.working import open_once
opening.BATCH = 10
original, calls = people.person_subjects, []
def found(*given):
    calls.append(1)
    if len(calls) == 3:
        print("half-way", flush=True)
        input()
    return original(*given)
people.person_subjects = found
while open_once(): pass
"""


@pytest.fixture
def worker() -> Iterator["subprocess.Popen[str]"]:
    """A worker in a process of its own that stands still in its third batch, before the commit."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{settings['NAME']}"
    else:
        url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@localhost:{settings['PORT']}/{settings['NAME']}"
        url += f"?host={settings['HOST'] or settings['OPTIONS'].get('host', 'localhost')}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD],
        env={**os.environ, "THUOCDO_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "thuocdo.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield child
    child.kill()
    child.communicate(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_an_opening_killed_half_way_is_taken_up_by_another_worker_and_counted(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = found_province(size=SIZE, by=None, at=stages.AT, on_record=True)
    monkeypatch.setattr(opening, "AT_ONCE", 0)
    round_ = begin(province)
    connection.close()
    child = request.getfixturevalue("worker")
    assert select.select([child.stdout], [], [], 60)[0], "no word from the worker"
    assert child.stdout.readline() == "half-way\n"
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=60)
    assert RoundOpening.objects.get().done == 20
    deadline = time.monotonic() + 60
    while RoundOpening.objects.get().state != RoundOpening.State.DONE:
        assert time.monotonic() < deadline
        open_once()  # on PostgreSQL the server may need a moment to see that the process is gone
    done = RoundOpening.objects.get()
    assert (done.done, done.people) == (province.people, province.people)
    assert done.created + done.skipped + done.failed == RoundSubject.objects.filter(round=round_).count()
    assert [p.message for p in verify().problems] == []
    killed, by = rows(round_), User.objects.get(pk=province.officer)
    actions.close_round(round_id=round_.pk, version=2, by=by, at=stages.AT)
    monkeypatch.setattr(opening, "AT_ONCE", 500)
    monkeypatch.setattr(stages, "YEAR", stages.YEAR + 1)
    assert len(rows(begin(province))) == len(killed)


@pytest.mark.django_db
def test_every_page_of_a_round_asks_at_most_fifteen_queries_of_whoever_looks(client: Client) -> None:
    province = found_province(size=SIZE, by=None, at=stages.AT)
    round_ = begin(province)
    over = []
    for one in pages.visits(round_, province):
        client.force_login(User.objects.get(pk=one.account))
        client.get(one.path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(one.path).status_code == 200, one.path
        if len(found) > pages.MOST_QUERIES:
            over.append((len(found), one.who, one.path))
    assert over == []
