"""The database itself refuses to change what is on the record."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import APPEND_ONLY_TABLES
from tests.guards import outside_actions
from tests.integration.audit.world import World, write
from thuocdo.accounts.models import User
from thuocdo.audit.models import Event


def run_refused(statement: str) -> None:
    refused = pytest.raises(DatabaseError, match="append-only table")
    with outside_actions(), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
@pytest.mark.parametrize("statement", ['UPDATE "{}" SET id = id', 'DELETE FROM "{}"'])
def test_update_and_delete_are_refused(world: World, table: str, statement: str) -> None:
    run_refused(statement.format(table))


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
def test_truncate_is_refused(world: World, table: str) -> None:
    connection.check_constraints()
    run_refused(
        f'TRUNCATE "{table}" CASCADE' if connection.vendor == "postgresql" else f'DELETE FROM "{table}"'
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committing_test_leaves_an_empty_database(turn: int, at: datetime) -> None:
    assert not Event.objects.exists()
    user = User(username="ai", display_name="Ai", password="!", created_at=at)
    write(user, chain="he-thong", code="account.created", by=None, at=at)
    assert Event.objects.count() == 1
