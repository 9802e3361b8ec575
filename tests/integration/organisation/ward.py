"""The ward of these tests, made by the product's own actions at set-up."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from thuocdo.accounts.models import User
from thuocdo.organisation import actions
from thuocdo.organisation.actions import NewUnit
from thuocdo.organisation.models import Person, Unit

SINCE = date(2025, 7, 1)


@dataclass
class Ward:
    """Units by code, the officer of ward P1, the officer of ward P2, an employee of P1-VP."""

    units: dict[str, Unit]
    officer: User
    stranger: User
    employee: User
    employee_person: Person


def build_ward(at: datetime) -> Ward:
    units = actions.create_units(by=None, at=at, units=[
        NewUnit("P1", "Phường Một", "place", SINCE),
        NewUnit("P1-UB", "Ủy ban nhân dân phường Một", "agency", SINCE, parent="P1"),
        NewUnit("P1-VP", "Văn phòng phường Một", "component", SINCE, parent="P1-UB"),
        NewUnit("P1-DU", "Đảng ủy phường Một", "agency", SINCE, parent="P1"),
        NewUnit("P2", "Phường Hai", "place", SINCE),
        NewUnit("P2-UB", "Ủy ban nhân dân phường Hai", "agency", SINCE, parent="P2"),
    ])
    officer, _ = member(at, units["P1-UB"], "TC001", "Lê Thị Tổ", "lt.to", officer_of=units["P1"])
    stranger, _ = member(at, units["P2-UB"], "TC002", "Đỗ Văn Hai", "dv.hai", officer_of=units["P2"])
    employee, person = member(at, units["P1-VP"], "CC900", "Nguyễn Văn Sẵn", "nv.san")
    return Ward(units, officer, stranger, employee, person)


def member(
    at: datetime, unit: Unit, code: str, name: str, username: str, *, officer_of: Unit | None = None,
    leadership: str = "none",
) -> tuple[User, Person]:
    """A person with a post since July 2025, an account, and maybe the officer's role."""
    person = actions.create_person(by=None, at=at, unit_id=unit.pk, code=code, full_name=name)
    actions.employ(by=None, at=at, person_id=person.pk, unit_id=unit.pk, kind="civil_servant",
                   position="Chuyên viên", start=SINCE, leadership=leadership)
    user = actions.open_account(by=None, at=at, person_id=person.pk, username=username)
    if officer_of is not None:
        actions.give_role(
            by=None, at=at, person_id=person.pk, unit_id=officer_of.pk, kind="officer", start=SINCE
        )
    return user, Person.objects.get(pk=person.pk)


HEADER = ["Mã cán bộ", "Họ và tên", "Mã đơn vị", "Đối tượng", "Chức vụ", "Vai trò", "Nhóm nhiệm "
    "vụ", "Từ ngày",
          "Đến ngày", "Tài khoản", "Vai trò hệ thống"]


def xlsx(header: Sequence[Any], rows: Sequence[Sequence[Any]]) -> bytes:
    """An XLSX with these cells; dates become real Excel dates."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for line, cells in enumerate([header, *rows]):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                elif isinstance(cell, str):
                    sheet.write_string(line, place, cell)
                elif cell is not None:
                    sheet.write(line, place, cell)
    return out.getvalue()


def person_row(code: str, name: str = "Trần Văn Mới", unit: str = "P1-VP", start: Any = "01/08/2025",
               **other: str) -> list[Any]:
    """One row of the list of people, in the order of HEADER."""
    return [code, name, unit, other.get("kind", "công chức"), other.get("position", "Chuyên viên"),
            other.get("leadership", ""), other.get("group", ""), start, other.get("last", ""),
            other.get("username", ""), other.get("roles", "")]
