"""Rooms above follow a reorganisation with their own rows (rule bindings, tasks, open sheets): they register here,
because this floor does not know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

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


class Follower(Protocol):
    """One room. `foresee` gives sentences for the preview and whether the officer must choose who finishes the sheets
    that are not confirmed; `follow` writes through the ledger and returns how many sheets changed hands."""

    def foresee(self, change: Change) -> tuple[list[str], bool]: ...

    def follow(self, change: Change, ledger: Ledger) -> int: ...


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Called once by each room when the program starts."""
    if follower not in _followers:
        _followers.append(follower)


def followers() -> tuple[Follower, ...]:
    """Every room that follows, lower floors first."""
    return tuple(_followers)
