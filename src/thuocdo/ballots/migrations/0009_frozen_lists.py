"""The lists of a frozen ballot (electors, lines, tellers) are refused every change by the database but who is present;
the guard of the question itself is made anew with the columns that came since, and after SQLite rewrote its table."""

from typing import Any

from django.db import migrations

from thuocdo.audit.migrating import OnDatabase

FROZEN = (
    "document", "fingerprint", "code", "unit_id", "organisation_id", "round_id", "step", "kind", "secrecy", "rulebook",
    "rulebook_hash", "basis", "title", "meeting", "held_on", "year", "options", "least", "most", "invalid",
    "quorum_part", "quorum_whole", "quorum_source", "majority", "majority_source", "chair_id",
)  # fmt: skip
MODE = " OR NEW.mode <> OLD.mode AND (NEW.mode <> 'paper' OR NEW.paper_reason = '')"
REASON = " OR NEW.paper_reason <> OLD.paper_reason AND (OLD.paper_reason <> '' OR NEW.mode = OLD.mode)"
ELECTOR = ("id", "ballot_id", "key", "person_id", "left_out")
LISTS = ("ballots_elector", "ballots_ballotline", "ballots_teller")
WORDS, FUNCTION = "frozen ballot", "thuocdo_ballot_lists_frozen"


def make(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        _sqlite(editor)
    else:
        _postgresql(editor)


def _sqlite(editor: Any) -> None:
    changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in FROZEN)
    abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    editor.execute("DROP TRIGGER IF EXISTS ballot_frozen")
    editor.execute(
        "CREATE TRIGGER ballot_frozen BEFORE UPDATE ON ballots_ballot "
        f"WHEN OLD.document <> '' AND ({changed}{MODE}{REASON}) {abort}"
    )
    for table in LISTS:
        for step, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            of = ", ".join(f"{row}.ballot_id" for row in rows)
            when = f"EXISTS (SELECT 1 FROM ballots_ballot WHERE id IN ({of}) AND document <> '')"
            if step == "UPDATE" and table == "ballots_elector":
                when += " AND (" + " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in ELECTOR) + ")"
            editor.execute(f"CREATE TRIGGER {table}_frozen_{step.lower()} BEFORE {step} ON {table} WHEN {when} {abort}")


def _postgresql(editor: Any) -> None:
    changed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in FROZEN)
    editor.execute("DROP TRIGGER IF EXISTS ballot_frozen ON ballots_ballot")
    editor.execute(
        "CREATE TRIGGER ballot_frozen BEFORE UPDATE ON ballots_ballot FOR EACH ROW "
        f"WHEN (OLD.document <> '' AND ({changed}{MODE}{REASON})) EXECUTE FUNCTION thuocdo_ballot_frozen()"
    )
    editor.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE old_id bigint; new_id bigint; "
        "BEGIN IF TG_OP <> 'INSERT' THEN old_id := OLD.ballot_id; END IF; "
        "IF TG_OP <> 'DELETE' THEN new_id := NEW.ballot_id; END IF; "
        "IF EXISTS (SELECT 1 FROM ballots_ballot WHERE id IN (old_id, new_id) AND document <> '') "
        f"THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    kept = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in ELECTOR)
    for table in LISTS:
        run = f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        steps = "INSERT OR DELETE" if table == "ballots_elector" else "INSERT OR UPDATE OR DELETE"
        editor.execute(f"CREATE TRIGGER {table}_frozen BEFORE {steps} ON {table} {run}")
    editor.execute(
        "CREATE TRIGGER ballots_elector_frozen_update BEFORE UPDATE ON ballots_elector FOR EACH ROW "
        f"WHEN ({kept}) EXECUTE FUNCTION {FUNCTION}()"
    )


def undo(_apps: Any, editor: Any) -> None:
    """The lists are free again; the guard of the question stays, for what it names is still there."""
    sqlite = editor.connection.vendor == "sqlite"
    for table in LISTS:
        names = [f"{table}_frozen_{step}" for step in ("insert", "update", "delete")] if sqlite else [f"{table}_frozen"]
        for name in names:
            editor.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    if not sqlite:
        editor.execute("DROP TRIGGER ballots_elector_frozen_update ON ballots_elector")
        editor.execute(f"DROP FUNCTION {FUNCTION}()")


class Migration(migrations.Migration):
    dependencies = [("ballots", "0008_round_and_paper")]
    operations = [OnDatabase(make, undo)]
