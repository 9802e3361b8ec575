"""One absence at a time, as the officer writes it on the person's page. Lists come in through `records.imports`."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.periods import Span
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.imports_plan import dates
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.organisation.own_case import refuse_own
from thuocdo.organisation.queries import officer_units, person_for_officer
from thuocdo.records.models import Absence


@action
def withdraw_absence(*, by: User, at: datetime, person_id: int, absence_id: int, reason: str) -> None:
    """Take back an absence that was recorded by mistake: the row goes, the event keeps what it said and why it went.

    Raises NotYours, Refusal, Forbidden (the own absence).
    """
    person = person_for_officer(by, person_id, day_of(at))
    unit = _unit_of(person, by, at)
    refuse_own(person, unit, by, at, what="Ông/bà không tự bỏ thời gian vắng của chính mình")
    absence = Absence.objects.select_for_update().filter(pk=absence_id, person=person).first()
    if absence is None:
        raise NotYours()
    why = text_from(reason, "Lý do bỏ", f"away_reason_{absence_id}", 200)
    gone = Absence.objects.get(pk=absence.pk)
    absence.delete()
    said = f"{gone.get_kind_display()} {dates(Span(gone.start, gone.end))}"
    record(
        chain=chain_of(unit, day_of(at)), code="absence.withdrawn", by=by, at=at, removed=[gone],
        data={"absence": said, "reason": why},
    )  # fmt: skip


def _unit_of(person: Person, by: User, at: datetime) -> Unit:
    """The unit of the latest post within the officer's reach: whose chain has the event."""
    posts = Employment.objects.filter(person=person, unit_id__in=officer_units(by, day_of(at)))
    return posts.select_related("unit").order_by("-start", "-pk")[0].unit


@action
def record_absence(*, by: User, at: datetime, person_id: int, kind: str, start: date, end: date | None) -> Absence:
    """Away from `start` until before `end`; the same kind from the same day again corrects the end, as a list does.

    Raises NotYours, Refusal, Forbidden (the own absence), Conflict (another of the kind overlaps).
    """
    person = person_for_officer(by, person_id, day_of(at))
    Person.objects.select_for_update().get(pk=person.pk)
    unit = _unit_of(person, by, at)
    refuse_own(person, unit, by, at, what="Ông/bà không tự ghi thời gian vắng của chính mình")
    if kind not in Absence.Kind.values:
        raise Refusal("absence.kind", "Loại vắng không có trong danh mục. Hãy chọn lại.", field="away_kind")
    if end is not None and end <= start:
        raise Refusal("absence.order", "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai ngày.", field="away_last")
    known = list(Absence.objects.filter(person=person, kind=kind))
    for other in known:
        held = Span(other.start, other.end)
        if other.start != start and Span(start, end).overlaps(held):
            raise Conflict(
                f"Trùng thời gian với lần vắng cùng loại {dates(held)}. Hãy sửa ngày; sửa lần đã ghi thì ghi cùng "
                "Từ ngày của lần ấy."
            )
    same = next((one for one in known if one.start == start), None)
    if same is not None and same.end == end:
        nothing_changed()
        return same
    absence = same or Absence(person=person, kind=kind, start=start)
    absence.end = end
    absence.save()
    code = "absence.corrected" if same else "absence.recorded"
    record(chain=chain_of(unit, day_of(at)), code=code, by=by, at=at, objects=[absence])
    return absence
