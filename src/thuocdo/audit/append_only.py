"""Tables whose rows are added and never changed: refused by the database itself, on SQLite and PostgreSQL.

Triggers stop mistakes and everybody who is not the owner of the database. The owner can drop them, as the
test suite does to empty its tables; that is why rows are also chained and verified.
"""

from collections.abc import Callable, Mapping
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


def fixed(
    name: str, conditions: Mapping[str, str], kept: Mapping[str, str] | None = None
) -> tuple[Callable[[Any, Any], None], Callable[[Any, Any], None]]:
    """The two functions of a RunPython migration after which the database refuses an UPDATE of a row for which its
    table's condition (over `OLD` and `NEW`) holds, and a DELETE of one for which that of `kept` (over `OLD`) does.
    `name` stands for this set of triggers, once in the product."""
    function = f"thuocdo_{name}_fixed"
    triggers = [(f"fixed_{table}", "UPDATE", table, when) for table, when in conditions.items()]
    triggers += [(f"fixed_{table}_delete", "DELETE", table, when) for table, when in (kept or {}).items()]

    def make(_apps: Any, editor: Any) -> None:
        lite = editor.connection.vendor == "sqlite"
        with editor.connection.cursor() as cursor:
            if not lite:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    "RAISE EXCEPTION 'fixed: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
                )
            for trigger, step, table, when in triggers:
                each = "" if lite else "FOR EACH ROW "
                act = f"BEGIN SELECT RAISE(ABORT, 'fixed: {table}'); END" if lite else f"EXECUTE FUNCTION {function}()"
                cursor.execute(f'CREATE TRIGGER "{trigger}" BEFORE {step} ON "{table}" {each}WHEN ({when}) {act}')

    def undo(_apps: Any, editor: Any) -> None:
        lite = editor.connection.vendor == "sqlite"
        with editor.connection.cursor() as cursor:
            for trigger, _, table, _ in triggers:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"' + ("" if lite else f' ON "{table}"'))
            if not lite:
                cursor.execute(f"DROP FUNCTION IF EXISTS {function}()")

    return make, undo
