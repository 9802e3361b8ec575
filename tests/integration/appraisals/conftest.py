from datetime import datetime

import pytest

from tests.cast import Cast
from tests.factories.months import make_task, open_month
from tests.standing import standing
from thuocdo.cycles.models import Cycle


@standing
def february(cast: Cast) -> Cycle:
    """February 2026 opened for the ward; everybody in the economy division has two tasks done well."""
    for person in (
        cast.officer_appraised,
        cast.colleague,
        cast.head,
        cast.deputy,
        cast.team_head,
        cast.team_member,
    ):
        for number in (1, 2):
            make_task(person, cast.economy, number, giver=cast.task_giver.user)
    return open_month(cast.ward, cast.organisation_officer)


@pytest.fixture
def later() -> datetime:
    """Friday 6 March 2026, 10:00 in Viet Nam."""
    from tests.factories.months import CONFIRM_BY

    return CONFIRM_BY.replace(hour=10)
