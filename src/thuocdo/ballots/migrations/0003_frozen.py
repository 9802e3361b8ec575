"""The question of a ballot, once frozen, is refused any other content by the database itself."""

from typing import Any

from django.db import migrations

from thuocdo.audit.migrating import OnDatabase

TABLE, FUNCTION, NAME = "ballots_ballot", "thuocdo_ballot_frozen", "ballot_frozen"
WORDS = "frozen ballot"
CHANGED = "OLD.document <> '' AND (NEW.document <> OLD.document OR NEW.fingerprint <> OLD.fingerprint)"


def make(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN {CHANGED} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        )
        return
    editor.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WORDS}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION {FUNCTION}()"
    )


def undo(_apps: Any, editor: Any) -> None:
    editor.execute(f"DROP TRIGGER {NAME}" + ("" if editor.connection.vendor == "sqlite" else f" ON {TABLE}"))
    if editor.connection.vendor != "sqlite":
        editor.execute(f"DROP FUNCTION {FUNCTION}()")


class Migration(migrations.Migration):
    dependencies = [("ballots", "0002_append_only")]
    operations = [OnDatabase(make, undo)]
