"""Two officers publish at the same moment: every result is published once."""

from datetime import timedelta

import pytest

from tests.cast import Cast, build_cast
from tests.factories.months import confirmed, exempted, make_task, open_month
from tests.factories.people import give_role
from tests.integration.decisions.conftest import AT, CLOSED, choose
from tests.races import together
from thuocdo.appraisals import actions as appraisals
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions
from thuocdo.decisions.models import Publication, PublishedResult, UnpublishedCount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def closed(cast: Cast) -> Cycle:
    people = (cast.officer_appraised, cast.colleague)
    for person in people:
        make_task(person, cast.economy, 1, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    for person in people:
        confirmed(cycle, person, AT)
    for sheet in cycle.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    appraisals.close_cycle(cycle_id=cycle.pk, by=cast.organisation_officer.user, at=CLOSED)
    choose(cast)
    return Cycle.objects.get(pk=cycle.pk)


def test_two_officers_publish_at_once(cast: Cast, closed: Cycle) -> None:
    give_role(cast.inspector, cast.ward, "officer")

    def publisher(by: object) -> object:
        at = CLOSED + timedelta(days=1)
        return lambda: actions.publish_units(cycle_id=closed.pk, unit_ids=[cast.economy.pk], by=by, at=at)  # type: ignore[arg-type]

    users = (cast.organisation_officer.user, cast.inspector.user)
    done = together(*[publisher(user) for user in users * 2])  # type: ignore[arg-type]
    assert sorted((len(one.created), len(one.skipped)) for one in done) == [(0, 1)] * 3 + [(1, 0)]
    assert list(Publication.objects.values_list("number", flat=True)) == [1]
    assert PublishedResult.objects.count() == 2
    assert not UnpublishedCount.objects.exists()
    assert Event.objects.filter(code="results.published").count() == 1
