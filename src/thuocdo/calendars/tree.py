"""What calendars ask about units. The room lies below `organisation`, which answers when it is ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User


@dataclass(frozen=True)
class Tree:
    """`path`: ids of a unit and those above it, nearest first; `looked_after`: units of an organisation officer;
    `own`: units of a user's posts; `direct`: units over which the user was made officer; `chain`: audit chain;
    `names`: of units."""

    path: Callable[[int, date], list[int]]
    looked_after: Callable[[User, date], set[int]]
    own: Callable[[User, date], list[int]]
    direct: Callable[[User, date], list[int]]
    chain: Callable[[int, date], str]
    names: Callable[[Collection[int]], dict[int, str]]


_TREES: list[Tree] = []


def register(tree: Tree) -> None:
    """Called once by the app that knows units, when the app is ready."""
    _TREES[:] = [tree]


def tree() -> Tree:
    """The registered answers. Raises LookupError before the organisation is ready, a bug of ours."""
    if not _TREES:
        raise LookupError("no organisation has registered with thuocdo.calendars.tree")
    return _TREES[0]
