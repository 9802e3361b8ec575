"""The XLSX files of the demonstration, in the columns that the import page offers as a template."""

from datetime import date

from thuocdo.demo import situations as s
from thuocdo.demo.plan import Plan, Service
from thuocdo.demo.units import WARD
from thuocdo.demo.xlsx import File, table

KINDS = {"civil_servant": "công chức", "cadre": "cán bộ", "public_employee": "viên chức",
         "contract_worker": "hợp đồng"}
LEADERSHIP = {"head": "người đứng đầu", "deputy": "cấp phó", "none": ""}
PEOPLE_HEADER = ("Mã cán bộ", "Họ và tên", "Mã đơn vị", "Đối tượng", "Chức vụ", "Vai trò", "Nhóm nhiệm vụ",
                 "Từ ngày", "Đến ngày", "Tài khoản", "Vai trò hệ thống", "Phạm vi vai trò")
# Slot -> system role and the unit over which it is held.
ROLES = {
    s.OFFICER: ("cán bộ tổ chức; người giao việc", WARD),
    s.TASK_GIVER: ("người giao việc", "HK-VP"),
    s.INSPECTOR: ("kiểm tra", WARD),
}


def day(value: date | None) -> str:
    """A date as people write it; empty where there is none."""
    return "" if value is None else f"{value:%d/%m/%Y}"


def username(service: Service) -> str:
    """The account of a person: a speaking name for the roles of the tour, otherwise the staff code."""
    slot = service.holder.post.slot
    return "" if slot == s.NO_ACCOUNT else s.USERNAMES.get(slot, service.holder.code.lower())


def people_file(plan: Plan) -> File:
    """Everybody who serves in the ward; the two who move have two lines."""
    rows = [_person(x) for x in plan.services if x.unit.startswith("HK-")]
    return File("people", "nguoi-phuong.xlsx", WARD, table(PEOPLE_HEADER, rows, sheet="Người"))


def _person(x: Service) -> tuple[str, ...]:
    post = x.holder.post
    roles, unit = ROLES.get(post.slot, ("", ""))
    return (x.holder.code, x.holder.name, x.unit, KINDS[post.kind], x.title, LEADERSHIP[post.leadership],
            x.group, day(x.start), day(x.last), username(x), roles, unit)
