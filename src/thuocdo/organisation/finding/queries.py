"""One question to all rooms: what of this user's is found under these words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.text import asked_words
from thuocdo.organisation.finding.models import SearchEntry
from thuocdo.organisation.reach import Reach, inspected, reach_of

MOST, SHOWN, FEWEST_LETTERS, MOST_WORDS = 100, 8, 2, 8
FEW = 1000
"""So many rows of a kind are looked at, whoever asks; more have common words, and are looked for within the scope."""
ENOUGH = 3 * MOST
"""So many of those looked at, within the scope, answer for common words; with fewer the scope itself is read."""
NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Asked:
    """Who asks for which words; where they stand is read once for all rooms. `keys`: of each kind asked for, the rows
    that have all the words; of the many of a kind some, which are within the section's scope."""

    user: User
    on: date
    words: tuple[str, ...]
    keys: dict[str, list[int]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    """Kinds of which not every row with the words was looked at."""
    _united: dict[tuple[str, ...], frozenset[int]] = field(default_factory=dict)

    @cached_property
    def _reach(self) -> Reach:
        return reach_of(self.user, self.on, inspected)

    def units(self, *labels: str) -> frozenset[int]:
        """Units under any of these labels of `organisation.reach`, or `inspector`."""
        if labels not in self._united:  # asked for every row, and thousands of units for the officer of a city
            self._united[labels] = NOWHERE.union(*(self._reach.get(label, NOWHERE) for label in labels))
        return self._united[labels]

    def found(self, model: type[Model]) -> list[int]:
        """The keys of the rows of `model` to look at."""
        return self.keys.get(model._meta.label_lower, [])


@dataclass(frozen=True)
class Hit:
    """One line of what was found: a name, what tells it from others, and where it is."""

    title: str
    note: str
    path: str


Find = Callable[[Asked], list[Hit]]
Scope = Callable[[Asked], QuerySet[Any, Any]]


@dataclass(frozen=True)
class Section:
    """What one room contributes. `scopes`: the models that are searched, each with a query of the keys among which the
    user may find anything (asked only where the words are common). `find` gives at most MOST + 1 hits among
    `asked.found`, only what the user may open."""

    key: str
    title: str
    place: int
    scopes: Mapping[type[Model], Scope]
    find: Find


@dataclass(frozen=True)
class Group:
    """Hits of one section; `count` of them, or at least that many where there may be `more`."""

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
    """What the user may open under the typed words, by section: the first of each, or up to MOST of the only one.
    A constant number of queries."""
    words = asked_words(typed)[:MOST_WORDS]
    if sum(map(len, words)) < FEWEST_LETTERS:
        return Found(typed, True, "", ())
    chosen = [one for one in _SECTIONS if one.key == only] or _SECTIONS
    asked = Asked(user, on, words)
    scopes = {model._meta.label_lower: scope for section in chosen for model, scope in section.scopes.items()}
    asked.keys.update(_keys(words, dict.fromkeys(scopes)))
    common = {kind: scopes[kind](asked) for kind, keys in asked.keys.items() if len(keys) > FEW}
    asked.keys.update(_keys(words, common, asked.keys))
    scarce = {kind: scope for kind, scope in common.items() if len(asked.keys[kind]) < ENOUGH}
    asked.keys.update(_keys(words, scarce))
    asked.cut.update(kind for kind in common if kind not in scarce or len(asked.keys[kind]) > FEW)
    groups = tuple(_group(one, asked, MOST if len(chosen) == 1 else SHOWN) for one in chosen)
    return Found(typed, False, only if len(chosen) == 1 else "", tuple(group for group in groups if group.count))


def _keys(
    words: tuple[str, ...],
    kinds: Mapping[str, QuerySet[Any, Any] | None],
    among: Mapping[str, Collection[int]] | None = None,
) -> dict[str, list[int]]:
    """Keys of each kind that have the words, at most FEW + 1 of each, within a query of keys where one is given; of
    those `among` which is known that they have them, ENOUGH. One query. Rare words are looked up in the index before
    the limit, as the planner would else read a kind from its first row; words common enough for a scope are found along
    the scope until the limit."""
    if not kinds:
        return {}
    found: dict[str, list[int]] = {kind: [] for kind in kinds}
    names, tables, given = list(kinds), [], []
    for place, (kind, scope) in enumerate(kinds.items()):
        entries = SearchEntry.objects.filter(kind=kind)
        if scope is None:
            entries = entries.filter(words__begin_with=words)
        elif among is not None:
            entries = entries.filter(Q(key__in=among[kind]) & Q(key__in=scope))
        else:
            entries = entries.filter(words__read_with=words, key__in=scope)
        inner, values = entries.values("key").query.get_compiler(connection=connection).as_sql()
        tables.append(f"f{place}(key) AS {'' if scope is None else 'NOT '}MATERIALIZED ({inner})")
        given += values
    most = FEW + 1 if among is None else ENOUGH
    each = (f"SELECT * FROM (SELECT {n}, key FROM f{n} LIMIT {most}) AS x{n}" for n in range(len(names)))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(each)}", given)
        for place, key in cursor.fetchall():
            found[names[place]].append(key)
    return found


def _group(section: Section, asked: Asked, shown: int) -> Group:
    hits = section.find(asked) if any(asked.found(model) for model in section.scopes) else []
    cut = any(model._meta.label_lower in asked.cut for model in section.scopes)
    return Group(section, tuple(hits[:shown]), min(len(hits), MOST), len(hits) > MOST or cut)
