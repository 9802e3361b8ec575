"""`in` with many keys finds the same rows however the keys are given; on PostgreSQL they are one array."""

import pytest
from django.db import connection
from django.db.models import Q

from tests.cast import Cast, build_cast
from thuocdo.audit.many_keys import MANY
from thuocdo.organisation.models import Employment, Person, Unit

pytestmark = pytest.mark.django_db
NOBODY = range(10_000_000, 10_000_000 + 3 * MANY)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def test_every_way_of_giving_keys_finds_the_same(cast: Cast) -> None:
    wanted = list(Unit.objects.order_by("pk")[:3])
    few = {unit.pk for unit in wanted}
    many = few | set(NOBODY)
    there = set(Employment.objects.filter(unit__in=few).values_list("pk", flat=True))
    assert there
    for given in (
        many,
        frozenset(many),
        list(many),
        tuple(many),
        dict.fromkeys(many).keys(),
        [*many, None],
        [*wanted, *NOBODY],
        [*map(str, many)],
    ):
        assert set(Employment.objects.filter(unit__in=given).values_list("pk", flat=True)) == there
        assert set(Employment.objects.filter(unit_id__in=given).values_list("pk", flat=True)) == there
        others = Employment.objects.exclude(unit__in=given).values_list("pk", flat=True)
        assert set(others) == set(Employment.objects.values_list("pk", flat=True)) - there
    given = [*many]
    rows = Employment.objects.filter(unit__in=given)
    given.clear()
    assert set(rows.values_list("pk", flat=True)) == there, "a question keeps the keys that it was asked with"
    found = Person.objects.filter(Q(employments__unit__in=many) | Q(pk__in=set(NOBODY)), employments__end=None)
    assert set(found) == set(Person.objects.filter(employments__unit__in=few, employments__end=None))
    assert {unit.pk for unit in Unit.objects.filter(pk__in=many)} == few
    assert set(Unit.objects.in_bulk(many)) == few
    assert set(Unit.objects.filter(order__in=many)) == set(Unit.objects.filter(order__in=few))
    assert set(Unit.objects.filter(code__in=[f"x{n}" for n in NOBODY])) == set()


def test_other_ways_to_look_for_keys_find_the_same(cast: Cast) -> None:
    few = {unit.pk for unit in Unit.objects.order_by("pk")[:3]}
    there = set(Employment.objects.filter(unit__in=few))
    for keys in (few, few | set(NOBODY), set(NOBODY), set()):
        assert set(Employment.objects.filter(unit__among=keys)) == (there if keys & few else set())
        assert set(Person.objects.filter(employments__unit_id__among=keys)) == {
            one.person for one in there if keys & few
        }
        assert set(Unit.objects.filter(pk__among=keys)) == set(Unit.objects.filter(pk__in=keys))
    led = Employment.objects.filter(leadership="head")
    for asked in (led, led.filter(unit__in=few), led.filter(pk=0)):
        found = Employment.objects.filter(unit__of_few=asked.values("unit").distinct())
        assert set(found) == set(Employment.objects.filter(unit__in=asked.values("unit")))


def test_many_keys_are_one_value_on_postgresql(cast: Cast) -> None:
    many = Employment.objects.filter(unit__in=set(NOBODY))
    few = Employment.objects.filter(unit__in=set(NOBODY[:3]))
    values = [len(one.query.get_compiler(connection=connection).as_sql()[1]) for one in (many, few)]
    assert values == [1 if connection.vendor == "postgresql" else len(NOBODY), 3]


def test_rows_of_another_model_are_still_refused(cast: Cast) -> None:
    people = list(Person.objects.order_by("pk")) * MANY
    with pytest.raises(ValueError, match="Unit"):
        Employment.objects.filter(unit__in=people)
    with pytest.raises(ValueError, match="Unit"):
        Employment.objects.filter(unit__in=[*NOBODY, people[0]])
