"""The tree kept in the process never outlives a change of the links, whoever makes it and even if it is taken back."""

from datetime import date

import pytest
from django.db import connection, transaction

from thuocdo.organisation.models import Unit, UnitLink
from thuocdo.organisation.queries import descendants

pytestmark = pytest.mark.django_db
ON, START = date(2026, 3, 2), date(2025, 1, 1)


def _unit(code: str) -> Unit:
    return Unit.objects.create(code=code, name=code, kind=Unit.Kind.COMPONENT, start=START)


def _link(parent: Unit, child: Unit, tree: str = UnitLink.Tree.STRUCTURE) -> UnitLink:
    return UnitLink.objects.create(tree=tree, parent=parent, child=child, start=START)


def test_every_kind_of_change_is_seen_at_once() -> None:
    top, middle, low, other = map(_unit, ("A", "B", "C", "D"))
    assert descendants(top, ON) == {top.pk}
    first, second = _link(top, middle), _link(middle, low)
    assert descendants(top, ON) == {top.pk, middle.pk, low.pk}
    UnitLink.objects.filter(pk=second.pk).update(end=date(2026, 3, 1))
    assert descendants(top, ON) == {top.pk, middle.pk}
    assert descendants(top, date(2026, 2, 1)) == {top.pk, middle.pk, low.pk}, "another day has its own links"
    with connection.cursor() as cursor:  # not through Django's models
        cursor.execute("UPDATE organisation_unitlink SET child_id = %s WHERE id = %s", [other.pk, first.pk])
    assert descendants(top, ON) == {top.pk, other.pk}
    UnitLink.objects.filter(pk=first.pk).delete()
    assert descendants(top, ON) == {top.pk}


def test_what_is_taken_back_is_not_kept() -> None:
    top, low = _unit("A"), _unit("B")
    assert descendants(top, ON) == {top.pk}
    with transaction.atomic():
        _link(top, low)
        assert descendants(top, ON) == {top.pk, low.pk}
        transaction.set_rollback(True)
    assert descendants(top, ON) == {top.pk}
    _link(top, low, UnitLink.Tree.MANAGEMENT)
    assert descendants(top, ON) == {top.pk}, "who manages is another tree"


def test_what_was_found_may_be_changed_by_who_asked() -> None:
    top, low = _unit("A"), _unit("B")
    _link(top, low)
    descendants(top, ON).clear()
    assert descendants(top, ON) == {top.pk, low.pk}


def test_the_triggers_stand_after_all_migrations() -> None:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'organisation_unitlink'",
        "postgresql": "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE relname = 'organisation_unitlink' AND NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = {name for (name,) in cursor.fetchall()}
    steps = {"sqlite": {f"structure_changed_{step}" for step in ("insert", "update", "delete")}}
    assert names == steps.get(connection.vendor, {"structure_changed"})
