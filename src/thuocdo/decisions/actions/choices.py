"""What the authority chose for a unit, dated: how results are published, where petitions go."""

from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.decisions.models import PetitionRoute, PublicationForm
from thuocdo.kernel.errors import Conflict, Forbidden, Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import descendants, head_of, headed_exactly, on_day

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
    *, unit_id: int, authority_id: int, named_in: str, start: date, by: User | None, at: datetime,
    chosen_by: str = "", reason: str = "",
) -> PetitionRoute:  # fmt: skip
    """From `start` petitions of the unit and of what is below go there, where the rulebook itself is silent.

    `chosen_by`, `reason`: where no regulation names it, the authority that chose and why; `named_in` is then its
    document. Never recorded by who heads the unit, one below or the place chosen. Raises NotYours, Forbidden, Several
    by field, Conflict for a start before the last choice.
    """
    unit, read = unit_or_refuse(unit_id), Reading()
    require_officer(by, [unit.pk], at)
    on = day_of(at)
    authority = read(_authority, authority_id, unit, on)
    where = read(text_from, named_in, "Quy chế, văn bản nêu nơi giải quyết", "named_in", 200)
    chosen = bool(clean(chosen_by) or clean(reason))
    who = read(text_from, chosen_by, "Cấp có thẩm quyền đã chọn", "chosen_by", 160, needed=chosen)
    why = read(text_from, reason, "Lý do chọn", "route_reason", 500, needed=chosen)
    read.done()
    if by is not None and (headed_exactly(by, on) & (descendants(unit, on) | {authority.pk})):
        raise Forbidden(
            "Ông/bà quyết định kết quả ở phạm vi này, hoặc đứng đầu nơi được chọn, nên không tự ghi nơi giải quyết "
            "kiến nghị. Hãy nhờ cán bộ tổ chức khác ghi."
        )
    last = PetitionRoute.objects.select_for_update(of=("self",)).filter(unit=unit).order_by("start").last()
    values = {"authority_id": authority.pk, "named_in": where, "chosen_by": who, "reason": why, "start": start}
    if last is not None and all(getattr(last, name) == value for name, value in values.items()):
        nothing_changed()
        return last
    row = PetitionRoute(unit=unit, set_by=by, set_at=at, **values)
    return _kept(row, last, unit, start, "petition_route.set", by, at)


def _authority(authority_id: int, unit: Unit, on: date) -> Unit:
    """Raises Refusal where nobody answers there, or who answers decides the unit's results."""
    authority = Unit.objects.filter(on_day(on), pk=authority_id).first()
    if authority is None:
        raise Refusal("route.authority", "Hãy chọn đơn vị giải quyết kiến nghị.", field="authority")
    answering, deciding = head_of(authority, on), head_of(unit, on)
    if answering is None:
        raise Refusal(
            "route.headless",
            f"“{authority.name}” chưa ghi nhận người đứng đầu nên không ai giải quyết kiến nghị. Hãy ghi nhận người "
            "đứng đầu trước, hoặc chọn nơi khác.",
            field="authority",
        )
    if deciding is not None and answering.pk == deciding.pk:
        raise Refusal(
            "route.decider",
            f"Người đứng đầu “{authority.name}” cũng quyết định kết quả của “{unit.name}”, nên không giải quyết kiến "
            "nghị về kết quả ấy. Hãy chọn nơi khác.",
            field="authority",
        )
    return authority


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
