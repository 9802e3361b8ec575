"""An agency under a rulebook with a quota: every sheet confirmed, places frozen, levels proposed and waiting."""

from typing import Any

from tests.factories import months
from tests.factories.people import give_role, make_person, make_unit
from tests.guards import outside_actions
from tests.integration.web.crowd import Crowd
from thuocdo.appraisals import actions
from thuocdo.appraisals.level_checks import Wanted
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.rulesets.models import Binding

MARKS = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "10", "marks.bonus": "5"}
BOOK, OVERLAY = "local/ha-noi-3814-2018", "overlays/vi-du-ha-noi-2018"


def build(people: Crowd, rows: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Users by name and ids, for the pages of levels and places."""
    place = make_unit("SUAT", "Trung tâm hành chính", Unit.Kind.PLACE)
    above = make_unit("SUAT-UB", "Ban quản lý", under=place)
    decider = make_person("SU000", "Trần Thị Quyết", above, "Trưởng ban", leadership="head")
    give_role(people.officer, place, Role.Kind.OFFICER)
    with outside_actions():
        Binding.objects.create(
            unit=place, subject_kind="civil_servant", rulebook=BOOK, overlays=[OVERLAY], start="2026-01-01",
            decided_by="Giám đốc", reason="Quy chế",
        )  # fmt: skip
    staff = [_agency(place, above, number, 2 if number else rows) for number in range(rows)]
    cycle = months.open_month(place, people.officer)
    for head, members in staff:
        _sheets(cycle, head, members)
    actions.freeze_places(cycle_id=cycle.pk, rounding={}, by=people.officer.user, at=months.OPENED)
    for head, members in staff:
        wanted = [Wanted(months.sheet_of(cycle, one).pk, 0, 0, "good") for one in members]
        actions.propose_levels(wanted=wanted, by=head.user, at=months.OPENED)
    return {"levels_head": staff[0][0].user, "levels_chief": decider.user}, {"levels": cycle.pk}


def _agency(place: Unit, above: Unit, number: int, size: int) -> tuple[Person, list[Person]]:
    agency = make_unit(f"SUAT{number:03d}", f"Phòng số {number}", under=place, managed_by=above)
    head = make_person(f"SUH{number:03d}", "Phan Văn Đầu", agency, "Trưởng phòng", leadership="head")
    return head, [make_person(f"SU{number:03d}-{n:03d}", f"Lê Văn {n}", agency) for n in range(size)]


def _sheets(cycle: Cycle, head: Person, members: list[Person]) -> None:
    items = []
    for one in members:
        sheet = months.sheet_of(cycle, one)
        document = {"fields": MARKS, "strengths": "", "shortcomings": ""}
        actions.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=one.user, at=months.OPENED)
        items.append((sheet.pk, months.sheet_of(cycle, one).version))
    actions.confirm_many(items=items, comment="Nhất trí", by=head.user, at=months.OPENED)
