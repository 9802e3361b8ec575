"""Writing down who decides for whom, as dated facts."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.conclusions.competence_steps import ROLES, end_after, one_body, replaced, repointed
from thuocdo.conclusions.locking import needed
from thuocdo.conclusions.models import Competence
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import units_where
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.books import LABELS


@action
def record_competence(
    *,
    unit_id: int,
    kind: str,
    role: str,
    party_kind: str,
    body: str,
    party_id: int,
    body_unit_id: int,
    verifier: str,
    basis: str,
    start: date,
    by: User,
    at: datetime,
) -> Competence:
    """Who decides for subjects of a kind in a unit and below from a day on; the row that held ends on that day.

    Raises NotYours, Several, Conflict.
    """
    unit = Unit.objects.select_for_update(no_key=True).filter(pk=unit_id).first()
    if unit is None or unit.pk not in units_where(by, Role.Kind.OFFICER, day_of(at)):
        raise NotYours("Không tìm thấy đơn vị này trong phạm vi ông/bà phụ trách.")
    read = Reading()
    read(_listed, kind, LABELS, "kind", "loại đối tượng")
    read(_listed, role, ROLES, "role", "vai trò")
    read(_listed, party_kind, {"": "", **dict(PartyOrganisation.Kind.choices)}, "party_kind", "loại tổ chức đảng")
    row = Competence(
        unit=unit, kind=kind, role=role, party_kind=party_kind, start=start, recorded_by=by, recorded_at=at
    )
    row.body = read(needed, body, 200, "body", "Cấp quyết định")
    row.verifier = read(needed, verifier, 200, "verifier", "Cơ quan thẩm định")
    row.basis = read(needed, basis, 300, "basis", "Văn bản phân cấp")
    read(_body, row, party_id, body_unit_id)
    read.done()
    alike = Competence.objects.filter(unit=unit, kind=kind, role=role, party_kind=party_kind)
    before = replaced(alike.order_by("pk"), start)
    ended = []
    if before is not None:
        before.end = start
        before.save()
        ended.append(before)
    row.save(force_insert=True)
    touched = repointed([(unit, kind)], at)
    record(chain=chain_of(unit, day_of(at)), code="competence.recorded", by=by, at=at, objects=[row, *ended, *touched])
    return row


@action
def end_competence(*, competence_id: int, last: date, by: User, at: datetime) -> Competence:
    """The last day on which a row holds. Raises NotYours, Refusal."""
    row = Competence.objects.select_for_update(no_key=True, of=("self",)).filter(pk=competence_id).first()
    if row is None or row.unit_id not in units_where(by, Role.Kind.OFFICER, day_of(at)):
        raise NotYours()
    if row.end is not None:
        nothing_changed()
        return row
    row.end = end_after(row, last, f"last-{row.pk}")
    row.save()
    touched = repointed([(row.unit, row.kind)], at)
    record(chain=chain_of(row.unit, day_of(at)), code="competence.ended", by=by, at=at, objects=[row, *touched])
    return row


def _listed(value: str, known: object, field: str, label: str) -> None:
    if value not in known:  # type: ignore[operator]
        raise Refusal("competence.unknown", f"Hãy chọn {label} trong danh sách.", field=field)


def _body(row: Competence, party_id: int, body_unit_id: int) -> None:
    one_body(party_id, body_unit_id)
    row.party = PartyOrganisation.objects.filter(pk=party_id).first() if party_id else None
    row.body_unit = Unit.objects.filter(pk=body_unit_id).first() if body_unit_id else None
    if (party_id and row.party is None) or (body_unit_id and row.body_unit is None):
        raise NotYours()
