"""In which capacity somebody handles a sheet: as its evaluator, or as delegate in the evaluator's name."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Sheet
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.organisation.duties.queries import mandates
from thuocdo.organisation.ended import headed_until
from thuocdo.organisation.models import Person, Reorganisation
from thuocdo.organisation.queries import head_ids, last_heads


@dataclass(frozen=True)
class Capacity:
    """Who acts, and for whom where it is a delegate. `behalf` is what the event says (empty for the evaluator)."""

    person: Person
    for_whom: Person | None = None

    @property
    def behalf(self) -> str:
        return str(self.for_whom.user_id or "") if self.for_whom else ""


def evaluated_by(user: User, on: date, prefix: str = "") -> Q:
    """Sheets the user evaluates on that day, as evaluator of record or in the name of one. `prefix` leads to them."""
    found = Q(**{f"{prefix}evaluator__user_id": user.pk})
    for one in mandates(user, on):
        covered = Q(**{f"{prefix}member__unit_id__in": one.units}) | Q(**{f"{prefix}person_id__in": one.people})
        names = Q(**{f"{prefix}evaluator_id": one.giver, f"{prefix}member__evaluator_unit_id": one.unit})
        found |= names & covered & ~Q(**{f"{prefix}person_id": one.delegate})
    return found


def capacity(sheet: Sheet, user: User, on: date) -> Capacity:
    """In which capacity the user evaluates this sheet on that day. Raises NotYours.

    That the evaluator of record still heads the unit is asked by `require_capacity`.
    """
    if sheet.evaluator.user_id is not None and sheet.evaluator.user_id == user.pk:
        return Capacity(sheet.evaluator)
    for one in mandates(user, on):
        same = (sheet.evaluator_id, sheet.member.evaluator_unit_id) == (one.giver, one.unit)
        if same and one.covers(sheet.person_id, sheet.member.unit_id):
            return Capacity(Person.objects.get(pk=one.delegate), sheet.evaluator)
    raise NotYours()


def require_capacity(sheet: Sheet, user: User, on: date) -> Capacity:
    """As `capacity`. Raises Forbidden when the evaluator of record has left the post since."""
    found = capacity(sheet, user, on)
    unit = sheet.member.evaluator_unit
    if unit is None or sheet.evaluator_id in head_ids(unit.pk, on) or finishes_old_unit(sheet, on):
        return found
    left = headed_until(sheet.evaluator_id, unit.pk, on)
    since = f"Từ ngày {left:%d/%m/%Y}" if left else "Hiện"
    who = "ông/bà" if found.for_whom is None else found.for_whom.full_name
    raise Forbidden(
        f"{since} {who} không còn là người đứng đầu “{unit.name}”, nên ông/bà không xử lý phiếu này được nữa. "
        f"Hãy báo cán bộ tổ chức của đơn vị để ghi nhận người đánh giá mới của phiếu."
    )


def finishes_old_unit(sheet: Sheet, on: date) -> bool:
    """Whether the evaluating unit was given up in a reorganisation whose officer chose that the old evaluator finishes
    what is not confirmed, and this evaluator headed it on its last day."""
    unit = sheet.member.evaluator_unit
    if unit is None or unit.end is None or unit.end > on:
        return False
    chosen = Reorganisation.objects.filter(
        state=Reorganisation.State.APPLIED,
        month_rule=Reorganisation.MonthRule.OLD,
        successions__old=unit,
        start=unit.end,
    )
    return chosen.exists() and sheet.evaluator_id in last_heads(unit)
