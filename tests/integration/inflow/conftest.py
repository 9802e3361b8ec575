"""A ward with a REST source, a file source, a catalogue product and one employee who gets tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import months
from tests.guards import outside_actions
from tests.integration.organisation.ward import Ward, build_ward, member
from thuocdo.inflow.actions import create_source
from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.typed import Settings
from thuocdo.work import actions as work
from thuocdo.work.models import Product, Task
from thuocdo.work.rules import Report


@dataclass
class Place:
    """The ward, its sources, and a caller with the token."""

    ward: Ward
    rest: Source
    token: str
    product: Product
    at: datetime

    def call(self, method: str, path: str, body: Any = None, token: str | None = None, **options: Any) -> Any:
        """One call of the JSON door."""
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        made = getattr(Client(), method)
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        return made(f"/api/v1/tasks{path}", headers=headers, **options)

    def put(self, external_id: str = "12/UBND", **changed: Any) -> Any:
        """One task."""
        return self.call("put", f"/{external_id}", task(**changed))

    def item(self, external_id: str = "12/UBND") -> SourceItem:
        """The stored item."""
        return SourceItem.objects.select_related("task").get(source=self.rest, external_id=external_id)

    def task(self, external_id: str = "12/UBND") -> Task:
        """The task of an item."""
        found = self.item(external_id).task
        assert found is not None
        return found


def task(**changed: Any) -> dict[str, Any]:
    """A task as a system writes it; a field given as ... is left out."""
    whole = {
        "title": "Báo cáo tháng 3",
        "person": "CC900",
        "due_date": "2026-03-25",
        "product": "SP-001",
        "quantity": "4",
        "updated_at": "2026-03-05T08:00:00+07:00",
    } | changed
    return {name: value for name, value in whole.items() if value is not ...}


def make_source(ward: Ward, at: datetime, kind: str = "rest", name: str = "Hệ thống văn bản", **settings: Any) -> Any:
    """A source of ward P1."""
    made = Settings(name=name, **settings)
    return create_source(by=ward.officer, at=at, unit_id=ward.units["P1"].pk, kind=kind, settings=made)


@pytest.fixture
def place(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    cache.clear()
    ward = build_ward(at)
    with outside_actions():
        product = Product.objects.create(
            agency=ward.units["P1-UB"], code="SP-001", name="Báo cáo", complexity=2, coefficient=150,
            start=date(2025, 7, 1),
        )  # fmt: skip
    made = make_source(ward, at)
    return Place(ward, made.source, made.token, product, at)


def closed_february(place: Place) -> None:
    """The employee's February, every task reported, with a confirmed result."""
    ward = place.ward
    _, head = member(place.at, ward.units["P1-VP"], "TP900", "Lê Trưởng Phòng", "lt.phong", leadership="head")
    cycle = months.open_month(ward.units["P1"], ward.officer.person)
    assert head.user is not None
    for one in Task.objects.filter(month=date(2026, 2, 1)):
        done = Report(completed=one.assigned, quality_met=one.assigned, on_time=one.assigned)
        work.report_task(task_id=one.pk, version=one.version, by=ward.employee, at=place.at, report=done)
    months.confirmed(cycle, ward.employee_person, place.at)
