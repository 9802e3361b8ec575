"""A large period is opened in batches: exactly the rows of one opening at once, whatever happens in between."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from bench.city.people import City, found_city
from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.actions import opening, runs
from thuocdo.appraisals.models import Sheet
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle, Member, Run
from thuocdo.cycles.run_queries import follow
from thuocdo.decisions.working import work_once
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment

AT = datetime(2026, 2, 26, 1, 0, tzinfo=timezone.utc)
BATCH = 200
EVERYTHING = 10**9


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SHEETS_AT_ONCE", BATCH)


@pytest.fixture
def city(db: None) -> City:
    return found_city(scale=100, by=None, at=AT, on_record=True, components=12)


def officer(city: City) -> User:
    return User.objects.get(pk=city.officer)


def open_city(city: City, choices: dict[int, dict[str, Any]] | None = None) -> Cycle:
    return actions.open_cycle(
        root_id=city.root,
        kind="month",
        year=2026,
        number=2,
        submit_by=AT + timedelta(days=5),
        confirm_by=AT + timedelta(days=8),
        choices=choices or {},
        by=officer(city),
        at=AT,
    )


def work() -> int:
    """Work until nothing waits; how many batches that took."""
    batches = 0
    while work_once():
        batches += 1
    return batches


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything an opening writes, without keys and moments."""
    skip = {"id", "cycle_id", "member_id", "changed_at", "at"}
    found = {}
    for model in (Member, Sheet, Notice):
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in skip]
        found[model.__name__] = sorted(map(repr, model._base_manager.values_list(*names)))
    found["pins"] = list(Cycle.objects.values_list("pins", flat=True))
    return found


def all_at_once(city: City) -> dict[str, Any]:
    """What opening without a run writes; taken back again."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(opening, "AT_ONCE", EVERYTHING)
        open_city(city)
        expected = rows()
        transaction.set_rollback(True)
    assert not Cycle.objects.exists()
    return expected


def test_a_run_writes_what_one_opening_writes_and_the_record_holds(city: City) -> None:
    expected = all_at_once(city)
    mover = Employment.objects.filter(end__isnull=False).order_by("pk").first()
    assert mover is not None
    cycle = open_city(city)
    assert not cycle.members.exists()
    batches = work()
    assert rows() == expected
    run = Run.objects.get()
    assert (run.state, run.created + run.skipped, run.failed) == (Run.State.DONE, run.total, 0)
    assert run.created == Sheet.objects.count() > 2 * BATCH
    assert run.skipped == Member.objects.exclude(standing="in").count() > 0
    assert batches == 2 + -(-run.created // BATCH)
    assert list(Event.objects.order_by("seq").values_list("code", flat=True)) == [
        "demo.finished", "run.started", "run.people_frozen", *["run.sheets_made"] * (batches - 2), "run.finished",
    ]  # fmt: skip
    assert [p.message for p in verify().problems] == []


def test_choices_of_the_officer_are_kept_for_the_run(city: City) -> None:
    mover = Employment.objects.filter(end__isnull=False).order_by("pk").first()
    assert mover is not None
    open_city(city, {mover.person_id: {"employment": mover.pk, "reason": "Phần lớn tháng ở đơn vị cũ."}})
    work()
    member = Member.objects.get(person_id=mover.person_id)
    assert (member.standing, member.employment_id) == ("in", mover.pk)


def test_a_choice_that_fits_nobody_is_refused_before_anything_begins(city: City) -> None:
    post = Employment.objects.order_by("pk").last()
    assert post is not None
    with pytest.raises(Refusal, match="không thuộc kỳ này"):
        open_city(city, {post.person_id: {"employment": post.pk + 10**6, "reason": "x"}})
    assert not Run.objects.exists()


class Broken(ValueError):
    """The batch that was just written is lost."""


def breaking(patch: pytest.MonkeyPatch, call: int) -> None:
    """Let the batch number `call` fail after all its rows were written."""
    counted, original = [0], runs.moved

    def moved(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        counted[0] += 1
        if counted[0] == call:
            raise Broken("mất điện")

    patch.setattr(runs, "moved", moved)


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_batch_that_breaks_leaves_nothing_and_the_run_goes_on(city: City, call: int) -> None:
    expected = all_at_once(city)
    open_city(city)
    with pytest.MonkeyPatch.context() as patch:
        breaking(patch, call)
        work()
    run = Run.objects.get()
    assert run.state == Run.State.FAILED
    assert "Broken" in run.problem
    assert "mất điện" not in run.problem, "what an error says may repeat somebody's row"
    assert Sheet.objects.count() == max(0, call - 2) * BATCH
    actions.resume_run(run_id=run.pk, by=officer(city), at=AT)
    work()
    assert rows() == expected
    assert Run.objects.get().created == Sheet.objects.count()


def test_the_population_is_that_of_the_moment_of_the_freeze(city: City) -> None:
    expected = all_at_once(city)
    open_city(city)
    assert work_once()
    assert work_once()
    with outside_actions():
        Employment.objects.filter(leadership="head").update(leadership="none")
    work()
    assert rows() == expected


def test_stop_and_resume(city: City) -> None:
    expected = all_at_once(city)
    open_city(city)
    run = Run.objects.get()
    work_once()
    work_once()
    actions.stop_run(run_id=run.pk, by=officer(city), at=AT)
    assert work() == 0
    assert Sheet.objects.count() == BATCH
    half = follow(officer(city), run.pk, AT)
    assert 0 < half.percent < 100
    assert not half.active
    actions.resume_run(run_id=run.pk, by=officer(city), at=AT)
    work()
    assert rows() == expected
    assert follow(officer(city), run.pk, AT).percent == 100
    with pytest.raises(Conflict, match="đã xong"):
        actions.stop_run(run_id=run.pk, by=officer(city), at=AT)


def test_only_an_officer_of_the_unit_follows_or_stops_a_run(city: City) -> None:
    open_city(city)
    run, stranger = Run.objects.get(), User.objects.exclude(pk=city.officer).order_by("-pk").first()
    assert stranger is not None
    for act in (actions.stop_run, actions.resume_run):
        with pytest.raises(NotYours):
            act(run_id=run.pk, by=stranger, at=AT)
    with pytest.raises(NotYours):
        follow(stranger, run.pk, AT)


def test_the_period_cannot_be_opened_or_closed_while_it_is_being_opened(city: City) -> None:
    cycle = open_city(city)
    with pytest.raises(Conflict, match="đã được mở"):
        open_city(city)
    with pytest.raises(Conflict, match="chưa xong"):
        actions.close_cycle(cycle_id=cycle.pk, by=officer(city), at=AT)


def test_a_run_on_which_nothing_moves_says_so(city: City) -> None:
    open_city(city)
    run = Run.objects.get()
    assert not follow(officer(city), run.pk, AT).quiet
    assert follow(officer(city), run.pk, AT + timedelta(minutes=2)).quiet


CHILD = """
import django; django.setup()
from thuocdo.appraisals.actions import runs
from thuocdo.decisions.working import work_once
runs.SHEETS_AT_ONCE = {batch}
original, calls = runs.moved, []
def moved(*args, **kwargs):
    original(*args, **kwargs)
    calls.append(1)
    if len(calls) == 3:
        print("half-way", flush=True)
        input()
