from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import Cast
from thuocdo.audit.verify import verify
from thuocdo.organisation.models import Person
from thuocdo.plans import actions
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import ItemData

WEEK = date(2026, 3, 2)
Plan = Callable[..., list[WeekItem]]


@pytest.fixture
def plan(at: datetime) -> Plan:
    """Put works into somebody's week through the action."""

    def make(who: Person, *texts: str, week: date = WEEK, **more: Any) -> list[WeekItem]:
        items = [ItemData(text=text, **more) for text in texts]
        return actions.add_items(by=who.user, at=at, week=week, items=items)

    return make


@pytest.fixture
def asks(cast: Cast, at: datetime) -> Callable[..., Any]:
    """The economy division asks for week plans, by its head."""

    def record(**changed: Any) -> Any:
        values: dict[str, Any] = {
            "unit_id": cast.economy.pk, "start": date(2026, 1, 5), "end": None, "required": True, "published": False,
            "decided_by": "Trưởng phòng", "decision": "Thông báo 12/TB-KT",
        }  # fmt: skip
        return actions.set_plan_setting(by=cast.head.user, at=at, **(values | changed))

    return record


def unrecorded() -> list[str]:
    """What `verify` finds about rows of plans, of which every one must be on the record."""
    return [found.message for found in verify(None).problems if found.kind.startswith("plans.")]
