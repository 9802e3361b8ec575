"""Worlds that stand for a module (tests/standing.py): what a test writes or changes is gone for the next."""

import pytest

from tests.cast import Cast
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.organisation.models import Person, Unit

pytestmark = pytest.mark.django_db


@standing
def renamed(cast: Cast) -> Unit:
    with outside_actions():
        Unit.objects.filter(pk=cast.office.pk).update(code="VP-MOI")
    return Unit.objects.get(pk=cast.office.pk)


@pytest.mark.parametrize("time", ["first", "again"])
def test_each_test_meets_the_world_as_it_was_made(cast: Cast, time: str) -> None:
    assert cast.head.full_name == "Lê Minh Đức"
    assert cast.office.code == Unit.objects.get(pk=cast.office.pk).code == "VP"
    assert not Person.objects.filter(full_name="Người khác").exists()
    with outside_actions():
        Person.objects.all().update(full_name="Người khác")
    cast.head.full_name = cast.office.code = "Người khác"


@pytest.mark.parametrize("time", ["first", "again"])
def test_a_world_upon_another_has_its_objects(cast: Cast, renamed: Unit, time: str) -> None:
    assert renamed.code == Unit.objects.get(pk=cast.office.pk).code == "VP-MOI"
    assert cast.head.full_name == Person.objects.get(pk=cast.head.pk).full_name == "Lê Minh Đức"
    renamed.code = "khác"
    with outside_actions():
        Unit.objects.filter(pk=renamed.pk).update(code="khác")
        Person.objects.all().update(full_name="Người khác")


def test_a_world_that_is_not_asked_for_is_not_there(cast: Cast) -> None:
    assert Unit.objects.get(pk=cast.office.pk).code == "VP"


def test_without_a_world_the_tables_are_empty() -> None:
    assert not Unit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_gets_a_world_of_its_own(renamed: Unit) -> None:
    assert Unit.objects.get(pk=renamed.pk).code == "VP-MOI"
