"""Who looked at what was said about somebody."""

from datetime import datetime, timedelta

from thuocdo.accounts.models import User
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.opinions.about_subject import subject_seen
from thuocdo.organisation.access import chain_of, day_of

SAME_LOOK = timedelta(minutes=10)


@action
def record_look(*, subject_id: int, by: User, at: datetime) -> None:
    """Somebody looked at the opinions about a subject of the year: on the record. Again within ten minutes (a reload)
    adds nothing. Raises NotYours."""
    one = subject_seen(by, subject_id, day_of(at))
    looked = EventObject.objects.filter(
        kind="rounds.roundsubject", key=str(subject_id), event__code="opinions.viewed", event__actor=str(by.pk)
    )
    if looked.filter(event__at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    record(
        chain=chain_of(one.unit, day_of(at)), code="opinions.viewed", by=by, at=at, objects=[one],
        data={"subject": subject_id},
    )  # fmt: skip
