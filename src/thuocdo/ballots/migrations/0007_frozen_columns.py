"""Every column of a frozen question is refused another value by the database, not only its document. The one way a
frozen ballot changes its mode is from phones to paper."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

from thuocdo.audit.migrating import OnDatabase

TABLE, FUNCTION, NAME = "ballots_ballot", "thuocdo_ballot_frozen", "ballot_frozen"
WORDS = "frozen ballot"
COLUMNS = (
    "document", "fingerprint", "code", "unit_id", "organisation_id", "kind", "secrecy", "rulebook", "rulebook_hash",
    "basis", "title", "meeting", "held_on", "year", "options", "least", "most", "invalid", "quorum_part",
    "quorum_whole", "quorum_source", "majority", "majority_source", "chair_id",
)  # fmt: skip


def make(_apps: Any, editor: Any) -> None:
    _guard(editor, COLUMNS, " OR NEW.mode <> OLD.mode AND NEW.mode <> 'paper'")


def undo(_apps: Any, editor: Any) -> None:
    _guard(editor, COLUMNS[:2], "")


def _guard(editor: Any, columns: Sequence[str], more: str) -> None:
    sqlite = editor.connection.vendor == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in columns) + more
    run = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END" if sqlite else f"EXECUTE FUNCTION {FUNCTION}()"
    each, on = ("", "") if sqlite else ("FOR EACH ROW ", f" ON {TABLE}")
    editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}")
    editor.execute(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} {each}WHEN (OLD.document <> '' AND ({changed})) {run}")


class Migration(migrations.Migration):
    dependencies = [("ballots", "0006_recount_of_signed")]
    operations = [OnDatabase(make, undo)]
