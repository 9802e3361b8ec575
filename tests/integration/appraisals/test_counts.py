"""The counts of sheets say what the sheets say, whatever happens to them; a look changes nothing."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.factories.months import confirmed, exempted, sheet_of, submitted
from tests.guards import outside_actions
from thuocdo.appraisals import actions, rules
from thuocdo.appraisals.counts import keeping
from thuocdo.appraisals.models import Confirmation, CycleTotal, Sheet, SheetCount
from thuocdo.audit.report import Report
from thuocdo.cycles.models import Cycle, Member


def wrong() -> list[Any]:
    """What the check of `thuocdo verify` finds."""
    report = Report()
    keeping.check_counts(report)
    return list(report.problems)


def test_counts_follow_every_step_and_a_look_leaves_them(cast: Cast, february: Cycle, at: datetime) -> None:
    counts = SheetCount.objects.filter(cycle=february)
    assert counts.aggregate(n=Sum("number"))["n"] == february.members.count()
    submitted(february, cast.colleague, at)
    assert counts.get(unit=cast.economy, state="submitted").number == 1
    result = confirmed(february, cast.officer_appraised, at)
    row = counts.get(state="confirmed")
    assert (row.rulebook_hash, row.band, row.first_rated) == (result.rulebook_hash, result.band, result.at)
    assert row.last_result == result.pk
    exempted(sheet_of(february, cast.team_member), cast.organisation_officer, at)
    assert wrong() == []
    before = set(counts.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as seen:
        actions.record_view(sheet_id=result.sheet_id, by=cast.head.user, at=at)
    assert set(counts.values_list("pk", flat=True)) == before
    assert not [one for one in seen if 'DELETE FROM "appraisals_sheetcount"' in one["sql"]]
    assert totals(february) == summed(february)


def totals(cycle: Cycle) -> Counter[Any]:
    found = Counter[Any]()
    for row in CycleTotal.objects.filter(cycle=cycle):
        found[row.standing, row.state, row.rulebook_hash, row.band, row.due, row.evaluated] += row.number
        made = Confirmation.objects.filter(
            sheet__member__cycle=cycle, rulebook_hash=row.rulebook_hash, band=row.band, replaced_by=None
        )
        assert all(row.first_rated <= one.at <= row.last_rated for one in made)
    return found


def summed(cycle: Cycle) -> Counter[Any]:
    """Member by member, without any count."""
    found = Counter[Any]()
    for member in Member.objects.filter(cycle=cycle):
        sheet = Sheet.objects.filter(member=member).first()
        result = sheet.confirmations.filter(replaced_by=None).first() if sheet else None
        of_result = (result.rulebook_hash, result.band or "") if result else ("", "")
        due = (sheet.extended_until or sheet.submit_by) if sheet and sheet.state in rules.WITH_OWNER else None
        evaluated = member.evaluator_unit_id is not None
        found[member.standing, sheet.state if sheet else "", *of_result, due, evaluated] += 1
    return found


def test_totals_that_are_wrong_are_found_and_counted_anew(cast: Cast, february: Cycle, at: datetime) -> None:
    submitted(february, cast.colleague, at)
    confirmed(february, cast.officer_appraised, at)
    with outside_actions():
        CycleTotal.objects.filter(state="submitted").update(state="returned")
        assert [one.code for one in wrong()] == ["totals_differ"]
        keeping.recount_cycle(february.pk)
        assert wrong() == []
        CycleTotal.objects.filter(state="confirmed").update(last_rated=at - timedelta(days=400))
        assert [one.code for one in wrong()] == ["totals_differ"], "a result outside the bounds"
        keeping.recount_cycle(february.pk)
        assert wrong() == []
        CycleTotal.objects.filter(state="submitted").delete()
    confirmed(february, cast.colleague, at)
    assert wrong() == [], "less than nobody stands nowhere: all is summed up anew"
    assert totals(february) == summed(february)


@pytest.mark.parametrize("places", [0, 40])
def test_verify_finds_what_went_past_the_record_and_a_recount_mends_it(
    cast: Cast, february: Cycle, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    monkeypatch.setattr(keeping, "FEW", places)
    sheet = sheet_of(february, cast.colleague)
    with outside_actions():
        Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.EXEMPTED)
        assert [one.code for one in wrong()] == ["counts_differ"]
        place = (february.pk, sheet.member.unit_id)
        others = {(february.pk, unit) for unit in february.members.values_list("unit", flat=True)} - {place}
        asked = [{place}, others, {place, *others}, {place, (february.pk + 1, place[1])}, set()]
        assert [keeping._differ(one) for one in asked] == [True, False, True, True, False]
        keeping.keep([Sheet.objects.get(pk=sheet.pk)], [], [])
    assert wrong() == []
    assert not keeping._differ({place, *others})


def test_an_upgrade_counts_what_is_there_under_the_columns_of_each_version(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    versions = MigrationExecutor(connection).loader
    with outside_actions():
        for name, known in (("0014_counts_filled", None), ("0016_counts_last_result", result.pk)):
            then = versions.project_state([("appraisals", name)]).apps
            keeping.fill(then, connection.schema_editor())
            assert SheetCount.objects.get(state="confirmed").last_result == known
    assert wrong() == []
