"""Operations of migrations that ask Django for the models less often: it makes them anew after every operation, and
those of a product of 165 tables, each linked with most others, cost an empty database three quarters of its making."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Several operations between which nobody asks for the models: new tables with all that is added to them, and at
    most one operation on any other table. A new table is made from the state after all of them, at once."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = tuple(operations)
        self.new = frozenset(table_of(one) for one in self.operations if isinstance(one, CreateModel))

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        return all(one.reversible for one in self.operations)

    def takes(self, operation: Operation) -> bool:
        """Whether this operation may come next."""
        table = table_of(operation)
        return table is not None and (table in self.new or all(table_of(one) != table for one in self.operations))

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # made once, when they are asked for
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for one in self._asked():
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for one in reversed(list(self._asked())):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def _asked(self) -> Iterator[Operation]:
        """What the database is asked for: a new table has already what was added to it."""
        return (one for one in self.operations if isinstance(one, CreateModel) or table_of(one) not in self.new)

    def describe(self) -> str:
        return "; ".join(one.describe() for one in self.operations)


class OnDatabase(RunPython):
    """A step that takes nothing but the connection (a trigger, an index): no models are made for it. Its functions get
    None in their place."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self.code(None, schema_editor)  # type: ignore[arg-type]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        assert self.reverse_code is not None
        self.reverse_code(None, schema_editor)  # type: ignore[arg-type]


def together(*operations: Operation) -> list[Operation]:
    """The operations of a migration in their order, those that may be taken together taken together."""
    found: list[Operation] = []
    for one in operations:
        last = found[-1] if found else None
        if isinstance(last, Together) and last.takes(one):
            found[-1] = Together((*last.operations, one))
        else:
            found.append(Together([one]) if table_of(one) is not None else one)
    return [one.operations[0] if isinstance(one, Together) and len(one.operations) == 1 else one for one in found]


def apart(operations: Iterable[Operation]) -> Iterator[Operation]:
    """The operations one by one, for whoever looks at what a migration does."""
    for one in operations:
        if isinstance(one, Together):
            yield from one.operations
        else:
            yield one


def table_of(operation: Operation) -> str | None:
    """The model, in small letters, that an operation is about; None where it is none, or one under another name."""
    if isinstance(operation, FieldOperation):
        return None if hasattr(operation, "new_name") else operation.model_name_lower
    if isinstance(operation, IndexOperation):
        return operation.model_name_lower
    if isinstance(operation, ModelOperation):
        return None if hasattr(operation, "new_name") else operation.name_lower
    return None
