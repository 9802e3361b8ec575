"""Writing down in which standing a member is, one at a time beside the list (`imports_people`); heads of papers."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Person
from thuocdo.organisation.own_case import refuse_own
from thuocdo.organisation.queries import officer_units, on_day
from thuocdo.records.party.models import CommitteeSeat, PartyMembership, PartyOrganisation, PartyStanding


@action
def record_standing(
    *, organisation_id: int, person_id: int, kind: str, start: date, last: date | None, by: User, at: datetime
) -> PartyStanding:
    """A standing of a member of the cell or committee from a day on, to a last day where it is known.

    Raises NotYours, Forbidden for the own, Refusal, Conflict where such a standing runs on one of these days.
    """
    here = _here(organisation_id, by, at)
    person = Person.objects.select_for_update(no_key=True).filter(_people(here, day_of(at)), pk=person_id).first()
    if person is None:
        raise Refusal("standing.person", "Hãy chọn một đảng viên, cấp ủy viên ở đây.", field="person")
    _refuse_own(person, here, by, at)
    if kind not in PartyStanding.Kind.values:
        raise Refusal("standing.kind", "Hãy chọn tình trạng trong danh sách.", field="kind")
    if last is not None and last < start:
        raise Refusal("standing.last", "Ngày cuối trước ngày bắt đầu. Hãy sửa ngày.", field="last")
    end = None if last is None else last + timedelta(days=1)
    alike = PartyStanding.objects.filter(
        Q(end=None) | Q(end__gt=start), person=person, kind=kind, withdrawn_at=None
    )
    other = (alike if end is None else alike.filter(start__lt=end)).first()
    if other is not None:
        until = f" đến hết {other.end - timedelta(days=1):%d/%m/%Y}" if other.end else ""
        raise Conflict(
            f"{person.full_name} đã được ghi {other.get_kind_display()} từ {other.start:%d/%m/%Y}{until}. Hãy kết thúc "
            "tình trạng ấy trước, rút lại nếu ghi nhầm, hoặc chọn ngày khác."
        )
    row = PartyStanding.objects.create(person=person, kind=kind, start=start, end=end)
    chain = chain_of(here.unit, day_of(at))
    record(chain=chain, code="party_standing.recorded", by=by, at=at, objects=[row])
    return row


@action
def end_standing(*, organisation_id: int, standing_id: int, last: date, by: User, at: datetime) -> PartyStanding:
    """The last day of a standing. Raises NotYours, Forbidden for the own, Refusal."""
    here = _here(organisation_id, by, at)
    row = _locked(here, standing_id, by, at, "standing")
    if row.withdrawn_at is not None:
        raise Conflict("Tình trạng này đã được rút lại vì ghi nhầm. Hãy tải lại trang.")
    if row.end is not None:
        nothing_changed()
        return row
    if last < row.start:
        raise Refusal("standing.last", "Ngày cuối trước ngày bắt đầu. Hãy sửa ngày.", field="ended")
    row.end = last + timedelta(days=1)
    row.save(update_fields=["end"])
    record(chain=chain_of(here.unit, day_of(at)), code="party_standing.ended", by=by, at=at, objects=[row])
    return row


@action
def withdraw_standing(*, organisation_id: int, standing_id: int, reason: str, by: User, at: datetime) -> PartyStanding:
    """A standing that was written by mistake: kept to be read with who withdrew it and why, and asked by no rule from
    now on. What a round or a ballot took over before stays with it. Raises NotYours, Forbidden for the own, Refusal.
    """
    here = _here(organisation_id, by, at)
    row = _locked(here, standing_id, by, at, "mistaken")
    if row.withdrawn_at is not None:
        nothing_changed()
        return row
    row.withdrawn_reason = text_from(reason, "Lý do rút lại", "withdraw_reason", 500)
    row.withdrawn_at, row.withdrawn_by = at, by
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(chain=chain_of(here.unit, day_of(at)), code="party_standing.withdrawn", by=by, at=at, objects=[row])
    return row


@action
def write_letterhead(
    *, organisation_id: int, above: str, name: str, heading: str, by: User, at: datetime
) -> PartyOrganisation:
    """What papers of an organisation say at their head; an empty text takes the earlier one away. Papers made before
    keep what they say. Raises NotYours, Several."""
    here = _here(organisation_id, by, at)
    row = PartyOrganisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=here.pk)
    read = Reading()
    texts = (("paper_above", above, "Dòng trên bên trái"), ("paper_name", name, "Tên ghi trên văn bản"),
             ("heading", heading, "Tiêu đề bên phải"))  # fmt: skip
    written = {
        field: read(text_from, typed, label=label, field=field, most=160, needed=False) or ""
        for field, typed, label in texts
    }
    read.done()
    if all(getattr(row, field) == value for field, value in written.items()):
        nothing_changed()
        return row
    for field, value in written.items():
        setattr(row, field, value)
    row.save(update_fields=list(written))
    chain = chain_of(here.unit, day_of(at))
    record(chain=chain, code="party_organisation.letterhead_written", by=by, at=at, objects=[row])
    return row


def _locked(here: PartyOrganisation, standing_id: int, by: User, at: datetime, field: str) -> PartyStanding:
    """A standing of somebody of the organisation, locked. Raises Refusal, Forbidden for the own."""
    people = Person.objects.filter(_people(here, day_of(at))).values("pk")
    rows = PartyStanding.objects.select_for_update(no_key=True, of=("self",)).select_related("person")
    row = rows.filter(pk=standing_id, person__in=people).first()
    if row is None:
        raise Refusal("standing.row", "Hãy chọn một tình trạng trong danh sách.", field=field)
    _refuse_own(row.person, here, by, at)
    return row


def _here(organisation_id: int, by: User, at: datetime) -> PartyOrganisation:
    on = day_of(at)
    rows = PartyOrganisation.objects.filter(on_day(on), unit__in=officer_units(by, on)).select_related("unit")
    found = rows.filter(pk=organisation_id).first()
    if found is None:
        raise NotYours("Không tìm thấy tổ chức đảng này trong phạm vi ông/bà phụ trách.")
    return found


def _people(here: PartyOrganisation, on: date) -> Q:
    seats = CommitteeSeat.objects.filter(on_day(on), organisation=here)
    members = PartyMembership.objects.filter(on_day(on), organisation=here)
    return Q(pk__in=seats.values("person_id")) | Q(pk__in=members.values("person_id"))


def _refuse_own(person: Person, here: PartyOrganisation, by: User, at: datetime) -> None:
    if person.user_id == by.pk:
        refuse_own(person, here.unit, by, at, what=f"Tình trạng của {person.full_name} là của chính ông/bà")
