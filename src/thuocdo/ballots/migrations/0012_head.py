"""The head of a ballot's papers is frozen with its question: the guard of the question is made anew with that column."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

from thuocdo.audit.migrating import OnDatabase

before = import_module("thuocdo.ballots.migrations.0009_frozen_lists")


def make(_apps: Any, editor: Any) -> None:
    _guard(editor, (*before.FROZEN, "head"))


def undo(_apps: Any, editor: Any) -> None:
    _guard(editor, before.FROZEN)


def _guard(editor: Any, columns: tuple[str, ...]) -> None:
    sqlite = editor.connection.vendor == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in columns)
    run = f"BEGIN SELECT RAISE(ABORT, '{before.WORDS}'); END" if sqlite else "EXECUTE FUNCTION thuocdo_ballot_frozen()"
    each, on = ("", "") if sqlite else ("FOR EACH ROW ", " ON ballots_ballot")
    editor.execute(f"DROP TRIGGER IF EXISTS ballot_frozen{on}")
    editor.execute(
        f"CREATE TRIGGER ballot_frozen BEFORE UPDATE ON ballots_ballot {each}"
        f"WHEN (OLD.document <> '' AND ({changed}{before.MODE}{before.REASON})) {run}"
    )


class Migration(migrations.Migration):
    dependencies = [("ballots", "0011_small_last")]
    operations = [
        migrations.AddField("ballot", "head", models.JSONField(null=True, verbose_name="tiêu đề văn bản")),
        OnDatabase(make, undo),
    ]
