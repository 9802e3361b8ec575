"""The year through actions alone: twelve months of a ward and of a department, checked month by month."""

from pathlib import Path
from typing import Any

import pytest

from tests.story import checks
from tests.story.acts import Acts
from tests.story.founding import found
from tests.story.office import Office
from tests.story.routine import Routine
from tests.story.year import Year

pytestmark = [pytest.mark.long(100), pytest.mark.django_db]


def test_twelve_months_of_a_ward_and_of_a_department(settings: Any, tmp_path: Path) -> None:
    settings.HEADS_DIR = tmp_path / "heads"
    routine = Routine(found())
    office = Office(routine)
    year = Year(routine, office, Acts(routine, office), lambda root, month: checks.month_holds(year, root, month))
    year.play()
    checks.year_holds(year, tmp_path)
    checks.record_holds()
