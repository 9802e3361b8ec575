"""Who may approve a unit's regulation: heads and officers of the unit and above, never who wrote or proposed it."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
from thuocdo.organisation.queries import ancestors, descendants, on_day
from thuocdo.rulesets.models import Regulation


def deciding_units(unit: Unit, on: date) -> set[int]:
    """Units whose head decides for this unit: itself and those above; for a place also the agencies directly below it
    that manage civil servants (a ward's Ủy ban nhân dân)."""
    found = {u.pk for u in ancestors(unit, on)}
    if unit.kind == Unit.Kind.PLACE:
        found |= set(_below_places(on).filter(parent=unit).values_list("child_id", flat=True))
    return found


def _below_places(on: date) -> QuerySet[UnitLink]:
    """Structure links of managing agencies that stand directly below a place."""
    managing = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.MANAGEMENT).values("parent_id")
    return UnitLink.objects.filter(
        on_day(on), tree=UnitLink.Tree.STRUCTURE, parent__kind=Unit.Kind.PLACE, child_id__in=managing
    )


def approvers(unit: Unit, on: date, *, without: Collection[int] = ()) -> list[User]:
    """Everybody who may approve on that day and can sign in, without the users named. Heads come first."""
    units = deciding_units(unit, on)
    path = {u.pk for u in ancestors(unit, on)}
    heads = Employment.objects.filter(on_day(on), unit_id__in=units, leadership=Employment.Leadership.HEAD)
    roles = Role.objects.filter(on_day(on), unit_id__in=path, kind=Role.Kind.OFFICER)
    ids = [*heads.values_list("person__user_id", flat=True), *roles.values_list("person__user_id", flat=True)]
    wanted = [i for i in dict.fromkeys(ids) if i is not None and i not in without]
    rows = User.objects.filter(is_active=True).in_bulk(wanted)
    return [rows[i] for i in wanted if i in rows]


def units_decided(user: User, on: date) -> set[int]:
    """Units for which the user may approve, by heading one or as officer. Four queries."""
    posts, roles = deciding_posts(user, on), deciding_roles(user, on)
    units = {*posts.values_list("unit_id", flat=True), *roles.values_list("unit_id", flat=True)}
    return descendants(units, on) | set(places_decided(user, on).values_list("parent_id", flat=True))


def deciding_posts(user: User, on: date) -> QuerySet[Employment]:
    """The user's posts as head."""
    posts = Employment.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    return posts.filter(leadership=Employment.Leadership.HEAD)


def deciding_roles(user: User, on: date) -> QuerySet[Role]:
    """The user's roles as organisation officer."""
    roles = Role.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    return roles.filter(kind=Role.Kind.OFFICER)


def places_decided(user: User, on: date) -> QuerySet[UnitLink]:
    """Links to the places for which the user decides as head of a managing agency directly below them."""
    return _below_places(on).filter(child_id__in=deciding_posts(user, on).values("unit_id"))


def involved(regulation: Regulation) -> set[int]:
    """Users who wrote last or proposed: they do not approve."""
    return {i for i in (regulation.changed_by_id, regulation.proposed_by_id) if i is not None}
