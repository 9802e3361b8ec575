"""Steps shared by the actions on rounds: take the row for this transaction, check who acts and which version was
seen."""

from datetime import datetime

from django.utils.timezone import localtime

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.kernel.periods import moment_vi
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.rounds.access import require_planner
from thuocdo.rounds.models import Round

STATES = {value: str(label) for value, label in Round.State.choices}


def locked(round_id: int) -> Round:
    """The round, locked until the transaction ends. Raises NotYours."""
    if not Round.objects.select_for_update(no_key=True, of=("self",)).filter(pk=round_id).exists():
        raise NotYours()
    return Round.objects.select_related("organisation", "unit").get(pk=round_id)


def for_planner(round_id: int, version: int | None, by: User, at: datetime) -> Round:
    """The locked round, for an officer of its unit who has seen this version. Raises NotYours, Conflict."""
    round_ = locked(round_id)
    require_planner(round_.organisation, by, at)
    if version is not None and version != round_.version:
        last = round_.opened_at or round_.planned_at
        raise Conflict(
            f"Đợt này vừa được người khác sửa (hiện {STATES[round_.state]}, {moment_vi(localtime(last))}). Hãy tải "
            f"lại trang "
            "rồi làm lại; những gì ông/bà đã gõ vẫn còn."
        )
    return round_


def in_state(round_: Round, *wanted: str) -> None:
    """Raises Conflict where the round has moved on."""
    if round_.state not in wanted:
        raise Conflict(f"Đợt {round_.label} hiện {STATES[round_.state]}, nên không làm được việc này nữa.")


def chain(round_: Round, at: datetime) -> str:
    return chain_of(round_.unit, day_of(at))
