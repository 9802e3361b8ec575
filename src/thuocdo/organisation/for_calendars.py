"""What the calendars below ask about units (`thuocdo.calendars.tree`)."""

from collections.abc import Collection
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.calendars.tree import Tree
from thuocdo.organisation.access import chain_of, unit_or_refuse
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import above, officer_units, on_day, roots_for_officer


def _own(user: User, on: date) -> list[int]:
    posts = Employment.objects.filter(on_day(on), person__user_id=user.pk).order_by("-start", "pk")
    return list(dict.fromkeys(posts.values_list("unit_id", flat=True)))


def _direct(user: User, on: date) -> list[int]:
    return [unit.pk for unit in roots_for_officer(user, on)]


def _chain(unit_id: int, on: date) -> str:
    return chain_of(unit_or_refuse(unit_id), on)


def _names(units: Collection[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))


UNITS = Tree(above, officer_units, _own, _direct, _chain, _names)
