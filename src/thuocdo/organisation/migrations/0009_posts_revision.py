"""Tokens for what is kept in a process (`organisation.kept`): units change the token of the structure too, and posts and
acting heads have one of their own.

A change of the posts adds a number instead of changing a row: two who change posts never wait for each other. The token
is the sum of the numbers, which no two states share."""

from typing import Any

from django.db import migrations

from thuocdo.audit.migrating import OnDatabase

TABLE, FUNCTION = "organisation_posts_revision", "thuocdo_posts_changed"
UNITS, WATCHED = "organisation_unit", ("organisation_employment", "organisation_actinghead")
STRUCTURE = "organisation_structure_revision"
STEPS = {"insert": "INSERT", "update": 'UPDATE OF id, kind, start, "end"', "delete": "DELETE"}


def make(_apps: Any, editor: Any) -> None:
    editor.execute(f"CREATE TABLE {TABLE} (made bigint NOT NULL)")
    if editor.connection.vendor == "sqlite":
        _on_sqlite(editor)
    else:
        _on_postgresql(editor)


def _on_sqlite(editor: Any) -> None:
    editor.execute(f"INSERT INTO {TABLE} (made) VALUES (random() / 2)")
    for name, step in STEPS.items():
        token = f"UPDATE {STRUCTURE} SET token = lower(hex(randomblob(16)))"
        editor.execute(f"CREATE TRIGGER unit_changed_{name} AFTER {step} ON {UNITS} BEGIN {token}; END")
        for table in WATCHED:
            changed = f"BEGIN UPDATE {TABLE} SET made = random() / 2; END"
            editor.execute(f"CREATE TRIGGER {table}_changed_{name} AFTER {name} ON {table} {changed}")


def _on_postgresql(editor: Any) -> None:
    number = "hashtextextended(gen_random_uuid()::text, 0)"
    editor.execute(f"INSERT INTO {TABLE} (made) VALUES ({number})")
    # now and then one who changes posts clears the numbers so far; who comes second leaves them
    clear = f"random() < 0.01 AND pg_try_advisory_xact_lock(hashtextextended('{TABLE}', 0))"
    editor.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {clear} THEN DELETE FROM {TABLE}; END IF; INSERT INTO {TABLE} (made) VALUES ({number}); RETURN NULL; END $$"
    )
    for table in WATCHED:
        editor.execute(
            f"CREATE TRIGGER posts_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
    steps = " OR ".join((*STEPS.values(), "TRUNCATE"))
    editor.execute(
        f"CREATE TRIGGER structure_changed AFTER {steps} ON {UNITS} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION thuocdo_structure_changed()"
    )


def undo(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        for name in STEPS:
            for trigger in (f"unit_changed_{name}", *(f"{table}_changed_{name}" for table in WATCHED)):
                editor.execute(f"DROP TRIGGER {trigger}")
    else:
        editor.execute(f"DROP TRIGGER structure_changed ON {UNITS}")
        for table in WATCHED:
            editor.execute(f"DROP TRIGGER posts_changed ON {table}")
        editor.execute(f"DROP FUNCTION {FUNCTION}()")
    editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("organisation", "0008_ended_posts")]
    operations = [OnDatabase(make, undo)]
