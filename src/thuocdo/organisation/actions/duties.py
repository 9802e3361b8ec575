"""Duties given by a decision: acting heads, fields of deputies, delegations. The officer records what was decided."""

from collections.abc import Sequence
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.periods import Span
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import (
    chain_of,
    dates_or_refuse,
    day_of,
    living_or_refuse,
    require_officer,
    unit_or_refuse,
)
from thuocdo.organisation.duties import rules
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    DelegationCover,
    DeputyField,
    Employment,
    Person,
    Unit,
)
from thuocdo.organisation.own_case import refuse_own
from thuocdo.organisation.queries import head_ids, on_day, person_for_officer

OWN_DUTY = "Ông/bà không tự ghi nhiệm vụ này cho chính mình"


def _person(by: User | None, person_id: int, at: datetime) -> Person:
    """Somebody the officer looks after: a duty neither reaches nor names anybody of another place. Raises NotYours."""
    if by is not None:
        return person_for_officer(by, person_id, day_of(at))
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotYours()
    return person


def _serves(person: Person, on: date) -> None:
    rules.serves(person.full_name, Employment.objects.filter(on_day(on), person=person).values_list("pk")[:1])


def _own(people: Sequence[Person], unit: Unit, by: User | None, at: datetime) -> None:
    for person in people:
        refuse_own(person, unit, by, at, what=OWN_DUTY)


@action
def appoint_acting_head(
    *, by: User | None, at: datetime, unit_id: int, person_id: int, kind: str, decision: str, start: date,
    end: date | None = None,
) -> ActingHead:
    """Somebody heads the unit from `start` without holding the post; while it lasts, the holder does not.

    Raises NotYours, Refusal, Conflict (somebody else acts then), Forbidden for oneself.
    """
    require_officer(by, [unit_id], at)
    unit, person = unit_or_refuse(unit_id), _person(by, person_id, at)
    dates_or_refuse(start, end)
    _serves(person, start)
    _own([person], unit, by, at)
    if kind not in ActingHead.Kind.values:
        raise Refusal("acting.kind", "Hình thức không có trong danh mục. Hãy chọn lại.", field="kind")
    living_or_refuse(Unit.objects.select_for_update().get(pk=unit.pk), start)
    span = Span(start, end)
    for other in ActingHead.objects.filter(unit=unit):
        if span.overlaps(Span(other.start, other.end)):
            raise Conflict(rules.SPOKEN)
    row = ActingHead.objects.create(
        unit=unit, person=person, kind=kind, start=start, end=end, recorded_by=by,
        decision=text_from(decision, "Số, ngày văn bản", most=120, field="decision"),
    )
    record(chain=chain_of(unit, day_of(at)), code="acting_head.appointed", by=by, at=at, objects=[row])
    return row


@action
def give_field(
    *, by: User | None, at: datetime, unit_id: int, person_id: int, name: str, decision: str, start: date,
    covers_unit: int | None = None, covers_person: int | None = None, end: date | None = None,
) -> DeputyField:
    """One unit or one person in the field of a deputy of the unit (NĐ 335 Điều 15 khoản 4).

    Raises NotYours, Refusal (no deputy of the unit then, or nothing or oneself covered), Forbidden for oneself.
    """
    require_officer(by, [unit_id, *([covers_unit] if covers_unit is not None else [])], at)
    unit, person = unit_or_refuse(unit_id), _person(by, person_id, at)
    dates_or_refuse(start, end)
    _own([person], unit, by, at)
    posts = Employment.objects.filter(on_day(start), person=person, unit=unit)
    rules.field_of(person.full_name, unit.name, list(posts.values_list("leadership", flat=True)))
    rules.field_covers(person.pk, covers_unit, covers_person)
    row = DeputyField.objects.create(
        unit=unit, person=person, start=start, end=end, recorded_by=by,
        name=text_from(name, "Lĩnh vực", most=160, field="name"),
        covers_unit=unit_or_refuse(covers_unit) if covers_unit is not None else None,
        covers_person=_person(by, covers_person, at) if covers_person is not None else None,
        decision=text_from(decision, "Số, ngày văn bản", most=120, field="decision"),
    )
    record(chain=chain_of(unit, day_of(at)), code="deputy_field.given", by=by, at=at, objects=[row])
    return row


@action
def delegate(
    *, by: User | None, at: datetime, unit_id: int, delegate_id: int, act: str, decision: str, decided_on: date,
    start: date, end: date, units: Sequence[int] = (), people: Sequence[int] = (),
) -> Delegation:
    """The head of the unit lets somebody act in the head's name over the named units and people until `end`.

    Raises NotYours, Refusal (no single head then, nothing named, the delegate or the head named), Forbidden for
    oneself.
    """
    require_officer(by, [unit_id, *units], at)
    unit, person = unit_or_refuse(unit_id), _person(by, delegate_id, at)
    dates_or_refuse(start, end)
    _serves(person, start)
    giver = _giver(unit, person, start)
    _own([giver, person], unit, by, at)
    if act not in Delegation.Act.values:
        raise Refusal("delegation.act", "Việc được ủy quyền không có trong danh mục. Hãy chọn lại.", field="act")
    rules.delegation_covers(act == Delegation.Act.ASSIGN, units, people, (person.pk, giver.pk))
    row = Delegation.objects.create(
        unit=unit, giver=giver, delegate=person, act=act, decided_on=decided_on, start=start, end=end, recorded_by=by,
        decision=text_from(decision, "Số văn bản", most=120, field="decision"),
    )
    covers = [DelegationCover(delegation=row, delegate=person, unit=unit_or_refuse(one)) for one in units]
    covers += [DelegationCover(delegation=row, delegate=person, person=_person(by, one, at)) for one in people]
    made = DelegationCover.objects.bulk_create(covers)
    record(chain=chain_of(unit, day_of(at)), code="delegation.given", by=by, at=at, objects=[row, *made])
    return row


def _giver(unit: Unit, person: Person, start: date) -> Person:
    found = rules.giver(unit.name, head_ids(unit, start), person.pk, person.full_name)
    return Person.objects.get(pk=found)


DUTIES: dict[str, type[ActingHead] | type[DeputyField] | type[Delegation]] = {
    "acting_head": ActingHead, "deputy_field": DeputyField, "delegation": Delegation,
}


@action
def end_duty(*, by: User | None, at: datetime, duty: str, duty_id: int, end: date) -> None:
    """An acting head, a field or a delegation ends before `end`; earlier than recorded, never later.

    Raises NotYours, Refusal, Conflict (over already, or prolonging).
    """
    model = DUTIES.get(duty)
    row = model.objects.select_for_update(of=("self",)).filter(pk=duty_id).first() if model is not None else None
    if row is None:
        raise NotYours()
    require_officer(by, [row.unit_id], at)
    dates_or_refuse(row.start, end)
    if row.end == end:
        nothing_changed()
        return
    if row.end is not None and (row.end <= day_of(at) or row.end < end):
        raise Conflict(rules.ENDS_EARLIER)
    row.end = end
    row.save(update_fields=["end"])
    record(chain=chain_of(row.unit, day_of(at)), code=f"{duty}.ended", by=by, at=at, objects=[row])
