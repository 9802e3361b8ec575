"""Runs over a large period: each batch is one action, so one transaction and one event; stopping and going on."""

from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals.actions.opening import make_sheets
from thuocdo.appraisals.actions.second import confirm_request
from thuocdo.appraisals.locking import locked_cycle, require_officer
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.proposing import propose
from thuocdo.appraisals.second import Step, awaited
from thuocdo.audit.recording import Fresh, action, nothing_changed, record
from thuocdo.cycles.models import Cycle, Member, Run
from thuocdo.cycles.opening import freeze_population
from thuocdo.cycles.population import Choice, scope_for
from thuocdo.cycles.runs import begin, finished, locked, moved, taken
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.rulesets.versions import keep

SHEETS_AT_ONCE = 5000
RATED_AT_ONCE = 4000


@action
def open_batch(*, run_id: int, by: None, at: datetime) -> Run | None:
    """The next batch of opening a period: first everybody is frozen at once, then sheets are made batch by batch.

    Nothing is done twice: a batch is committed with the place where the next begins. None when another worker
    holds the run, or it was stopped. `by` is nobody: the officer who let the run go on last, else who started it, acts.
    """
    run = taken(run_id)
    if run is None:
        nothing_changed()
        return None
    if not run.cycle.members.exists():
        return _freeze(run, at)
    waiting = Member.objects.filter(cycle=run.cycle, standing=Member.Standing.IN, pk__gt=run.position).order_by("pk")
    columns = ("pk", "person_id", "evaluator_id", "person__user_id", "sheet__pk")
    batch = list(waiting.values_list(*columns)[:SHEETS_AT_ONCE])
    if not batch:
        return _done(run, at)
    inside = [(member, person, head, user) for member, person, head, user, sheet in batch if sheet is None]
    sheets = make_sheets(run.cycle, inside, run.acts_by, at)
    moved(run, at, position=batch[-1][0], created=len(sheets), skipped=len(batch) - len(inside))
    recorded(run, "run.sheets_made", at, data={"sheets": len(sheets)}, fresh=[(Sheet, sheets)])
    return run


def _freeze(run: Run, at: datetime) -> Run:
    """Everybody in or out, as facts stood when the run was started, in one transaction; the rules are pinned."""
    cycle = run.cycle
    chosen = {int(person): Choice(int(c["employment"]), str(c["reason"])) for person, c in run.choices.items()}
    scope = scope_for(cycle.root, cycle.kind, cycle.year, cycle.number, run.started_at)
    frozen = freeze_population(cycle, scope, chosen)
    run.total = len(frozen.rows)
    moved(run, at, position=0, skipped=len(frozen.rows) - len(frozen.inside))
    if not frozen.rows:
        finished(run, at)
    recorded(
        run,
        "run.people_frozen",
        at,
        data={"members": len(frozen.rows)},
        objects=[cycle, *keep(cycle.pins, at)],
        fresh=[(Member, frozen.rows)],
    )
    return run


@action
def start_rating(*, cycle_id: int, by: User, at: datetime) -> Run:
    """Begin to compute the proposed result of every submitted sheet of a period. Raises NotYours, Conflict."""
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    if cycle.state == Cycle.State.CLOSED:
        raise Conflict(f"Kỳ {cycle.label} đã khóa, không tính điểm đề xuất nữa.")
    run = begin(cycle, Run.Kind.RATE, Sheet.objects.filter(cycle=cycle).count(), by, at, {})
    recorded(run, "run.started", at)
    return run


@action
def rate_batch(*, run_id: int, by: None, at: datetime) -> Run | None:
    """The next batch of proposed results: as `open_batch`."""
    run = taken(run_id)
    if run is None:
        nothing_changed()
        return None
    keys = Sheet.objects.filter(cycle=run.cycle, pk__gt=run.position).order_by("pk").values_list("pk", flat=True)
    batch = list(keys[:RATED_AT_ONCE])
    if not batch:
        return _done(run, at)
    made, failed = propose(run.cycle, batch, at)
    moved(run, at, position=batch[-1], created=made, skipped=len(batch) - made - len(failed), failed=failed)
    recorded(run, "run.sheets_rated", at, data={"sheets": made})
    return run


@action
def stop_run(*, run_id: int, by: User, at: datetime) -> Run:
    """Stop after the batch that is being done; what is committed stays. Raises NotYours, Conflict when it is done."""
    run = run_for_officer(run_id, by, at)
    if run.state == Run.State.STOPPED:
        nothing_changed()
        return run
    if run.ended:
        raise Conflict(f"Lượt này {run.get_state_display()}, không còn gì để dừng.")
    run.state = Run.State.STOPPED
    run.save()
    recorded(run, "run.stopped", at, by=by)
    return run


@action
def resume_run(*, run_id: int, by: User, at: datetime) -> Run:
    """Go on where the last batch ended, after a stop or an error; from here on the batches are done in the name of
    `by`, as who began may have left the office. Where the agency wants two officers to publish, what came since they
    agreed was asked for again, and the one who lets the run go on confirms it. Raises NotYours, Conflict when it is
    done."""
    cycle = Run.objects.filter(pk=run_id, kind=Run.Kind.PUBLISH).values_list("cycle", flat=True).first()
    publishing = locked_cycle(cycle) if cycle is not None else None  # as those who publish lock: the period first
    run = run_for_officer(run_id, by, at)
    if run.state in (Run.State.WAITING, Run.State.RUNNING):
        nothing_changed()
        return run
    if run.ended:
        raise Conflict(f"Lượt này {run.get_state_display()}, không chạy tiếp.")
    asked = awaited(publishing, Step.PUBLISH, by, at) if publishing is not None else None
    confirmed = confirm_request(asked, by, at)
    run.state, run.problem, run.moved_at, run.resumed_by = Run.State.WAITING, "", at, by
    run.save()
    recorded(run, "run.resumed", at, by=by, objects=[*confirmed])
    return run


@action
def fail_run(*, run_id: int, problem: str, by: None, at: datetime) -> None:
    """Note why a batch could not be done; the run waits until somebody lets it go on."""
    run = locked(run_id)
    if run is None or run.state not in (Run.State.WAITING, Run.State.RUNNING):
        nothing_changed()
        return
    run.state, run.problem = Run.State.FAILED, problem[:500]
    run.save()
    recorded(run, "run.failed", at)


def run_for_officer(run_id: int, by: User, at: datetime) -> Run:
    """The run, locked, for an officer of its period. Raises NotYours."""
    run = locked(run_id)
    if run is None:
        raise NotYours()
    require_officer(run.cycle.root_id, by, at)
    return run


def _done(run: Run, at: datetime) -> Run:
    finished(run, at)
    recorded(run, "run.finished", at)
    return run


def recorded(
    run: Run,
    code: str,
    at: datetime,
    *,
    by: User | None = None,
    data: dict[str, Any] | None = None,
    objects: list[Any] | None = None,
    fresh: list[Fresh] | None = None,
    removed: list[Any] | None = None,
) -> None:
    """One event of a run, in the name of `by` or of whoever answers for its batches."""
    record(
        chain=run.cycle.root.code,
        code=code,
        by=by or run.acts_by,
        at=at,
        objects=objects or (),
        fresh=fresh or (),
        removed=removed or (),
        data={"cycle": run.cycle_id, "run": run.pk, "kind": run.get_kind_display(), **(data or {})},
    )
