"""The outlook of a large period, kept in this process while nothing changes that it rests on.

A city's 150,000 people are looked at once; whoever opens the review again asks for the token alone, which triggers
change with units, posts and acting heads (`organisation.kept`), and with names, accounts, absences, bindings, periods
and their members (migration 0010). Rulebooks stand in the process itself. Opening a period reads everybody anew.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from thuocdo.audit.tokens import token
from thuocdo.cycles.outlook import Outlook
from thuocdo.cycles.population import Scope
from thuocdo.organisation.kept import POSTS_TOKEN, STRUCTURE_TOKEN
from thuocdo.organisation.planned import fetched
from thuocdo.rulesets import catalogue

TABLE = "cycles_outlook_revision"
_QUERY = f"SELECT {STRUCTURE_TOKEN} || '/' || {POSTS_TOKEN} || '/' || {token(TABLE)}"
_KEPT_AT_MOST = 24
_KEPT: dict[tuple[Any, ...], tuple[str, "Large"]] = {}


@dataclass(frozen=True)
class Large:
    """What is kept of a large period: its outlook, and the ids of the root and of those above it."""

    outlook: Outlook
    path: tuple[int, ...]


def kept(scope: Scope) -> tuple[str, Large | None]:
    """The token of this moment, and what is kept under it, if anything. One query."""
    now: str = fetched(_QUERY, [])[0][0]
    made_under, large = _KEPT.get(_place(scope), ("", None))
    return now, large if made_under == now else None


def keep(scope: Scope, now: str, large: Large) -> None:
    """Keep what was read after `now` was the token: what changed meanwhile has another one, so it is read again."""
    if len(_KEPT) >= _KEPT_AT_MOST:
        _KEPT.clear()
    _KEPT[_place(scope)] = now, large


def _place(scope: Scope) -> tuple[Any, ...]:
    period = scope.kind, scope.year, scope.number, scope.heads_on
    return connection.settings_dict["NAME"], scope.root.pk, *period, catalogue.roots()
