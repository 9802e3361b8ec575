"""Units of a month put in order by the database: text of its own, so asked on both databases."""

import pytest
from django.db.models import Q

from tests.cast import Cast
from tests.factories.months import open_month
from thuocdo.appraisals.counts import units
from thuocdo.appraisals.counts.units import SMALL, Counted, Question, figures
from thuocdo.organisation.models import Unit

pytestmark = pytest.mark.django_db


def test_units_come_in_pages_of_the_whole_those_with_petitions_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    february = open_month(cast.ward, cast.organisation_officer)
    here, nobody = Q(cycle=february), Q(pk__in=[])
    listed = list(february.members.order_by("unit").values_list("unit", flat=True).distinct())
    asked = Question(here, here, [february.pk], {listed[-1]: 10_000})
    whole = asked.asked(0)
    assert (whole.units[0].unit, whole.units[0].petitions) == (listed[-1], 10_000)
    assert sorted(one.unit for one in whole.units) == listed
    assert (whole.many, whole.people) == (len(listed), sum(one.people for one in whole.units))
    rows = figures(here, here, [february.pk])
    assert sorted(whole.units) == sorted(Counted._make((*row, *_told(row[0], listed[-1]))) for row in rows)
    assert list(whole.units) == sorted(whole.units, key=_place)
    assert whole.confirmed == sum(one.confirmed for one in whole.units)
    assert whole.few == sum(0 < one.rated < SMALL for one in whole.units)
    monkeypatch.setattr(units, "PAGE", 2)
    parts = [asked.asked(page).units for page in range(1, -(-len(listed) // 2) + 1)]
    assert [one for part in parts for one in part] == list(whole.units)
    assert asked.asked(99).units == parts[-1]
    for none in (nobody, Q(cycle=0)):
        assert Question(none, none, [], {}).asked(9) == ((), 0, 0, 0, 0, set())


def _told(unit: int, petitioned: int) -> tuple[str, str, int, int]:
    one = Unit.objects.get(pk=unit)
    return one.code, one.name, one.order, 10_000 if unit == petitioned else 0


def _place(one: Counted) -> tuple[int, int, int, str, int]:
    """The order of the page, written a second time."""
    return -(one.overdue + one.outside - one.no_rule + one.petitions), -one.no_rule, one.order, one.name, one.unit
