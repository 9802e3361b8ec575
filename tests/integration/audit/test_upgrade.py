"""Rows recorded by an earlier version verify after the migrations, and what came later is protected in them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.audit.copying import fields_copied
from thuocdo.audit.later import LATER
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, record
from thuocdo.audit.rendering import models_when_asked
from thuocdo.audit.verify import verify
from thuocdo.organisation.models import Person, Unit
from thuocdo.work.models import Task

pytestmark = [pytest.mark.long(12), pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATER_THAN_THAT = ("work", "0002_")
"""The first migration that the earlier version did not have: it stood before sixteen columns of tasks."""
AT = datetime(2026, 2, 1, 9, tzinfo=UTC)


def migrate(*targets: tuple[str, str]) -> Any:
    """The models as they are after these migrations."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def stood_before(first: tuple[str, str]) -> list[tuple[str, str]]:
    """The last migration of each app of those that do not rest on this one."""
    graph = MigrationExecutor(connection).loader.graph
    app, start = first
    node = next(found for found in graph.nodes if found[0] == app and found[1].startswith(start))
    last: dict[str, str] = {}
    for one, name in set(graph.nodes) - set(graph.backwards_plan(node)):
        last[one] = max(name, last.get(one, ""))
    return sorted(last.items())


def nothing_stands() -> None:
    """Forward from nothing takes a third of the time of a hundred migrations back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
            return
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
        cursor.execute("PRAGMA foreign_keys=ON")


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Callable[[], None]]]:
    """The models of the earlier version, and the way to the present one. What today's rooms derive from each event
    (words to search by) the earlier version did not know."""
    monkeypatch.setattr("thuocdo.audit.recording._STEPS", [])
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    with outside_actions(), fields_copied(), models_when_asked():
        nothing_stands()
        try:
            yield migrate(*stood_before(LATER_THAN_THAT)), lambda: (migrate(*latest), None)[1]
        finally:
            migrate(*latest)


@action
def write(*rows: Any, code: str, by: User | None, at: datetime) -> None:
    for row in rows:
        row.save()
    record(chain="A", code=code, by=by, at=at, objects=rows)


def test_old_rows_verify_and_later_columns_are_protected(earlier: tuple[Any, Callable[[], None]]) -> None:
    old, upgrade = earlier
    user = User(username="ai", display_name="Ai", password="!", created_at=AT)
    write(user, code="account.created", by=None, at=AT)
    unit = Unit(code="A", name="Cơ quan", kind=Unit.Kind.AGENCY, start=date(2026, 1, 1))
    person = Person(code="C1", full_name="Người", sort_key="n", search_key="nguoi")
    write(unit, person, code="person.created", by=None, at=AT)
    fields = {"agency_id": unit.pk, "person_id": person.pk, "month": date(2026, 2, 1), "title": "Báo cáo"}
    fields |= {"coefficient": 150, "assigned": 400, "given_by_id": user.pk, "given_at": AT}
    model = old.get_model("work", "Task")
    assert not LATER["work.task"].keys() & {field.attname for field in model._meta.concrete_fields}
    rows = [model(code=f"CV{n}", due_date=date(2026, 2, 20), **fields) for n in (1, 2)]
    write(*rows, code="task.assigned", by=user, at=AT)
    before = set(EventObject.objects.filter(kind="work.task").values_list("digest", flat=True))

    upgrade()
    assert verify().problems == [], "nothing was touched, nothing is reported"

    with outside_actions():
        Task.objects.filter(pk=rows[0].pk).update(is_key=True)
    assert [(p.code, p.key) for p in verify().problems] == [("changed", str(rows[0].pk))]
    with outside_actions():
        Task.objects.filter(pk=rows[0].pk).update(is_key=False)
    assert verify().clean

    task = Task.objects.get(pk=rows[0].pk)
    task.is_key, task.version = True, 2
    write(task, code="task.changed", by=user, at=AT)
    assert verify().clean
    assert not before & set(EventObject.objects.filter(revision=2).values_list("digest", flat=True))
    for tampered in ({"is_key": False}, {"is_new": True}, {"expected": "Khác"}):
        with outside_actions():
            Task.objects.filter(pk=task.pk).update(**tampered)
        assert [p.code for p in verify().problems] == ["changed"], tampered
        task.save()
    assert verify().clean
