"""Two officers at once: one effect, and the other is told."""

from datetime import datetime

import pytest

from tests.cast import Cast, build_cast
from tests.factories.people import give_role, make_person
from tests.integration.difficulties.conftest import Raise
from tests.races import together
from thuocdo.audit.models import Event
from thuocdo.difficulties import actions
from thuocdo.difficulties.models import Difficulty
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.models import Person, Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def second(cast: Cast) -> Person:
    """A second organisation officer of the ward."""
    person = make_person("VP009", "Tô Thị Hai", cast.office)
    give_role(person, cast.ward, Role.Kind.OFFICER)
    return person


def test_two_officers_answer_at_once(cast: Cast, second: Person, at: datetime, raised: Raise) -> None:
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
    cast: Cast, second: Person, at: datetime, raised: Raise
) -> None:
    a, b = raised(), raised(cast.colleague)
    results = together(
        lambda: actions.merge(difficulty_id=a.pk, into_id=b.pk, version=1, by=second.user, at=at),
        lambda: actions.merge(difficulty_id=b.pk, into_id=a.pk, version=1, by=cast.organisation_officer.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert Difficulty.objects.filter(state="merged").count() == 1


def test_merging_into_what_is_being_merged(cast: Cast, second: Person, at: datetime, raised: Raise) -> None:
    a, b, c = raised(), raised(cast.colleague), raised(cast.head)
    results = together(
        lambda: actions.merge(difficulty_id=a.pk, into_id=b.pk, version=1, by=second.user, at=at),
        lambda: actions.merge(difficulty_id=b.pk, into_id=c.pk, version=1, by=cast.organisation_officer.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) <= 1
    targets = set(Difficulty.objects.filter(state="merged").values_list("merged_into", flat=True))
    assert targets == {c.pk}, "a was merged first and went along, or was refused and told about c"


def test_withdraw_against_answer(cast: Cast, at: datetime, raised: Raise) -> None:
    row = raised()
    results = together(
        lambda: actions.withdraw(difficulty_id=row.pk, version=1, by=cast.officer_appraised.user, at=at),
        lambda: actions.answer(difficulty_id=row.pk, version=1, answer="Đây", by=cast.organisation_officer.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert Difficulty.objects.get(pk=row.pk).version == 2
