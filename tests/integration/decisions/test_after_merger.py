"""A unit is given up: its closed month, papers on their way and results on their way reach who keeps its files."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import sheet_of
from tests.factories.people import add_post
from tests.guards import outside_actions
from tests.integration.decisions.conftest import AT
from tests.integration.decisions.test_papers import issued
from tests.standing import standing
from thuocdo.appraisals import queries as appraisals
from thuocdo.appraisals.access import may_view, viewable
from thuocdo.appraisals.overview import kept_cycles
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import queries
from thuocdo.decisions.models import Decision, Delivery
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Employment, Unit, UnitLink
from thuocdo.organisation.waiting import todo
from thuocdo.results import actions as results
from thuocdo.results import handing
from thuocdo.results.models import Handover

ON = AT.date()


def end(unit: Unit, keeper: Unit) -> None:
    with outside_actions():
        UnitLink.objects.filter(child=unit).update(end=ON)
        UnitLink.objects.create(tree=UnitLink.Tree.SUCCESSION, child=unit, parent=keeper, start=ON)
        Employment.objects.filter(unit=unit).update(end=ON)
        Unit.objects.filter(pk=unit.pk).update(end=ON)


@standing
def merged(cast: Cast, closed: Cycle) -> Cycle:
    """The economy division goes up in the culture division, in which its last head serves as deputy."""
    end(cast.economy, cast.culture)
    add_post(cast.head, cast.culture, "Phó Trưởng phòng", leadership="deputy", start=ON)
    add_post(cast.deputy, cast.office, "Phó Chánh Văn phòng", leadership="deputy", start=ON)
    return closed


def test_a_closed_month_of_a_merged_unit_is_read_by_its_keeper_and_its_last_head(
    cast: Cast, merged: Cycle, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    sheet = sheet_of(merged, cast.colleague)
    keeper: Any = cast.head_elsewhere.user
    for reader in (keeper, cast.head.user):
        assert may_view(sheet, reader, ON)
        assert viewable(reader, [sheet.pk], ON) == {sheet.pk}
    for never in (cast.deputy, cast.colleague, cast.stranger, cast.office_head):
        assert never == cast.colleague or not may_view(sheet, never.user, ON)
        assert kept_cycles(never.user, AT) == []
    assert kept_cycles(keeper, AT) == [(merged, 5)]
    table = appraisals.evaluation_table(keeper, merged.pk, AT)
    assert sheet in table.kept
    assert sheet not in table.sheets
    client.force_login(keeper)
    assert "chỉ đọc" in client.get("/danh-gia/").content.decode()
    page = client.get(f"/danh-gia/{merged.pk}/").content.decode()
    assert f"/xem/phieu/{sheet.pk}/" in page
    assert client.get(f"/xem/phieu/{sheet.pk}/").status_code == 200
    assert client.get(f"/danh-gia/phieu/{sheet.pk}/").status_code == 404, "read, not judged"
    with outside_actions():
        Employment.objects.filter(person=cast.head, unit=cast.culture).delete()
        Cycle.objects.filter(pk=merged.pk).update(state="open", closed_at=None, closed_by=None)
    assert not may_view(sheet, cast.head.user, ON), "who left the keeper reads no more"
    assert not may_view(sheet, keeper, ON), "an open month goes to whom the reorganisation gives it"


def test_what_was_on_its_way_to_a_merged_unit_waits_on_the_desk_of_its_keeper(cast: Cast, closed: Cycle) -> None:
    keeper: Any = cast.head_elsewhere.user
    paper = issued(cast, closed)
    with outside_actions():
        came = Delivery.objects.create(
            decision=paper, to=cast.economy, sent_by=cast.organisation_officer.user, sent_at=AT
        )
        sent = Handover.objects.create(
            person=cast.mover, from_agency=cast.other_ward, to_agency=cast.economy, year=2026, number=1,
            digest="0" * 64, account=cast.mover.user, sent_by=cast.stranger.user, sent_at=AT,
        )  # fmt: skip
    assert {"handover.to_receive", "decision.to_receive"}.isdisjoint(t.kind for t in todo(keeper, AT))
    end(cast.economy, cast.culture)
    assert {"handover.to_receive", "decision.to_receive"} <= {t.kind for t in todo(keeper, AT)}
    assert handing.desk(keeper, ON).to_receive == (sent,)
    assert handing.shown(keeper, sent.pk, ON).may_receive
    assert came in queries.desk(keeper, ON).incoming
    with pytest.raises(NotYours):
        results.receive_results(handover_id=sent.pk, by=cast.head.user, at=AT)
    results.receive_results(handover_id=sent.pk, by=keeper, at=AT)
    assert "handover.to_receive" not in {t.kind for t in todo(keeper, AT)}
    assert Decision.objects.get(pk=paper.pk).state == "issued"
