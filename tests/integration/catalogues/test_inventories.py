"""A unit's year: prefilled from tasks, joined, dropped with reasons, sent, taken side by side; proposals answered."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.factories import months
from tests.guards import outside_actions
from tests.integration.catalogues.conftest import REPORT, STANDARD, own_problems, prepare
from thuocdo.appraisals.queries import todo
from thuocdo.catalogues import actions, queries_drafts
from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.models import Catalogue, Inventory, InventoryLine, Proposal
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.work.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(cast: Cast, at: datetime) -> Inventory:
    """The economy division's inventory after five tasks of its people in February and one long ago."""
    titles = ["Báo cáo tháng", "BÁO CÁO tháng", "Tờ trình", "Tờ trình  ", "Việc khác"]
    for number, title in enumerate(titles, 1):
        months.make_task(cast.colleague, cast.economy, number, title=title, assigned=100 * number)
    months.make_task(cast.colleague, cast.economy, 6, title="Việc cũ", month=date(2025, 2, 1))
    months.make_task(cast.head_elsewhere, cast.culture, 1, title="Việc nơi khác")
    return actions.begin_inventory(unit_id=cast.economy.pk, by=cast.head.user, at=at)


def lines(row: Inventory) -> dict[str, InventoryLine]:
    return {line.search_key: line for line in row.lines.filter(state="kept")}


def act(row: Inventory, cast: Cast, at: datetime) -> dict[str, object]:
    version = Inventory.objects.get(pk=row.pk).version
    return {"inventory_id": row.pk, "version": version, "by": cast.head.user, "at": at}


def sent(row: Inventory, cast: Cast, at: datetime) -> Inventory:
    found = [line.pk for line in lines(row).values()]
    actions.change_inventory_line(line_ids=found, complexity=2, standard=False, **act(row, cast, at))  # type: ignore[arg-type]
    return actions.send_inventory(**act(row, cast, at))  # type: ignore[arg-type]


def test_the_year_before_is_counted_by_folded_title(begun: Inventory) -> None:
    assert (begun.start, begun.end) == (date(2025, 3, 1), date(2026, 3, 1))
    assert {k: (one.occurrences, one.quantity) for k, one in lines(begun).items()} == {
        "bao cao thang": (2, 300), "to trinh": (2, 700), "viec khac": (1, 500),
    }  # fmt: skip


def test_tasks_of_the_catalogue_are_counted_as_their_product(cast: Cast, at: datetime) -> None:
    with outside_actions():
        product = Product.objects.create(
            agency=cast.economy, code="BC", name="Báo cáo tháng", complexity=1, coefficient=100, start=date(2025, 1, 1)
        )
    for number in (1, 2):
        title = f"Báo cáo tháng {number}/2026"
        months.make_task(cast.colleague, cast.economy, number, title=title, product=product, assigned=100)
    row = actions.begin_inventory(unit_id=cast.economy.pk, by=cast.head.user, at=at)
    assert {k: (one.occurrences, one.quantity) for k, one in lines(row).items()} == {"bao cao thang": (2, 200)}


def test_lines_are_joined_dropped_restored_grouped_and_sent(begun: Inventory, cast: Cast, at: datetime) -> None:
    found = lines(begun)
    two = [found["bao cao thang"].pk, found["to trinh"].pk]
    actions.join_inventory_lines(line_ids=two, name="Báo cáo, tờ trình", **act(begun, cast, at))  # type: ignore[arg-type]
    joined = begun.lines.get(name="Báo cáo, tờ trình")
    assert (joined.occurrences, joined.quantity) == (4, 1000)
    with pytest.raises(Refusal, match="Lý do loại"):
        actions.drop_inventory_lines(line_ids=[found["viec khac"].pk], reason=" ", **act(begun, cast, at))  # type: ignore[arg-type]
    actions.drop_inventory_lines(line_ids=[found["viec khac"].pk], reason="Đầu ra không rõ", **act(begun, cast, at))  # type: ignore[arg-type]
    assert list(lines(begun)) == ["bao cao, to trinh"]
    actions.restore_inventory_lines(line_ids=[found["viec khac"].pk], **act(begun, cast, at))  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="chưa xếp nhóm"):
        actions.send_inventory(**act(begun, cast, at))  # type: ignore[arg-type]
    actions.change_inventory_line(line_ids=[joined.pk], complexity=1, standard=True, **act(begun, cast, at))  # type: ignore[arg-type]
    row = sent(begun, cast, at)
    assert (row.state, row.sent_by) == ("sent", cast.head.user)
    assert all_disagree(at) == []
    with pytest.raises(Conflict):
        actions.drop_inventory_lines(line_ids=[joined.pk], reason="Muộn", **act(begun, cast, at))  # type: ignore[arg-type]
    assert not own_problems()


