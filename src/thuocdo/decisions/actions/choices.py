"""What the authority chose for a unit, dated: how results are published, where petitions go."""

from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.decisions.models import PetitionRoute, PublicationForm
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.models import Unit

Row = TypeVar("Row", bound=Model)


@action
def set_publication_form(
    *, unit_id: int, kind: str, decided_by: str, start: date, by: User | None, at: datetime
) -> PublicationForm:
    """From `start` the unit and what is below publishes in this form; the choice before it ends there.

    Raises NotYours, Refusal by field, Conflict for a start before the last choice.
    """
    unit = unit_or_refuse(unit_id)
    require_officer(by, [unit.pk], at)
    if kind not in PublicationForm.Kind.values:
        raise Refusal("publication.kind", "Hãy chọn hình thức công bố.", field="kind")
    who = text_from(decided_by, "Cấp quyết định, số văn bản", "decided_by", 200)
    last = PublicationForm.objects.select_for_update(of=("self",)).filter(unit=unit).order_by("start").last()
    if last is not None and (last.kind, last.decided_by, last.start) == (kind, who, start):
        nothing_changed()
        return last
    row = PublicationForm(unit=unit, kind=kind, decided_by=who, start=start, set_by=by, set_at=at)
    return _kept(row, last, unit, start, "publication_form.set", by, at)


@action
def set_petition_route(
    *, unit_id: int, authority_id: int, named_in: str, start: date, by: User | None, at: datetime
) -> PetitionRoute:
    """From `start` petitions of the unit and of what is below go there, where the rulebook itself is silent.

    Raises NotYours, Refusal by field, Conflict for a start before the last choice.
    """
    unit = unit_or_refuse(unit_id)
    require_officer(by, [unit.pk], at)
    authority = Unit.objects.filter(pk=authority_id).first()
    if authority is None:
        raise Refusal("route.authority", "Hãy chọn đơn vị giải quyết kiến nghị.", field="authority")
    where = text_from(named_in, "Quy chế, quy định nêu nơi giải quyết", "named_in", 200)
    last = PetitionRoute.objects.select_for_update(of=("self",)).filter(unit=unit).order_by("start").last()
    if last is not None and (last.authority_id, last.named_in, last.start) == (authority.pk, where, start):
        nothing_changed()
        return last
    row = PetitionRoute(unit=unit, authority=authority, named_in=where, start=start, set_by=by, set_at=at)
    return _kept(row, last, unit, start, "petition_route.set", by, at)


def _kept(
    row: Row, last: PublicationForm | PetitionRoute | None, unit: Unit, start: date, code: str,
    by: User | None, at: datetime,
) -> Row:  # fmt: skip
    written: list[Model] = [row]
    if last is not None:
        if start <= last.start:
            raise Conflict(f"Lựa chọn trước bắt đầu từ {last.start:%d/%m/%Y}; lựa chọn mới phải bắt đầu sau ngày đó.")
        last.end = start
        last.save()
        written.append(last)
    row.save(force_insert=True)
    record(chain=chain_of(unit, day_of(at)), code=code, by=by, at=at, objects=written)
    return row
