"""That somebody read the assessment of another person."""

from datetime import datetime, timedelta

from thuocdo.accounts.models import User
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions.access import by_key
from thuocdo.conclusions.locking import chain
from thuocdo.organisation.access import day_of

SAME_LOOK = timedelta(minutes=10)


@action
def record_assessment_view(*, assessment_id: int, by: User, at: datetime) -> None:
    """Again within ten minutes adds nothing. Raises NotYours."""
    known = EventObject.objects.filter(
        kind="conclusions.assessment", key=str(assessment_id), event__code="assessment.viewed"
    )
    if known.filter(event__actor=str(by.pk), event__at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    one, may = by_key(by, assessment_id, day_of(at))
    if may.own or one.person_id is None:
        nothing_changed()
        return
    record(chain=chain(one, at), code="assessment.viewed", by=by, at=at, objects=[one])
