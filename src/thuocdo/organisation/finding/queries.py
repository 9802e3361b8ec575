"""One question to all rooms: what of this user's is found under these words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.text import asked_words
from thuocdo.organisation.finding.models import SearchEntry
from thuocdo.organisation.reach import Reach, inspected, reach_of

MOST, SHOWN, FEWEST_LETTERS, MOST_WORDS = 100, 8, 2, 8
NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Asked:
    """Who asks for which words; where they stand is read once for all rooms."""

    user: User
    on: date
    words: tuple[str, ...]

    @cached_property
    def _reach(self) -> Reach:
        return reach_of(self.user, self.on, inspected(self.user, self.on))

    def units(self, *labels: str) -> frozenset[int]:
        """Units under any of these labels of `organisation.reach`, or `inspector`."""
        return NOWHERE.union(*(self._reach.get(label, NOWHERE) for label in labels))

    def keys(self, model: type[Model]) -> QuerySet[Any, Any]:
        """The keys of the rows of `model` that have all the words, whoever may see them."""
        found = SearchEntry.objects.filter(kind=model._meta.label_lower, words__begin_with=self.words)
        return found.values("key")


@dataclass(frozen=True)
class Hit:
    """One line of what was found: a name, what tells it from others, and where it is."""

    title: str
    note: str
    path: str


Find = Callable[[Asked, int], list[Hit]]


@dataclass(frozen=True)
class Section:
    """What one room contributes. `find` gives at most so many hits, only what the user may open."""

    key: str
    title: str
    place: int
    find: Find


@dataclass(frozen=True)
class Group:
    """Hits of one section; `count` of them, or more than that."""

    section: Section
    hits: tuple[Hit, ...]
    count: int
    more: bool


@dataclass(frozen=True)
class Found:
    """The answer. `short`: too little was typed to look for; `only` is the section asked for, else empty."""

    typed: str
    short: bool
    only: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


_SECTIONS: list[Section] = []


def register(section: Section) -> None:
    """Add a room's section (from its app's `ready`)."""
    if section not in _SECTIONS:
        _SECTIONS.append(section)
        _SECTIONS.sort(key=lambda one: one.place)


def find(user: User, typed: str, on: date, *, only: str = "") -> Found:
    """What the user may open under the typed words, by section: the first of each, or up to MOST of the only one."""
    words = asked_words(typed)[:MOST_WORDS]
    if sum(map(len, words)) < FEWEST_LETTERS:
        return Found(typed, True, "", ())
    asked = Asked(user, on, words)
    chosen = [one for one in _SECTIONS if one.key == only] or _SECTIONS
    groups = tuple(_group(one, asked, MOST if len(chosen) == 1 else SHOWN) for one in chosen)
    return Found(typed, False, only if len(chosen) == 1 else "", tuple(group for group in groups if group.count))


def _group(section: Section, asked: Asked, shown: int) -> Group:
    hits = section.find(asked, MOST + 1)
    return Group(section, tuple(hits[:shown]), min(len(hits), MOST), len(hits) > MOST)
