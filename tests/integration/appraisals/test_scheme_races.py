"""Abuse case 11: fifty proposals at the same moment for twenty places."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from tests.cast import build_cast
from tests.factories.months import OPENED
from tests.factories.people import make_person
from tests.factories.schemes import bound, filed, opened_period
from tests.guards import outside_actions
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
    results: list[Any] = [None] * len(sheets)
    start = threading.Barrier(len(sheets), timeout=WAIT)

    def propose(place: int, sheet: Sheet) -> None:
        try:
            start.wait()
            wanted = [Wanted(sheet.pk, 0, 0, "excellent")]
            (results[place],) = actions.propose_levels(wanted=wanted, by=head, at=OPENED)
        except Conflict as conflict:
            results[place] = conflict
        finally:
            connections.close_all()

    threads = [threading.Thread(target=propose, args=(n, s), daemon=True) for n, s in enumerate(sheets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    given = [r for r in results if isinstance(r, LevelProposal)]
    told = [r for r in results if isinstance(r, Conflict)]
    assert (len(given), len(told)) == (20, 30)
    assert all("đã đề xuất 20/20 suất" in conflict.message for conflict in told)
    assert taken(places) == 20
    connection.close()
