"""Publishing a large period in batches of units: `publish_units` does each batch, and the run notes it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals.actions.second import confirm_request
from thuocdo.appraisals.locking import locked_cycle, require_officer
from thuocdo.appraisals.second import Step, awaited
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Run, StepRequest
from thuocdo.cycles.runs import begin, finished, moved, taken
from thuocdo.decisions.actions.publishing import require_closed
from thuocdo.decisions.models import Publication
from thuocdo.decisions.working_units import units_of


@action
def start_publishing(*, cycle_id: int, by: User, at: datetime) -> Run:
    """Begin to publish the results of a closed period unit by unit. Raises NotYours, Conflict while it is open."""
    cycle = locked_cycle(cycle_id)
    require_officer(cycle.root_id, by, at)
    require_closed(cycle)
    confirmed = confirm_request(awaited(cycle, Step.PUBLISH, by, at), by, at)
    run = begin(cycle, Run.Kind.PUBLISH, len(units_of(cycle.pk)), by, at, {})
    _recorded(run, "run.started", at, *confirmed)
    return run


@action
def note_published(
    *, run_id: int, position: int, unit_ids: Collection[int], failed: Mapping[int, str], by: None, at: datetime
) -> None:
    """Count a batch of units that `publish_units` went through; exact also when a worker died between the two."""
    run = taken(run_id)
    if run is None or run.position != position:
        nothing_changed()
        return
    if not unit_ids:
        finished(run, at)
        _recorded(run, "run.finished", at)
        return
    told = Publication.objects.filter(cycle=run.cycle, unit__in=unit_ids, at__gte=run.started_at)
    made = told.values("unit").distinct().count()
    skipped = len(unit_ids) - made - len(failed)
    moved(run, at, position=max(unit_ids), created=made, skipped=skipped, failed=failed, of="unit")
    _recorded(run, "run.units_published", at, units=made)


def _recorded(run: Run, code: str, at: datetime, *written: StepRequest, **counts: int) -> None:
    data = {"cycle": run.cycle_id, "run": run.pk, "kind": run.get_kind_display(), **counts}
    record(chain=run.cycle.root.code, code=code, by=run.acts_by, at=at, objects=written, data=data)
