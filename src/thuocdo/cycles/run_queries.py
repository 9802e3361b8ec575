"""Reads about runs: which wait for a worker, and where one stands for the officer who follows it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle, Run, RunFailure
from thuocdo.cycles.runs import ACTIVE, QUIET_AFTER
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import looks_after, units_where

FAILURES_SHOWN = 200


@dataclass(frozen=True)
class Following:
    """A run as its page shows it. `quiet`: it should be moving, but nothing has happened for a minute."""

    run: Run
    done: int
    percent: int
    quiet: bool
    officer: bool
    failures: tuple[RunFailure, ...]

    @property
    def active(self) -> bool:
        return self.run.state in ACTIVE


def next_run() -> tuple[int, str] | None:
    """The oldest run that waits or goes on, and its kind: for the worker, which has no user."""
    return Run.objects.filter(state__in=ACTIVE).order_by("started_at", "pk").values_list("pk", "kind").first()


def unfinished(cycle: Cycle, kind: Run.Kind) -> Run | None:
    """The run of a kind that may still go on; a step of actions that may not go ahead of it."""
    return Run.objects.filter(cycle=cycle, kind=kind).exclude(state__in=Run.ENDED).first()


def runs_of(cycle: Cycle) -> list[Run]:
    """The runs of a cycle, newest first; the caller has checked who asks."""
    return list(cycle.runs.order_by("-started_at", "-pk")[:10])


def follow(user: User, run_id: int, at: datetime) -> Following:
    """A run for officers and inspectors of the unit of its cycle. Raises NotYours."""
    run = Run.objects.select_related("cycle__root", "started_by", "resumed_by", "dropped_by").filter(pk=run_id).first()
    officer = run is not None and looks_after(user, run.cycle.root_id, localdate(at))
    if run is None or not (officer or run.cycle.root_id in units_where(user, Role.Kind.INSPECTOR, localdate(at))):
        raise NotYours()
    done = run.created + run.skipped + run.failed
    percent = 100 if run.state == Run.State.DONE else min(99, 100 * done // run.total) if run.total else 0
    last = run.moved_at or run.started_at
    quiet = run.state in ACTIVE and (at - last).total_seconds() > QUIET_AFTER
    failures = run.failures.select_related("person", "unit").order_by("person__sort_key", "person__code", "unit__code")
    return Following(run, done, percent, quiet, officer, tuple(failures[:FAILURES_SHOWN]))
