"""Writes that must know which periods there are: proposing and approving a unit's regulation, keeping rulebooks."""

from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.cycles.free_months import first_free_month
from thuocdo.cycles.models import Cycle
from thuocdo.rulesets.actions import write_approval, write_proposal
from thuocdo.rulesets.models import Regulation, RegulationText
from thuocdo.rulesets.versions import keep, keepable


@action
def propose_regulation(*, by: User, at: datetime, regulation_id: int, revision: int) -> Regulation:
    """Put a complete draft before those who may approve it.

    Raises NotYours; Refusal with the field for what is missing or wrong, and for a month that is not free; Conflict.
    """
    return write_proposal(
        by=by, at=at, regulation_id=regulation_id, revision=revision, earliest=_earliest(regulation_id, at)
    )


@action
def approve_regulation(*, by: User, at: datetime, regulation_id: int, revision: int) -> RegulationText:
    """The second person approves: the text becomes unchangeable and binds the unit from its month on.

    Raises NotYours; Forbidden for who wrote or proposed it; Refusal for a month in which a period was opened
    meanwhile; Conflict when it was approved, withdrawn or changed meanwhile.
    """
    return write_approval(
        by=by, at=at, regulation_id=regulation_id, revision=revision, earliest=_earliest(regulation_id, at)
    )


@action
def keep_rulebooks(*, by: None, at: datetime) -> int:
    """After an upgrade: keep what periods from before versions were kept have pinned, where the installed files still
    have that hash. How many were kept."""
    pins = [pin for found in Cycle.objects.order_by("pk").values_list("pins", flat=True) for pin in found]
    kept = keep(keepable(pins), at)
    if not kept:
        nothing_changed()
        return 0
    record(chain=SYSTEM_CHAIN, code="cycle.rulebooks_kept", by=by, at=at, objects=kept, data={"versions": len(kept)})
    return len(kept)


def _earliest(regulation_id: int, at: datetime) -> date:
    unit = Regulation.objects.filter(pk=regulation_id).values_list("unit_id", flat=True).first()
    return first_free_month(unit or 0, localdate(at))
