"""Two decisions at the same moment on one unit, and on two of one quota: one stands, the other is told."""

from functools import partial

import pytest

from tests.integration.collectives.conftest import AT, GOOD, TASKS, decided, made_world, proposed, with_good_ones
from tests.races import together
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitResult
from thuocdo.kernel.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_decisions_at_once_leave_one_result(transactional_db: None) -> None:
    world = made_world()
    sheet = proposed(world, world.cast.economy, world.cast.head, GOOD | TASKS)
    levels = (("good", ""), ("complete", "Theo ý kiến tập thể"))

    def decide(level: str, reason: str) -> UnitResult:
        return actions.decide_unit(
            sheet_id=sheet.pk, version=sheet.version, level=level, reason=reason, decisions={},
            by=world.cast.chairman.user, at=AT,
        )  # fmt: skip

    results = together(*(partial(decide, *one) for one in levels))
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "UnitResult"], results
    assert UnitResult.objects.filter(sheet=sheet).count() == 1


def test_two_units_lowered_at_once_do_not_shrink_a_base_unseen(transactional_db: None) -> None:
    world = with_good_ones(made_world(), 4)
    sheets = [world.sheet(unit) for unit in (world.cast.culture, world.cast.office)]
    results = together(*(partial(decided, world, one, "complete", reason="Kết quả xác minh") for one in sheets))
    assert sorted(type(one).__name__ for one in results) == ["Refusal", "UnitResult"], results
    assert {one.field for one in results if isinstance(one, Refusal)} == {"quota_reason"}
