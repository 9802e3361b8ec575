"""Rounds, units, tasks and bonus proposals of units as subjects, for counting queries."""

from typing import Any

from tests.factories.people import make_person, make_unit
from tests.integration.web import crowd
from tests.integration.web.crowd import AT
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitSheet
from thuocdo.organisation.models import Person, Unit

LAW = "state/nd-335-2025-agencies"
FIELDS = {"marks.general": "20", "marks.results": "55", "defects.total": "0", "defects.fixed": "0"}


def build(people: crowd.Crowd, rows: int) -> dict[str, int]:
    """`rows` units in one round of the agency, one of them with as many tasks; `rows` rounds that rate the agency."""
    by: Any = people.officer.user
    act: dict[str, Any] = {"by": by, "at": AT}
    given: dict[str, Any] = {"kind": "year", "number": 1, "basis": "Chương II", "submit_by": None}
    given["rules_chosen"] = {"agency": LAW}
    units = [make_unit(f"DG{n:03d}", f"Phòng {n}", under=people.agency) for n in range(rows)]
    head: Any = make_person("DG001", "Lê Minh Đức", units[0], "Trưởng phòng", leadership="head")
    rated = {unit.pk: "agency" for unit in units}
    one = actions.open_round(authority_id=people.agency.pk, year=2026, units=rated, **given, **act)
    city: Any = Person.objects.get(code="TP001").user
    place = Unit.objects.get(code="TP").pk
    for n in range(rows):
        again = {people.agency.pk: "agency"}
        actions.open_round(authority_id=place, year=2027 + n, units=again, **given, by=city, at=AT)
    sheet = UnitSheet.objects.get(round=one, unit=units[0])
    for n in range(rows):
        task: dict[str, Any] = {"title": f"Nhiệm vụ {n}", "given_by": "Chủ tịch", "document": "", "due": AT.date()}
        actions.give_unit_task(sheet_id=sheet.pk, **task, **act)
    document: dict[str, Any] = {"fields": FIELDS, "level": "good"}
    actions.submit_unit_sheet(sheet_id=sheet.pk, version=1, document=document, by=head.user, at=AT)
    actions.open_unit_sheet(sheet_id=sheet.pk, version=2, **act)
    return {"unit_round": one.pk, "unit_sheet": sheet.pk}
