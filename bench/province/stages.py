"""Founding and opening, the worker killed half-way and another one taking the opening up again."""

import signal
import time
from datetime import date, datetime, timedelta, timezone

from django.db import connection
from django.db.models import Count

from bench.city.report import Report
from bench.city.stages import KILLED, finish, worker
from bench.province.people import Province, Size, found_province
from thuocdo.accounts.models import User
from thuocdo.rounds import actions
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject

AT = datetime(2025, 12, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
YEAR = 2025
STARTS = "opening starts: tree, collectives, agencies"
OPENING = KILLED.format("opening")


def found(size: Size) -> Province:
    """The province on an empty database."""
    province = found_province(size=size, by=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return province


def plan(province: Province) -> Round:
    """The plan of the year, by the province's officer."""
    return actions.plan_round(
        organisation_id=province.root, year=YEAR, rating_date=date(YEAR, 12, 20), overlays=[], basis="Kế hoạch mẫu",
        whom="", leaderships="every", seats="leading", deadlines={}, by=User.objects.get(pk=province.officer), at=AT,
    )  # fmt: skip


def opened(province: Province, report: Report) -> Round:
    """Raises AssertionError where a subject is missing or double, or a count does not fit."""
    by, planned = User.objects.get(pk=province.officer), plan(province)
    report.stage(
        STARTS,
        None,
        lambda: actions.open_round(round_id=planned.pk, version=1, by=by, at=AT),
    )
    if RoundOpening.objects.get(round=planned).state != "done":
        report.stage(OPENING, None, lambda: _killed(planned))
        report.together("opening, both parts", 60, [STARTS, OPENING])
    run = RoundOpening.objects.get(round=planned)
    subjects = RoundSubject.objects.filter(round=planned)
    assert (run.state, run.done) == ("done", run.people)
    assert run.created + run.skipped + run.failed == subjects.count()
    assert subjects.filter(person__isnull=False).values("person").distinct().count() == run.people
    return Round.objects.get(pk=planned.pk)


def _killed(round_: Round) -> None:
    """SIGKILL a worker when half of the people are done; another worker does the rest."""
    child, done = worker(), None
    while child.poll() is None:
        now = RoundOpening.objects.get(round=round_)
        if 2 * now.done >= now.people:
            child.send_signal(signal.SIGKILL)
            child.wait()
            done = RoundOpening.objects.get(round=round_)
            break
        time.sleep(0.05)
    finish()
    said = f"killed at {done.done} of {done.people} people" if done else "NOT killed, it ended first"
    print(f"   opening: {said}", flush=True)


def told(round_: Round) -> None:
    """Print what the opening counted."""
    run = RoundOpening.objects.get(round=round_)
    kinds = RoundSubject.objects.filter(round=round_).order_by("kind").values_list("kind").annotate(n=Count("pk"))
    print(
        f"{run.people} people; {run.created} created, {run.skipped} skipped, {run.failed} failed (to be decided): "
        f"{', '.join(f'{n} {kind}' for kind, n in kinds)}",
        flush=True,
    )


def work_done(round_: Round, province: Province) -> int:
    """The year's rating of everybody of the first committee, recorded as a clerk records it: 300 at a time."""
    by = User.objects.get(pk=province.officer)
    first = RoundSubject.objects.filter(round=round_, kind="civil_servant", standing="in").exclude(
        person__user_id=by.pk
    )
    keys = list(first.order_by("pk").values_list("pk", flat=True)[:600])
    for begin in range(0, len(keys), 300):
        actions.take_steps(
            round_id=round_.pk, steps=[("rate_work", pk) for pk in keys[begin : begin + 300]], on=AT.date(),
            place="", number="1", body="Ủy ban nhân dân", levels={}, by=by, at=AT,
        )  # fmt: skip
    return len(keys)
