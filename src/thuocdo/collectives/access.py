"""Who reaches a unit's sheet: the unit's own people, the authority's, and its inspectors. Others get NotYours."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.collectives.models import UnitRound, UnitSheet
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.organisation.models import Employment, Person, Role
from thuocdo.organisation.queries import on_day, person_of
from thuocdo.organisation.reach import BEFORE, BELOW_AND_BEFORE, EXACT, reach_of, root


@dataclass(frozen=True)
class Reach:
    """The units one user heads, looks after as officer, inspects, serves in and leads as deputy, on a day. Who heads or
    serves in a unit does so for those it took over: their open sheets and rounds go on."""

    user: User
    headed: frozenset[int]
    took_over: frozenset[int]
    looked_after: frozenset[int]
    inspected: frozenset[int]
    serves: frozenset[int]
    deputises: frozenset[int]

    @property
    def prepares(self) -> frozenset[int]:
        """Authorities for which the user works: headed, led as deputy, or looked after."""
        return self.headed | self.deputises | self.looked_after

    def rates(self, sheet: UnitSheet) -> bool:
        """Officer, head or deputy of the authority, who does not serve in the unit that is rated."""
        return self.rates_in(sheet.authority_id) and sheet.unit_id not in self.serves

    def rates_in(self, authority_id: int) -> bool:
        return authority_id in self.prepares or authority_id in self.took_over

    def decides(self, sheet: UnitSheet) -> bool:
        """Head of the authority, who does not serve in the unit that is rated."""
        return sheet.authority_id in self.took_over and sheet.unit_id not in self.serves

    def writes(self, sheet: UnitSheet) -> bool:
        """The unit's head, whom the head named, or the unit's own officer (not the authority's)."""
        own_officer = sheet.unit_id in self.looked_after and not self.rates_in(sheet.authority_id)
        named = sheet.writer is not None and sheet.writer.user_id == self.user.pk
        return sheet.unit_id in self.took_over or named or own_officer

    def views(self, sheet: UnitSheet) -> bool:
        return self.writes(sheet) or self.rates(sheet) or sheet.authority_id in self.inspected


INSPECTS, SERVES, DEPUTISES = "units.inspects", "units.serves", "units.deputises"


def roots(user: User, on: date) -> list[QuerySet[Any, Any]]:
    """What this room asks of `organisation.reach` beside what every room does."""
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), **mine)
    return [
        root(INSPECTS, BELOW_AND_BEFORE, Role.objects.filter(on_day(on), kind=Role.Kind.INSPECTOR, **mine)),
        root(SERVES, BEFORE, posts),
        root(DEPUTISES, EXACT, posts.filter(leadership=Employment.Leadership.DEPUTY)),
    ]


def reach(user: User, on: date) -> Reach:
    """What the user reaches on a day. One query."""
    found, nowhere = reach_of(user, on), frozenset[int]()
    headed, took_over, looked_after, inspected, serves, deputises = (
        found.get(label, nowhere) for label in ("headed", "took_over", "officer", INSPECTS, SERVES, DEPUTISES)
    )
    return Reach(user, headed, took_over, looked_after, inspected, serves, deputises)


def acting(found: Reach) -> Person:
    """The person behind the account. Raises NotYours."""
    person = person_of(found.user)
    if person is None:
        raise NotYours()
    return person


def require_writes(sheet: UnitSheet, user: User, on: date) -> Person:
    """Raises NotYours unless the user writes for the unit."""
    found = reach(user, on)
    if not found.writes(sheet):
        raise NotYours()
    return acting(found)


def require_rates(sheet: UnitSheet, user: User, on: date) -> Person:
    """Raises NotYours unless the user works on the sheet for the authority."""
    found = reach(user, on)
    if not found.rates(sheet):
        raise NotYours()
    return acting(found)


def require_decides(sheet: UnitSheet, user: User, on: date) -> Person:
    """The authority's head. Raises NotYours, Forbidden for the authority's other people and the unit's own."""
    found = reach(user, on)
    refuse_not_decider(sheet, found)
    return acting(found)


def refuse_not_decider(sheet: UnitSheet, found: Reach) -> None:
    """Raises NotYours, Forbidden unless the user decides about the sheet."""
    if not found.decides(sheet):
        if found.views(sheet):
            raise Forbidden(
                "Chỉ người đứng đầu cấp có thẩm quyền quyết định mức, và không ai thuộc đơn vị được đánh giá quyết "
                "định mức của đơn vị mình."
            )
        raise NotYours()


def require_rates_in(authority_id: int, user: User, on: date) -> None:
    """Raises NotYours unless the user is officer, head or deputy of the authority."""
    if not reach(user, on).rates_in(authority_id):
        raise NotYours()


def may_open_round(user: User, on: date) -> frozenset[int]:
    """Units for which the user may open a round."""
    return reach(user, on).prepares


def round_to_view(round_id: int, user: User, on: date) -> tuple[UnitRound, Reach]:
    """A round for the authority's people and inspectors. Raises NotYours."""
    one = UnitRound.objects.select_related("authority", "opened_by").filter(pk=round_id).first()
    found = reach(user, on)
    if one is None or not (found.rates_in(one.authority_id) or one.authority_id in found.inspected):
        raise NotYours()
    return one, found
