"""Where somebody stands on a day, in one query for all rooms: ids of units by what the user does there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet, Value

from thuocdo.accounts.models import User
from thuocdo.organisation.below import STRUCTURE, SUCCESSION, roots_below
from thuocdo.organisation.compiled import joined_once
from thuocdo.organisation.models import ActingHead, Delegation, Employment, Role
from thuocdo.organisation.queries import on_day

EXACT, BELOW, BELOW_AND_BEFORE, BEFORE = 0, 1, 2, 3
"""How far a root reaches: the unit alone, with everything below, also what these took over, or it alone with that."""
_TREES: tuple[tuple[str, ...], ...] = ((), (STRUCTURE,), (STRUCTURE, SUCCESSION), (SUCCESSION,))

Roots = Callable[[User, date], Sequence[QuerySet[Any, Any]]]
Reach = Mapping[str, frozenset[int]]

_MORE: list[Roots] = []


def register(roots: Roots) -> None:
    """Add roots of a room above: each query is made with `root`."""
    if roots not in _MORE:
        _MORE.append(roots)


def root(label: str, far: int, units: QuerySet[Any, Any], unit: str = "unit_id") -> QuerySet[Any, Any]:
    """The units that the query's column `unit` gives, under a label."""
    found: QuerySet[Any, Any] = units.order_by().values_list(Value(label), Value(far), unit)
    return found


def _own_roots(user: User, on: date) -> list[QuerySet[Any, Any]]:
    """`officer`, `giver`, `led`, `headed` (exactly those), `took_over` (those and what they succeed), `assign`
    (delegated), `delegate` (evaluates for a head)."""
    mine = {"person__user_id": user.pk, "person__user__is_active": True}
    roles = Role.objects.filter(on_day(on), **mine)
    acting = ActingHead.objects.filter(on_day(on))
    posts = Employment.objects.filter(on_day(on), **mine).exclude(leadership=Employment.Leadership.NONE)
    heads = posts.filter(leadership=Employment.Leadership.HEAD).exclude(unit_id__in=acting.values("unit_id"))
    given = Delegation.objects.filter(on_day(on), delegate__user_id=user.pk, delegate__user__is_active=True)
    assigned = given.filter(act=Delegation.Act.ASSIGN, covers__unit__isnull=False)
    return [
        root("officer", BELOW_AND_BEFORE, roles.filter(kind=Role.Kind.OFFICER)),
        root("giver", BELOW_AND_BEFORE, roles.filter(kind=Role.Kind.TASK_GIVER)),
        root("led", BELOW, posts),
        root("led", BELOW, acting.filter(**mine)),
        root("headed", EXACT, heads),
        root("headed", EXACT, acting.filter(**mine)),
        root("took_over", BEFORE, heads),
        root("took_over", BEFORE, acting.filter(**mine)),
        root("assign", BELOW, assigned, "covers__unit_id"),
        root("delegate", EXACT, given.filter(act=Delegation.Act.EVALUATE)),
    ]


def inspected(user: User, on: date) -> list[QuerySet[Any, Any]]:
    """More roots for `reach_of`, under `inspector`: where the user inspects."""
    mine = Role.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    return [root("inspector", BELOW_AND_BEFORE, mine.filter(kind=Role.Kind.INSPECTOR))]


def reach_of(user: User, on: date, *also: Roots) -> Reach:
    """Unit ids by label; a label without units is absent. `also`: more roots, for this question alone. One query."""
    inner, given = joined_once((_own_roots, *_MORE, *also), user, on)
    roots, links = roots_below(inner, given, on)
    found: dict[str, set[frozenset[int]]] = {}
    for label, far, unit in roots:
        found.setdefault(label, set()).add(links.below(unit, _TREES[far]))
    return {label: frozenset().union(*units) if len(units) > 1 else next(iter(units)) for label, units in found.items()}
