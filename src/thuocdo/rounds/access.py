"""Who plans and opens a round, who sees it, and who may record a step of a subject."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import looks_after, units_where, units_where_any
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject

LEADING = ("head", "deputy")


def require_planner(organisation: PartyOrganisation, by: User, at: datetime) -> None:
    """The organisation officer of the unit that the Party organisation stands beside. Raises NotYours."""
    if not looks_after(by, organisation.unit_id, day_of(at)):
        raise NotYours("Không tìm thấy tổ chức đảng này trong phạm vi ông/bà phụ trách.")


def led_by(user: User) -> Q:
    """Subjects of the collectives and Party organisations that the user leads, themselves included: as their head or
    deputy, frozen in the round."""
    mine = RoundSubject.objects.filter(person__user_id=user.pk, kind="leader", role__in=LEADING, standing="in")
    committee = mine.filter(party__isnull=False)
    return (
        Q(pk__in=mine.values("collective_id"))
        | Q(collective_id__in=mine.values("collective_id"), kind__in=("leader", "agency", "unit"))
        | Q(pk__in=committee.values("organisation_id"))
        | Q(organisation_id__in=committee.values("organisation_id"), kind__in=("party_member", "party_organisation"))
    )


def recordable(user: User, on: date) -> Q:
    """Subjects of which the user may record steps: of the units looked after, and of what the user leads."""
    return Q(unit__in=units_where(user, Role.Kind.OFFICER, on)) | led_by(user)


def visible(user: User, on: date) -> Q:
    """Subjects that the user sees: those above, the own ones, and for inspectors those of their units."""
    roles = (Role.Kind.OFFICER, Role.Kind.INSPECTOR)
    return Q(unit__in=units_where_any(user, roles, on)) | led_by(user) | Q(person__user_id=user.pk)


def rounds_seen(user: User, on: date) -> Q:
    """Rounds in which the user has something to see: planned for a unit looked after or inspected, or with a
    subject."""
    units = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    mine = RoundSubject.objects.filter(round=OuterRef("pk"), person__user_id=user.pk)
    below = RoundSubject.objects.filter(round=OuterRef("pk"), kind="party_organisation", unit__in=units)
    return Q(unit__in=units) | (~Q(state__in=("plan", "dropped")) & (Exists(mine) | Exists(below)))


def round_seen(user: User, round_id: int, on: date) -> Round:
    """Raises NotYours."""
    found = Round.objects.filter(rounds_seen(user, on), pk=round_id).select_related("organisation", "unit").first()
    if found is None:
        raise NotYours()
    return found
