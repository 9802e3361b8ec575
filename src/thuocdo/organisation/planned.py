"""Questions of many parts that PostgreSQL plans once for a connection: it takes longer to plan the to-do list of a city
than to answer it. What is asked alike stands in the text, what differs comes as values (`Given`); the plan is made
without looking at these (`plan_cache_mode`, settings)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

KEPT = 60
"""So many plans a connection keeps; there are as many texts as ways to stand somewhere."""
_PLANNED: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Given:
    """A value that differs from one question to the next, and its type in the database."""

    value: Any
    type: str


def fetched(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a question. Values that are not `Given` must be the same nearly always. One query; on PostgreSQL the
    plan is made before it, where this connection has none."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, [one.value if isinstance(one, Given) else one for one in values])
            plain: list[tuple[Any, ...]] = cursor.fetchall()
        return plain
    given = [one for one in values if isinstance(one, Given)]
    fixed = tuple((type(one), one.type if isinstance(one, Given) else one) for one in values)
    with connection.cursor() as cursor:
        name, text = _text(sql, fixed)
        planned = _PLANNED.setdefault(connection.connection, set())
        if name not in planned:
            if len(planned) >= KEPT:
                cursor.cursor.execute("DEALLOCATE ALL")
                planned.clear()
            cursor.cursor.execute(text)
            planned.add(name)
        asked = ", ".join(["%s"] * len(given))
        cursor.execute(f"EXECUTE {name}({asked})" if asked else f"EXECUTE {name}", [one.value for one in given])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@lru_cache(maxsize=256)
def _text(sql: str, fixed: tuple[tuple[type, Any], ...]) -> tuple[str, str]:
    """The name of a question, and what plans it under that name. `fixed`: the class of each value, and the value
    itself, or of one that is given its type."""
    first, *pieces = sql.split("%s")
    made, written = [first], []
    kinds: list[str] = []
    for (kind, one), piece in zip(fixed, pieces, strict=True):
        if kind is Given:
            kinds.append(one)
            made.append(f"${len(kinds)}{piece}")
        else:
            written.append(one)
            made.append(f"%s{piece}")
    text = connection.ops.compose_sql("".join(made), written)  # type: ignore[attr-defined]
    name = f"planned_{sha256(text.encode()).hexdigest()[:24]}"
    types = f"({', '.join(kinds)})" if kinds else ""
    return name, f"PREPARE {name} {types} AS {text}"
