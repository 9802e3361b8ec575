"""Who reaches what: the officer of a unit, its head, and those whose result it is."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.audit.only import only
from thuocdo.decisions.models import Decision
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import ActingHead, Employment, Person, Role, Unit
from thuocdo.organisation.queries import ancestors, officer_units, on_day
from thuocdo.organisation.successors import keeper_on


def prepares(user: User, unit_id: int, on: date) -> bool:
    """Whether the user drafts the unit's papers: its organisation officer, or its head."""
    return unit_id in officer_units(user, on) or unit_id in headed_units(user, on)


def require_prepares(user: User, unit_id: int, on: date) -> None:
    """Raises NotYours unless the user drafts the unit's papers."""
    if not prepares(user, unit_id, on):
        raise NotYours()


def acting_person(user: User) -> Person:
    """The person behind the account. Raises NotYours."""
    person = Person.objects.filter(user_id=user.pk).first()
    if person is None:
        raise NotYours()
    return person


def locked_decision(decision_id: int) -> Decision:
    """The decision, locked until the end of the transaction. Raises NotYours."""
    held = Decision.objects.select_for_update(of=("self",)).filter(pk=decision_id).exists()
    rows = Decision.objects.select_related("unit", "agency", "cycle__root", "signer", "replaces")
    decision = only(rows.filter(pk=decision_id)) if held else None
    if decision is None:
        raise NotYours()
    return decision


def issuer_of(row: Decision) -> Unit:
    """Whose head or deputies sign the paper: the unit, or who keeps its files where it had ended at the drafting."""
    return keeper_on(row.unit, localdate(row.drafted_at))


def told_of(units: Collection[int], by: User, on: date) -> dict[int, set[int]]:
    """Accounts that receive a paper for each of the units: of its head; where nobody heads it (a place), of the
    organisation officers in charge, without the sender. Two queries, three more for each unit without a head."""
    found: dict[int, set[int]] = defaultdict(set)
    acting = ActingHead.objects.filter(on_day(on), unit__in=units)
    posts = Employment.objects.filter(on_day(on), leadership=Employment.Leadership.HEAD, unit__in=units)
    for rows in (acting, posts.exclude(unit__in=acting.values("unit"))):
        for unit, user in rows.filter(person__user__is_active=True).values_list("unit_id", "person__user_id"):
            found[unit].add(user)
    for unit in set(units) - set(found):
        path = [one.pk for one in ancestors(unit, on)]
        officers = Role.objects.filter(on_day(on), kind=Role.Kind.OFFICER, unit__in=path, person__user__is_active=True)
        found[unit] = set(officers.exclude(person__user_id=by.pk).values_list("person__user_id", flat=True))
    return found
