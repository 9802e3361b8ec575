"""Counts entered at the same moment: two people make two entries, one person makes one, a third settles once."""

from functools import partial

import pytest

from tests.cast import build_cast
from tests.integration.ballots.conftest import World, entered, issued_in, typed_count
from tests.races import together
from thuocdo.ballots.models import Ballot, CountEntry, Minutes

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_entries_at_once_are_two_and_of_three_one_settles(transactional_db: None) -> None:
    world = World(build_cast())
    one = issued_in(world)
    low = {0: 2, 1: 3}
    first = together(*(partial(entered, one, world, teller, typed_count(low[teller])) for teller in (0, 1, 0)))
    assert sorted(type(found).__name__ for found in first) == ["Ballot", "Ballot", "Conflict"]
    assert sorted(CountEntry.objects.values_list("number", flat=True)) == [1, 2]
    settled = typed_count(2) | {"reason": "đếm lại"}
    second = together(*(partial(entered, one, world, teller, settled) for teller in (2, 2, 0)))
    assert sorted(type(found).__name__ for found in second) == ["Ballot", "Conflict", "Conflict"]
    assert (Minutes.objects.count(), Ballot.objects.get().state) == (1, "counted")
