"""Emptying the database after a test that commits: only the tables that hold rows, which are few of them, and without
Django's migration signal, whose content types and permissions stay instead of being written anew."""

from typing import Any

import pytest
from django.db import connections, transaction

from thuocdo.audit import append_only

KEPT = {"django_content_type", "auth_permission"}


def empty_quickly(patch: pytest.MonkeyPatch, append_only_tables: tuple[str, ...]) -> None:
    """Let `flush` do so. Append-only tables give up their rows for that step: the triggers of the filled ones are
    lifted (SQLite), or the session's own are silent (PostgreSQL, as the superuser of the run's own server)."""
    operations = type(connections["default"].ops)

    def flushed(self: Any, statements: list[str]) -> None:
        connection = self.connection
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            filled = _filled(cursor, connection.introspection.django_table_names(include_views=False))
            lifted = tuple(table for table in append_only_tables if table in filled)
            kept: list[tuple[str, str]] = []
            if connection.vendor == "sqlite":
                append_only.release(connection, *lifted)
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'fixed%delete'"
                )
                kept = list(cursor.fetchall())
                for name, _ in kept:
                    cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute("SET LOCAL session_replication_role = replica")
            for table in filled:
                cursor.execute(f'DELETE FROM "{table}"')
            if connection.vendor == "sqlite":
                append_only.protect(connection, *lifted)
            for _, made in kept:
                cursor.execute(made)

    patch.setattr(operations, "execute_sql_flush", flushed)
    patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_: None)


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    """The tables with rows, of those that a flush empties."""
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in sorted({*tables} - KEPT))
    found = []
    for some in _pieces(list(asked), 100):
        cursor.execute(" UNION ALL ".join(some))
        found += [str(row[0]) for row in cursor.fetchall()]
    return found


def _pieces(all_of_it: list[str], size: int) -> list[list[str]]:
    """SQLite joins no more than 500 questions into one."""
    return [all_of_it[start : start + size] for start in range(0, len(all_of_it), size)]
