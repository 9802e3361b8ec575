"""Looking at the results of somebody else's year is on the record of every sheet of that year."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.locking import locked_all
from thuocdo.appraisals.models import sheet_made
from thuocdo.audit.queries import events_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.results import access
from thuocdo.results.inspection import period_file
from thuocdo.results.person_file import person_file

SAME_LOOK = timedelta(minutes=10)


@action
def record_results_view(*, person_id: int, year: int, by: User, at: datetime) -> access.Seen:
    """Somebody else than the owner looks at roll-ups, follow-ups or the file of a year. Raises NotYours.

    Looking again within ten minutes adds nothing. Returns the right found, which the page need not ask for again.
    """
    person, members = access.require_seen(by, person_id, year, localdate(at))
    seen = access.Seen(by.pk, person, year, frozenset(m.pk for m in members))
    inside = [sheet.pk for m in members if (sheet := sheet_made(m)) is not None]
    if person.user_id == by.pk or not inside:
        nothing_changed()
        return seen
    last = events_of("appraisals.sheet", max(inside), codes=("sheet.year_viewed",))
    if last.filter(actor=str(by.pk), at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return seen
    sheets = list(locked_all(inside).values())
    data = {"year": year, "sheets": len(sheets)}
    record(chain=sheets[-1].cycle.root.code, code="sheet.year_viewed", by=by, at=at, objects=sheets, data=data)
    return seen


@action
def record_bundle(*, person_id: int, year: int, files: int, digest: str, by: User, at: datetime) -> None:
    """Somebody else than the owner takes the electronic file of a year: on every sheet of it, with the SHA-256 of the
    manifest, so that the file can be compared later. Raises NotYours."""
    file = person_file(by, person_id, year, localdate(at))
    if file.person.user_id == by.pk:
        nothing_changed()
        return
    sheets = list(locked_all(list(file.sheets)).values())
    if not sheets:
        nothing_changed()
        return
    data = {"year": year, "files": files, "manifest": digest}
    record(chain=sheets[-1].cycle.root.code, code="sheet.bundle_taken", by=by, at=at, objects=sheets, data=data)


@action
def record_period_file(*, cycle_id: int, form: str, by: User, at: datetime) -> None:
    """An officer or inspector takes a file of a whole period: on the log of its unit. Raises NotYours."""
    cycle = period_file(by, cycle_id, localdate(at)).cycle
    record(chain=cycle.root.code, code="cycle.file_taken", by=by, at=at, objects=[cycle], data={"form": form})
