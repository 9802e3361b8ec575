"""The rows that a room looks for on the to-do list, written as SQL once a day for all who stand alike.

Django takes up to 100 ms to write these questions, and they differ only by who asks, when, and by the units under each
label. So they are written for an asker who does not exist; where that one's values are written, the asker's own stand.

PostgreSQL takes the units under a label as one array. SQLite has no arrays: there every unit is a value of its own, and
who stands alike has as many units under each label too, rounded up (`_places`); the last unit fills what is left.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
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
Places = tuple[tuple[str, int], ...]
"""The labels under which somebody stands, and for how many units under each the text is written."""
FEWEST, EXACTLY = 8, 64
"""Where each unit is a value of its own, a text is for so many at least; from the second on for exactly so many."""
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
    """An asker who does not exist and stands under the labels given, on so many units that do not exist."""

    on: date
    places: Places

    @property
    def user(self) -> User:
        return User(pk=-7_400_037, username="nobody-7400037")

    @property
    def at(self) -> datetime:
        return make_aware(datetime.combine(self.on, time(9))) + timedelta(microseconds=740_037)

    marks = ("7400037", ".740037")
    """What shows that a value or a text was made of who asks, or of the moment."""

    @cached_property
    def reach(self) -> Reach:
        starts = accumulate((many for _, many in self.places), initial=8_000_000)
        return {
            label: frozenset(range(-start - many + 1, -start + 1))
            for (label, many), start in zip(self.places, starts, strict=False)
        }

    @cached_property
    def named(self) -> dict[int, tuple[str, int]]:
        """The label of each unit and its place under it."""
        return {unit: (label, at) for label, units in self.reach.items() for at, unit in enumerate(sorted(units))}

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
class UnitAt:
    """One of the units under a label, where each is a value of its own; the last one again beyond them."""

    label: str
    place: int

    def __call__(self, asks: Asks) -> Given:
        units = _ordered(asks.reach[self.label])
        return Given(units[min(self.place, len(units) - 1)], "bigint")


@lru_cache(maxsize=64)
def _ordered(units: frozenset[int]) -> list[int]:
    return sorted(units)


@dataclass(frozen=True)
class Written:
    """SQL and values of rows, empty where nothing can be found; `units` it takes from tables (`with_units`). `planned`:
    the text is everybody's who stands alike, and what is theirs is `Given`."""

    sql: str
    values: Sequence[Any]
    units: frozenset[Units] = frozenset()
    planned: bool = False


def written(rows: Ask, asks: Asks) -> Written:
    """All these rows. The text is kept for the day, unless making it asks the database something. On PostgreSQL units
    are tables, so that the text can be planned once for all who stand alike; the database looks through the keys for
    every row that it compares (`audit.many_keys`: `among`)."""
    kept = _kept(rows, asks.on, _places(asks.reach), connection.vendor)
    if kept is None:
        return Written(*_text(rows(asks)))
    sql, slots = kept
    units = frozenset(slot for slot in slots if isinstance(slot, Units))
    if units:
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


def _places(reach: Reach) -> Places:
    """On PostgreSQL more units than are written one by one; elsewhere the next power of two, as each is written."""
    if connection.vendor == "postgresql":
        return tuple((label, MANY + 1) for label in sorted(reach))
    many = {label: len(units) for label, units in reach.items() if units}
    return tuple((label, _rounded(many[label])) for label in sorted(many))


def _rounded(many: int) -> int:
    return many if many > EXACTLY else max(FEWEST, 1 << (many - 1).bit_length())


@lru_cache(maxsize=2048)
def _kept(rows: Ask, on: date, places: Places, vendor: str) -> tuple[str, tuple[Any, ...]] | None:
    nobody = _Nobody(on, places)
    try:
        with connection.execute_wrapper(_refuse):
            sql, values = _text(rows(nobody))
        _plain(sql, nobody)
        slot = _slot if vendor == "postgresql" else _single
        slots = tuple(slot(value, nobody) for value in values)
        _whole(slots, nobody)
    except NotWritten:
        return None
    return sql, slots


def _refuse(*_: Any) -> NoReturn:
    raise NotWritten


def _slot(value: Any, nobody: _Nobody) -> Any:
    """A value that is the same for everybody, or what the asker puts in its place."""
    if value == nobody.at:
        return lambda asks: Given(asks.at, "timestamptz")
    if isinstance(value, str) and value.startswith("{-") and value.endswith("}"):
        return Units(_labels(value, nobody))
    return _whose(value, nobody)


def _single(value: Any, nobody: _Nobody) -> Any:
    """The same where each unit is a value of its own and moments are written as texts."""
    moment = connection.ops.adapt_datetimefield_value
    if value == moment(nobody.at):
        return lambda asks: Given(moment(asks.at), "timestamptz")
    if isinstance(value, int) and value in nobody.named:
        return UnitAt(*nobody.named[value])
    return _whose(value, nobody)


def _whole(slots: Sequence[Any], nobody: _Nobody) -> None:
    """Refuses what picks some of the units under a label: all of them stand there as often as any."""
    named = Counter(slot for slot in slots if isinstance(slot, UnitAt))
    for label in {one.label for one in named}:
        if len({named[UnitAt(label, place)] for place in range(len(nobody.reach[label]))}) > 1:
            raise NotWritten


def _whose(value: Any, nobody: _Nobody) -> Any:
    if value == nobody.user.pk:
        return lambda asks: Given(asks.user.pk, "bigint")
    _plain(value, nobody)
    return value


def _plain(value: Any, nobody: _Nobody) -> None:
    """Refuses what was made of the asker in a way that nobody else's could not be put in its place."""
    made_of_units = isinstance(value, int) and value <= -8_000_000
    if made_of_units or any(mark in str(value) for mark in nobody.marks):
        raise NotWritten


def _labels(value: str, nobody: _Nobody) -> tuple[str, ...]:
    """Whose units these are, all of them and no others."""
    keys = set(map(int, value[1:-1].split(",")))
    labels = tuple(label for label, units in nobody.reach.items() if units <= keys)
    if keys != nobody.units(*labels):
        raise NotWritten
    return labels
