"""Migrations are complete, and the tables that must be append-only are so after all of them."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import APPEND_ONLY_TABLES
from tests.house.sources import SRC


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(f"run makemigrations:\n{out.getvalue()}")


@pytest.mark.django_db
def test_append_only_tables_have_their_triggers() -> None:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        triggers = [name for (name,) in cursor.fetchall()]
    for table in APPEND_ONLY_TABLES:
        assert sum(name.startswith(f"append_only_{table}_") for name in triggers) == 2, table


def test_the_list_of_append_only_tables_is_the_one_of_the_migrations() -> None:
    migrations = "\n".join(p.read_text(encoding="utf-8") for p in SRC.glob("*/migrations/*append_only*.py"))
    assert [table for table in APPEND_ONLY_TABLES if f'"{table}"' not in migrations] == []
    rooms = ("audit", "appraisals", "rulesets", "work", "collectives", "results", "opinions", "cycles")
    rooms += ("ballots", "rounds", "reviews", "conclusions", "records", "decisions")
    protected = sum(migrations.count(f'"{room}_') for room in rooms)
    assert protected == len(APPEND_ONLY_TABLES)
