"""The rows that a room looks for on the to-do list, written as SQL once a day for all who stand alike.

Django takes up to 100 ms to write these questions, and they differ only by who asks, when, and by the units under each
label. So they are written for two askers who do not exist; where the written values differ, the asker's own stand.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, NoReturn, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import make_aware

from thuocdo.accounts.models import User
from thuocdo.audit.many_keys import MANY, array
from thuocdo.organisation.compiled import joined
from thuocdo.organisation.planned import Given
from thuocdo.organisation.reach import Reach

Slot = Callable[["Asks"], Given]
_BEFORE, _AFTER = (" = ANY(", "unnest("), "::bigint[])"
"""What stands around an array of units (`audit.many_keys`)."""


class Asks(Protocol):
    """Who asks, when, and where they stand (`organisation.waiting.Asking`)."""

    @property
    def user(self) -> User: ...
    @property
    def at(self) -> datetime: ...
    @property
    def on(self) -> date: ...
    @property
    def reach(self) -> Reach: ...
    def units(self, *labels: str) -> frozenset[int]: ...


Ask = Callable[[Any], Sequence[QuerySet[Any, Any]]]


class NotWritten(Exception):
    """What is asked depends on more than who asks, when, and the units."""


@dataclass(frozen=True)
class _Nobody:
    """An asker who does not exist and stands under the labels given, on units that do not exist."""

    number: int
    on: date
    labels: tuple[str, ...]

    @property
    def user(self) -> User:
        return User(pk=-7_400_000 - self.number, username=f"nobody-{self.number}")

    @property
    def at(self) -> datetime:
        return make_aware(datetime.combine(self.on, time(9 + self.number))) + timedelta(microseconds=self.number)

    @cached_property
    def reach(self) -> Reach:
        """More units under each label than are written one by one (`audit.many_keys`)."""
        starts = count(-8_000_000 - 1_000_000 * self.number, -1000)
        return {
            label: frozenset(range(start - MANY, start + 1)) for label, start in zip(self.labels, starts, strict=False)
        }

    def units(self, *labels: str) -> frozenset[int]:
        return frozenset().union(*(self.reach.get(label, frozenset()) for label in labels))


@dataclass(frozen=True)
class Units:
    """The units under some labels, as a value of the text."""

    labels: tuple[str, ...]

    def __call__(self, asks: Asks) -> Given:
        return Given(array(sorted(asks.units(*self.labels))), "bigint[]")

    @property
    def name(self) -> str:
        """The table of one row that holds them, where they are named once for the whole text."""
        return '"units of ' + " and ".join(self.labels) + '"'


@dataclass(frozen=True)
class Written:
    """SQL and values of rows, empty where nothing can be found; `units` it takes from tables (`with_units`). `planned`:
    the text is everybody's who stands alike, and what is theirs is `Given`."""

    sql: str
    values: Sequence[Any]
    units: frozenset[Units] = frozenset()
    planned: bool = False


def written(rows: Ask, asks: Asks) -> Written:
    """All these rows. On PostgreSQL the text is kept for the day (elsewhere every key is a parameter of its own),
    unless making it asks the database something; units then are tables, so that the text can be planned once for all
    who stand alike. The database looks through the keys for every row that it compares (`audit.many_keys`: `among`)."""
    kept = None
    if connection.vendor == "postgresql":
        kept = _kept(rows, asks.on, tuple(sorted(asks.reach)))
    if kept is None:
        return Written(*_text(rows(asks)))
    sql, slots = kept
    units = frozenset(slot for slot in slots if isinstance(slot, Units))
    sql, slots = _named(sql, slots)
    return Written(sql, [slot(asks) if callable(slot) else slot for slot in slots], units, planned=bool(sql))


def with_units(units: Collection[Units], asks: Asks) -> tuple[str, list[Given]]:
    """What stands before a text whose parts take these units from tables, and its values."""
    ordered = sorted(units, key=lambda one: one.labels)
    tables = ", ".join(f"{one.name} AS MATERIALIZED (SELECT %s::bigint[] AS ids)" for one in ordered)
    return (f"WITH {tables} " if ordered else ""), [one(asks) for one in ordered]


@lru_cache(maxsize=512)
def _named(sql: str, slots: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The text with a table's name where units stood as a value of their own."""
    first, *pieces = sql.split("%s")
    made, left = [first], []
    for slot, piece in zip(slots, pieces, strict=True):
        if isinstance(slot, Units) and made[-1].endswith(_BEFORE) and piece.startswith(_AFTER):
            made.append(f"(SELECT ids FROM {slot.name}){piece}")
        else:
            left.append(slot)
            made.append(f"%s{piece}")
    return "".join(made), tuple(left)


def _text(parts: Sequence[QuerySet[Any, Any]]) -> tuple[str, list[Any]]:
    try:
        return joined(parts) if parts else ("", [])
    except EmptyResultSet:
        return "", []


@lru_cache(maxsize=512)
def _kept(rows: Ask, on: date, labels: tuple[str, ...]) -> tuple[str, tuple[Any, ...]] | None:
    one, two = _Nobody(1, on, labels), _Nobody(2, on, labels)
    try:
        with connection.execute_wrapper(_refuse):
            (sql, first), (again, second) = _text(rows(one)), _text(rows(two))
        if sql != again or len(first) != len(second):
            return None
        return sql, tuple(_slot(*values, one, two) for values in zip(first, second, strict=True))
    except NotWritten:
        return None


def _refuse(*_: Any) -> NoReturn:
    raise NotWritten


def _slot(first: Any, second: Any, one: _Nobody, two: _Nobody) -> Any:
    """A value that is the same for everybody, or what the asker puts in its place."""
    if first == second:
        return first
    if (first, second) == (one.user.pk, two.user.pk):
        return lambda asks: Given(asks.user.pk, "bigint")
    if (first, second) == (one.at, two.at):
        return lambda asks: Given(asks.at, "timestamptz")
    labels = _labels(first, one)
    if labels != _labels(second, two):
        raise NotWritten
    return Units(labels)


def _labels(value: Any, nobody: _Nobody) -> tuple[str, ...]:
    """Whose units these are, all of them and no others."""
    if not (isinstance(value, str) and value.startswith("{-") and value.endswith("}")):
        raise NotWritten
    keys = set(map(int, value[1:-1].split(",")))
    labels = tuple(label for label, units in nobody.reach.items() if units <= keys)
    if keys != nobody.units(*labels):
        raise NotWritten
    return labels
