"""Whether a database holds the demonstration, somebody's organisation, or nothing. Apart from test_demo.py,
whose world stays in the database until its last test."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from thuocdo.demo.state import DemoState, demo_state
from thuocdo.organisation.actions import create_unit
from thuocdo.organisation.models import Unit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.django_db
def test_a_database_with_a_real_organisation_is_foreign() -> None:
    assert demo_state() == DemoState.EMPTY
    create_unit(by=None, at=NOW, code="UB", name="UBND phường X", kind=Unit.Kind.AGENCY, start=NOW.date())
    assert demo_state() == DemoState.FOREIGN
