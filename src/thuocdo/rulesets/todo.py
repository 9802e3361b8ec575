"""Regulations of units on the to-do list: to approve, or to mend after they were returned."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.reach import BELOW, EXACT, root
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.rulesets.models import Regulation
from thuocdo.rulesets.regulation_authority import deciding_posts, deciding_roles, places_decided

DECIDES = "decides"
_WORDS = {
    "regulation.approve": "Phê duyệt hoặc trả lại quy chế",
    "regulation.mend": "Sửa quy chế được trả lại",
}


def roots(user: User, on: date) -> list[QuerySet[Any, Any]]:
    """Units for which the user may approve."""
    return [
        root(DECIDES, BELOW, deciding_posts(user, on)),
        root(DECIDES, BELOW, deciding_roles(user, on)),
        root(DECIDES, EXACT, places_decided(user, on), "parent_id"),
    ]


def _rows(asking: Asking) -> Sequence[Rows]:
    """Who wrote last or proposed does not approve."""
    user, state = asking.user, Regulation.State
    proposed = Regulation.objects.filter(state=state.PROPOSED, unit_id__in=asking.units(DECIDES))
    returned = Regulation.objects.filter(
        state=state.DRAFTING, changed_by=user, unit_id__in=asking.units("officer")
    ).exclude(returned="")
    columns: dict[str, Any] = {"also": "number", "text": "unit__name"}
    others = proposed.exclude(changed_by=user).exclude(proposed_by=user)
    return [rows(others, "regulation.approve", **columns), rows(returned, "regulation.mend", **columns)]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    for row in found:
        words = f"{_WORDS[row.kind]}: {row.text}, bản số {row.also}"
        yield Todo(row.kind, words, f"/to-chuc/quy-che/{row.key}/", None, overdue=False)


SOURCE = Source(frozenset(_WORDS), _rows, _lines)
