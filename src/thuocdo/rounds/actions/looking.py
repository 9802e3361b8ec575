"""Who looked at what was recorded about a person."""

from datetime import datetime, timedelta

from thuocdo.accounts.models import User
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.rounds.access import visible
from thuocdo.rounds.locking import chain
from thuocdo.rounds.models import RoundSubject

SAME_LOOK = timedelta(minutes=10)


@action
def record_subject_view(*, subject_id: int, by: User, at: datetime) -> None:
    """Somebody who keeps no record of the person looked at the steps and levels: on the record. Again within ten
    minutes (a reload) adds nothing. Raises NotYours."""
    rows = RoundSubject.objects.filter(visible(by, day_of(at)), pk=subject_id)
    one = rows.select_related("round__organisation", "round__unit", "person").first()
    if one is None:
        raise NotYours()
    looked = EventObject.objects.filter(
        kind="rounds.roundsubject", key=str(one.pk), event__code="round.subject_viewed", event__actor=str(by.pk)
    )
    if one.person is None or one.person.user_id == by.pk or looked.filter(event__at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    record(
        chain=chain(one.round, at),
        code="round.subject_viewed",
        by=by,
        at=at,
        objects=[one],
        data={"round": one.round_id, "subject": one.pk},
    )
