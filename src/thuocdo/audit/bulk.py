"""Many rows at once, for a city: new ones by COPY on PostgreSQL, executemany elsewhere, with their digests without
objects; changed ones by one prepared statement.

A row is a tuple of values in the order of the model's columns, its key first (take it from `reserve`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

from thuocdo.audit.digests import canonical, digest_of_values, recorded_fields, sha256
from thuocdo.audit.later import LATER

Row = Sequence[Any]
BATCH = 2000


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """The column names of the rows of `model`, in order.

    >>> from thuocdo.audit.models import Chain
    >>> columns_of(Chain)
    ('id', 'key', 'seq', 'head')
    """
    return tuple(str(field.column) for field in model._meta.concrete_fields)


def reserve(model: type[Model], count: int) -> list[int]:
    """Keys for `count` new rows, which nobody else gets. On SQLite the transaction holds the only writer."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, count]
            )
            return sorted(found for (found,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
        start = last[0] + 1 if last else 1
        return list(range(start, start + count))


def insert(model: type[Model], rows: Sequence[Row], *, keyed: bool = True) -> None:
    """Add the rows. `keyed=False`: the rows come without their first column, the database gives the keys.

    The constraints of the table hold as always: IntegrityError.
    """
    if not rows:
        return
    fields = model._meta.concrete_fields[0 if keyed else 1 :]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    texts = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django wraps what `execute` raises; `copy` is psycopg's own.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in _with_text(rows, texts):
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", list(_plain_rows(_with_text(rows, texts)))
        )


def update(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Write these columns of the rows. Django's own `bulk_update` makes one CASE over all rows for every column, which
    took 6 ms a row for two dozen columns; here each row is one line of one text that PostgreSQL reads as a table, and
    one short line of one statement elsewhere.
    """
    if not rows:
        return
    model = type(rows[0])
    quote, key = connection.ops.quote_name, model._meta.pk
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in names]
    table, own = quote(model._meta.db_table), quote(str(key.column))
    if connection.vendor == "postgresql":
        read = [*enumerate(fields), (len(fields), key)]
        text = json.dumps(
            [{str(n): _prepared(field, getattr(row, field.attname)) for n, field in read} for row in rows],
            ensure_ascii=False,
            default=_of_json,
        )
        types = ", ".join(f'"{n}" {_column_type(field)}' for n, field in read)
        given = ", ".join(f'{quote(str(field.column))} = v."{n}"' for n, field in enumerate(fields))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {given} FROM json_to_recordset(%s::json) AS v ({types}) "
                f'WHERE {table}.{own} = v."{len(fields)}"',
                [text],
            )
        return
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*fields, key)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE {own} = %s", values)


def _column_type(field: Field[Any, Any]) -> str:
    """The type a value is read as; text for all text, so that one too long is refused and never cut."""
    found = str(field.db_type(connection))
    return "text" if found.startswith("varchar") else found


def _prepared(field: Field[Any, Any], value: Any) -> Any:
    return value if isinstance(field, JSONField) else field.get_prep_value(value)


def _of_json(value: Any) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"no column holds {type(value).__name__}")


def _with_text(rows: Iterable[Row], places: Sequence[int]) -> Iterable[Row]:
    if not places:
        return rows
    return (_replaced(row, places) for row in rows)


def _replaced(row: Row, places: Sequence[int]) -> Row:
    values = list(row)
    for place in places:
        values[place] = json.dumps(values[place], ensure_ascii=False)
    return values


def _plain_rows(rows: Iterable[Row]) -> Iterable[Row]:
    known: dict[Any, Any] = {}
    moment, day = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            if value not in known:
                known[value] = moment(value) if isinstance(value, datetime) else day(value)
            return known[value]
        return value

    return ([plain(value) for value in row] for row in rows)


def digests(model: type[Model], rows: Sequence[Row]) -> list[str]:
    """The digest of each row: exactly `digest_of_values`, made by columns (a test compares them)."""
    fields = recorded_fields(model)
    if len(fields) != len(model._meta.concrete_fields):
        places = [model._meta.concrete_fields.index(field) for field in fields]
        return [digest_of_values(model, [row[place] for place in places]) for row in rows]
    order = sorted(range(len(fields)), key=lambda place: fields[place].attname)
    names = [field.attname for field in fields]
    label = model._meta.label_lower
    later = [(names.index(name), first) for name, first in LATER.get(label, {}).items()]
    text = _writer()
    shapes: dict[frozenset[int], tuple[str, list[int]]] = {}

    def one(row: Row) -> str:
        out = frozenset(place for place, first in later if row[place] == first)
        if out not in shapes:
            kept = [place for place in order if place not in out]
            body = ",".join(f"{encode_basestring(names[place])}:%s" for place in kept)
            shapes[out] = f"[{encode_basestring(label)},{{{body}}}]", kept
        pattern, kept = shapes[out]
        return sha256(pattern % tuple([text(row[place]) for place in kept]))

    return [one(row) for row in rows]


def _writer() -> Callable[[Any], str]:
    """Canonical JSON of one value; times, of which there are few different ones, are kept."""
    times: dict[date, str] = {}

    def text(value: Any) -> str:
        kind = type(value)
        if kind is str:
            return encode_basestring(value)
        if kind is int:
            return str(value)
        if value is None:
            return "null"
        if kind is datetime or kind is date:
            found = times.get(value)
            if found is None:
                found = times[value] = canonical(value)
            return found
        return canonical(value)

    return text


class Pattern:
    """Rows of a model that differ only in some columns; the others have the given value or their default."""

    def __init__(self, model: type[Model], varying: Sequence[str], **constant: Any) -> None:
        sample = model(**constant)
        fields = model._meta.concrete_fields
        self.base = [_simple(getattr(sample, field.attname)) for field in fields]
        names = [field.attname for field in fields]
        self.places = [names.index(name) for name in varying]

    def row(self, *values: Any) -> Row:
        """One row: `values` in the order of `varying`."""
        row = list(self.base)
        for place, value in zip(self.places, values, strict=True):
            row[place] = value
        return tuple(row)


def _simple(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
