"""The XLSX files of the demonstration, in the columns that the import page offers as a template."""

from collections.abc import Sequence

from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.plan import Plan, Service
from thuocdo.demo.posts import holders
from thuocdo.demo.tasks import Line, PersonMonth
from thuocdo.demo.units import START, WARD, ward_organs
from thuocdo.demo.xlsx import File, table
from thuocdo.intake.written import day_text

KINDS = {"civil_servant": "công chức", "cadre": "cán bộ", "public_employee": "viên chức",
         "contract_worker": "hợp đồng"}
LEADERSHIP = {"head": "người đứng đầu", "deputy": "cấp phó", "none": ""}
PEOPLE_HEADER = ("Mã cán bộ", "Họ và tên", "Mã đơn vị", "Đối tượng", "Chức vụ", "Vai trò", "Nhóm nhiệm vụ",
                 "Từ ngày", "Đến ngày", "Tài khoản", "Vai trò hệ thống", "Phạm vi vai trò")
UNIT_KINDS = {"place": "địa bàn", "agency": "cơ quan sử dụng", "component": "đơn vị trực tiếp sử dụng"}
UNITS_HEADER = ("Mã đơn vị", "Tên đơn vị", "Loại", "Mã đơn vị cấp trên", "Mã cơ quan quản lý công chức",
                "Thứ tự", "Từ ngày", "Đến ngày")
ABSENCES_HEADER = ("Mã cán bộ", "Loại vắng", "Từ ngày", "Đến ngày")
TASKS_HEADER = ("Mã công việc", "Mã cán bộ", "Tháng", "Mã sản phẩm", "Tên công việc", "Hệ số quy đổi",
                "Số lượng giao", "Hạn hoàn thành", "Ngoài kế hoạch")
# Code, name, unit, kind and first day, each with one mistake (one staff code for two people).
MISTAKES = (
    ("HK801", "Nguyễn Văn Mẫu", "HK-KHONG-CO", "công chức", "01/09/2026"),
    ("HK802", "Trần Thị Mẫu", "HK-VP", "công chức", "31/02/2026"),
    ("HK803", "Phạm Thị Mẫu", "HK-VP", "công nhân", "01/09/2026"),
    ("", "Đỗ Văn Mẫu", "HK-VP", "công chức", "01/09/2026"),
    ("HK804", "Lê Văn Mẫu", "HK-VP", "công chức", "01/09/2026"),
    ("HK804", "Ngô Thị Mẫu", "HK-VP", "công chức", "01/09/2026"),
)
# Slot -> system role and the unit over which it is held.
ROLES = {
    s.OFFICER: ("cán bộ tổ chức; người giao việc", WARD),
    s.TASK_GIVER: ("người giao việc", "HK-VP"),
    s.INSPECTOR: ("kiểm tra", WARD),
}


def decimal(text: str) -> str:
    """A number with the comma that people write."""
    return text.replace(".", ",")


def username(service: Service) -> str:
    """The account of a person: a speaking name for the roles of the tour, otherwise the staff code."""
    slot = service.holder.post.slot
    return "" if slot == s.NO_ACCOUNT else s.USERNAMES.get(slot, service.holder.code.lower())


def units_file() -> File:
    """The organs of the ward, which its officer brings in."""
    rows = [(u.code, u.name, UNIT_KINDS[u.kind], u.parent, u.manager, str(number), day_text(START), "")
            for number, u in enumerate(ward_organs(), 1)]
    return File("units", "don-vi-phuong.xlsx", WARD, table(UNITS_HEADER, rows, sheet="Đơn vị"))


def people_file(plan: Plan) -> File:
    """Everybody who serves in the ward; the two who move have two lines."""
    rows = [_person(x) for x in plan.services if x.unit.startswith("HK-")]
    return File("people", "nguoi-phuong.xlsx", WARD, table(PEOPLE_HEADER, rows, sheet="Người"))


def _person(x: Service) -> tuple[str, ...]:
    post = x.holder.post
    roles, unit = ROLES.get(post.slot, ("", ""))
    return (x.holder.code, x.holder.name, x.unit, KINDS[post.kind], x.title, LEADERSHIP[post.leadership],
            x.group, day_text(x.start), day_text(x.last), username(x), roles, unit)


def absences_file(plan: Plan) -> File:
    """The leaves of a kind that the decree asks for."""
    words = {"maternity": "nghỉ thai sản", "sick_leave": "nghỉ ốm theo chế độ"}
    rows = [(holders()[x.slot].code, words[x.kind], day_text(x.start), day_text(x.last)) for x in plan.leaves]
    return File("absences", "vang-phuong.xlsx", WARD, table(ABSENCES_HEADER, rows, sheet="Vắng"))


def tasks_file(work: Sequence[PersonMonth], month: DemoMonth) -> File:
    """What everybody was given in a month, without results: these are reported by their owners."""
    rows = [_task(line, month) for w in work if w.month == month for line in w.lines]
    name = f"cong-viec-thang-{month.first:%m}.xlsx"
    return File("tasks", name, WARD, table(TASKS_HEADER, rows, sheet=f"Tháng {month.first:%m-%Y}"))


def _task(line: Line, month: DemoMonth) -> tuple[str, ...]:
    product, coefficient = "", decimal(line.coefficient)
    if line.product is not None:
        product, coefficient = line.product.code, ""
    return (line.code, holders()[line.slot].code, f"{month.first:%m/%Y}", product, line.title, coefficient,
            str(line.assigned), day_text(line.due), "có" if line.outside_plan else "")


def faulty_people_file(plan: Plan) -> File:
    """One good line and six with typical mistakes, to see how the import names each of them."""
    good = [_person(x) for x in plan.services if x.unit == "HK-MT"][2:3]
    wrong: list[tuple[str, ...]] = [
        (code, name, unit, kind, "Chuyên viên", "", "", start, "", "", "", "")
        for code, name, unit, kind, start in MISTAKES
    ]
    return File("people", "nguoi-co-loi.xlsx", WARD, table(PEOPLE_HEADER, [*good, *wrong], sheet="Người"))
