"""Answers at the same moment: one giver counts once, two givers both count."""

from functools import partial

import pytest

from tests.integration.opinions.conftest import AT, asked, made_world, prepared, sent, typed
from tests.races import together
from thuocdo.opinions import actions
from thuocdo.opinions.models import OpinionEnvelope, OpinionReturn

pytestmark = pytest.mark.django_db(transaction=True)


def test_pressed_twice_counts_once_and_two_givers_count_both(transactional_db: None) -> None:
    world = made_world()
    one = sent(asked(prepared(world, (world.cast.officer_appraised,)), world.six))
    givers = [world.cast.deputy, world.cast.deputy, world.cast.colleague]
    forms = [typed(one, giver) for giver in givers]

    def give(place: int) -> str:
        actions.answer_round(round_id=one.pk, typed=forms[place], by=givers[place].user, at=AT)
        return "taken"

    found = together(*(partial(give, n) for n in range(len(givers))))
    results = [answer if answer == "taken" else type(answer).__name__ for answer in found]
    assert sorted(results[:2]) == ["Conflict", "taken"]
    assert results[2] == "taken"
    assert (OpinionReturn.objects.count(), OpinionEnvelope.objects.count()) == (2, 2)
