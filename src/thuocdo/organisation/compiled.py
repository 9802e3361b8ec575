"""One question that everybody asks at every page, written as SQL once a day: only who asks differs."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from thuocdo.accounts.models import User
from thuocdo.organisation.planned import Given, fetched

Parts = Callable[[User, date], Sequence[QuerySet[Any, Any]]]
_NOBODY = (-7_300_001, -7_300_002)
"""Two askers that do not exist: where the written values differ, the asker stands."""
_WHO = object()


def joined(parts: Sequence[QuerySet[Any, Any]]) -> tuple[str, list[Any]]:
    """SQL and values of all rows of these queries, doubles kept."""
    first, *others = parts
    asked = first.union(*others, all=True) if others else first
    sql, values = asked.query.get_compiler(connection=connection).as_sql()
    return sql, list(values)


def asked_for(parts: Callable[..., Sequence[QuerySet[Any, Any]]], *keys: int) -> list[tuple[Any, ...]]:
    """The rows of what `parts` gives for these keys, which it must do nothing with but compare them: they come as the
    database has them. The text is written once for so many keys. One query."""
    sql, slots = _for_keys(parts, len(keys), connection.vendor)
    return fetched(sql, [one if at is None else Given(keys[at], "bigint") for at, one in slots])


@lru_cache(maxsize=128)
def _for_keys(
    parts: Callable[..., Sequence[QuerySet[Any, Any]]], number: int, vendor: str
) -> tuple[str, tuple[tuple[int | None, Any], ...]]:
    """The text for so many keys, and its values: each with its place among the keys, or the value itself where it is
    the same for all. Raises ValueError for parts that do something else with a key."""
    nobody = tuple(range(-8_300_000, -8_300_000 - number, -1))
    sql, values = joined(parts(*nobody))
    slots = tuple((nobody.index(one) if type(one) is int and one in nobody else None, one) for one in values)
    if {at for at, _ in slots} - {None} != set(range(number)):
        raise ValueError(f"a key is not among the values of the question ({vendor})")
    return sql, slots


def around(rows: QuerySet[Any, Any], sql: str, before: Sequence[Any], after: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a question in which `{rows}` stands for a query, whose values come between `before` and `after`: they
    come as the database has them. One query; none where the query can have no rows."""
    try:
        inner, values = joined([rows])
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{rows}", inner), [*before, *values, *after])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def in_part(column: str, part: str) -> RawSQL:
    """The keys in a column of a part (`WITH`) of the question that stands `around` the rows, for a condition on these.
    Both names are the program's own."""
    return RawSQL(f"SELECT {column} FROM {part}", ())


def joined_once(sources: tuple[Parts, ...], user: User, on: date) -> tuple[str, list[Any]]:
    """The same of what the sources give, which ask nothing themselves and use only the user's key and the day; the key
    is a `Given` value, the rest is everybody's.

    Django takes several milliseconds to write this text; it is kept for the day. Raises ValueError for a source that
    does something else with the user.
    """
    sql, slots = _written(sources, on, connection.vendor)
    return sql, [Given(user.pk, "bigint") if slot is _WHO else slot for slot in slots]


def asked_once(source: Parts, user: User, on: date) -> list[tuple[Any, ...]]:
    """The rows of what a source gives, which must be numbers and texts alone: they come as the database has them."""
    return fetched(*joined_once((source,), user, on))


@lru_cache(maxsize=64)
def _written(sources: tuple[Parts, ...], on: date, vendor: str) -> tuple[str, tuple[Any, ...]]:
    (sql, one), (again, two) = (
        joined([part for source in sources for part in source(User(pk=who), on)]) for who in _NOBODY
    )
    if sql != again or len(one) != len(two):
        raise ValueError(f"the text of the question depends on who asks ({vendor})")
    return sql, tuple(_slot(*values) for values in zip(one, two, strict=True))


def _slot(one: Any, two: Any) -> Any:
    if (one, two) == _NOBODY:
        return _WHO
    if one != two:
        raise ValueError(f"something else than the key of who asks: {one}, {two}")
    return one