def test_people_of_the_unit_propose_lines_and_nobody_else_does(begun: Inventory, cast: Cast, at: datetime) -> None:
    line = actions.add_inventory_line(inventory_id=begun.pk, name="Trực tiếp công dân", by=cast.team_member.user, at=at)
    assert line.proposed_by == cast.team_member.user
    with pytest.raises(Conflict, match="đã có dòng"):
        actions.add_inventory_line(inventory_id=begun.pk, name="trực TIẾP công dân", by=cast.head.user, at=at)
    with pytest.raises(NotYours):
        actions.add_inventory_line(inventory_id=begun.pk, name="Lạ", by=cast.stranger.user, at=at)
    with pytest.raises(NotYours):
        queries_drafts.inventory_view(cast.stranger.user, begun.pk, at)
    given = {**act(begun, cast, at), "by": cast.colleague.user}
    with pytest.raises(NotYours):
        actions.drop_inventory_lines(line_ids=[line.pk], reason="Không", **given)  # type: ignore[arg-type]
    with pytest.raises(NotYours):
        actions.begin_inventory(unit_id=cast.economy.pk, by=cast.colleague.user, at=at)


def test_the_officer_takes_lines_side_by_side_and_leaves_others_out(begun: Inventory, cast: Cast, at: datetime) -> None:
    sent(begun, cast, at)
    officer = cast.organisation_officer.user
    assert any(t.kind == "inventories.sent" for t in todo(officer, at))
    row = prepare(cast, at, STANDARD, REPORT)
    view = queries_drafts.merge_view(officer, row.pk, at)
    assert (view.found[0].name, view.found[0].known and view.found[0].known.code) == ("BÁO CÁO tháng", "SP-01")
    found = lines(begun)
    given = {"catalogue_id": row.pk, "by": officer, "at": at}
    into = actions.take_lines(
        version=row.version, line_ids=[found["bao cao thang"].pk], code="sp-01", name="", complexity=None, **given
    )
    assert into.code == "SP-01"
    fresh = actions.take_lines(
        version=row.version + 1, line_ids=[found["to trinh"].pk], code="SP-02", name="", complexity=None, **given
    )
    assert (fresh.name, fresh.complexity) == ("Tờ trình", 2)
    with pytest.raises(Conflict, match="vừa được xử lý"):
        actions.set_aside(version=row.version + 2, line_ids=[found["to trinh"].pk], reason="Trùng", **given)
    actions.set_aside(version=row.version + 2, line_ids=[found["viec khac"].pk], reason="Không rõ", **given)
    assert queries_drafts.merge_view(officer, row.pk, at).found == []
    actions.remove_line(version=row.version + 3, line_id=fresh.pk, **given)
    assert [one.name for one in queries_drafts.merge_view(officer, row.pk, at).found] == ["Tờ trình"]
    assert not own_problems()


