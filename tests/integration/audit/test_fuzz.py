"""1,000 random deeds of the database's owner against an exported heads file: each is found."""

import re
from collections import Counter
from datetime import datetime
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model

from tests.conftest import APPEND_ONLY_TABLES
from tests.guards import outside_actions
from tests.integration.audit.every_table import fill_every_table
from tests.integration.audit.forger import Forger, NotPossible
from tests.integration.audit.world import World
from thuocdo.audit import append_only, heads
from thuocdo.audit.digests import recorded_fields
from thuocdo.audit.models import EventObject
from thuocdo.audit.report import Report
from thuocdo.audit.rows import _check_table, check_rows
from thuocdo.audit.tables import protected_models
from thuocdo.audit.verify import verify

DEEDS = 1000
WRITE = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"')


@pytest.fixture
def full(world: World, at: datetime) -> World:
    """The small world, and a row in every table of the record that it leaves empty."""
    fill_every_table(world.officer, at)
    return world


@pytest.mark.long(20)
def test_every_table_of_the_record_has_rows_to_forge_and_verifies(full: World) -> None:
    assert [m._meta.label for m in protected_models() if not m._base_manager.exists()] == []
    assert verify().problems == []


def found(model: type[Model]) -> set[str]:
    """What verification says of one table, as `check_rows` asks for each."""
    report = Report()
    _check_table(model, report, recorded(model))
    return {problem.code for problem in report.problems}


def recorded(model: type[Model]) -> Any:
    """What the log holds of this table's rows."""
    objects = EventObject.objects.filter(kind=model._meta.label_lower).order_by("kind", "key", "revision")
    return objects.values_list("kind", "key", "revision", "digest")


@pytest.mark.slow
@pytest.mark.long(20)
def test_each_column_of_every_table_changed_by_hand_is_found(full: World) -> None:
    """And a row taken out, and one put in beside it, in every table of every room."""
    append_only.release(connection, *APPEND_ONLY_TABLES)
    for kept in ("records.migrations.0007_withdrawn_fixed", "collectives.migrations.0004_reopening"):
        import_module(f"thuocdo.{kept}").loosen(None, SimpleNamespace(connection=connection))
    forger, tried, refused, escaped = Forger(seed=24), Counter[str](), set(), []
    for model in protected_models():
        assert found(model) == set(), model
        columns = [field for field in recorded_fields(model) if not field.primary_key]
        deeds = [("changed", partial(forger.change_one, model, field)) for field in columns]
        deeds += [("deleted", partial(forger.delete_one, model)), ("inserted", partial(forger.insert_one, model))]
        for wanted, deed in deeds:
            with outside_actions(), transaction.atomic():
                try:
                    with transaction.atomic():
                        what = deed()
                except NotPossible:
                    continue
                except (IntegrityError, DataError):
                    refused.add(f"{model._meta.label} {wanted}")
                    continue
                tried[f"{model._meta.label} {wanted}"] += 1
                if wanted not in found(model):
                    escaped.append(what)
                transaction.set_rollback(True)
    assert escaped == []
    labels = {model._meta.label for model in protected_models()}
    unchanged = {one for one in labels if not tried[f"{one} changed"]}
    assert {one for one in unchanged if f"{one} changed" not in refused} == set(), "or the table itself refuses"
    assert {one for one in labels if not tried[f"{one} deleted"]} == set()
    assert sum(tried.values()) > 600


class Touched:
    """Which tables statements write to; what they left alone, a verification before and one after all cover."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if written := WRITE.match(sql):
            self.names.add(written[1])
        return execute(sql, params, many, context)

    def check(self, report: Report) -> None:
        """The tables written to; all, when the log's list of objects is among them."""
        if EventObject._meta.db_table in self.names:
            check_rows(report)
            return
        for model in protected_models():
            if model._meta.db_table in self.names:
                _check_table(model, report, recorded(model))


@pytest.mark.slow
@pytest.mark.long(40)
def test_each_of_a_thousand_forgeries_is_found(world: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = heads.export(at=at)
    append_only.release(connection, *APPEND_ONLY_TABLES)
    assert verify(exported).clean
    forger, touched = Forger(seed=335), Touched()
    monkeypatch.setattr("thuocdo.audit.verify.check_rows", touched.check)
    monkeypatch.setattr("thuocdo.audit.rows.protected_models", lambda: forger.tables)
    escaped, done = [], Counter[str]()
    while done.total() < DEEDS:
        touched.names.clear()
        with outside_actions(), transaction.atomic():
            try:
                with transaction.atomic(), connection.execute_wrapper(touched):
                    what = forger.deed()
            except (NotPossible, IntegrityError, DataError):
                continue
            done[what.partition(":")[0]] += 1
            if verify(exported).clean:
                escaped.append(what)
            transaction.set_rollback(True)
    assert escaped == []
    assert len(done) == len({deed.__name__ for deed in forger.deeds})
    monkeypatch.undo()
    assert verify(exported).clean
