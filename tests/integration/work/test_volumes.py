"""Volumes by month for the head: own months in the post, like posts of the agency, constant queries."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import build_cast
from tests.factories.months import make_task
from tests.factories.people import make_person
from tests.guards import outside_actions
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Task
from thuocdo.work.volumes import plausibility, plausibility_of

pytestmark = pytest.mark.django_db
FEBRUARY = date(2026, 2, 1)


def test_a_months_volume_beside_own_months_and_like_posts(at: datetime) -> None:
    cast = build_cast()
    person, agency = cast.officer_appraised, cast.economy
    since = Employment.objects.get(person=person).start
    for number, month in enumerate((date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)), 1):
        assert month >= since
        make_task(person, agency, number, month=month)
    make_task(person, agency, 9, completed=1200)
    make_task(person, agency, 10, state="declined")
    others = [make_person(f"KT05{n}", f"Người {n}", agency) for n in range(4)]
    for other in others[:3]:
        make_task(other, agency)
    few = plausibility(agency.pk, [person.pk], FEBRUARY)[person.pk]
    assert few.volume == 24
    assert few.times_own == Fraction(3)
    assert few.like is None, "three like posts are too few to show"
    make_task(others[3], agency)
    with CaptureQueriesContext(connection) as queries:
        found = plausibility(agency.pk, [person.pk, *(o.pk for o in others)], FEBRUARY)
    assert len(queries) == 2
    like = found[person.pk].like
    assert like is not None
    assert (like.median, like.count) == (8, 4)
    assert found[others[0].pk].own is None
    assert cast.colleague.pk not in plausibility(agency.pk, [cast.colleague.pk], FEBRUARY)


def test_whoever_worked_for_two_agencies_stands_beside_people_of_both(at: datetime) -> None:
    cast = build_cast()
    person, first, second = cast.officer_appraised, cast.economy, cast.culture
    given = make_task(person, first, 1, reported=False)
    make_task(person, second, 2)
    others = [make_person(f"KT05{n}", f"Người {n}", first) for n in range(4)]
    for other in others:
        make_task(other, first)
    Employment.objects.filter(person__in=[person, *others]).update(position="Chuyên viên", task_group="")
    both = {second.pk: [person.pk], first.pk: [others[0].pk]}
    found = plausibility_of(both, FEBRUARY)
    like = found[others[0].pk].like
    assert like is not None
    assert like.count == 4, "three more of the first agency, and who was given a task there too"
    assert found[person.pk].volume == 8
    assert found == {
        **plausibility(second.pk, [person.pk], FEBRUARY), **plausibility(first.pk, [others[0].pk], FEBRUARY)
    }, "a page asks for the agencies of its own rows only"  # fmt: skip
    alone = plausibility(first.pk, [person.pk], FEBRUARY)[person.pk].like
    assert alone is not None
    assert alone.count == 4
    with outside_actions():
        Task.objects.filter(pk=given.pk).update(state="declined")
    assert plausibility_of(both, FEBRUARY)[others[0].pk].like is None
