"""At the same moment: one giver counts once, two givers both count; of two rounds that are closed one is shown."""

from functools import partial

import pytest

from tests.integration.opinions import year_world
from tests.integration.opinions.conftest import AT, asked, made_world, prepared, sent, typed
from tests.races import meeting, together
from thuocdo.opinions import actions
from thuocdo.opinions.actions import closing
from thuocdo.opinions.models import OpinionEnvelope, OpinionReturn, OpinionTally

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


def test_of_two_rounds_about_one_person_closed_at_once_the_second_sees_what_the_first_shows(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five of six answer both times, each time another one is silent."""
    ward = year_world.asked_ward(staff=6)
    member, six = ward.subject("party_member", "Lê Phó Một"), year_world.staff_of(ward)
    rounds = []
    for away in six[:2]:
        one = year_world.sent(ward, year_world.people_asked(ward, year_world.begun(ward, [member]), six))
        for rater in six:
            if rater != away:
                year_world.answered(one, rater)
        rounds.append(one)
        if len(rounds) == 1:
            year_world.of_another_plan(one, member)
    meeting(monkeypatch, (closing, "hold_about"), (closing, "hold_about"))
    found = together(*(partial(year_world.closed, ward, one) for one in rounds))
    assert [one.state for one in found] == ["closed", "closed"]
    assert sorted(OpinionTally.objects.values_list("valid", "shown")) == [(5, False), (5, True)]