def test_an_inventory_goes_back_with_a_reason_unless_a_draft_uses_it(
    begun: Inventory, cast: Cast, at: datetime
) -> None:
    row = sent(begun, cast, at)
    officer = cast.organisation_officer.user
    with pytest.raises(NotYours):
        actions.return_inventory(inventory_id=row.pk, version=row.version, reason="Thiếu", by=cast.head.user, at=at)
    back = actions.return_inventory(inventory_id=row.pk, version=row.version, reason="Thiếu", by=officer, at=at)
    assert (back.state, back.remark) == ("drafting", "Thiếu")
    assert Notice.objects.filter(user=cast.head.user, kind="catalogue.moved").exists()


def test_a_proposal_is_accepted_by_approval_and_its_author_is_told(cast: Cast, at: datetime) -> None:
    task = months.make_task(cast.colleague, cast.economy, 1, title="Lập bản đồ số")
    author, officer = cast.colleague.user, cast.organisation_officer.user
    made = actions.propose_product(
        agency_id=cast.economy.pk, name="Lập bản đồ số", words="Chưa có", task_id=task.pk, by=author, at=at
    )
    assert any(t.kind == "proposals.waiting" for t in todo(officer, at))
    row = prepare(cast, at)
    actions.take_proposal(
        catalogue_id=row.pk, version=row.version, proposal_id=made.pk,
        wording=Wording("SP-09", "Lập bản đồ số", 3, points=1500), by=officer, at=at,
    )  # fmt: skip
    assert Proposal.objects.get(pk=made.pk).state == "drafted"
    row = actions.submit_catalogue(catalogue_id=row.pk, version=row.version + 1, by=officer, at=at)
    assert any(t.kind == "catalogue.to_approve" for t in todo(cast.head.user, at))
    actions.approve_catalogue(
        catalogue_id=row.pk, version=row.version, decision_number="7/QĐ", decided_on=at.date(),
        start=date(2026, 4, 1), by=cast.head.user, at=at,
    )  # fmt: skip
    made.refresh_from_db()
    assert (made.state, made.answer) == ("accepted", "Bổ sung theo quyết định 7/QĐ, áp dụng từ 01/04/2026")
    assert Notice.objects.filter(user=author, path=f"/danh-muc/de-xuat/{made.pk}/").exists()
    assert Catalogue.objects.get(pk=row.pk).lines.get(code="SP-09").product is not None
    assert not own_problems()


def test_a_proposal_is_refused_with_a_reason_or_withdrawn(cast: Cast, at: datetime) -> None:
    given = {"agency_id": cast.economy.pk, "name": "Việc mới", "words": "Phát sinh", "at": at}
    made = actions.propose_product(by=cast.colleague.user, **given)
    officer = cast.organisation_officer.user
    with pytest.raises(Refusal, match="Lý do"):
        actions.refuse_proposal(proposal_id=made.pk, version=made.version, answer="", by=officer, at=at)
    with pytest.raises(NotYours):
        actions.refuse_proposal(
            proposal_id=made.pk, version=made.version, answer="Trùng", by=cast.colleague.user, at=at
        )
    refused = actions.refuse_proposal(
        proposal_id=made.pk, version=made.version, answer="Đã có SP-01", by=officer, at=at
    )
    assert refused.state == "refused"
    own = actions.propose_product(by=officer, **given)
    with pytest.raises(Forbidden, match="chính mình"):
        actions.refuse_proposal(proposal_id=own.pk, version=own.version, answer="Thôi", by=officer, at=at)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=refused.pk).update(answered_by=cast.colleague.user)
    assert queries_drafts.proposal_view(cast.colleague.user, made.pk, at).row.answer == "Đã có SP-01"
    with pytest.raises(NotYours):
        queries_drafts.proposal_view(cast.deputy.user, made.pk, at)
    second = actions.propose_product(by=cast.colleague.user, **given)
    withdrawn = actions.withdraw_proposal(proposal_id=second.pk, version=second.version, by=cast.colleague.user, at=at)
    assert withdrawn.state == "withdrawn"
    with pytest.raises(NotYours):
        actions.propose_product(by=cast.stranger.user, **given)
