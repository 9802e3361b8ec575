"""Rows added in bulk are on the record like any other: same digests, same keys, same constraints."""

from datetime import date, datetime, timezone

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.factories.people import make_person, make_unit
from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.audit.digests import digest
from thuocdo.audit.models import EventObject
from thuocdo.audit.recording import action, record
from thuocdo.audit.report import Report
from thuocdo.audit.rows import _check_table
from thuocdo.organisation.models import Employment, Person, Unit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 5, 9, 0, tzinfo=timezone.utc)


@action
def add_units(*, count: int, by: None, at: datetime) -> list[bulk.Row]:
    pattern = bulk.Pattern(Unit, ("id", "code", "name"), kind=Unit.Kind.AGENCY, start=date(2025, 7, 1))
    keys = bulk.reserve(Unit, count)
    rows = [pattern.row(key, f"U{key}", f'Đơn vị "số" {key}\n\t\\ đặc biệt') for key in keys]
    bulk.insert(Unit, rows)
    record(chain="x", code="import.applied", by=by, at=at, fresh=[(Unit, rows)], data={"written": count})
    return rows


def test_rows_added_in_bulk_are_found_as_recorded_by_verification() -> None:
    rows = add_units(count=700, by=None, at=AT)
    assert Unit.objects.count() == 700
    stored = Unit.objects.get(pk=rows[0][0])
    assert stored.name == f'Đơn vị "số" {stored.pk}\n\t\\ đặc biệt'
    assert EventObject.objects.get(kind="organisation.unit", key=str(stored.pk)).digest == digest(stored)
    with outside_actions():
        Unit.objects.filter(pk=stored.pk).update(name="Khác")
    report = Report()
    recorded = EventObject.objects.filter(kind="organisation.unit").order_by("key", "revision")
    _check_table(Unit, report, recorded.values_list("kind", "key", "revision", "digest"))
    units = [p for p in report.problems if p.kind == "organisation.unit"]
    assert [p.code for p in units] == ["changed"]


def test_digests_by_columns_are_those_of_the_rows() -> None:
    person = make_person("A1", "Nguyễn Thị Ánh", make_unit("U", "Ủy ban"))
    for model in (Person, Employment, Unit):
        objects = list(model._base_manager.all())
        rows = [[getattr(one, field.attname) for field in model._meta.concrete_fields] for one in objects]
        assert bulk.digests(model, rows) == [digest(one) for one in objects]
    assert bulk.digests(
        type(person.user), [[getattr(person.user, f.attname) for f in person.user._meta.concrete_fields]]
    ) == [  # type: ignore[union-attr]
        digest(person.user)  # type: ignore[arg-type]
    ]


def test_keys_are_new_and_later_rows_do_not_meet_them() -> None:
    first = [row[0] for row in add_units(count=3, by=None, at=AT)]
    with outside_actions():
        single = Unit.objects.create(code="S", name="Một", kind="agency", start=date(2025, 7, 1))
    second = [row[0] for row in add_units(count=3, by=None, at=AT)]
    assert len({*first, single.pk, *second}) == 7


def test_every_kind_of_column_is_updated_as_saving_each_row_would() -> None:
    """Text with signs, a day and none, a moment, a yes: the record reads the same as one saved by itself."""
    with outside_actions():
        Unit.objects.bulk_create(Unit(code=f"B{n}", name="x", kind="agency", start=date(2025, 7, 1)) for n in range(3))
        units = list(Unit.objects.order_by("pk"))
        for n, one in enumerate(units):
            one.name, one.kind, one.order = f'"Số {n}"\n\t\\ % \' đ', Unit.Kind.COMPONENT, n * 7
            one.end = date(2026, 1, n + 1) if n else None
        bulk.update(units, ("name", "kind", "order", "end"))
        assert [digest(one) for one in Unit.objects.order_by("pk")] == [digest(one) for one in units]
        users = [User.objects.create(username=f"u{n}", display_name="x", created_at=AT) for n in range(2)]
        users[0].last_login, users[0].is_active, users[1].last_login = AT, False, None
        bulk.update(users, ("last_login", "is_active"))
        found = User.objects.order_by("pk").values_list("last_login", "is_active")
        assert list(found.filter(username__startswith="u")) == [(AT, False), (None, True)]
        if connection.vendor == "postgresql":
            units[0].code = "dài" * 100
            with pytest.raises(DataError), transaction.atomic():
                bulk.update(units, ("code",))


def test_constraints_hold_in_bulk() -> None:
    rows = add_units(count=1, by=None, at=AT)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Unit, [(rows[0][0] + 50, rows[0][1], *rows[0][2:])])