runs.moved = moved
while work_once(): pass
"""


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own that stands still in its third batch, before the commit."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{settings['NAME']}"
    else:
        url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@localhost:{settings['PORT']}/{settings['NAME']}"
        url += f"?host={settings['HOST'] or settings['OPTIONS'].get('host', 'localhost')}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(batch=BATCH)],
        env={**os.environ, "THUOCDO_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "thuocdo.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield child
    child.kill()
    child.communicate(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_is_followed_by_another(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = found_city(scale=100, by=None, at=AT, on_record=True, components=12)
    expected = all_at_once(city)
    open_city(city)
    connection.close()
    child = request.getfixturevalue("worker")
    assert select.select([child.stdout], [], [], 60)[0], "no word from the worker"
    assert child.stdout.readline() == "half-way\n"
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=60)
    deadline = time.monotonic() + 30
    while Run.objects.get().state != Run.State.DONE:
        assert time.monotonic() < deadline
        work()  # on PostgreSQL the server may need a moment to see that the process is gone
    assert rows() == expected
    assert [p.message for p in verify().problems] == []
    assert Event.objects.filter(code="run.people_frozen").count() == 1


def test_the_page_shows_the_run_and_its_buttons_work(
    city: City, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = open_city(city)
    run = Run.objects.get()
    client.force_login(officer(city))
    work_once()
    work_once()
    page = client.get(f"/to-chuc/ky/luot/{run.pk}/")
    assert page.headers["Refresh"] == "3"
    assert "đang chạy" in page.content.decode().lower()
    moved = Run.objects.get().moved_at
    assert moved is not None
    with monkeypatch.context() as later:
        later.setattr("django.utils.timezone.now", lambda: moved + timedelta(minutes=2))
        still = client.get(f"/to-chuc/ky/luot/{run.pk}/")
    assert "Refresh" not in still.headers, "a page left open beside a run that stands still counts as left"
    assert "Hơn một phút không có tiến triển" in still.content.decode()
    assert client.post(f"/to-chuc/ky/luot/{run.pk}/dung/").status_code == 302
    stopped = client.get(f"/to-chuc/ky/luot/{run.pk}/")
    assert "Refresh" not in stopped.headers
    assert "Chạy tiếp" in stopped.content.decode()
    client.post(f"/to-chuc/ky/luot/{run.pk}/tiep/")
    work()
    assert "100%" in client.get(f"/to-chuc/ky/luot/{run.pk}/").content.decode()
    begun = client.post(f"/to-chuc/ky/{cycle.pk}/chay/tinh-diem/")
    assert begun.headers["Location"] == f"/to-chuc/ky/luot/{Run.objects.get(kind='rate').pk}/"
    assert client.post(f"/to-chuc/ky/{cycle.pk}/chay/khac/").status_code == 404
    assert client.post(f"/to-chuc/ky/luot/{run.pk}/khac/").status_code == 404
