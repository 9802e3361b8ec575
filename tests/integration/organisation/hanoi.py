"""Hà Nội before 1 July 2025, and where its wards and communes went: from PyPI `vietnamadminunits` (dev dependency)."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.factories.people import give_role, make_person, make_unit
from tests.guards import outside_actions
from tests.integration.organisation.ward import xlsx
from thuocdo.appraisals.actions import open_cycle
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.text import fold, sort_key
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink
from thuocdo.rulesets.models import Binding

BEFORE = date(2020, 1, 1)
HERE = timezone(timedelta(hours=7))
THEN = "local/ha-noi-3251-2022"
REFORM = date(2025, 7, 1)
CITY = "TPHN"


@dataclass(frozen=True)
class Mapping:
    """Codes and names of the old districts and wards, of the new wards, and old ward to new wards (the first keeps the
    papers)."""

    districts: dict[str, str]
    wards: dict[str, tuple[str, str]]
    new: dict[str, str]
    to: dict[str, tuple[str, ...]]


@cache
def mapping() -> Mapping:
    """The package's own tables for province 01, by code; imported here, since importing reads them all."""
    package = import_module("vietnamadminunits")
    query = import_module("vietnamadminunits.database").query
    where = "where provinceCode = '01'"
    old = query(f"select districtCode d, district, wardCode w, ward, districtKey dk, wardKey wk "
                f"from admin_units_legacy {where} order by wardCode")
    new = {r["k"]: r for r in query(f"select wardCode w, ward, wardKey k from admin_units {where}")}
    folder = Path(str(package.__file__)).parent
    tables: dict[str, Any] = json.loads((folder / "data" / "converter_2025.json").read_text(encoding="utf-8"))
    whole = tables["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphohanoi"]
    parts = tables["DICT_PROVINCE_WARD_DIVIDED"]["thanhphohanoi"]
    to = {one: [key] for key, olds in whole.items() for one in olds}
    for one, targets in parts.items():
        ordered = sorted(targets, key=lambda t: (not t["isDefaultNewWard"], t["newWardKey"]))
        to[one] = [t["newWardKey"] for t in ordered]
    return Mapping(
        {f"Q{r['d']}": r["district"] for r in old},
        {f"P{r['w']}": (r["ward"], f"Q{r['d']}") for r in old},
        {f"X{r['w']}": r["ward"] for r in new.values()},
        {f"P{r['w']}": tuple(f"X{new[k]['w']}" for k in to[f"thanhphohanoi_{r['dk']}_{r['wk']}"]) for r in old},
    )


@dataclass(frozen=True)
class City:
    """The city's committee and its organisation officer."""

    root: Unit
    officer: Person


def build_city(*, staff: int = 2) -> City:
    """The old tree with a head and `staff` people in each of the 526 wards, a head and one in each of 30 districts."""
    found = mapping()
    root = make_unit(CITY, "Ủy ban nhân dân thành phố Hà Nội")
    with outside_actions():
        Unit.objects.filter(pk=root.pk).update(start=BEFORE)
        names = {code: f"Ủy ban nhân dân {name}" for code, name in found.districts.items()}
        names |= {code: f"Ủy ban nhân dân {name}" for code, (name, _) in found.wards.items()}
        made = Unit.objects.bulk_create(
            [Unit(code=code, name=name, kind="agency", start=BEFORE) for code, name in names.items()], batch_size=500
        )
        ids = {u.code: u.pk for u in made} | {CITY: root.pk}
        above = dict.fromkeys(found.districts, CITY) | {code: district for code, (_, district) in found.wards.items()}
        UnitLink.objects.bulk_create(
            [UnitLink(tree=tree, child_id=ids[child], parent_id=ids[parent], start=BEFORE)
             for tree in ("structure", "management") for child, parent in above.items()], batch_size=500,
        )
        _people(ids, above, found, staff)
    officer = make_person("TC001", "Bùi Thị Mai", root, start=BEFORE)
    role = give_role(officer, root, "officer")
    with outside_actions():
        Role.objects.filter(pk=role.pk).update(start=BEFORE)
    return City(Unit.objects.get(pk=root.pk), officer)


