"""From draft to dated version: two people, exact coefficients, products by date, derivations for whoever looks."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories import months
from tests.guards import outside_actions, refused_by_database
from tests.integration.catalogues.conftest import REPORT, STANDARD, own_problems, prepare, submitted
from thuocdo.catalogues import actions, queries, queries_drafts
from thuocdo.catalogues.drafts import Wording
from thuocdo.catalogues.models import Catalogue, Proposal
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.work.models import Product

pytestmark = pytest.mark.django_db
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def approve(row: Catalogue, by: Any, at: datetime, start: date = APRIL, **changed: Any) -> Catalogue:
    given = {"decision_number": "12/QĐ-UBND", "decided_on": at.date(), "start": start} | changed
    return actions.approve_catalogue(catalogue_id=row.pk, version=row.version, by=by, at=at, **given)


def test_approval_makes_dated_products_with_their_derivation(cast: Cast, at: datetime) -> None:
    row = approve(submitted(cast, at), cast.head.user, at)
    assert (row.state, row.start, row.approved_by) == ("approved", APRIL, cast.head.user)
    product = Product.objects.get(agency=cast.economy, code="SP-01")
    assert (product.coefficient, product.start, product.end) == (240, APRIL, None)
    view = queries.product_view(cast.colleague.user, product.pk, at)
    assert view.origin is not None
    assert view.origin.words == "Hệ số 2,4 = 12 điểm / 5 điểm của sản phẩm chuẩn"
    assert view.origin.decision == "phê duyệt ngày 05/03/2026 (quyết định 12/QĐ-UBND), áp dụng từ 01/04/2026"
    assert "mức tin cậy M" in view.source
    assert Notice.objects.filter(user=cast.organisation_officer.user, kind="catalogue.moved").exists()
    assert not own_problems()


def test_a_later_version_ends_what_changed_and_keeps_what_did_not(cast: Cast, at: datetime) -> None:
    approve(submitted(cast, at), cast.head.user, at)
    plan = Wording("SP-02", "Kế hoạch", 3, points=2000)
    changed = Wording("SP-01", "Báo cáo tháng", 2, points=1000)
    second = approve(submitted(cast, at, changed, plan), cast.head.user, at, MAY)
    held = list(Product.objects.filter(agency=cast.economy).order_by("code", "start"))
    assert [(p.code, p.coefficient, p.start, p.end) for p in held] == [
        ("SP-00", 100, APRIL, None), ("SP-01", 240, APRIL, MAY), ("SP-01", 200, MAY, None), ("SP-02", 400, MAY, None),
    ]  # fmt: skip
    first = Catalogue.objects.get(agency=cast.economy, start=APRIL)
    assert (first.end, second.end) == (MAY, None)
    user = cast.colleague.user
    april = queries.in_force(user, cast.economy.pk, date(2026, 4, 30), "", at)
    may = queries.in_force(user, cast.economy.pk, MAY, "", at)
    assert [(p.code, p.coefficient) for p, _, _ in april.lines] == [("SP-00", 100), ("SP-01", 240)]
    assert [(p.code, words) for p, words, _ in may.lines][1] == (
        "SP-01", "Hệ số 2 = 10 điểm / 5 điểm của sản phẩm chuẩn",
    )  # fmt: skip
    assert [p.code for p, _, _ in queries.in_force(user, None, MAY, "KE HOACH", at).lines] == ["SP-02"]
    compared = queries.compare(user, first.pk, second.pk, at)
    assert compared.counts == {"unchanged": 1, "changed": 1, "new": 1}
    assert not own_problems()


def test_nobody_approves_what_they_drafted_or_submitted(cast: Cast, at: datetime) -> None:
    row = submitted(cast, at)
    with pytest.raises(NotYours):
        approve(row, cast.organisation_officer.user, at)
    with outside_actions():
        cast.organisation_officer.employments.update(unit=cast.economy, leadership="head")
    with pytest.raises(Forbidden, match="người khác phê duyệt"):
        approve(row, cast.organisation_officer.user, at)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        Catalogue.objects.filter(pk=row.pk).update(approved_by=cast.organisation_officer.user)
    for stranger in (cast.deputy, cast.colleague, cast.stranger, cast.head_elsewhere):
        with pytest.raises(NotYours):
            approve(row, stranger.user, at)


def test_nobody_approves_a_version_that_holds_the_own_proposal(cast: Cast, at: datetime) -> None:
    own = actions.propose_product(
        agency_id=cast.economy.pk, name="Lập bản đồ số", words="Chưa có", by=cast.head.user, at=at
    )
    row, officer = prepare(cast, at), cast.organisation_officer.user
    wording = Wording("SP-09", "Lập bản đồ số", 3, points=1500)
    actions.take_proposal(
        catalogue_id=row.pk, version=row.version, proposal_id=own.pk, wording=wording, by=officer, at=at
    )
    row = actions.submit_catalogue(catalogue_id=row.pk, version=row.version + 1, by=officer, at=at)
    with pytest.raises(Forbidden, match="Dòng SP-09 “Lập bản đồ số” là đề xuất của chính ông/bà"):
        approve(row, cast.head.user, at)
    assert approve(row, cast.chairman.user, at).state == "approved"
    refused_by_database(Proposal.objects.get(), "nobody_answers_own_product_proposal", answered_by_id=cast.head.user.pk)


def test_the_managing_authority_may_approve_and_return(cast: Cast, at: datetime) -> None:
    row = submitted(cast, at)
    row = actions.return_catalogue(
        catalogue_id=row.pk, version=row.version, reason="Thiếu kế hoạch", by=cast.chairman.user, at=at
    )
    assert (row.state, row.remark) == ("drafting", "Thiếu kế hoạch")
    again = actions.submit_catalogue(catalogue_id=row.pk, version=row.version, by=cast.organisation_officer.user, at=at)
    assert approve(again, cast.chairman.user, at).state == "approved"


def test_an_inexact_ratio_stays_open_until_the_agency_decides(cast: Cast, at: datetime) -> None:
    base = Wording("SP-00", "Văn bản đơn giản", 1, standard=True, points=700)
    with pytest.raises(Refusal, match="12/7"):
        submitted(cast, at, base, REPORT)
    row = submitted(cast, at, base, REPORT, rounding="half_up", rounding_reason="Thông báo 3/TB")
    assert row.lines.get(code="SP-01").coefficient == 171
    with pytest.raises(Refusal, match="Căn cứ làm tròn"):
        prepare_again(cast, at, row)


def prepare_again(cast: Cast, at: datetime, row: Catalogue) -> None:
    back = actions.return_catalogue(
        catalogue_id=row.pk, version=row.version, reason="Xem lại", by=cast.head.user, at=at
    )
    assert back.state == "drafting"
    prepare(cast, at, rounding="up", rounding_reason=" ")


def test_the_ratio_is_used_only_when_the_agency_accepted_it(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal, match="chưa chấp nhận"):
        submitted(cast, at, ratio_accepted=False)


def test_a_draft_is_changed_only_by_officers_in_its_latest_version(cast: Cast, at: datetime) -> None:
    row = prepare(cast, at)
    given = {"catalogue_id": row.pk, "line_id": None, "at": at}
    plan = Wording("SP-02", "Kế hoạch", 3, points=2000)
    with pytest.raises(Conflict):
        actions.save_line(version=row.version - 1, wording=plan, by=cast.organisation_officer.user, **given)
    for other in (cast.head, cast.colleague, cast.stranger):
        with pytest.raises(NotYours):
            actions.save_line(version=row.version, wording=plan, by=other.user, **given)
        with pytest.raises(NotYours):
            queries_drafts.draft_view(other.user, row.pk, at)
    with pytest.raises(Refusal, match="đã có trong dự thảo"):
        actions.save_line(
            version=row.version, wording=Wording("sp-01", "Khác", 1), by=cast.organisation_officer.user, **given
        )
    with pytest.raises(Conflict, match="đang có một dự thảo"):
        actions.begin_catalogue(agency_id=cast.economy.pk, by=cast.organisation_officer.user, at=at)


def test_there_is_one_standard_product(cast: Cast, at: datetime) -> None:
    row = prepare(cast, at)
    other = Wording("SP-01", "Báo cáo tháng", 2, standard=True, points=1200)
    row = prepare(cast, at, other)
    assert list(row.lines.filter(standard=True).values_list("code", flat=True)) == ["SP-01"]
    assert not own_problems()


def test_approval_never_rewrites_dates_that_are_there(cast: Cast, at: datetime) -> None:
    with outside_actions():
        late = Product.objects.create(
            agency=cast.economy, code="CU-01", name="Cũ", complexity=1, coefficient=100, start=MAY
        )
    with pytest.raises(Conflict, match="CU-01"):
        approve(submitted(cast, at), cast.head.user, at, APRIL)
    with outside_actions():
        Product.objects.filter(pk=late.pk).update(start=APRIL)
    row = Catalogue.objects.get(agency=cast.economy)
    with pytest.raises(Conflict, match="đúng ngày"):
        approve(row, cast.head.user, at, APRIL)
    with outside_actions():
        Product.objects.filter(pk=late.pk).update(start=date(2026, 1, 1))
    approve(row, cast.head.user, at, APRIL)
    assert Product.objects.get(pk=late.pk).end == APRIL


def test_whoever_has_a_task_sees_where_its_coefficient_comes_from(cast: Cast, at: datetime) -> None:
    approve(submitted(cast, at), cast.head.user, at)
    product = Product.objects.get(agency=cast.economy, code="SP-01")
    with pytest.raises(NotYours):
        queries.product_view(cast.stranger.user, product.pk, at)
    months.make_task(cast.stranger, cast.economy, 9, product=product)
    assert queries.product_view(cast.stranger.user, product.pk, at).origin is not None


def test_a_dropped_draft_leaves_nothing_in_force(cast: Cast, at: datetime) -> None:
    row = prepare(cast, at, STANDARD)
    by = cast.organisation_officer.user
    actions.drop_catalogue(catalogue_id=row.pk, version=row.version, by=by, at=at)
    assert not Product.objects.filter(agency=cast.economy).exists()
    assert not own_problems()
    with pytest.raises(NotYours):
        queries_drafts.draft_view(by, row.pk, at)
