"""Publication: after closing only, in the chosen form, set-based, without opinions; receipts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.factories.months import confirmed, exempted, leader_judgement, make_task
from tests.factories.people import give_role
from tests.factories.publications import unpublish_everything
from tests.guards import outside_actions
from tests.integration.decisions.conftest import AT, CLOSED, choose
from thuocdo.appraisals import actions as appraisals
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions, queries
from thuocdo.decisions.models import Publication, PublicationForm, ResultReceipt
from thuocdo.decisions.office import office
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.waiting import todo

LATER = CLOSED + timedelta(days=1)


def publish(cast: Cast, cycle: Cycle, *units: object) -> actions.Published:
    ids = [unit.pk for unit in units] or [cast.economy.pk]  # type: ignore[attr-defined]
    return actions.publish_units(cycle_id=cycle.pk, unit_ids=ids, by=cast.organisation_officer.user, at=LATER)


def test_abuse_07_nothing_is_published_before_the_closing(cast: Cast, february: Cycle, client: Client) -> None:
    choose(cast)
    with pytest.raises(Conflict, match="chưa khóa"):
        publish(cast, february)
    client.force_login(cast.organisation_officer.user)
    answer = client.post(f"/quyet-dinh/ky/{february.pk}/", {"do": "publish", "unit": str(cast.economy.pk)})
    assert answer.status_code == 409
    with pytest.raises(Conflict, match="chưa khóa"):
        actions.draft_decision(cycle_id=february.pk, unit_id=cast.economy.pk, kind="list", by=cast.head.user, at=AT)
    assert not Publication.objects.exists()


def test_publishing_is_once_and_tells_everybody(cast: Cast, closed: Cycle) -> None:
    done = publish(cast, closed, cast.economy, cast.culture, cast.committee)
    assert {one.unit for one in done.created} == {cast.committee, cast.economy}
    assert len(done.created) == 2
    assert done.failed == {cast.culture.pk: "chưa có kết quả nào đã xác nhận"}
    assert Notice.objects.filter(kind="result.published").count() == 4
    again = publish(cast, closed, cast.economy, cast.committee)
    assert (again.created, len(again.skipped)) == ((), 2)
    assert Notice.objects.filter(kind="result.published").count() == 4
    assert Event.objects.filter(code="results.published").count() == 1
    assert Publication.objects.get(unit=cast.economy).form == "electronic"
    with pytest.raises(NotYours):
        actions.publish_units(cycle_id=closed.pk, unit_ids=[cast.economy.pk], by=cast.head.user, at=LATER)
    one = Publication.objects.get(unit=cast.economy)
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        one.save(force_insert=True)
    assert [one for one in verify().problems if "ông bố" in one.message] == []


def test_publishing_needs_the_form_that_the_authority_chose(cast: Cast, closed: Cycle, client: Client) -> None:
    with outside_actions():
        PublicationForm.objects.all().delete()
    done = publish(cast, closed)
    assert (done.created, list(done.failed.values())) == (
        (),
        ["chưa ghi nhận hình thức công bố mà cấp có thẩm quyền chọn"],
    )
    client.force_login(cast.organisation_officer.user)
    page = client.get(f"/quyet-dinh/ky/{closed.pk}/").content.decode()
    assert page.count("chưa ghi nhận hình thức công bố") == 1
    assert '<span class="tag tag-stop">chưa được</span></span></td>' in page


def test_who_records_the_form_above_ones_units_is_named(cast: Cast, february: Cycle, client: Client) -> None:
    """The chairman's result is decided in the city, which the ward's officer does not look after."""
    make_task(cast.chairman, cast.committee, 1, giver=cast.task_giver.user)
    confirmed(february, cast.chairman, LATER, leader_judgement())
    client.force_login(cast.organisation_officer.user)
    page = f"/quyet-dinh/ky/{february.pk}/"
    nobody = f"<li>{cast.city.name}: chưa ghi nhận cán bộ tổ chức"
    assert nobody in client.get(page).content.decode()
    give_role(cast.inspector, cast.city, "officer")
    shown = client.get(page).content.decode()
    assert f"<li>{cast.city.name}: {cast.inspector.full_name} ({cast.city.name})</li>" in shown
    assert f"<li>{cast.economy.name}" not in shown, "what the officer records is said once, above"
    choose(cast)
    actions.set_publication_form(
        unit_id=cast.city.pk, kind="posted", decided_by="Thành phố", start=date(2026, 1, 1),
        by=cast.inspector.user, at=LATER,
    )  # fmt: skip
    assert "thieu-hinh-thuc" not in client.get(page).content.decode()


def test_publishing_many_units_costs_no_more_queries(cast: Cast, closed: Cycle) -> None:
    with CaptureQueriesContext(connection) as one:
        publish(cast, closed, cast.economy)
    unpublish_everything()
    with outside_actions():
        Notice.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        publish(cast, closed, cast.economy, cast.committee, cast.culture, cast.office)
    assert len(many) <= len(one)


def test_the_form_is_dated_and_chosen_by_the_officer(cast: Cast, closed: Cycle) -> None:
    choose(cast)
    choose(cast, "posted", date(2026, 3, 1))
    first, second = PublicationForm.objects.order_by("start")
    assert (first.end, second.kind) == (date(2026, 3, 1), "posted")
    with pytest.raises(Conflict, match="phải bắt đầu sau"):
        choose(cast, "individual", date(2026, 2, 1))
    with pytest.raises(Refusal, match="Hãy chọn hình thức"):
        choose(cast, "loudly", date(2026, 4, 1))
    values = {"unit_id": cast.ward.pk, "kind": "posted", "decided_by": "x", "start": date(2026, 5, 1), "at": AT}
    with pytest.raises(NotYours):
        actions.set_publication_form(by=cast.head.user, **values)
    publish(cast, closed)
    assert Publication.objects.get().form == "posted"


@pytest.mark.parametrize("form", ["electronic", "posted", "individual"])
def test_who_reads_the_list(cast: Cast, closed: Cycle, form: str, client: Client) -> None:
    if form != "electronic":
        choose(cast, form, date(2026, 3, 1))
    publish(cast, closed)
    published = Publication.objects.get()
    on = LATER.date()
    for always in (cast.organisation_officer, cast.inspector, cast.head):
        found = queries.published_list(always.user, published.pk, on)
        names = [row.line.name for row in found.lines]
        assert names == ["Đỗ Ánh", "Phạm Thu Hà", "Nguyễn Thị Hồng Ngọc"]
    if form == "electronic":
        assert queries.published_list(cast.colleague.user, published.pk, on)
    else:
        with pytest.raises(NotYours):
            queries.published_list(cast.colleague.user, published.pk, on)
    for never in (cast.stranger, cast.head_elsewhere, cast.team_member):
        with pytest.raises(NotYours):
            queries.published_list(never.user, published.pk, on)
    client.force_login(cast.head.user)
    page = client.get(f"/quyet-dinh/cong-bo/{published.pk}/").content.decode()
    assert "Nguyễn Thị Hồng Ngọc" in page
    assert "Nhất trí với phần tự đánh giá" not in page
    assert "KT003" not in page


def test_a_result_of_an_extended_deadline_is_published_in_a_supplement(
    cast: Cast, february: Cycle, client: Client
) -> None:
    officer = cast.organisation_officer
    waiting = february.sheets.filter(state="drafting").select_related("person", "member", "cycle__root")
    late = waiting.filter(member__evaluator_unit=cast.economy, member__leadership="none").order_by("pk").first()
    assert late is not None
    make_task(late.person, cast.economy, 1, giver=cast.task_giver.user)
    for sheet in waiting.exclude(pk=late.pk):
        exempted(sheet, officer, AT)
    days: Any = {"by": officer.user, "at": CLOSED}
    appraisals.extend(sheet_id=late.pk, reason="Đi công tác", until=LATER + timedelta(days=5), **days)
    appraisals.close_cycle(cycle_id=february.pk, **days)
    choose(cast)
    publish(cast, february)
    confirmed(february, late.person, LATER)
    published = Publication.objects.get()
    found = queries.published_list(cast.head.user, published.pk, LATER.date())
    assert late.person_id not in {row.line.person for row in found.lines}, "the list says what it named"
    assert queries.my_results(late.person.user) == []
    (line,) = [line for line in todo(officer.user, LATER) if line.kind == "results.to_publish"]
    assert line.text.startswith("2 kết quả tháng 2/2026 của "), "with that of the head"
    (second,) = publish(cast, february).created
    assert (second.number, len(second.results), second.supplementary) == (2, 1, True)
    added = queries.published_list(cast.head.user, second.pk, LATER.date())
    assert [(row.line.person, row.renews, row.since) for row in added.lines] == [(late.person_id, False, "")]
    client.force_login(cast.head.user)
    page = client.get(f"/quyet-dinh/cong-bo/{second.pk}/").content.decode()
    assert "Công bố bổ sung lần 2" in page
    assert f"/quyet-dinh/cong-bo/{published.pk}/" in page
    assert "thay kết quả đã công bố" not in page


def test_the_person_and_the_office_say_that_they_have_it(cast: Cast, closed: Cycle) -> None:
    me = cast.officer_appraised.user
    assert queries.my_results(me) == []
    publish(cast, closed)
    (mine,) = queries.my_results(me)
    assert (mine.received, mine.listed, mine.label) == (None, True, "tháng 2 năm 2026")
    for other in (cast.colleague, cast.head, cast.organisation_officer):
        with pytest.raises(NotYours):
            actions.receive_result(confirmation_id=mine.result.pk, by=other.user, at=LATER)
    assert [line.text for line in todo(me, LATER) if line.kind == "result.to_receive"] == [
        "1 kết quả của ông/bà đã công bố, chờ bấm “Đã nhận”"
    ]
    for _ in range(2):
        actions.receive_result(confirmation_id=mine.result.pk, by=me, at=LATER)
    assert queries.my_results(me)[0].received == LATER
    assert "result.to_receive" not in {line.kind for line in todo(me, LATER)}
    head_own = cast.head.user.person.sheets.get().confirmations.get()
    with pytest.raises(Conflict, match="chưa được công bố"):
        actions.receive_result(confirmation_id=head_own.pk, by=cast.head.user, at=LATER)
    published = Publication.objects.get()
    with pytest.raises(NotYours):
        actions.file_results(publication_ids=[published.pk], by=cast.head.user, at=LATER)
    for _ in range(2):
        actions.file_results(publication_ids=[published.pk], by=cast.organisation_officer.user, at=LATER)
    assert ResultReceipt.objects.count() == 2
    table = office(cast.organisation_officer.user, closed.pk, LATER.date())
    row = next(r for r in table.rows if r.unit == cast.economy)
    assert (row.results, row.receipts, row.filed) == (3, 1, True)
    assert [r.unit for r in table.rows if not r.publications and not r.stops] == [cast.committee]
    with pytest.raises(NotYours):
        office(cast.head.user, closed.pk, LATER.date())
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        ResultReceipt.objects.create(publication=published, party="person", by=me, at=LATER)
