from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.cast import build_cast
from tests.factories.people import make_person, make_unit
from tests.guards import outside_actions
from thuocdo.collectives import actions
from thuocdo.collectives.models import UnitResult, UnitRound, UnitSheet

AT = datetime(2026, 11, 20, 9, 0, tzinfo=timezone(timedelta(hours=7)))
LAW = "state/nd-335-2025-agencies"
GOOD = {"marks.general": "20", "marks.results": "55", "defects.total": "0", "defects.fixed": "0"}
TASKS = {"tasks.assigned": "10", "tasks.done": "10", "tasks.late": "0", "tasks.failing": "0", "tasks.above": "3"}
BEST = GOOD | {"marks.general": "28", "marks.results": "65"}


@dataclass(frozen=True)
class World:
    """The committee rates its three divisions for 2026; `clerk`, its deputy, proposes."""

    cast: Any
    clerk: Any
    round: UnitRound

    def sheet(self, unit: Any) -> UnitSheet:
        return UnitSheet.objects.select_related("round", "unit", "authority").get(round=self.round, unit=unit)


@pytest.fixture
def world(db: None) -> World:
    return made_world()


def made_world() -> World:
    cast = build_cast()
    clerk = make_person("UB003", "Tô Thị Hiền", cast.committee, "Phó Chủ tịch", leadership="deputy")
    units = {unit.pk: "agency" for unit in (cast.economy, cast.culture, cast.office)}
    one = opened(cast, units, {"agency": LAW})
    return World(cast, clerk, one)


def opened(cast: Any, units: dict[int, str], rules: dict[str, str], **more: Any) -> UnitRound:
    given: dict[str, Any] = {
        "authority_id": cast.committee.pk, "kind": "year", "year": 2026, "number": 1,
        "basis": "Khoản 5 mục thẩm quyền, Chương II Nghị định 335/2025/NĐ-CP", "submit_by": date(2026, 12, 1),
    }  # fmt: skip
    return actions.open_round(
        **(given | more), units=units, rules_chosen=rules, by=cast.organisation_officer.user, at=AT
    )


def filed(world: World, unit: Any, head: Any, fields: dict[str, str], level: str = "good") -> UnitSheet:
    sheet = world.sheet(unit)
    document = {"fields": fields, "strengths": "Hoàn thành kế hoạch", "shortcomings": "", "level": level}
    actions.submit_unit_sheet(sheet_id=sheet.pk, version=sheet.version, document=document, by=head.user, at=AT)
    return world.sheet(unit)


def proposed(
    world: World, unit: Any, head: Any, fields: dict[str, str], level: str = "",
    reasons: dict[str, str] | None = None, judged: dict[str, str] | None = None,
) -> UnitSheet:  # fmt: skip
    sheet = filed(world, unit, head, fields)
    by = world.clerk.user
    actions.open_unit_sheet(sheet_id=sheet.pk, version=sheet.version, by=by, at=AT)
    known = {"related.units.complete": "0"} | (judged or fields)
    document = {"fields": known, "reasons": reasons or {}, "comment": "Đã kiểm tra hồ sơ", "level": level}
    actions.propose_unit_level(sheet_id=sheet.pk, version=sheet.version + 1, document=document, by=by, at=AT)
    return world.sheet(unit)


def decided(world: World, sheet: UnitSheet, level: str = "good", **how: Any) -> Any:
    given = {"reason": "", "decisions": {}, "by": world.cast.chairman.user, "at": AT} | how
    return actions.decide_unit(sheet_id=sheet.pk, version=sheet.version, level=level, **given)


def with_good_ones(world: World, more: int) -> World:
    """The economy division excellent, culture, office and so many other divisions good; the round closed, culture and
    office reopened with a new proposal."""
    cast = world.cast
    decided(world, proposed(world, cast.economy, cast.head, BEST | TASKS), "excellent", reason="Trước các đơn vị khác")
    heads = {cast.culture: cast.head_elsewhere, cast.office: cast.office_head}
    made = {unit: decided(world, proposed(world, unit, head, GOOD | TASKS)) for unit, head in heads.items()}
    sheet, result = world.sheet(cast.culture), made[cast.culture]
    with outside_actions():
        for number in range(more):
            unit = make_unit(f"PX{number}", f"Phòng Thêm {number}", under=cast.committee)
            other = UnitSheet.objects.create(**_copied(sheet, unit_id=unit.pk))
            UnitResult.objects.create(**_copied(result, unit_id=unit.pk, sheet_id=other.pk, unit_head_id=None))
        UnitRound.objects.update(state="closed", closed_at=AT)
        UnitSheet.objects.filter(unit__in=heads).update(state="proposed")
    return world


def _copied(row: Any, **other: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | {"id": None} | other
