"""Models made when they are asked for give the database that all models at once give."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import RunPython
from django.db.migrations.operations import AddField, AlterField, CreateModel, DeleteModel, RemoveField, RenameModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.integration.audit.test_migrating import KEY, NEW, migration, shape
from thuocdo.audit.migrating import together
from thuocdo.audit.rendering import ModelsWhenAsked, models_when_asked

APART = CreateModel("Apart", [KEY, ("words", models.TextField())])
THING = models.ForeignKey("things.thing", models.CASCADE, null=True)


def all_of_it(seen: list[Any]) -> list[Operation]:
    """New tables, changed ones, others under another name or gone, and a step that is given the models."""
    return [
        *together(*NEW),
        APART,
        CreateModel("Note", [KEY, ("of", THING)]),
        AddField("Thing", "m", models.IntegerField(default=7)),
        AlterField("Part", "of", THING),
        RunPython(lambda given, _: seen.append(hasattr(given.get_model("things", "Thing"), "note_set"))),
        RenameModel("Part", "Piece"),
        RemoveField("Thing", "best"),
        AddField("Piece", "words", models.TextField(default="")),
        DeleteModel("Apart"),
    ]


def columns() -> dict[str, list[str]]:
    """The columns in their order."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("things_")]
        return {
            name: [one.name for one in connection.introspection.get_table_description(cursor, name)] for name in tables
        }


def made() -> Any:
    """What stands after all of it, what the step was given, and what stands after it is taken back."""
    seen: list[Any] = []
    begun, step = ProjectState(), migration("0001", all_of_it(seen))
    with connection.schema_editor() as editor:
        step.apply(begun.clone(), editor)
    found = shape(), columns(), seen
    with connection.schema_editor() as editor:
        for table in columns():
            editor.execute(f'DROP TABLE "{table}"' + (" CASCADE" if connection.vendor == "postgresql" else ""))
    return found


@pytest.mark.django_db(transaction=True)
def test_models_made_when_asked_for_make_the_same_tables() -> None:
    theirs = made()
    assert theirs[1] == {
        "things_thing": ["id", "n", "m"],
        "things_piece": ["id", "of_id", "words"],
        "things_note": ["id", "of_id"],
    }
    assert theirs[2] == [True], "a step is given the ways back too"
    with models_when_asked():
        assert made() == theirs


def test_only_what_is_asked_for_and_what_it_points_at_is_made() -> None:
    with models_when_asked():
        state = migration("0001", [*together(*NEW), APART, CreateModel("Note", [KEY, ("of", THING)])]).mutate_state(
            ProjectState()
        )
        given = state.apps
        assert isinstance(given, ModelsWhenAsked)
        assert given.get_model("things.Part")._meta.get_field("of").related_model is given.get_model("things", "thing")
        assert given.made == {("things", "part"), ("things", "thing")}
        assert {one.name for one in given.get_model("things", "thing")._meta.related_objects} == {"part", "note"}
        assert len(given.made) == 4, "who points at a table is known when all are made"
        with pytest.raises(LookupError):
            given.get_model("things", "nothing")
        state.add_field("things", "apart", "n", models.IntegerField(default=1), True)
        assert state.apps is not given
        assert state.apps.get_model("things", "apart")._meta.get_field("n")
        assert [one.label for one in state.apps.get_app_configs()] == ["things"]
        assert len(state.apps.get_app_config("things").models) == 4
    assert not isinstance(ProjectState().apps, ModelsWhenAsked)
