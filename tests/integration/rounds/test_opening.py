"""Opening in batches: the rows of one opening at once, whatever is killed in between; and two people at the same
time."""

from datetime import date
from typing import Any

import pytest

from tests.factories import rounds as world
from tests.factories.rounds import AT, RATING, Ward
from tests.races import together
from thuocdo.kernel.errors import Conflict
from thuocdo.rounds import actions, people
from thuocdo.rounds.actions import opening
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject, StepDone
from thuocdo.rounds.working import open_once


def rows(round_: Round) -> list[tuple[Any, ...]]:
    names = (
        "key",
        "kind",
        "role",
        "collective__key",
        "organisation__key",
        "agency__key",
        "reviewed_with__key",
        "standing",
    )
    return sorted(map(repr, RoundSubject.objects.filter(round=round_).values_list(*names)))


def begin(ward: Ward, year: int) -> Round:
    planned = world.plan(ward, year=year, rating_date=RATING.replace(year=year))
    return actions.open_round(round_id=planned.pk, version=1, by=ward.user("officer"), at=AT)


@pytest.mark.django_db
def test_batches_write_what_one_opening_writes_and_a_killed_one_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ward = world.open_ward()
    expected = [row.replace("/2025", "") for row in rows(ward.round)]
    actions.close_round(round_id=ward.round.pk, version=2, by=ward.user("officer"), at=AT)
    monkeypatch.setattr(opening, "AT_ONCE", 0)
    monkeypatch.setattr(opening, "BATCH", 3)
    again = begin(ward, 2026)
    assert (again.state, RoundSubject.objects.filter(round=again, person__isnull=False).count()) == ("opening", 0)
    assert open_once()
    half = RoundSubject.objects.filter(round=again).count()
    written = people.person_subjects

    def killed(*given: Any) -> list[Any]:
        written(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(people, "person_subjects", killed)
    with pytest.raises(KeyboardInterrupt):
        open_once()
    monkeypatch.setattr(people, "person_subjects", written)
    assert RoundSubject.objects.filter(round=again).count() == half
    while open_once():
        pass
    found = RoundOpening.objects.get(round=again)
    assert (found.state, found.done, found.people) == ("done", 8, 8)
    assert found.created + found.skipped + found.failed == RoundSubject.objects.filter(round=again).count()
    assert Round.objects.get(pk=again.pk).state == "open"
    assert len(rows(again)) == len(expected)


@pytest.mark.django_db
def test_a_batch_that_fails_waits_with_its_reason_until_an_officer_lets_it_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ward = world.make_ward()
    monkeypatch.setattr(opening, "AT_ONCE", 0)
    round_ = begin(ward, 2025)
    with monkeypatch.context() as patch:
        patch.setattr(people, "read_people", lambda *given: {}["nothing"])
        assert open_once()
    assert not open_once()
    assert RoundOpening.objects.get().state == "failed"
    actions.resume_opening(round_id=round_.pk, by=ward.user("officer"), at=AT)
    while open_once():
        pass
    assert Round.objects.get().state == "open"


@pytest.mark.django_db(transaction=True)
def test_two_officers_open_at_once_and_two_people_record_one_step() -> None:
    ward = world.make_ward()
    round_ = world.plan(ward)
    by = ward.user("officer")

    def press() -> Any:
        return actions.open_round(round_id=round_.pk, version=1, by=by, at=AT)

    first, second = together(press, press)
    assert (first.pk, second.pk, RoundSubject.objects.count()) == (round_.pk, round_.pk, 35)
    ward.round = round_
    member = ward.subject("party_member", "Lê Phó Một")

    def take(name: str) -> Any:
        return actions.take_steps(
            round_id=round_.pk,
            steps=[("review_in_cell", member.pk)],
            on=date(2025, 12, 1),
            place="",
            number="",
            levels={},
            by=ward.user(name),
            at=AT,
        )

    done = together(lambda: take("officer"), lambda: take("chief"))
    assert not any(isinstance(one, Exception) and not isinstance(one, Conflict) for one in done)
    assert StepDone.objects.count() == 1
