"""The stages of a city's month, each timed; a stage that a run does is also killed half-way and taken up again."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta, timezone

from django.db import connection

from bench.city import people, work
from bench.city.people import City
from bench.city.report import Report
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import ProposedResult, Sheet
from thuocdo.cycles.models import Cycle, Member, Run
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.decisions.models import Publication

VIETNAM = timezone(timedelta(hours=7))
OPENED = datetime(2026, 2, 26, 8, 0, tzinfo=VIETNAM)
DUE = datetime(2026, 3, 3, 17, 0, tzinfo=VIETNAM)
ROOT = "TP"
"""Code of the city's unit."""
KILLED = "{}: killed half-way and taken up again"


def worker() -> "subprocess.Popen[bytes]":
    """`thuocdo work --once` in a process of its own."""
    connection.close()
    return subprocess.Popen([sys.executable, "-m", "thuocdo.cli", "work", "--once"], env=os.environ)


def finish() -> None:
    """Let a worker do everything that waits."""
    if worker().wait() != 0:
        raise RuntimeError("the worker ended with an error")


def kill_half_way(run: Run) -> int | None:
    """SIGKILL a worker when half of the run is done; what was done then, None where it ended before the blow."""
    child = worker()
    while child.poll() is None:
        now = Run.objects.get(pk=run.pk)
        done = now.created + now.skipped + now.failed
        if now.total and now.position and 2 * done >= now.total:
            child.send_signal(signal.SIGKILL)
            child.wait()
            return done
        time.sleep(0.05)
    return None


def month(city: City, report: Report) -> None:
    """Open, rate, close and publish; raises AssertionError where rows are missing or double."""
    by = User.objects.get(pk=city.officer)
    cycle = report.stage("opening starts", 1, lambda: _open(city, by))
    run = cycle.runs.get(kind=Run.Kind.OPEN)
    report.stage(KILLED.format("opening"), 60, lambda: _killed(run))
    inside = Member.objects.filter(cycle=cycle, standing="in").count()
    assert Member.objects.filter(cycle=cycle).count() == city.people
    assert Sheet.objects.filter(cycle=cycle).count() == inside
    report.stage("(ten tasks each)", None, lambda: work.give_tasks(city=city, by=by, at=OPENED))
    report.stage("(sheets filed)", None, lambda: work.submit_sheets(cycle=cycle, by=by, at=DUE))
    rating = actions.start_rating(cycle_id=cycle.pk, by=by, at=DUE)
    report.stage(KILLED.format("rating"), 60, lambda: _killed(rating))
    filed = Sheet.objects.filter(cycle=cycle, state="submitted").count()
    assert ProposedResult.objects.count() == filed == Run.objects.get(pk=rating.pk).created
    report.stage("(results confirmed)", None, lambda: work.confirm_sheets(cycle=cycle, by=by, at=DUE))
    report.stage("closing the city", 60, lambda: actions.close_cycle(cycle_id=cycle.pk, by=by, at=DUE))
    run = start_publishing(cycle_id=cycle.pk, by=by, at=DUE)
    report.stage(KILLED.format("publishing"), 60, lambda: _killed(run))
    done = Run.objects.get(pk=run.pk)
    assert (done.failed, done.created) == (0, Publication.objects.filter(cycle=cycle).count())
    report.together("rating and publishing together", 60, [KILLED.format("rating"), KILLED.format("publishing")])
    for one in cycle.runs.order_by("pk"):
        print(f"{one.kind}: {one.total} in all, {one.created} created, {one.skipped} skipped, {one.failed} failed")


def _killed(run: Run) -> None:
    done = kill_half_way(run)
    finish()
    total = Run.objects.get(pk=run.pk).total
    said = "NOT killed, it ended first" if done is None else f"killed at {done} of {total}, then finished"
    print(f"   {run.kind}: {said}", flush=True)


def month_after(city: City) -> None:
    """March: opened, filed and rated, so that heads have sheets before them; then the tables are analysed."""
    by = User.objects.get(pk=city.officer)
    later = timedelta(days=28)
    cycle = _open(city, by, 3, later)
    finish()
    work.give_tasks(city=city, by=by, at=OPENED + later, month=date(2026, 3, 1))
    work.submit_sheets(cycle=cycle, by=by, at=DUE + later)
    actions.start_rating(cycle_id=cycle.pk, by=by, at=DUE + later)
    finish()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _open(city: City, by: User, number: int = 2, later: timedelta = timedelta()) -> Cycle:
    return actions.open_cycle(
        root_id=city.root, kind="month", year=2026, number=number, submit_by=DUE + later,
        confirm_by=DUE + later + timedelta(days=3), choices={}, by=by, at=OPENED + later,
    )  # fmt: skip


def found(scale: int) -> City:
    """The city on an empty database."""
    return people.found_city(scale=scale, by=None, at=OPENED)
