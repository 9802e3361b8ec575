"""Who does what in a ballot: who prepares it, who counts, who chairs, who votes.

The organiser is the head of the unit, its organisation officer, or secretary or deputy secretary of the Party
organisation. A ballot is never found by who may not open it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.ballots.models import Ballot, Elector, Teller
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.queries import headed_exactly, looks_after, officer_units, on_day
from thuocdo.records.models import CommitteeSeat

LEADS = (CommitteeSeat.Role.SECRETARY, CommitteeSeat.Role.DEPUTY)


@dataclass(frozen=True)
class Seat:
    """What the user is in one ballot."""

    organiser: bool
    teller: bool
    chair: bool
    elector: bool

    @property
    def conducts(self) -> bool:
        return self.organiser or self.teller or self.chair


def organised_units(user: User, on: date) -> set[int]:
    """Units whose ballots the user prepares. Two queries."""
    return headed_exactly(user, on) | officer_units(user, on)


def organised_parties(user: User, on: date) -> set[int]:
    """Party organisations whose ballots the user prepares. One query."""
    seats = CommitteeSeat.objects.filter(on_day(on), person__user_id=user.pk, role__in=LEADS)
    return set(seats.values_list("organisation_id", flat=True))


def of_organiser(user: User, on: date) -> Q:
    """Condition for ballots that the user prepares. Three queries."""
    return Q(unit__in=organised_units(user, on)) | Q(organisation__in=organised_parties(user, on))


def may_organise(user: User, unit_id: int, organisation_id: int | None, on: date) -> bool:
    """At most three queries, one for whom the ballot most often belongs to."""
    return (
        (organisation_id is not None and organisation_id in organised_parties(user, on))
        or unit_id in headed_exactly(user, on)
        or looks_after(user, unit_id, on)
    )


def seat_in(one: Ballot, user: User, on: date) -> Seat:
    """Raises NotYours for who is nothing in it, and while it is prepared for who does not prepare it."""
    if not one.document:
        return seat_among(one, user, on, (), ())
    mine = Q(person__user_id=user.pk)
    tellers, electors = one.tellers.filter(mine), one.electors.filter(mine)
    return seat_among(one, user, on, tellers.select_related("person"), electors.select_related("person"))


def seat_among(one: Ballot, user: User, on: date, tellers: Iterable[Teller], electors: Iterable[Elector]) -> Seat:
    """As `seat_in`, for whoever has read who counts and who votes, each with the person."""
    frozen = bool(one.document)
    teller = frozen and any(row.person.user_id == user.pk for row in tellers)
    chair = frozen and one.chair is not None and one.chair.user_id == user.pk
    elector = frozen and any(row.person.user_id == user.pk for row in electors)
    organiser = may_organise(user, one.unit_id, one.organisation_id, on)
    if not (organiser or teller or chair or elector):
        raise NotYours()
    return Seat(organiser, teller, chair, elector)


def locked(ballot_id: int) -> Ballot:
    """The ballot, locked until the end of the transaction. Raises NotYours."""
    if not Ballot.objects.select_for_update(of=("self",)).filter(pk=ballot_id).exists():
        raise NotYours()
    return Ballot.objects.select_related("unit", "organisation", "chair").get(pk=ballot_id)


def require_version(one: Ballot, version: int) -> None:
    """Raises Conflict where the page that was sent is not of the ballot as it stands."""
    if one.version != version:
        raise Conflict(f"Cuộc bỏ phiếu vừa thay đổi (hiện {one.get_state_display()}). Hãy tải lại trang rồi làm tiếp.")


def require_day(one: Ballot, at: datetime) -> None:
    """Raises Conflict before the day of the meeting: minutes would tell a day on which nothing was held."""
    if localdate(at) < one.held_on:
        raise Conflict(
            f"Cuộc họp ghi ngày {one.held_on:%d/%m/%Y}, chưa tới (máy chủ ghi hôm nay {localdate(at):%d/%m/%Y}). Ngày "
            "họp đổi thì hủy cuộc bỏ phiếu, ghi lý do, rồi lập cuộc mới; đồng hồ máy chủ sai thì báo người quản trị."
        )
