"""The backup of docs/install.md, taken while a run writes, is restored elsewhere: it verifies and the run goes on."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.apps import apps
from django.db import connection, connections

from bench.city.people import found_city
from tests.house.sources import ROOT
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.actions import runs
from thuocdo.appraisals.models import Sheet
from thuocdo.audit.heads import export, save
from thuocdo.cycles.models import Run
from thuocdo.decisions.working import work_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 2, 26, 1, 0, tzinfo=timezone.utc)
KIND = "postgresql" if connection.vendor == "postgresql" else "sqlite"
EVIDENCE = "evidence/ab/abcdef"


def commands(name: str) -> str:
    """A block of the page, word for word."""
    text = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    found = re.search(rf"^```sh {name}\n(.*?)^```$", text, re.M | re.S)
    assert found, name
    return found[1]


def run(script: str, environment: dict[str, str]) -> str:
    """What an operator types, in one shell that stops at the first error."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("THUOCDO_", "DJANGO_"))}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-eu", "-c", script], capture_output=True, text=True, env=kept | environment | {"PATH": path},
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def address(database: str) -> str:
    """A database of the server of this test run."""
    given = connection.settings_dict
    host = given["HOST"] or given["OPTIONS"].get("host", "")
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    return f"postgresql://{who}@/{database}?host={quote(host, safe='')}&port={given['PORT'] or 5432}"


@pytest.fixture
def live(tmp_path: Path) -> dict[str, str]:
    """The environment of the product over this test's database, with its folders."""
    folder = tmp_path / "live"
    (folder / "heads").mkdir(parents=True)
    (folder / EVIDENCE).parent.mkdir(parents=True)
    (folder / EVIDENCE).write_bytes(b"scan")
    found = {"THUOCDO_DATA_DIR": str(folder), "BACKUP": str(tmp_path / "backup")}
    Path(found["BACKUP"]).mkdir()
    name = str(connection.settings_dict["NAME"])
    if KIND == "sqlite":
        (folder / "thuocdo.sqlite3").symlink_to(name)
        return found
    return found | {"THUOCDO_DATABASE_URL": address(name)}


@pytest.fixture
def restored(live: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """A place of its own for what comes back: a new folder, and an empty database on PostgreSQL."""
    (tmp_path / "restored").mkdir()
    found = live | {"THUOCDO_DATA_DIR": str(tmp_path / "restored")}
    if KIND == "sqlite":
        yield found
        return
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        yield found | {"THUOCDO_DATABASE_URL": address(name)}
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def working(batches: int) -> Iterator[threading.Event]:
    """A worker beside us. It does so many batches without a pause and sets the event on the way; the rest waits."""
    begun, finished = threading.Event(), threading.Event()

    def work() -> None:
        try:
            for number in range(batches):
                assert work_once()
                if number == 2:
                    begun.set()
            finished.wait(60)
            while work_once():
                pass
        finally:
            begun.set()
            connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    begun.wait(60)
    try:
        yield begun
    finally:
        finished.set()
        thread.join(120)
    assert not thread.is_alive()


def counts(database: dict[str, str]) -> dict[str, int]:
    """Rows of every table of the product; the record of a run depends on where its batches were cut."""
    skip = {"audit_event", "audit_eventobject", "audit_chain", "cycles_run", "django_session"}
    tables = sorted({m._meta.db_table for m in apps.get_models()} - skip)
    asked = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    if "THUOCDO_DATABASE_URL" in database:
        with psycopg.connect(database["THUOCDO_DATABASE_URL"]) as server:
            return dict(server.execute(asked.encode()).fetchall())
    with sqlite3.connect(Path(database["THUOCDO_DATA_DIR"]) / "thuocdo.sqlite3") as file:
        return {table: file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


@pytest.mark.long(10)
def test_a_backup_taken_while_the_worker_writes_is_whole(
    live: dict[str, str], restored: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SHEETS_AT_ONCE", 20)
    city = found_city(scale=100, by=None, at=AT, on_record=True, components=12)
    save(export(at=AT), Path(live["THUOCDO_DATA_DIR"]) / "heads")
    actions.open_cycle(
        root_id=city.root, kind="month", year=2026, number=2, submit_by=AT + timedelta(days=5), choices={},
        confirm_by=AT + timedelta(days=8), by=User.objects.get(pk=city.officer), at=AT,
    )  # fmt: skip
    with working(batches=12):
        run(commands(f"backup-{KIND}"), live)
    whole = Run.objects.get()
    assert (whole.state, whole.created) == (Run.State.DONE, Sheet.objects.count())

    said = run(commands(f"restore-{KIND}"), restored)
    assert "Không phát hiện sai lệch" in said
    assert (Path(restored["THUOCDO_DATA_DIR"]) / EVIDENCE).read_bytes() == b"scan"
    before = counts(restored)
    assert before["cycles_member"] == counts(live)["cycles_member"]
    assert 0 < before["appraisals_sheet"] < Sheet.objects.count(), "taken in the middle of the run"
    run("thuocdo work --once && thuocdo verify", restored)
    assert counts(restored) == counts(live)
