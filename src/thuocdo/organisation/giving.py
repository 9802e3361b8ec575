"""To which heads of units somebody gives tasks: not to the own head, but to heads of what the own unit manages."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.models import ActingHead, Delegation, Employment, Role, UnitLink
from thuocdo.organisation.queries import descendants, on_day

HEAD = Employment.Leadership.HEAD


def own_heads(user: User, on: date) -> frozenset[int]:
    """Ids of units whose head the user gives no tasks: where the user gives tasks for that very unit only as its task
    giver, its deputy or for its own head. Whoever evaluates the head gives them (NĐ 335 Điều 10: the head of the
    agency above). A role or post over a unit above gives to the heads below it. One query, more for who has several.
    """
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), **mine)
    given = Delegation.objects.filter(on_day(on), delegate__user_id=user.pk, act=Delegation.Act.ASSIGN)
    given = given.filter(delegate__user__is_active=True, covers__unit__isnull=False)
    roles = Role.objects.filter(on_day(on), kind=Role.Kind.TASK_GIVER, **mine)
    low = roles.values_list("unit_id", flat=True).union(
        posts.filter(leadership=Employment.Leadership.DEPUTY).values_list("unit_id", flat=True),
        given.filter(covers__unit_id=F("unit_id")).values_list("covers__unit_id", flat=True),
    )
    units = frozenset(low)
    if not units:
        return units
    led = posts.filter(leadership=HEAD).values_list("unit_id", flat=True)
    others = frozenset(led.union(given.exclude(covers__unit_id=F("unit_id")).values_list("covers__unit_id", flat=True)))
    above = {unit: (units | others) - {unit} for unit in units}
    return frozenset(unit for unit in units if not above[unit] or unit not in descendants(above[unit], on))


def managed_units(user: User, on: date) -> QuerySet[Any, Any]:
    """Ids of the agencies managed by units that the user leads: their heads get tasks from there."""
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    led = Employment.objects.filter(on_day(on), **mine).exclude(leadership=Employment.Leadership.NONE)
    acting = ActingHead.objects.filter(on_day(on), **mine)
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.MANAGEMENT)
    found = links.filter(Q(parent_id__in=led.values("unit_id")) | Q(parent_id__in=acting.values("unit_id")))
    return found.values_list("child_id", flat=True)


def posts_given_to(user: User, on: date, units: Collection[int], managed: Collection[int]) -> Q:
    """Condition on employments: the user gives their holders tasks. `units` are the user's `task_units`, `managed` what
    `managed_units` found."""
    own = Q(leadership=HEAD, unit_id__in=own_heads(user, on))
    return (Q(unit_id__in=units) & ~own) | Q(leadership=HEAD, unit_id__in=managed)
