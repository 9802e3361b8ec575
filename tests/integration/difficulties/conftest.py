from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories.people import give_role, make_person
from thuocdo.difficulties import actions
from thuocdo.difficulties.models import Difficulty
from thuocdo.difficulties.subjects import Asked
from thuocdo.organisation.models import Person, Role

BOOK = "state/nd-335-2025"
ARTICLE = "nd-335/17.1"
Raise = Callable[..., Difficulty]


@pytest.fixture
def city_officer(cast: Cast) -> Person:
    """The organisation officer of the city, which manages the ward's committee."""
    person = make_person("TP003", "Hồ Thị Xuân", cast.city)
    give_role(person, cast.city, Role.Kind.OFFICER)
    return person


@pytest.fixture
def raised(cast: Cast, at: datetime) -> Raise:
    """Raise a difficulty on an article through the action."""

    def make(who: Person | None = None, text: str = "Điểm sát ngưỡng hiểu thế nào?", **changed: Any) -> Difficulty:
        asked = Asked(**({"rulebook": BOOK, "article": ARTICLE} | changed))
        by = (who or cast.officer_appraised).user
        return actions.raise_difficulty(asked=asked, text=text, proposal="", by=by, at=at)

    return make
