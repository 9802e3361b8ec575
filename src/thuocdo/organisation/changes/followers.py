"""Rooms above follow a reorganisation with their own rows (rule bindings, tasks, open sheets): they register here,
because this floor does not know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Count, QuerySet, Value

from thuocdo.accounts.models import User
from thuocdo.organisation.changes.ledger import Ledger


@dataclass(frozen=True)
class Change:
    """What happens to the units. `ended` maps an old unit to the units that take over (empty before applying), `moved`
    are units that go on in another place, `posts` maps an old post to the new one."""

    start: date
    month_rule: str
    by: User
    at: datetime
    ended: Mapping[int, tuple[int, ...]]
    moved: frozenset[int]
    posts: Mapping[int, int] = field(default_factory=dict)


Counted = Mapping[str, QuerySet[Any]]


class Follower(Protocol):
    """One room. `concerned` names the rows to count for the preview; `foresee` gives its sentences, from these counts,
    and whether the officer must choose who finishes the sheets that are not confirmed; `follow` writes through the
    ledger and returns how many sheets changed hands."""

    def concerned(self, change: Change) -> Counted: ...

    def foresee(self, change: Change, counts: Mapping[str, int]) -> tuple[list[str], bool]: ...

    def follow(self, change: Change, ledger: Ledger) -> int: ...


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Called once by each room when the program starts."""
    if follower not in _followers:
        _followers.append(follower)


def followers() -> tuple[Follower, ...]:
    """Every room that follows, lower floors first."""
    return tuple(_followers)


def count_all(rows: Counted) -> dict[str, int]:
    """How many rows each query has, by its name. One query."""
    named = [found.order_by().annotate(of_name=Value(name)) for name, found in rows.items()]
    each = [one.values("of_name").annotate(n=Count("pk")).values_list("of_name", "n") for one in named]
    return dict.fromkeys(rows, 0) | (dict(each[0].union(*each[1:], all=True)) if each else {})


def foresee(change: Change, own: Counted) -> tuple[dict[str, int], list[str], bool]:
    """The counts of `own`, the sentences of every room, and whether one of them asks for a choice. One query for all
    that is counted."""
    counts = count_all(dict(own) | {name: rows for one in _followers for name, rows in one.concerned(change).items()})
    said = [one.foresee(change, counts) for one in _followers]
    return counts, [line for lines, _ in said for line in lines], any(choice for _, choice in said)
