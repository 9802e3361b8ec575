"""Which results are published: a room above knows and registers where it names them; their levels then stand."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

Named = Callable[[], QuerySet[Any]]
_ANSWERS: list[Named] = []


def register(answer: Named) -> None:
    """Add what a room above names results by (from its app's `ready`): rows with a field `confirmation`."""
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)


def published(confirmations: Collection[int]) -> set[int]:
    """Those of the confirmations that are published, in force or not. One query."""
    found: set[int] = set()
    for named in _ANSWERS if confirmations else ():
        found |= set(named().filter(confirmation__in=confirmations).values_list("confirmation", flat=True))
    return found


def standing_published(sheet: str = "sheet") -> Q:
    """Of rows that name a sheet by this field: those whose result in force is published."""
    place = {"confirmation__sheet": OuterRef(sheet), "confirmation__replaced_by__isnull": True}
    return Q(*(Q(Exists(named().filter(**place))) for named in _ANSWERS), _connector=Q.OR)
