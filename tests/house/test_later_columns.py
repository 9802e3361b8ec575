"""Every column that came after its table is declared, so that rows of earlier versions still verify."""

from typing import Any

from django.apps import apps
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED, Field

from thuocdo.audit.digests import NOT_RECORDED, recorded_fields
from thuocdo.audit.later import LATER
from thuocdo.audit.migrating import apart
from thuocdo.audit.tables import protected_models

Seen = tuple[str, str, str, Any]
"""Migration, label, operation and what it is about."""


def ours() -> list[Any]:
    """The migrations of our apps, each after those it needs."""
    loader = MigrationLoader(None)
    plan = loader.graph._generate_plan(sorted(loader.graph.leaf_nodes()), at_end=True)
    return [loader.graph.nodes[key] for key in plan if loader.graph.nodes[key].__module__.startswith("thuocdo.")]


def stored_name(app: str, field: "Field[Any, Any]", name: str) -> str:
    return f"{name}_id" if field.is_relation else name


def first_value(field: "Field[Any, Any]") -> Any:
    """What the rows that exist get."""
    return field.get_default() if field.default is not NOT_PROVIDED or not field.null else None


def added_later() -> dict[str, dict[str, Any]]:
    """Columns added by another migration than the one that made their table, of protected tables."""
    protected = {model._meta.label_lower for model in protected_models()}
    made: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    for migration in ours():
        place = f"{migration.app_label}.{migration.name}"
        for step in apart(migration.operations):
            if isinstance(step, operations.CreateModel):
                made[f"{migration.app_label}.{step.name_lower}"] = place
            elif isinstance(step, operations.AddField):
                label = f"{migration.app_label}.{step.model_name_lower}"
                name = stored_name(migration.app_label, step.field, step.name)
                skipped = name in NOT_RECORDED.get(label, ())
                if label in protected and made[label] != place and not skipped:
                    found.setdefault(label, {})[name] = first_value(step.field)
    return found


def test_each_column_added_later_is_declared_with_the_value_old_rows_got() -> None:
    """Add the column to thuocdo.audit.later.LATER with the default of its migration (ADR 5)."""
    assert added_later() == LATER


def test_the_declared_columns_exist_and_are_recorded() -> None:
    for label, columns in LATER.items():
        names = {field.attname for field in recorded_fields(apps.get_model(label))}
        assert columns.keys() <= names, label


def test_no_column_of_a_protected_table_is_renamed_removed_or_of_another_type() -> None:
    """Those change the digests of rows on the record: the change needs an event that records them anew (ADR 5)."""
    kinds: dict[tuple[str, str], str] = {}
    changed: list[Seen] = []
    protected = {model._meta.label_lower for model in protected_models()}
    for migration in ours():
        app = migration.app_label
        for step in apart(migration.operations):
            if isinstance(step, operations.CreateModel):
                for name, field in step.fields:
                    kinds[f"{app}.{step.name_lower}", name] = field.get_internal_type()
            elif isinstance(step, operations.AddField):
                kinds[f"{app}.{step.model_name_lower}", step.name] = step.field.get_internal_type()
            elif isinstance(step, operations.AlterField):
                label = f"{app}.{step.model_name_lower}"
                if kinds[label, step.name] != step.field.get_internal_type() and label in protected:
                    changed.append((migration.name, label, "AlterField", step.name))
            elif isinstance(step, operations.RemoveField | operations.RenameField | operations.RenameModel):
                changed.append((migration.name, app, type(step).__name__, step.describe()))
    assert changed == []
