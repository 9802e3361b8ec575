"""Two decisions on one unit at the same moment: one stands, the other is told."""

import threading
from typing import Any

import pytest
from django.db import connections

from tests.integration.collectives.conftest import AT, GOOD, TASKS, made_world, proposed
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitResult
from thuocdo.kernel.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
BOUND = 30


def test_two_decisions_at_once_leave_one_result(transactional_db: None) -> None:
    world = made_world()
    sheet = proposed(world, world.cast.economy, world.cast.head, GOOD | TASKS)
    levels = (("good", ""), ("complete", "Theo ý kiến tập thể"))
    start = threading.Barrier(len(levels), timeout=BOUND)
    results: list[Any] = [None, None]

    def decide(place: int, level: str, reason: str) -> None:
        try:
            start.wait()
            results[place] = actions.decide_unit(
                sheet_id=sheet.pk, version=sheet.version, level=level, reason=reason, decisions={},
                by=world.cast.chairman.user, at=AT,
            )  # fmt: skip
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(n, *one), daemon=True) for n, one in enumerate(levels)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "UnitResult"], results
    assert UnitResult.objects.filter(sheet=sheet).count() == 1
