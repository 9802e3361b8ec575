"""Recording absences, only the kinds a rule asks for."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.periods import Span
from thuocdo.organisation.access import chain_of, dates_or_refuse, day_of
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import people_for_officer
from thuocdo.records.models import Absence


@action
def record_absence(
    *, by: User | None, at: datetime, person_id: int, kind: str, start: date, end: date | None = None
) -> Absence:
    """An absence from `start` until before `end`. Raises NotYours, Refusal, Conflict (overlap of the same
    kind).
    """
    people = Person.objects.all() if by is None else people_for_officer(by, day_of(at))
    if not people.filter(pk=person_id).exists():
        raise NotYours()
    if kind not in Absence.Kind.values:
        raise Refusal("absence.kind", "Loại vắng không có trong danh mục. Hãy chọn lại.", field="kind")
    dates_or_refuse(start, end)
    person = Person.objects.select_for_update().get(pk=person_id)
    for other in Absence.objects.filter(person=person, kind=kind):
        if (other.start, other.end) == (start, end):
            nothing_changed()
            return other
        if Span(start, end).overlaps(Span(other.start, other.end)):
            raise Conflict("Đã ghi một thời gian vắng cùng loại trùng với thời gian này. Hãy sửa lại ngày.")
    absence = Absence.objects.create(person=person, kind=kind, start=start, end=end)
    post = Employment.objects.filter(person=person).select_related("unit").order_by("-start").first()
    chain = chain_of(post.unit if post else None, day_of(at))
    record(chain=chain, code="absence.recorded", by=by, at=at, objects=[absence])
    return absence
