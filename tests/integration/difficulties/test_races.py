"""Two officers at once: one effect, and the other is told."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections

from tests.cast import Cast, build_cast
from tests.factories.people import give_role, make_person
from tests.integration.difficulties.conftest import Raise
from thuocdo.audit.models import Event
from thuocdo.difficulties import actions
from thuocdo.difficulties.models import Difficulty
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.models import Person, Role

pytestmark = pytest.mark.django_db(transaction=True)
BOUND = 30


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def second(cast: Cast) -> Person:
    """A second organisation officer of the ward."""
    person = make_person("VP009", "Tô Thị Hai", cast.office)
    give_role(person, cast.ward, Role.Kind.OFFICER)
    return person


@pytest.fixture
def together() -> Iterator[Callable[..., list[Any]]]:
    """Run the calls at the same moment on connections of their own; results or refusals, in order."""

    def run(*calls: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(calls), timeout=BOUND)
        results: list[Any] = [None] * len(calls)

        def one(place: int, call: Callable[[], Any]) -> None:
            try:
                start.wait()
                results[place] = call()
            except Refusal as refusal:
                results[place] = refusal
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=(n, call), daemon=True) for n, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(BOUND)
        assert not any(t.is_alive() for t in threads), "deadlock"
        return results

    yield run
    connection.close()


def test_two_officers_answer_at_once(cast: Cast, second: Person, at: datetime, raised: Raise, together: Any) -> None:
    row = raised()
    results = together(
        *[
            lambda who=who: actions.answer(
                difficulty_id=row.pk, version=1, answer=f"Trả lời của {who.full_name}", by=who.user, at=at
            )
            for who in (cast.organisation_officer, second)
        ]
    )
    (refused,) = [r for r in results if isinstance(r, Conflict)]
    done = Difficulty.objects.get(pk=row.pk)
    assert done.answered_by is not None
    assert done.answered_by.display_name in refused.message
    assert Event.objects.filter(code="difficulty.answered").count() == 1


def test_two_difficulties_merged_into_each_other_at_once(
    cast: Cast, second: Person, at: datetime, raised: Raise, together: Any
) -> None:
    a, b = raised(), raised(cast.colleague)
    results = together(
        lambda: actions.merge(difficulty_id=a.pk, into_id=b.pk, version=1, by=second.user, at=at),
        lambda: actions.merge(difficulty_id=b.pk, into_id=a.pk, version=1, by=cast.organisation_officer.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert Difficulty.objects.filter(state="merged").count() == 1


def test_merging_into_what_is_being_merged(
    cast: Cast, second: Person, at: datetime, raised: Raise, together: Any
) -> None:
    a, b, c = raised(), raised(cast.colleague), raised(cast.head)
    results = together(
        lambda: actions.merge(difficulty_id=a.pk, into_id=b.pk, version=1, by=second.user, at=at),
        lambda: actions.merge(difficulty_id=b.pk, into_id=c.pk, version=1, by=cast.organisation_officer.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) <= 1
    targets = set(Difficulty.objects.filter(state="merged").values_list("merged_into", flat=True))
    assert targets == {c.pk}, "a was merged first and went along, or was refused and told about c"


def test_withdraw_against_answer(cast: Cast, at: datetime, raised: Raise, together: Any) -> None:
    row = raised()
    results = together(
        lambda: actions.withdraw(difficulty_id=row.pk, version=1, by=cast.officer_appraised.user, at=at),
        lambda: actions.answer(difficulty_id=row.pk, version=1, answer="Đây", by=cast.organisation_officer.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert Difficulty.objects.get(pk=row.pk).version == 2
