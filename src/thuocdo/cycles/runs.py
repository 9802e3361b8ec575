"""The steps that every run shares: take it for one batch, move it on, end it. Each runs inside an action."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle, Run, RunFailure
from thuocdo.kernel.errors import Conflict

ACTIVE = (Run.State.WAITING, Run.State.RUNNING)
QUIET_AFTER = 60
"""Seconds without progress after which the page says that nothing seems to be working on the run."""


def begin(cycle: Cycle, kind: Run.Kind, total: int, by: User, at: datetime, choices: Mapping[str, object]) -> Run:
    """A new run, waiting for a worker. Raises Conflict while one of the same kind is unfinished."""
    run = Run(cycle=cycle, kind=kind, total=total, choices=dict(choices), started_by=by, started_at=at)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            f"Đang có một lượt {run.get_kind_display()} của kỳ này chưa xong. Hãy xem lượt ấy trên trang của kỳ."
        ) from None
    return run


def taken(run_id: int) -> Run | None:
    """The run for one batch, locked until the batch is committed; None when another worker holds it or there is
    nothing to do. A worker that is killed lets go of it by that."""
    free = Run.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=run_id, state__in=ACTIVE)
    if not free.exists():
        return None
    return Run.objects.select_related("cycle__root", "started_by", "resumed_by").get(pk=run_id)


def locked(run_id: int) -> Run | None:
    """The run, locked as soon as the batch that holds it is committed."""
    if not Run.objects.select_for_update(of=("self",)).filter(pk=run_id).exists():
        return None
    return Run.objects.select_related("cycle__root", "started_by", "resumed_by").get(pk=run_id)


def moved(
    run: Run,
    at: datetime,
    *,
    position: int,
    created: int = 0,
    skipped: int = 0,
    failed: Mapping[int, str] | None = None,
    of: str = "person",
) -> None:
    """Count what a batch did and remember where the next one begins. `failed` maps `of` (person, unit) to reason."""
    run.state, run.position, run.moved_at = Run.State.RUNNING, position, at
    run.created += created
    run.skipped += skipped
    if failed:
        run.failed += len(failed)
        RunFailure.objects.bulk_create(
            [RunFailure(run=run, reason=why[:500], **{f"{of}_id": key}) for key, why in failed.items()]
        )
    run.save()


def finished(run: Run, at: datetime) -> None:
    """Nothing is left to do."""
    run.state, run.finished_at, run.moved_at = Run.State.DONE, at, at
    run.save()
