"""Recurring work: written once, proposed for weeks and months, each occurrence once."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.cast import Cast
from tests.guards import outside_actions
from tests.integration.plans.conftest import WEEK, unrecorded
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.plans import actions, queries, queries_recurring
from thuocdo.plans.rules import RecurringData
from thuocdo.work.models import Product, Task

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
WEEKLY = RecurringData(text="Báo cáo tuần", rule="weekly", day=5, start=date(2026, 1, 1), expected="Báo cáo")


def test_a_week_takes_each_occurrence_once(cast: Cast, at: datetime) -> None:
    user = cast.officer_appraised.user
    row = actions.save_recurring(by=user, at=at, data=WEEKLY)
    assert actions.save_recurring(by=user, at=at, data=WEEKLY).pk == row.pk
    friday = date(2026, 3, 6)
    assert [(p.day, p.done) for p in queries_recurring.proposals_for_week(user, WEEK)] == [(friday, False)]
    act = {"by": user, "at": at, "week": WEEK}
    items = actions.apply_recurring(**act, chosen=[(row.pk, friday), (row.pk, friday)])
    assert [(i.text, i.day, i.due_date) for i in items] == [("Báo cáo tuần", 5, friday)]
    assert actions.apply_recurring(**act, chosen=[(row.pk, friday)]) == []
    actions.drop_item(by=user, at=at, item_id=items[0].pk, version=1)
    assert actions.apply_recurring(**act, chosen=[(row.pk, friday)]) == []
    assert queries.my_week(user, WEEK).items == ()
    for wrong in ((row.pk, date(2026, 3, 5)), (row.pk, date(2026, 3, 13)), (row.pk + 99, friday)):
        with pytest.raises(NotYours):
            actions.apply_recurring(**act, chosen=[wrong])
    with pytest.raises(NotYours):
        actions.apply_recurring(**(act | {"by": cast.colleague.user}), chosen=[(row.pk, friday)])
    assert unrecorded() == []


def test_a_month_proposes_tasks_that_wait_for_agreement(cast: Cast, at: datetime) -> None:
    user = cast.officer_appraised.user
    data = replace(WEEKLY, quantity=100, coefficient=150)
    row = actions.save_recurring(by=user, at=at, data=data)
    days = [p.day for p in queries_recurring.proposals_for_month(user, MARCH)]
    assert len(days) == 4
    act = {"by": user, "at": at, "month": MARCH}
    tasks = actions.propose_recurring_tasks(**act, chosen=[(row.pk, day) for day in days])
    assert {(t.state, t.origin, t.assigned, t.coefficient) for t in tasks} == {("proposed", "recurring", 100, 150)}
    assert actions.propose_recurring_tasks(**act, chosen=[(row.pk, days[0])]) == []
    assert Task.objects.count() == 4
    assert all(p.done for p in queries_recurring.proposals_for_month(user, MARCH))
    assert Task.objects.counted().count() == 0
    bare = actions.save_recurring(by=user, at=at, data=replace(WEEKLY, text="Họp giao ban"))
    with pytest.raises(Refusal):
        actions.propose_recurring_tasks(**act, chosen=[(bare.pk, days[0])])
    assert unrecorded() == []


def test_a_catalogue_product_brings_its_coefficient(cast: Cast, at: datetime) -> None:
    with outside_actions():
        product = Product.objects.create(
            agency=cast.economy, code="SP1", name="Báo cáo", complexity=2, coefficient=200, start=date(2026, 1, 1)
        )
        other = Product.objects.create(
            agency=cast.culture, code="SP1", name="Khác", complexity=1, coefficient=100, start=date(2026, 1, 1)
        )
    user = cast.officer_appraised.user
    row = actions.save_recurring(by=user, at=at, data=replace(WEEKLY, product_id=product.pk, quantity=300))
    assert (row.coefficient, row.quantity) == (200, 300)
    assert queries_recurring.products_of(user, MARCH) == [product]
    with pytest.raises(NotYours):
        actions.save_recurring(by=user, at=at, data=replace(WEEKLY, product_id=other.pk, quantity=300))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": 8}, "day"),
        ({"text": ""}, "text"),
        ({"end": date(2026, 1, 1)}, "end"),
        ({"quantity": 100}, "quantity"),
        ({"quantity": 100, "coefficient": 0}, "coefficient"),
    ],
)
def test_recurring_work_that_cannot_be_is_refused(cast: Cast, at: datetime, changed: dict, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.save_recurring(by=cast.colleague.user, at=at, data=replace(WEEKLY, **changed))
    assert refused.value.field == field


def test_changing_and_ending(cast: Cast, at: datetime) -> None:
    user = cast.officer_appraised.user
    row = actions.save_recurring(by=user, at=at, data=WEEKLY)
    monthly = replace(WEEKLY, rule="monthly", day=31)
    changed = actions.save_recurring(by=user, at=at, data=monthly, recurring_id=row.pk, version=1)
    assert changed.version == 2
    with pytest.raises(Conflict):
        actions.save_recurring(by=user, at=at, data=WEEKLY, recurring_id=row.pk, version=1)
    with pytest.raises(NotYours):
        actions.end_recurring(by=cast.colleague.user, at=at, recurring_id=row.pk, version=2, last=MARCH)
    with pytest.raises(Refusal):
        actions.end_recurring(by=user, at=at, recurring_id=row.pk, version=2, last=date(2025, 12, 1))
    actions.end_recurring(by=user, at=at, recurring_id=row.pk, version=2, last=date(2026, 3, 30))
    assert queries_recurring.proposals_for_month(user, MARCH) == []
