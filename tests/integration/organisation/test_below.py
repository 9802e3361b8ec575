"""Trees and posts kept in the process never outlive a change of the tables, whoever makes it and even if it is taken
back."""

from datetime import date

import pytest
from django.db import connection, transaction

from thuocdo.organisation.kept import POSTS_TOKEN, peopled, posts_of
from thuocdo.organisation.models import ActingHead, Employment, Person, Unit, UnitLink
from thuocdo.organisation.queries import descendants, forest

pytestmark = pytest.mark.django_db
ON, START = date(2026, 3, 2), date(2025, 1, 1)


def _unit(code: str) -> Unit:
    return Unit.objects.create(code=code, name=code, kind=Unit.Kind.COMPONENT, start=START)


def _link(parent: Unit, child: Unit, tree: str = UnitLink.Tree.STRUCTURE) -> UnitLink:
    return UnitLink.objects.create(tree=tree, parent=parent, child=child, start=START)


def _person(code: str) -> Person:
    return Person.objects.create(code=code, full_name=code, sort_key=code, search_key=code)


def _post(person: Person, unit: Unit, leadership: str = Employment.Leadership.NONE) -> Employment:
    return Employment.objects.create(
        person=person, unit=unit, kind="civil_servant", position="x", leadership=leadership, start=START
    )


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


def test_the_whole_tree_knows_new_units_and_kinds_at_once() -> None:
    top, low = _unit("A"), _unit("B")
    assert forest(ON).agency(low.pk) is None
    _link(top, low)
    assert forest(ON).below([top.pk]) == {top.pk, low.pk}
    Unit.objects.filter(pk=top.pk).update(kind=Unit.Kind.AGENCY)
    assert forest(ON).agency(low.pk) == top.pk
    new = _unit("C")
    assert forest(ON).kind[new.pk] == Unit.Kind.COMPONENT
    with transaction.atomic():
        _unit("D")
        assert len(forest(ON).kind) == 4
        transaction.set_rollback(True)
    assert len(forest(ON).kind) == 3
    assert forest(ON, tree=UnitLink.Tree.MANAGEMENT).parent == {}


def test_posts_and_acting_heads_are_seen_at_once() -> None:
    one, other = _unit("A"), _unit("B")
    assert (posts_of(ON).served, set(posts_of(ON).kinds)) == ({}, {one.pk, other.pk})
    head = _post(_person("1"), one, Employment.Leadership.HEAD)
    assert (posts_of(ON).served, posts_of(ON).headed) == ({one.pk: 1}, {one.pk})
    assert posts_of(date(2024, 12, 31)).served == {}, "another day has its own posts"
    _post(_person("2"), one)
    second = _post(head.person, other)
    assert (posts_of(ON).served, posts_of(ON).elsewhere) == ({one.pk: 2, other.pk: 1}, {second.pk})
    Employment.objects.filter(pk=head.pk).update(end=ON)
    assert (posts_of(ON).served, posts_of(ON).headed) == ({one.pk: 1, other.pk: 1}, set())
    acting = ActingHead.objects.create(unit=one, person=head.person, kind="in_charge", decision="QĐ 1", start=START)
    assert (posts_of(ON).headed, posts_of(ON).elsewhere) == ({one.pk}, {second.pk})
    with transaction.atomic():
        acting.delete()
        assert posts_of(ON).headed == set()
        transaction.set_rollback(True)
    assert posts_of(ON).headed == {one.pk}
    Unit.objects.filter(pk=other.pk).update(end=ON)
    assert set(posts_of(ON).kinds) == {one.pk}


def test_numbers_of_changes_are_cleared_now_and_then_and_no_state_comes_back() -> None:
    one, seen = _unit("A"), set()
    _post(_person("1"), one)
    for number in range(300):
        Employment.objects.filter(unit=one).update(position=str(number))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {POSTS_TOKEN}, COUNT(*) FROM organisation_posts_revision")
            token, rows = cursor.fetchone()
        seen.add(token)
        assert 1 <= rows <= 3000
    assert len(seen) == 300


def test_the_triggers_stand_after_all_migrations() -> None:
    query = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
    for table, name, prefix in (
        ("organisation_unitlink", "structure_changed", "structure"),
        ("organisation_unit", "structure_changed", "unit"),
        ("organisation_employment", "posts_changed", "organisation_employment"),
        ("organisation_actinghead", "posts_changed", "organisation_actinghead"),
    ):
        steps = {"sqlite": {f"{prefix}_changed_{step}" for step in ("insert", "update", "delete")}}
        assert {one for where, one in found if where == table} >= steps.get(connection.vendor, {name})


def test_units_with_people_in_a_span_are_seen_at_once() -> None:
    one, other, until = _unit("A"), _unit("B"), date(2026, 3, 9)
    assert peopled(ON, until) == frozenset()
    post = _post(_person("1"), one)
    assert peopled(ON, until) == {one.pk}
    assert peopled(date(2024, 12, 25), START) == frozenset(), "begins when the span is over"
    assert peopled(date(2024, 12, 25), date(2025, 1, 2)) == {one.pk}
    Employment.objects.filter(pk=post.pk).update(unit=other, end=date(2026, 3, 3))
    assert peopled(ON, until) == {other.pk}, "the first day of the span only"
    Employment.objects.filter(pk=post.pk).update(end=ON)
    assert peopled(ON, until) == frozenset(), "left before it"
