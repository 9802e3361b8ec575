"""A token that the database changes with every change of the links between units, whoever makes it (`organisation.below`)."""

from typing import Any

from django.db import migrations

from thuocdo.audit.migrating import OnDatabase

TABLE, LINKS, FUNCTION = "organisation_structure_revision", "organisation_unitlink", "thuocdo_structure_changed"


def make(_apps: Any, editor: Any) -> None:
    made = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()::text"}[editor.connection.vendor]
    editor.execute(f"CREATE TABLE {TABLE} (token varchar(40) NOT NULL)")
    editor.execute(f"INSERT INTO {TABLE} (token) VALUES ({made})")
    change = f"UPDATE {TABLE} SET token = {made}"
    if editor.connection.vendor == "sqlite":
        for step in ("insert", "update", "delete"):
            editor.execute(f"CREATE TRIGGER structure_changed_{step} AFTER {step} ON {LINKS} BEGIN {change}; END")
        return
    editor.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; RETURN NULL; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER structure_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {LINKS} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
    )


def undo(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        for step in ("insert", "update", "delete"):
            editor.execute(f"DROP TRIGGER structure_changed_{step}")
    else:
        editor.execute(f"DROP TRIGGER structure_changed ON {LINKS}")
        editor.execute(f"DROP FUNCTION {FUNCTION}()")
    editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("organisation", "0006_clerks")]
    operations = [OnDatabase(make, undo)]
