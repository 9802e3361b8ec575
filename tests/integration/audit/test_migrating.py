"""Operations taken together make what they make one by one, and take it away again."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import Migration, RunPython
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, AlterField, CreateModel, RenameField
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from thuocdo.audit.migrating import OnDatabase, Together, apart, together

KEY = ("id", models.BigAutoField(primary_key=True))
POSITIVE = models.CheckConstraint(condition=models.Q(n__gt=0), name="things_positive")
NEW: tuple[Operation, ...] = (
    CreateModel("Thing", [KEY, ("n", models.IntegerField())]),
    CreateModel("Part", [KEY, ("of", models.ForeignKey("things.thing", models.CASCADE))]),
    AddField("Thing", "best", models.ForeignKey("things.part", models.SET_NULL, null=True, related_name="+")),
    AddConstraint("Thing", POSITIVE),
    AddIndex("Part", models.Index(fields=["of", "id"], name="parts_of")),
)
LATER: tuple[Operation, ...] = (
    AddField("Thing", "m", models.IntegerField(default=7)),
    AlterField("Part", "of", models.ForeignKey("things.thing", models.CASCADE, null=True)),
    AddField("Part", "words", models.TextField(default="")),
)


def migration(name: str, operations: Any) -> Migration:
    made = Migration(name, "things")
    made.operations = list(operations)
    return made


def shape() -> dict[str, Any]:
    """Columns and constraints of the tables of things."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("things_"):
                columns = connection.introspection.get_table_description(cursor, table)
                constraints = connection.introspection.get_constraints(cursor, table)
                kinds = ("columns", "primary_key", "unique", "foreign_key", "check", "index")
                found[table] = (
                    sorted((one.name, one.null_ok) for one in columns),
                    sorted(str([one[kind] for kind in kinds]) for one in constraints.values()),
                )
    return found


def forwards_and_back(first: Any, second: Any) -> list[dict[str, Any]]:
    """What stands after each of two migrations, and after each is taken back."""
    begun, found = ProjectState(), []
    steps = (migration("0001", first), migration("0002", second))
    states = [begun, steps[0].mutate_state(begun, preserve=True)]
    for step, state in zip(steps, states, strict=True):
        with connection.schema_editor() as editor:
            step.apply(state.clone(), editor)
        found.append(shape())
    for step, state in reversed(list(zip(steps, states, strict=True))):
        with connection.schema_editor() as editor:
            step.unapply(state.clone(), editor)
        found.append(shape())
    return found


@pytest.mark.django_db(transaction=True)
def test_together_is_what_it_is_one_by_one() -> None:
    one_by_one = forwards_and_back(NEW, LATER)
    assert [len(one) for one in one_by_one] == [2, 2, 2, 0]
    assert one_by_one[0] != one_by_one[1]
    assert forwards_and_back(together(*NEW), together(*LATER)) == one_by_one


def test_what_is_taken_together_and_what_is_not() -> None:
    (alone,) = together(*NEW)
    assert isinstance(alone, Together)
    assert list(apart([alone])) == list(NEW)
    parted = together(*LATER)
    assert [type(one) for one in parted] == [Together, AddField], "two on one table that is not new follow each other"
    assert list(apart(parted)) == list(LATER)
    step = OnDatabase(lambda *_: None, lambda *_: None)
    assert [type(one) for one in together(NEW[0], step, NEW[3])] == [CreateModel, OnDatabase, AddConstraint]
    renamed = RenameField("Thing", "n", "number")
    assert together(NEW[0], renamed) == [NEW[0], renamed]
    data = RunPython(lambda *_: None)
    assert not Together([data]).reversible
    assert alone.reversible
    assert alone.describe().startswith("Create model Thing; Create model Part; ")


@pytest.mark.django_db
def test_a_step_on_the_database_makes_no_models() -> None:
    done: list[Any] = []
    step = OnDatabase(lambda apps, editor: done.append(apps), lambda apps, editor: done.append(apps))
    state = ProjectState()
    step.database_forwards("things", connection.schema_editor(), state, state)
    step.database_backwards("things", connection.schema_editor(), state, state)
    assert done == [None, None]
    assert "apps" not in state.__dict__
