"""Who may look after a source: the officer of its unit; its inbox also who assigns tasks in the whole unit."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.inflow.models import Source
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import officer_units, task_units


def handled_units(user: User, on: date) -> set[int]:
    """Units whose sources the user may handle the inbox of. Three queries."""
    return officer_units(user, on) | task_units(user, on)


def source_of_officer(user: User, source_id: int, at: datetime, *, lock: bool = False) -> Source:
    """A source that the user looks after as officer. Raises NotYours."""
    return _source(source_id, officer_units(user, day_of(at)), lock=lock)


def source_of_handler(user: User, source_id: int, at: datetime, *, lock: bool = False) -> Source:
    """A source whose inbox the user handles. Raises NotYours."""
    return _source(source_id, handled_units(user, day_of(at)), lock=lock)


def _source(source_id: int, units: set[int], *, lock: bool) -> Source:
    rows = Source.objects.select_for_update(of=("self",)) if lock else Source.objects.all()
    source = rows.select_related("agency", "created_by").filter(pk=source_id, agency_id__in=units).first()
    if source is None:
        raise NotYours("Không tìm thấy nguồn việc này trong phạm vi ông/bà phụ trách.")
    return source


def require_version(source: Source, version: int) -> None:
    """Raises Conflict when the caller saw an older version."""
    if source.version != version:
        raise Conflict(f"Nguồn “{source.name}” đã được sửa sau khi ông/bà mở trang. Hãy tải lại trang rồi làm lại.")
