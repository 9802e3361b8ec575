"""Who plans and opens a round, who sees it, and who may record a step of a subject."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import looks_after
from thuocdo.organisation.reach import inspected, reach_of
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rules import LEADING


@dataclass(frozen=True)
class Eyes:
    """Where somebody is organisation officer and where inspector, everything below included."""

    officer: frozenset[int]
    inspector: frozenset[int]

    @property
    def both(self) -> frozenset[int]:
        return self.officer | self.inspector


def eyes_of(user: User, on: date) -> Eyes:
    """One query for all that a page asks."""
    found = reach_of(user, on, inspected)
    return Eyes(found.get("officer", frozenset()), found.get("inspector", frozenset()))


def require_planner(organisation: PartyOrganisation, by: User, at: datetime) -> None:
    """The organisation officer of the unit that the Party organisation stands beside. Raises NotYours."""
    if not looks_after(by, organisation.unit_id, day_of(at)):
        raise NotYours("Không tìm thấy tổ chức đảng này trong phạm vi ông/bà phụ trách.")


LEADING_SEATS = ("secretary", "deputy")
_SEATED = Q(party__seats__start__lte=F("round__facts_on")) & (
    Q(party__seats__end__isnull=True) | Q(party__seats__end__gt=F("round__facts_on"))
)


def _cells(roles: Collection[str], **seat: object) -> QuerySet[RoundSubject]:
    """Party organisations for which the list has no committee (a cell that elected only a secretary and deputies), with
    the seats of these roles that were held on the day that the list was frozen: no leader stands in the list for them.
    """
    held = {f"party__seats__{name}": value for name, value in {"role__in": roles, **seat}.items()}
    return RoundSubject.objects.filter(_SEATED, **held, kind="party_organisation", collective=None)


def cells_led(user: User) -> QuerySet[RoundSubject]:
    """Those without a committee of which the user was secretary or deputy."""
    return _cells(LEADING_SEATS, person__user_id=user.pk)


def leading_cells(cells: Collection[int], roles: Collection[str] = LEADING_SEATS) -> set[tuple[int, int]]:
    """Person and organisation: who led those of these that have no committee. One query, none for none."""
    if not cells:
        return set()
    return set(_cells(roles).filter(pk__in=cells).values_list("party__seats__person_id", "pk"))


def led_by(user: User) -> Q:
    """Subjects of the collectives and Party organisations that the user leads, themselves included: as their head or
    deputy, frozen in the round, or as `cells_led`."""
    mine = RoundSubject.objects.filter(person__user_id=user.pk, kind="leader", role__in=LEADING, standing="in")
    committee = mine.filter(party__isnull=False)
    cells = cells_led(user).values("pk")
    return (
        Q(pk__in=mine.values("collective_id"))
        | Q(collective_id__in=mine.values("collective_id"), kind__in=("leader", "agency", "unit"))
        | Q(pk__in=committee.values("organisation_id"))
        | Q(organisation_id__in=committee.values("organisation_id"), kind__in=("party_member", "party_organisation"))
        | Q(pk__in=cells)
        | Q(organisation_id__in=cells, kind__in=("party_member", "party_organisation"))
    )


def leads(user: User) -> QuerySet[RoundSubject]:
    """`led_by`, and everybody whose work is in a collective that the user leads: whom the user does not rate alone."""
    mine = RoundSubject.objects.filter(person__user_id=user.pk, kind="leader", role__in=LEADING, standing="in")
    inside = Q(collective_id__in=mine.values("collective_id"), person__isnull=False)
    return RoundSubject.objects.filter(led_by(user) | inside)


def recordable(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Subjects of which the user may record steps: of the units looked after, and of what the user leads."""
    return Q(unit__in=(eyes or eyes_of(user, on)).officer) | led_by(user)


def visible(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Subjects that the user sees: those above, the own ones, and for inspectors those of their units."""
    return Q(unit__in=(eyes or eyes_of(user, on)).both) | led_by(user) | Q(person__user_id=user.pk)


def rounds_seen(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Rounds in which the user has something to see: planned for a unit looked after or inspected, or with a
    subject."""
    units = (eyes or eyes_of(user, on)).both
    mine = RoundSubject.objects.filter(round=OuterRef("pk"), person__user_id=user.pk)
    below = RoundSubject.objects.filter(round=OuterRef("pk"), kind="party_organisation", unit__in=units)
    return Q(unit__in=units) | (~Q(state__in=("plan", "dropped")) & (Exists(mine) | Exists(below)))


def round_seen(user: User, round_id: int, on: date, eyes: Eyes | None = None) -> Round:
    """Raises NotYours."""
    found = Round.objects.filter(rounds_seen(user, on, eyes), pk=round_id)
    one = found.select_related("organisation", "unit", "opening").first()
    if one is None:
        raise NotYours()
    return one


def owner_if_seen(user: User, subject_id: int, on: date) -> int | None:
    """The account of the person that the subject is, 0 for a body or who has none; None where the user does not see
    it."""
    seen = RoundSubject.objects.filter(visible(user, on), pk=subject_id).values_list("person__user_id", flat=True)
    return next((owner or 0 for owner in seen), None)
