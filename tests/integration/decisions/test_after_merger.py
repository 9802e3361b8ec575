"""A unit is given up: its closed month, papers on their way and results on their way reach who keeps its files."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import judgement, sheet_of
from tests.factories.people import add_post, give_role
from tests.guards import outside_actions
from tests.integration.decisions.conftest import AT, CLOSED
from tests.integration.decisions.test_papers import drafted, issued
from tests.integration.decisions.test_reopening import proposed
from tests.standing import standing
from thuocdo.appraisals import queries as appraisals
from thuocdo.appraisals.access import may_view, viewable
from thuocdo.appraisals.clocks import clock_of
from thuocdo.appraisals.overview import kept_cycles
from thuocdo.calendars.models import CalendarDay
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions, queries
from thuocdo.decisions.actions.publishing import forms_of
from thuocdo.decisions.models import Decision, Delivery, PublicationForm
from thuocdo.decisions.routes import named_route
from thuocdo.kernel.errors import NotYours, Refusal, Several
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
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


def test_a_paper_goes_only_where_somebody_can_receive_it(cast: Cast, closed: Cycle) -> None:
    """A place has no head: its officer receives; where there is nobody the sender is told, and of a hand-over too."""
    paper, officer = issued(cast, closed), cast.organisation_officer
    headed: dict[int, Any] = {unit.pk: unit for unit in queries.paper(officer.user, paper.pk, ON).units}
    assert (headed[cast.ward.pk].headed, headed[cast.office.pk].headed) == (False, True)
    with outside_actions():
        Role.objects.filter(kind="officer", unit=cast.ward).exclude(person=officer).delete()
    with pytest.raises(Refusal, match=f"Chưa có ai nhận được văn bản ở {cast.ward.name}"):
        actions.deliver(decision_id=paper.pk, to_ids=[cast.ward.pk, cast.office.pk], by=officer.user, at=AT)
    assert not Delivery.objects.exists()
    give_role(cast.colleague, cast.ward, Role.Kind.OFFICER)
    actions.deliver(decision_id=paper.pk, to_ids=[cast.ward.pk, cast.office.pk], by=officer.user, at=AT)
    told = Notice.objects.filter(kind="decision.delivered").values_list("user", flat=True)
    assert set(told) == {cast.colleague.user_id, cast.office_head.user_id}
    with outside_actions():
        Employment.objects.filter(person=cast.stranger).update(leadership="none")
    add_post(cast.deputy, cast.other_ward, "Chuyên viên", start=ON)
    with pytest.raises(Refusal, match="Chưa có ai nhận được ở"):
        results.send_results(
            person_id=cast.deputy.pk, from_id=cast.economy.pk, to_id=cast.other_ward.pk, year=2026, note="",
            by=officer.user, at=AT,
        )  # fmt: skip


def test_every_fault_of_a_paper_and_of_a_reopening_is_told_at_once(
    cast: Cast, closed: Cycle, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    row = drafted(cast, closed)
    client.force_login(cast.organisation_officer.user)
    typed = {"do": "save", "version": 1, "subject": "", "number": "0", "symbol": "?", "signed_on": "99", "signer": "0"}
    page = client.post(f"/quyet-dinh/van-ban/{row.pk}/", typed)
    assert page.status_code == 400
    wrong = {"subject", "number", "symbol", "recipients", "signer", "signed_on"}
    assert {p.field for p in page.context["problems"]} == wrong
    asked = client.post(f"/quyet-dinh/ky/{closed.pk}/{cast.economy.pk}/", {"do": "reopen", "reason": ""})
    assert {p.field for p in asked.context["problems"]} == {"sheet", "reason"}
    open_one = proposed(cast, closed, cast.colleague)[0]
    actions.agree_reopening(reopening_id=open_one.pk, by=cast.chairman.user, at=AT)
    with pytest.raises(Several) as refused:
        actions.replace_result(
            reopening_id=open_one.pk, judgement=judgement() | {"comment": "", "marks": {}, "tasks": {"x": {}}},
            reason="", by=cast.chairman.user, at=AT,
        )  # fmt: skip
    assert "answer" in refused.value.problems
    assert len(refused.value.problems) > 1


def test_what_a_superior_chose_holds_for_a_unit_that_has_ended(cast: Cast, merged: Cycle) -> None:
    """The form of publication, the place for petitions and the days off that the ward recorded, each found upwards from
    who keeps the files; what was chosen for the ended unit itself comes first."""
    unit, officer = cast.economy.pk, cast.organisation_officer
    off = date(2026, 3, 9)
    with outside_actions():
        day = CalendarDay.objects.create(unit=cast.ward.pk, day=off, kind="off", reason="Nghỉ bù", set_at=AT)
    actions.set_petition_route(
        unit_id=cast.ward.pk, authority_id=cast.committee.pk, named_in="Quy chế số 3, Điều 9", start=date(2026, 1, 1),
        by=officer.user, at=AT,
    )  # fmt: skip
    assert forms_of([unit, cast.culture.pk], ON)[unit].unit == cast.ward
    assert named_route(unit, ON) == (cast.committee, "Quy chế số 3, Điều 9")
    assert clock_of(unit, ON, 5, "working").due == date(2026, 3, 13)
    with outside_actions():
        day.delete()
    assert clock_of(unit, ON, 5, "working").due == date(2026, 3, 12)
    (made,) = actions.publish_units(cycle_id=merged.pk, unit_ids=[unit], by=officer.user, at=CLOSED).created
    assert (made.unit_id, made.form) == (unit, "electronic")
    with outside_actions():
        own = PublicationForm.objects.get()
        own.pk, own.unit, own.kind = None, cast.economy, "posted"
        own.save()
    assert forms_of([unit], ON)[unit].kind == "posted"
