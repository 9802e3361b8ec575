"""To which heads of units somebody gives tasks: not to the own head, but to heads of what the own unit manages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Value

from thuocdo.accounts.models import User
from thuocdo.kernel.once import once
from thuocdo.organisation.compiled import asked_once
from thuocdo.organisation.models import ActingHead, Delegation, Employment, Role, UnitLink
from thuocdo.organisation.queries import descendants, on_day

HEAD = Employment.Leadership.HEAD


@dataclass(frozen=True)
class Heads:
    """Units whose head gets no tasks from somebody (`own`), and those whose head does besides (`managed`)."""

    own: frozenset[int]
    managed: frozenset[int]


def heads_of(user: User, on: date) -> Heads:
    """`own`: where the user gives tasks for that very unit only as its task giver, its deputy or for its own head;
    whoever evaluates the head gives them (NĐ 335 Điều 10: the head of the managing agency). A role or post over a unit
    above gives to the heads below it. `managed`: agencies managed by units that the user leads. One query, more for who
    gives tasks in several places.
    """
    return once((heads_of, user.pk, on), lambda: _heads_of(user, on))


def _heads_of(user: User, on: date) -> Heads:
    found: dict[str, set[int]] = {"low": set(), "high": set(), "managed": set()}
    for label, unit in asked_once(_labelled, user, on):
        found[label].add(unit)
    low, every = found["low"], found["low"] | found["high"]
    return Heads(
        frozenset(u for u in low if every == {u} or u not in descendants(every - {u}, on)), frozenset(found["managed"])
    )


def _labelled(user: User, on: date) -> Sequence[QuerySet[Any, Any]]:
    """Units with what they are to the user: where only that very unit is meant, where those below it are, managed."""
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), **mine)
    given = Delegation.objects.filter(on_day(on), delegate__user_id=user.pk, act=Delegation.Act.ASSIGN)
    given = given.filter(delegate__user__is_active=True, covers__unit__isnull=False)
    roles = Role.objects.filter(on_day(on), kind=Role.Kind.TASK_GIVER, **mine)
    deputy, own = posts.filter(leadership=Employment.Leadership.DEPUTY), Q(covers__unit_id=F("unit_id"))
    return (
        roles.values_list(Value("low"), "unit_id"),
        deputy.values_list(Value("low"), "unit_id"),
        given.filter(own).values_list(Value("low"), "covers__unit_id"),
        given.exclude(own).values_list(Value("high"), "covers__unit_id"),
        posts.filter(leadership=HEAD).values_list(Value("high"), "unit_id"),
        _managing(user, on).values_list(Value("managed"), "child_id"),
    )


def posts_given_to(units: Collection[int], heads: Heads) -> Q:
    """Condition on employments: their holders get tasks from who has these `task_units` and `heads`."""
    mine = Q(unit_id__in=units) & ~Q(leadership=HEAD, unit_id__in=heads.own)
    return mine | Q(leadership=HEAD, unit_id__in=heads.managed)


def managed_units(user: User, on: date) -> QuerySet[Any, Any]:
    """The query of the ids of agencies managed by units that the user leads (`Heads.managed`)."""
    return _managing(user, on).values_list("child_id", flat=True)


def _managing(user: User, on: date) -> QuerySet[UnitLink]:
    """The links to agencies from units that manage them and that the user leads: head, deputy or acting head."""
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    led = Employment.objects.filter(on_day(on), **mine).exclude(leadership=Employment.Leadership.NONE)
    acting = ActingHead.objects.filter(on_day(on), **mine)
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.MANAGEMENT)
    return links.filter(Q(parent_id__in=led.values("unit_id")) | Q(parent_id__in=acting.values("unit_id")))
