"""One step of whatever run waits: what `thuocdo work` repeats."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.utils.timezone import now

from thuocdo.appraisals.actions.runs import fail_run, open_batch, rate_batch
from thuocdo.cycles.models import Run
from thuocdo.cycles.run_queries import next_run
from thuocdo.decisions.actions.publishing import publish_units
from thuocdo.decisions.actions.runs import note_published
from thuocdo.decisions.working_units import units_of
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.kernel.errors import Refusal

UNITS_AT_ONCE = 1000
LOG = logging.getLogger("thuocdo.work")
PROBLEMS = (Refusal, CaseError, RulebookError, DatabaseError, LookupError, TypeError, ValueError, AttributeError)
BATCHES = {Run.Kind.OPEN: open_batch, Run.Kind.RATE: rate_batch}


def work_once() -> bool:
    """Do one batch of the oldest run; False when nothing waits or another worker is at it.

    A batch that cannot be done marks its run, with the reason, and does not stop the worker.
    """
    found = next_run()
    if found is None:
        return False
    run_id, kind = found
    try:
        if kind == Run.Kind.PUBLISH:
            return _publish(run_id, now())
        return BATCHES[Run.Kind(kind)](run_id=run_id, by=None, at=now()) is not None
    except PROBLEMS as error:
        LOG.error("run %s stopped by %s", run_id, type(error).__name__, exc_info=error)
        fail_run(run_id=run_id, problem=_words(error), by=None, at=now())
        return True


def _publish(run_id: int, at: datetime) -> bool:
    run = Run.objects.select_related("started_by", "resumed_by").get(pk=run_id)
    units = units_of(run.cycle_id, after=run.position, most=UNITS_AT_ONCE)
    failed = {}
    if units:
        done = publish_units(cycle_id=run.cycle_id, unit_ids=units, by=run.acts_by, at=at, in_run=True)
        failed = dict(done.failed)
    note_published(run_id=run_id, position=run.position, unit_ids=units, failed=failed, by=None, at=at)
    return True


def _words(error: Exception) -> str:
    if isinstance(error, Refusal | CaseError | RulebookError):
        return str(error)
    # What the database wrote may repeat a row, names included: the page says the kind, the operator's log the place.
    return f"Lỗi của chương trình hoặc cơ sở dữ liệu ({type(error).__name__}). Hãy báo người vận hành."