def _people(ids: dict[str, int], above: dict[str, str], found: Mapping, staff: int) -> None:
    places = [(unit, number) for unit in above for number in range(1 + (staff if unit in found.wards else 1))]
    people = Person.objects.bulk_create(
        [Person(code=f"{unit}-{number}", full_name=f"Nguyễn Văn {unit} {number}", sort_key=sort_key(f"{unit} {number}"),
                search_key=fold(f"{unit} {number}")) for unit, number in places], batch_size=500,
    )
    Employment.objects.bulk_create(
        [Employment(person=person, unit_id=ids[unit], kind="civil_servant", start=BEFORE,
                    position="Chuyên viên" if number else "Chủ tịch", leadership="none" if number else "head")
         for person, (unit, number) in zip(people, places, strict=True)], batch_size=500,
    )


def june_of(city: City, districts: Sequence[str]) -> list[Cycle]:
    """June 2025 opened on 27 June in these districts and their wards, by Hà Nội's own decision of that time."""
    at = datetime(2025, 6, 27, 8, 0, tzinfo=HERE)
    with outside_actions():
        Binding.objects.create(unit=city.root, subject_kind="civil_servant", rulebook=THEN, start=BEFORE,
                               decided_by="UBND thành phố", reason="Quyết định của thành phố", recorded_by=None)
    return [
        open_cycle(root_id=Unit.objects.get(code=code).pk, kind="month", year=2025, number=6, choices={},
                   submit_by=at + timedelta(days=5), confirm_by=at + timedelta(days=10), by=city.officer.user, at=at)
        for code in districts
    ]


HEADER = ["Mã đơn vị cũ", "Mã đơn vị mới", "Tên đơn vị mới", "Loại", "Thuộc về mã", "Mã cơ quan quản lý công chức",
          "Tiếp nhận hồ sơ"]


def mapping_file() -> bytes:
    """Old to new as the officer's XLSX: 526 wards by the package's tables, each district to all wards of its own."""
    found = mapping()
    rows = [[old, *_new(code, found), "có" if place == 0 and len(targets) > 1 else ""]
            for old, targets in found.to.items() for place, code in enumerate(targets)]
    for district in found.districts:
        wards = sorted({code for ward, (_, d) in found.wards.items() if d == district for code in found.to[ward]})
        rows += [[district, *_new(code, found), "có" if place == 0 and len(wards) > 1 else ""]
                 for place, code in enumerate(wards)]
    return xlsx(HEADER, rows)


def _new(code: str, found: Mapping) -> list[str]:
    return [code, f"Ủy ban nhân dân {found.new[code]}", "cơ quan sử dụng", CITY, CITY]


def placement_file() -> bytes:
    """Who goes where, as the officer's CSV: of each split unit the people go to its parts in turn; the first head who
    comes to a new ward heads it, the others become deputies."""
    found = mapping()
    targets = dict(found.to)
    for district in found.districts:
        inside = (ward for ward, (_, d) in found.wards.items() if d == district)
        targets[district] = tuple(sorted({code for ward in inside for code in found.to[ward]}))
    headed: dict[str, int] = defaultdict(int)
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";")
    rows.writerow(["Mã cán bộ", "Mã đơn vị cũ", "Mã đơn vị mới", "Chức vụ", "Vai trò"])
    for code, unit in Person.objects.filter(code__contains="-").values_list("code", "employments__unit__code"):
        number = int(code.rsplit("-", 1)[1])
        to = targets[unit][number % len(targets[unit])]
        post = ["", ""]
        if number == 0:
            headed[to] += 1
            post = ["", ""] if headed[to] == 1 else ["Phó Chủ tịch", "cấp phó"]
        rows.writerow([code, unit, to, *post])
    return out.getvalue().encode()
