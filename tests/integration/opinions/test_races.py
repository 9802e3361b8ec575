"""Answers at the same moment: one giver counts once, two givers both count."""

import threading
from typing import Any

import pytest
from django.db import connections

from tests.integration.opinions.conftest import AT, asked, made_world, prepared, sent, typed
from thuocdo.kernel.errors import Refusal
from thuocdo.opinions import actions
from thuocdo.opinions.models import OpinionEnvelope, OpinionReturn

pytestmark = pytest.mark.django_db(transaction=True)
BOUND = 30


def test_pressed_twice_counts_once_and_two_givers_count_both(transactional_db: None) -> None:
    world = made_world()
    one = sent(asked(prepared(world, (world.cast.officer_appraised,)), world.six))
    givers = [world.cast.deputy, world.cast.deputy, world.cast.colleague]
    forms = [typed(one, giver) for giver in givers]
    start = threading.Barrier(len(givers), timeout=BOUND)
    results: list[Any] = [None] * len(givers)

    def give(place: int) -> None:
        try:
            start.wait()
            actions.answer_round(round_id=one.pk, typed=forms[place], by=givers[place].user, at=AT)
            results[place] = "taken"
        except Refusal as refusal:
            results[place] = type(refusal).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=(n,), daemon=True) for n in range(len(givers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    assert sorted(results[:2]) == ["Conflict", "taken"]
    assert results[2] == "taken"
    assert (OpinionReturn.objects.count(), OpinionEnvelope.objects.count()) == (2, 2)
