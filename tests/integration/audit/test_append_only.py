"""The database itself refuses to change what is on the record."""

from datetime import UTC, datetime
from itertools import product

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import BooleanField, DateField, DateTimeField, ForeignKey, IntegerField, Model

from tests.conftest import APPEND_ONLY_TABLES
from tests.guards import outside_actions
from tests.integration.audit.world import World, write
from thuocdo.accounts.models import User
from thuocdo.audit.models import Event


def run_refused(statement: str, table: str) -> None:
    """The statement is refused; a table that the world leaves empty gets a row first, which is taken back."""
    refused = pytest.raises(DatabaseError, match="append-only table")
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    with outside_actions(), transaction.atomic():
        if not model._base_manager.exists() and not statement.startswith("TRUNCATE"):
            add_any_row(model)
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        transaction.set_rollback(True)


def add_any_row(model: type[Model]) -> None:
    """Texts and links that may be empty are filled or left empty, as the table's conditions want."""
    for optional, linked in product(("x", ""), (False, True)):
        try:
            with transaction.atomic():
                model._base_manager.bulk_create([any_row(model, optional=optional, linked=linked)])
            return
        except IntegrityError as refused:
            last = refused
    raise last


def any_row(model: type[Model], *, optional: str, linked: bool) -> Model:
    """A row that fits the columns of a table; what it points to need not exist."""
    row = model()
    for number, field in enumerate(model._meta.concrete_fields):
        link = isinstance(field, ForeignKey)
        if field.primary_key or (field.null and not (link and linked)):
            continue
        if link:
            value: object = number
        elif isinstance(field, DateTimeField):
            value = datetime(2026, 2, 1, tzinfo=UTC)
        elif isinstance(field, DateField):
            value = datetime(2026, 2, 1, tzinfo=UTC).date()
        elif isinstance(field, IntegerField):
            value = 1
        elif isinstance(field, BooleanField):
            value = False
        else:
            value = field.choices[0][0] if field.choices else field.get_default() or (optional if field.blank else "x")
        setattr(row, field.attname, value)
    return row


@pytest.mark.django_db
def test_update_delete_and_truncate_are_refused(world: World) -> None:
    connection.check_constraints()
    emptied = 'TRUNCATE "{}" CASCADE' if connection.vendor == "postgresql" else 'DELETE FROM "{}"'
    for table in APPEND_ONLY_TABLES:
        key = next(m for m in apps.get_models() if m._meta.db_table == table)._meta.pk.column
        for statement in ('UPDATE "{}" SET "{}" = "{}"', 'DELETE FROM "{}"', emptied):
            run_refused(statement.format(table, key, key), table)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committing_test_leaves_an_empty_database(turn: int, at: datetime) -> None:
    assert not Event.objects.exists()
    user = User(username="ai", display_name="Ai", password="!", created_at=at)
    write(user, chain="he-thong", code="account.created", by=None, at=at)
    assert Event.objects.count() == 1
