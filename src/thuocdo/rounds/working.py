"""One batch of whatever round is being opened: what `thuocdo work` repeats."""

import logging

from django.db import DatabaseError
from django.utils.timezone import now

from thuocdo.engine.errors import RulebookError
from thuocdo.kernel.errors import Refusal
from thuocdo.rounds.actions import fail_opening, open_batch
from thuocdo.rounds.models import RoundOpening

LOG = logging.getLogger("thuocdo.work")
PROBLEMS = (Refusal, RulebookError, DatabaseError, LookupError, TypeError, ValueError, AttributeError)


def open_once() -> bool:
    """Do one batch; False when nothing waits or another worker is at it. A batch that cannot be done marks its opening,
    with the reason, and does not stop the worker."""
    waiting = RoundOpening.objects.filter(state=RoundOpening.State.WAITING).order_by("started_at", "pk")
    round_id = waiting.values_list("round_id", flat=True).first()
    if round_id is None:
        return False
    try:
        return open_batch(round_id=round_id, by=None, at=now()) is not None
    except PROBLEMS as error:
        LOG.error("opening of round %s stopped by %s", round_id, type(error).__name__, exc_info=error)
        fail_opening(round_id=round_id, problem=_words(error), by=None, at=now())
        return True


def _words(error: Exception) -> str:
    if isinstance(error, Refusal | RulebookError):
        return str(error)
    return f"Lỗi của chương trình hoặc cơ sở dữ liệu ({type(error).__name__}). Hãy báo người vận hành."
