"""Looking at the results of somebody else's year is on the record of every sheet of that year."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.locking import locked_all
from thuocdo.audit.queries import events_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Member
from thuocdo.results import access

SAME_LOOK = timedelta(minutes=10)


@action
def record_results_view(*, person_id: int, year: int, by: User, at: datetime) -> None:
    """Somebody else than the owner looks at roll-ups, follow-ups or the file of a year. Raises NotYours.

    Looking again within ten minutes adds nothing.
    """
    person, members = access.require_seen(by, person_id, year, localdate(at))
    inside = [m.sheet.pk for m in members if m.standing == Member.Standing.IN]
    sheets = list(locked_all(inside).values())
    if person.user_id == by.pk or not sheets:
        nothing_changed()
        return
    last = events_of("appraisals.sheet", sheets[-1].pk, codes=("sheet.year_viewed",))
    if last.filter(actor=str(by.pk), at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    data = {"year": year, "sheets": len(sheets)}
    record(chain=sheets[-1].cycle.root.code, code="sheet.year_viewed", by=by, at=at, objects=sheets, data=data)
