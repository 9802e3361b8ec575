"""A period whose opening run is half-way or was stopped: people are in, sheets are not there; every page stands."""

from typing import Any

import pytest
from django.urls import reverse

from tests.clients import signed_in
from tests.factories.months import make_task
from tests.integration.results import world
from tests.integration.web.office import text_of
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals.actions import opening, runs
from thuocdo.appraisals.models import BEING_MADE, Sheet
from thuocdo.appraisals.queries import year_draft
from thuocdo.cycles.models import Member, Run
from thuocdo.results import actions, handing, queries
from thuocdo.results.inspection import period_file

pytestmark = pytest.mark.django_db
AT = world.day_after(2)
DAY = AT.date()


@pytest.fixture
def half(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """January judged; of February everybody frozen, and the run stopped before the first sheet."""
    january = world.month_of_work(cast, 1, [cast.officer_appraised])
    make_task(cast.officer_appraised, cast.economy, 1, giver=cast.task_giver.user)
    monkeypatch.setattr(opening, "AT_ONCE", 0)
    cycle = world.open_period(cast, 2)
    run = Run.objects.get(cycle=cycle)
    runs.open_batch(run_id=run.pk, by=None, at=AT)
    assert Member.objects.filter(cycle=cycle, standing="in").exists()
    assert not Sheet.objects.filter(cycle=cycle).exists()
    appraisals.stop_run(run_id=run.pk, by=cast.organisation_officer.user, at=AT)
    return january, cycle


def test_results_of_a_half_opened_period_wait(cast: Any, half: Any) -> None:
    person = cast.officer_appraised
    for reader in (person, cast.head, cast.organisation_officer, cast.inspector):
        february = queries.one_period(reader.user, person.pk, "quarter", 2026, 1, DAY).parts[1]
        assert (february.sheet, february.words) == (None, BEING_MADE)
        months = year_draft(reader.user, person.pk, 2026, AT).months
        assert months[0].score is not None
        assert (months[1].sheet_id, months[1].note) == (None, BEING_MADE)
    for looker in (cast.head, cast.organisation_officer):
        actions.record_results_view(person_id=person.pk, year=2026, by=looker.user, at=AT)
        appraisals.record_year_view(person_id=person.pk, year=2026, by=looker.user, at=AT)
    agency = half[1].members.get(person=person).agency_id
    left = handing.pieces(person.pk, agency, 2026)[1]
    assert {one["why"] for one in left} == {"kỳ chưa khóa; gửi bổ sung sau khi khóa", BEING_MADE}
    rows = list(period_file(cast.organisation_officer.user, half[1].pk, DAY).rows())
    assert BEING_MADE in {row[5] for row in rows}


def test_pages_of_a_half_opened_period_stand(cast: Any, half: Any) -> None:
    person = cast.officer_appraised.pk
    rollup = reverse("rollup", args=[person, "quarter", 2026, 1])
    table = reverse("rollups") + f"?nam=2026&ky=quarter-1&don-vi={cast.economy.pk}"
    pages = {
        cast.officer_appraised: [reverse("results"), rollup, reverse("year", args=[2026]), "/phieu/", "/"],
        cast.head: [rollup, table, "/danh-gia/", "/"],
        cast.organisation_officer: [rollup, table, reverse("handovers"), "/"],
    }
    for reader, paths in pages.items():
        client = signed_in(reader)
        for path in paths:
            assert client.get(path).status_code == 200, path
    assert BEING_MADE in text_of(signed_in(cast.officer_appraised).get(rollup))
