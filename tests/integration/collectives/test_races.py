"""Two decisions on one unit at the same moment: one stands, the other is told."""

from functools import partial

import pytest

from tests.integration.collectives.conftest import AT, GOOD, TASKS, made_world, proposed
from tests.races import together
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitResult

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
