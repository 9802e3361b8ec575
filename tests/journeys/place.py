"""What is there before the month: the units, the rule, one officer with a password. And the lists to import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import xlsxwriter
from django.utils import timezone
from python_calamine import load_workbook

from tests.journeys.conftest import PASSWORD
from thuocdo.accounts.actions import issue_link, set_password_by_link
from thuocdo.organisation import actions
from thuocdo.organisation.actions import NewUnit
from thuocdo.organisation.models import Role
from thuocdo.rulesets.actions import bind

SINCE = date(2025, 7, 1)
RULEBOOK, OVERLAY = "state/nd-335-2025", "overlays/vi-du-phuong"
UNITS = (
    NewUnit("TP", "Thành phố", "place", SINCE),
    NewUnit("TP-UB", "Ủy ban nhân dân thành phố", "agency", SINCE, parent="TP"),
    NewUnit("P", "Phường Bồ Đề", "place", SINCE, parent="TP"),
    NewUnit("P-UB", "Ủy ban nhân dân phường", "agency", SINCE, parent="P", managed_by="TP-UB"),
    NewUnit("P-KT", "Phòng Kinh tế, Hạ tầng và Đô thị", "agency", SINCE, parent="P", managed_by="P-UB"),
    NewUnit("P-VP", "Văn phòng phường", "agency", SINCE, parent="P", managed_by="P-UB"),
)
HEAD = "người đứng đầu"


@dataclass(frozen=True)
class Listed:
    """One person of the list that the officer imports."""

    code: str
    name: str
    unit: str
    position: str = "Chuyên viên"
    leadership: str = ""
    kind: str = "công chức"
    account: bool = True

    def row(self) -> dict[str, str]:
        """The cells by column title."""
        return {
            "Mã cán bộ": self.code,
            "Họ và tên": self.name,
            "Mã đơn vị": self.unit,
            "Đối tượng": self.kind,
            "Chức vụ": self.position,
            "Vai trò": self.leadership,
            "Từ ngày": "01/07/2025",
            "Tài khoản": self.code.lower() if self.account else "",
        }


CITY_HEAD = Listed("TP001", "Trần Quang Vinh", "TP-UB", "Chủ tịch", HEAD)
CHAIRMAN = Listed("UB001", "Nguyễn Hữu Thắng", "P-UB", "Chủ tịch", HEAD)
CHIEF = Listed("KT001", "Lê Minh Đức", "P-KT", "Trưởng phòng", HEAD)
NGOC = Listed("KT002", "Nguyễn Thị Hồng Ngọc", "P-KT")
ANH = Listed("KT003", "Đỗ Ánh", "P-KT")
AWAY = Listed("KT004", "Lý Thùy Dương", "P-KT", account=False)
SILENT = Listed("KT005", "Cao Tiến Dũng", "P-KT")
CLERK = Listed("VP001", "Ngô Đình Long", "P-VP")
DRIVER = Listed("VP002", "Mai Văn Tư", "P-VP", "Nhân viên lái xe", kind="hợp đồng")
EVERYBODY = (CITY_HEAD, CHAIRMAN, CHIEF, NGOC, ANH, AWAY, SILENT, CLERK, DRIVER)


def found_place() -> None:
    """The almost empty installation: what `thuocdo` sets up before anybody opens a page."""
    at = timezone.now()
    units = actions.create_units(by=None, at=at, units=UNITS)
    bind(
        by=None,
        at=at,
        unit_id=units["P"].pk,
        subject_kind="civil_servant",
        start=date(2026, 1, 1),
        rulebook=RULEBOOK,
        overlays=[OVERLAY],
        decided_by="Chủ tịch Ủy ban nhân dân phường",
        reason="Nghị định 335/2025/NĐ-CP và quy chế của phường.",
    )
    officer = actions.create_person(
        by=None, at=at, unit_id=units["P-VP"].pk, code="TC001", full_name="Bùi Thị Mai"
    )
    for unit in ("TP", "P"):
        actions.give_role(
            by=None, at=at, person_id=officer.pk, unit_id=units[unit].pk, kind=Role.Kind.OFFICER, start=SINCE
        )
    actions.open_account(by=None, at=at, person_id=officer.pk, username="bt.mai")
    token = issue_link(by=None, at=at, username="bt.mai").token
    set_password_by_link(by=None, at=at, token=token, password=PASSWORD)


def this_month() -> date:
    """First day of the month in which the test runs."""
    return timezone.localdate().replace(day=1)


def soon(days: int) -> str:
    """A day some days ahead, as people write it."""
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def task_row(person: Listed, number: int, title: str) -> dict[str, str]:
    """One product of 4 units at coefficient 2 for a person, due on the 28th."""
    month = this_month()
    return {
        "Mã công việc": f"{month:%Y%m}-{person.code}-{number:02d}",
        "Mã cán bộ": person.code,
        "Tháng": f"{month:%m/%Y}",
        "Tên công việc": title,
        "Hệ số quy đổi": "2",
        "Số lượng giao": "4",
        "Hạn hoàn thành": f"28/{month:%m/%Y}",
    }


def filled(template: Path, rows: Sequence[Mapping[str, str]]) -> bytes:
    """The downloaded template with these rows, as a customer fills it in."""
    titles = [str(title) for title in load_workbook(str(template)).get_sheet_by_index(0).to_python()[0]]
    unknown = {title for row in rows for title in row} - set(titles)
    assert not unknown, f"the template has no column {unknown}"
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate([titles, *([row.get(t, "") for t in titles] for row in rows)]):
            for place, text in enumerate(cells):
                sheet.write_string(line, place, text)
    return out.getvalue()
