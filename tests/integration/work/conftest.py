"""A small ward: place, two agencies, an office under one of them, and the ward's organisation officer."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.integration.organisation.ward import Ward, build_ward, member
from thuocdo.accounts.models import User
from thuocdo.organisation.models import Person
from thuocdo.work.actions import assign_task, report_task
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

MARCH = date(2026, 3, 1)


@pytest.fixture
def ward(db, at) -> Ward:
    return build_ward(at)


@dataclass
class Office:
    """The office of the ward: its head, its deputy, the doer, a colleague; and a head elsewhere."""

    ward: Ward
    head: User
    deputy: User
    doer: User
    doer_person: Person
    colleague: User
    colleague_person: Person
    stranger: User

    def task(self, at, **other) -> Task:
        values = {"title": "Báo cáo tháng", "coefficient": 150, "assigned": 400, "due_date": date(2026, 3, 25)}
        person = other.pop("person", self.doer_person)
        return assign_task(
            by=self.head, at=at, person_id=person.pk, month=other.pop("month", MARCH), **{**values, **other}
        )

    def reported(self, task: Task, at, late: int = 0, **said: str) -> Task:
        return report_task(
            by=self.doer, at=at, task_id=task.pk, version=task.version,
            report=Report(completed=400, quality_met=400, on_time=400, late=late, **said),
        )  # fmt: skip


@pytest.fixture
def office(ward: Ward, at, settings, tmp_path: Path) -> Office:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    unit = ward.units["P1-VP"]
    head, _ = member(at, unit, "CC800", "Phạm Thị Giao", "pt.giao", leadership="head")
    deputy, _ = member(at, unit, "CC801", "Đỗ Văn Phó", "dv.pho", leadership="deputy")
    colleague, colleague_person = member(at, unit, "CC901", "Lê Thị Bạn", "lt.ban")
    stranger, _ = member(at, ward.units["P2-UB"], "CC950", "Trần Văn Xa", "tv.xa", leadership="head")
    return Office(
        ward, head, deputy, ward.employee, ward.employee_person, colleague, colleague_person, stranger
    )
