"""A ward whose people are rated under a rulebook of schemes: bound, opened, filled in."""

from datetime import date, datetime
from typing import Any

from tests.cast import Cast
from tests.factories.months import CONFIRM_BY, OPENED, SUBMIT_BY, sheet_of
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person
from thuocdo.rulesets.models import Binding

HA_NOI = ("local/ha-noi-1841-2021", ("overlays/vi-du-ha-noi-co-quan",))
FIELDS = {"time.working_days": "20", "time.worked_days": "20", "absences.sick": "0", "absences.annual_leave": "0",
          "absences.maternity": "0", "absences.part_time_training": "0"}  # fmt: skip


def bound(cast: Cast, rulebook: str, overlays: tuple[str, ...] = (), kind: str = "civil_servant") -> Binding:
    """The ward's civil servants are rated under the rulebook from 2026 on."""
    with outside_actions():
        return Binding.objects.create(
            unit=cast.ward, subject_kind=kind, rulebook=rulebook, overlays=list(overlays), start=date(2026, 1, 1),
            decided_by="Chủ tịch Ủy ban nhân dân phường", reason="Áp dụng theo quyết định của phường",
        )  # fmt: skip


def opened_period(
    cast: Cast, *, kind: str = "month", number: int = 2, year: int = 2026, at: datetime = OPENED
) -> Cycle:
    """The period opened by the officer."""
    return actions.open_cycle(
        root_id=cast.ward.pk, kind=kind, year=year, number=number, submit_by=SUBMIT_BY, confirm_by=CONFIRM_BY,
        choices={}, by=cast.organisation_officer.user, at=at,
    )  # fmt: skip


def filed(cycle: Cycle, person: Person, fields: dict[str, str], at: datetime = OPENED) -> Sheet:
    """The owner files."""
    sheet = sheet_of(cycle, person)
    document = {"fields": fields, "strengths": "Đúng hạn.", "shortcomings": ""}
    actions.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=person.user, at=at)
    return sheet_of(cycle, person)


def under_review(cycle: Cycle, person: Person, fields: dict[str, str], at: datetime = OPENED) -> Sheet:
    """Filed and opened by the evaluator."""
    sheet = filed(cycle, person, fields, at)
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=at)
    return sheet_of(cycle, person)


def judged(sheet: Sheet, at: datetime = OPENED, **document: Any) -> Confirmation:
    """Confirmed by the evaluator."""
    judgement = {"comment": "Nhất trí."} | document
    return actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, judgement=judgement, by=sheet.evaluator.user, at=at
    )
