"""A token for what is kept in a process: the database changes it with every change of the tables it watches, whoever
makes the change, so that what was made under another token is never shown.

A change adds a number to a table of its own instead of changing a row (PostgreSQL), so that two who change something
never wait for each other. The token is the sum of the numbers, which no two states share.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Watched = Mapping[str, Sequence[str]]
"""The steps watched in each table: `INSERT`, `DELETE`, `UPDATE` or `UPDATE OF` some columns."""
Step = Callable[[Any, Any], None]


def token(table: str) -> str:
    """The token as a part of a question, of text."""
    return f"(SELECT CAST(SUM(made) AS varchar(60)) FROM {table})"


def watching(table: str, watched: Watched) -> tuple[Step, Step]:
    """For a migration (`OnDatabase`): make the table of numbers and its triggers, and undo it."""

    def make(_apps: Any, editor: Any) -> None:
        editor.execute(f"CREATE TABLE {table} (made bigint NOT NULL)")
        written = _sqlite if editor.connection.vendor == "sqlite" else _postgresql
        for statement in written(table, watched):
            editor.execute(statement)

    def undo(_apps: Any, editor: Any) -> None:
        sqlite = editor.connection.vendor == "sqlite"
        for place, steps in watched.items():
            for name in names(table, place, steps) if sqlite else (table,):
                editor.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {place}")
        if not sqlite:
            editor.execute(f"DROP FUNCTION {table}_changed()")
        editor.execute(f"DROP TABLE {table}")

    return make, undo


def names(table: str, place: str, steps: Sequence[str]) -> list[str]:
    """The triggers of a watched table on SQLite, which has one for each step; on PostgreSQL it is named as `table`."""
    return [f"{table}_{place}_{step.split()[0].lower()}" for step in steps]


def _sqlite(table: str, watched: Watched) -> list[str]:
    change = f"BEGIN UPDATE {table} SET made = random() / 2; END"
    return [f"INSERT INTO {table} (made) VALUES (random() / 2)"] + [
        f"CREATE TRIGGER {name} AFTER {step} ON {place} {change}"
        for place, steps in watched.items()
        for name, step in zip(names(table, place, steps), steps, strict=True)
    ]


def _postgresql(table: str, watched: Watched) -> list[str]:
    number = "hashtextextended(gen_random_uuid()::text, 0)"
    # now and then one who changes something clears the numbers so far; who comes second leaves them
    clear = f"random() < 0.01 AND pg_try_advisory_xact_lock(hashtextextended('{table}', 0))"
    return [
        f"INSERT INTO {table} (made) VALUES ({number})",
        f"CREATE FUNCTION {table}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {clear} THEN DELETE FROM {table}; END IF; INSERT INTO {table} (made) VALUES ({number}); RETURN NULL; "
        "END $$",
    ] + [
        f"CREATE TRIGGER {table} AFTER {' OR '.join((*steps, 'TRUNCATE'))} ON {place} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_changed()"
        for place, steps in watched.items()
    ]
