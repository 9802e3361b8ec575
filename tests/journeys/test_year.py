"""Twelve months of a ward and of a department; the named acts in the browser, the routine through actions."""

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Clock
from tests.journeys.year_acts import InBrowser
from tests.story import checks
from tests.story.founding import found
from tests.story.office import Office
from tests.story.routine import Routine
from tests.story.year import Year

pytestmark = [pytest.mark.long(300), pytest.mark.timeout(1500), pytest.mark.django_db(transaction=True)]
"""Twelve months in one test: on a busy machine they take longer than any other may."""


def test_the_acts_of_the_year_in_the_browser(visitors: Any, settings: Any, tmp_path: Path, clock: Clock) -> None:
    settings.HEADS_DIR = tmp_path / "heads"
    routine = Routine(found())
    office = Office(routine)
    acts = InBrowser(routine, office, visitors, clock.set, tmp_path)
    year = Year(routine, office, acts, lambda root, month: checks.month_holds(year, root, month))
    year.play()
    checks.year_holds(year, tmp_path)
    checks.record_holds()
