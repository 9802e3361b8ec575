"""Tables whose rows are added and never changed: refused by the database itself, on SQLite and PostgreSQL.

Triggers stop mistakes and everybody who is not the owner of the database. The owner can drop them, as the
test suite does to empty its tables; that is why rows are also chained and verified.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION thuocdo_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only table: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _create(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f'CREATE TRIGGER "append_only_{table}_{step}" BEFORE {step} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, 'append-only table: {table}'); END"
            for step in ("update", "delete")
        ]
    return [
        f'CREATE TRIGGER "append_only_{table}_rows" BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION thuocdo_append_only()",
        f'CREATE TRIGGER "append_only_{table}_truncate" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_append_only()",
    ]


def _drop(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "append_only_{table}_{step}"' for step in ("update", "delete")]
    return [
        f'DROP TRIGGER IF EXISTS "append_only_{table}_{step}" ON "{table}"' for step in ("rows", "truncate")
    ]


def protect(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Make the database refuse UPDATE, DELETE and TRUNCATE on `tables`."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(PG_FUNCTION)
        for table in tables:
            for statement in _create(connection.vendor, table):
                cursor.execute(statement)


def release(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Take the triggers of `tables` away (migrations backwards, and the owner of a test database)."""
    with connection.cursor() as cursor:
        for table in tables:
            for statement in _drop(connection.vendor, table):
                cursor.execute(statement)


def steps(*tables: str) -> tuple[Callable[[Any, Any], None], Callable[[Any, Any], None]]:
    """The two functions of a RunPython migration that protects `tables`."""
    return (
        lambda _apps, editor: protect(editor.connection, *tables),
        lambda _apps, editor: release(editor.connection, *tables),
    )
