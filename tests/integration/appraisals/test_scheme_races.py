"""Abuse case 11: fifty proposals at the same moment for twenty places."""

from functools import partial

import pytest

from tests.cast import build_cast
from tests.factories.months import OPENED
from tests.factories.people import make_person
from tests.factories.schemes import bound, filed, opened_period
from tests.guards import outside_actions
from tests.races import together
from thuocdo.appraisals import actions
from thuocdo.appraisals.level_checks import Wanted
from thuocdo.appraisals.level_counts import taken
from thuocdo.appraisals.models import LevelProposal, QuotaPlaces, Sheet
from thuocdo.kernel.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
FULL = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"}
WAIT = 120


def test_twenty_places_are_given_twenty_times(transactional_db: None) -> None:
    cast = build_cast()
    people = [make_person(f"XS{n:03d}", f"Nguyễn Văn {n}", cast.economy) for n in range(50)]
    bound(cast, "local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",))
    cycle = opened_period(cast)
    sheets = [filed(cycle, person, FULL) for person in people]
    head = cast.head.user
    actions.confirm_many(items=[(s.pk, s.version) for s in sheets], comment="Nhất trí", by=head, at=OPENED)
    actions.freeze_places(cycle_id=cycle.pk, rounding={}, by=cast.organisation_officer.user, at=OPENED)
    places = QuotaPlaces.objects.get(cycle=cycle, agency=cast.economy)
    with outside_actions():
        QuotaPlaces.objects.filter(pk=places.pk).update(places=20)

    def propose(sheet: Sheet) -> LevelProposal:
        (made,) = actions.propose_levels(wanted=[Wanted(sheet.pk, 0, 0, "excellent")], by=head, at=OPENED)
        return made

    results = together(*(partial(propose, sheet) for sheet in sheets), bound=WAIT)
    given = [r for r in results if isinstance(r, LevelProposal)]
    told = [r for r in results if isinstance(r, Conflict)]
    assert (len(given), len(told)) == (20, 30)
    assert all("đã đề xuất 20/20 suất" in conflict.message for conflict in told)
    assert taken(places) == 20
