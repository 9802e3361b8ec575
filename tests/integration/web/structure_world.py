"""Units, duties, plans, merges and departures for the query budgets: `rows` of each."""

from datetime import date, timedelta
from typing import Any

from tests.guards import outside_actions
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    DelegationCover,
    Departure,
    DeputyField,
    Person,
    PersonMerge,
    Reorganisation,
    Succession,
    Unit,
    UnitLink,
)

START = date(2025, 7, 2)


def build(people: Any, rows: int) -> dict[str, int]:
    """Ids of a unit with duties and of a plan with lines."""
    agency, officer = people.agency, people.officer
    staff = list(Person.objects.exclude(pk=officer.pk).order_by("pk")[:2])
    with outside_actions():
        plan = _plan(people)
        for index in range(rows):
            unit = Unit.objects.create(code=f"TO-{index}", name=f"Tổ {index}", kind="component", start=START)
            UnitLink.objects.create(tree="structure", child=unit, parent=agency, start=START)
            Succession.objects.create(
                plan=plan, old=unit, code=f"TO-M{index}", name=f"Tổ mới {index}", kind="component"
            )
            day = START - timedelta(days=2 * index + 900)
            span = {"start": day, "end": day + timedelta(days=1)}
            ActingHead.objects.create(unit=agency, person=staff[0], kind="interim", decision="1/QĐ", **span)
            DeputyField.objects.create(
                unit=agency, person=staff[0], name="Đất đai", covers_unit=unit, decision="2", **span
            )
            given = Delegation.objects.create(
                unit=agency, giver=staff[0], delegate=staff[1], act="evaluate", decision="3", decided_on=day, **span
            )
            DelegationCover.objects.create(delegation=given, delegate=staff[1], unit=unit)
            _merge(people, staff[0], staff[index % len(staff)], index)
    return {"reorganised": agency.pk, "reorganisation": plan.pk}


def _plan(people: Any) -> Reorganisation:
    at = people.officer.user.created_at
    return Reorganisation.objects.create(
        root=people.place,
        title="Sắp xếp",
        decision="9/QĐ",
        decided_on=START,
        start=date(2026, 9, 1),
        created_by=people.officer.user,
        created_at=at,
    )


def _merge(people: Any, gone: Person, kept: Person, index: int) -> None:
    user, at = people.officer.user, people.officer.user.created_at
    double = Person.objects.create(code=f"TRUNG-{index}", full_name="Đỗ Ánh", sort_key="", search_key="do anh")
    PersonMerge.objects.create(kept=kept, dropped=double, reason="Nhập hai lần", proposed_by=user, proposed_at=at)
    Departure.objects.create(person=gone, end=START, reason="Nghỉ hưu", recorded_by=user, recorded_at=at)
