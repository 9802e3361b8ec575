"""Two approvals for overlapping dates at the same moment: one wins, the other is told, dates never overlap."""

from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from tests.cast import Cast, build_cast
from tests.guards import outside_actions
from tests.integration.catalogues.conftest import submitted
from tests.races import together
from thuocdo.catalogues import actions
from thuocdo.catalogues.models import Catalogue
from thuocdo.kernel.errors import Conflict
from thuocdo.work.models import Product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def test_two_approvals_of_one_draft_one_wins(cast: Cast, at: datetime) -> None:
    row = submitted(cast, at)
    deciders = ((cast.head.user, date(2026, 4, 1)), (cast.chairman.user, date(2026, 3, 20)))

    def decide(place: int, by: Any, day: date) -> Catalogue:
        return actions.approve_catalogue(
            catalogue_id=row.pk, version=row.version, decision_number=f"{place}/QĐ", decided_on=at.date(), start=day,
            by=by, at=at,
        )  # fmt: skip

    results = together(*(partial(decide, n, by, day) for n, (by, day) in enumerate(deciders)))
    assert sorted(type(r).__name__ for r in results) == ["Catalogue", "Conflict"], results
    winner = next(r for r in results if isinstance(r, Catalogue))
    assert set(Product.objects.filter(agency=cast.economy).values_list("start", "end")) == {(winner.start, None)}


def test_a_version_that_starts_before_an_approved_one_is_refused(cast: Cast, at: datetime) -> None:
    """The second draft was submitted before the first was approved; its start must lie after the other's."""
    with outside_actions():
        Catalogue.objects.create(
            agency=cast.economy, state="approved", begun_by=cast.organisation_officer.user, begun_at=at,
            submitted_by=cast.organisation_officer.user, submitted_at=at, decision_number="1/QĐ",
            decided_on=at.date(), start=date(2026, 5, 1), approved_by=cast.head.user, approved_at=at,
        )  # fmt: skip
    row = submitted(cast, at)
    for day in (date(2026, 4, 1), date(2026, 5, 1)):
        with pytest.raises(Conflict, match="áp dụng từ 01/05/2026"):
            actions.approve_catalogue(
                catalogue_id=row.pk, version=row.version, decision_number="2/QĐ", decided_on=at.date(), start=day,
                by=cast.head.user, at=at,
            )  # fmt: skip
    assert not Product.objects.filter(agency=cast.economy).exists()
