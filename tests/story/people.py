"""Who there is on 1 January 2026: two agencies under one city, invented people."""

from dataclasses import dataclass
from datetime import date

SINCE = date(2025, 7, 1)
HEAD, DEPUTY, STAFF = "head", "deputy", "none"
WARD, DEPARTMENT = "P", "S"
ROOTS = (WARD, DEPARTMENT)


@dataclass(frozen=True)
class Place:
    """One unit. `managed` is the unit that manages its civil servants, where that is another one than above."""

    code: str
    name: str
    kind: str
    parent: str = ""
    managed: str = ""


@dataclass(frozen=True)
class Who:
    """One person as hired."""

    code: str
    name: str
    unit: str
    position: str = "Chuyên viên"
    leadership: str = STAFF
    kind: str = "civil_servant"


PLACES = (
    Place("TP", "Thành phố", "place"),
    Place("TP-UB", "Ủy ban nhân dân thành phố", "agency", "TP"),
    Place("SNV", "Sở Nội vụ", "agency", "TP", "TP-UB"),
    Place("P", "Phường Bồ Đề", "place", "TP"),
    Place("P-UB", "Ủy ban nhân dân phường Bồ Đề", "agency", "P", "TP-UB"),
    Place("P-VP", "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường", "agency", "P", "P-UB"),
    Place("P-KT", "Phòng Kinh tế, Hạ tầng và Đô thị", "agency", "P", "P-UB"),
    Place("P-VH", "Phòng Văn hóa - Xã hội", "agency", "P", "P-UB"),
    Place("P-HC", "Trung tâm Phục vụ hành chính công", "agency", "P", "P-UB"),
    Place("P-TT", "Trung tâm Văn hóa, Thông tin và Thể thao phường", "agency", "P", "P-UB"),
    Place("S", "Sở Xây dựng", "agency", "TP", "TP-UB"),
    Place("S-VP", "Văn phòng Sở", "component", "S"),
    Place("S-QH", "Phòng Quy hoạch", "component", "S"),
    Place("S-KT", "Phòng Kinh tế xây dựng", "component", "S"),
    Place("S-HT", "Phòng Hạ tầng kỹ thuật", "component", "S"),
)

CITY_HEAD = Who("TP001", "Trần Quang Vinh", "TP-UB", "Chủ tịch", HEAD)
CITY_OFFICER = Who("NV001", "Quách Thị Vân", "SNV")
CHAIRMAN = Who("UB001", "Nguyễn Hữu Thắng", "P-UB", "Chủ tịch", HEAD)
WARD_OFFICER = Who("VP002", "Bùi Thị Mai", "P-VP")
ECONOMY_HEAD = Who("KT001", "Lê Minh Đức", "P-KT", "Trưởng phòng", HEAD)
ECONOMY_DEPUTY = Who("KT002", "Phạm Thu Hà", "P-KT", "Phó Trưởng phòng", DEPUTY)
PETITIONER = Who("KT003", "Nguyễn Thị Hồng Ngọc", "P-KT")
MOVER = Who("KT004", "Cao Tiến Dũng", "P-KT")
MOTHER = Who("VH003", "Lý Thùy Dương", "P-VH")
PUBLIC_EMPLOYEE = Who("HC003", "Tạ Bích Loan", "P-HC", "Viên chức", kind="public_employee")
CENTRE_HEAD = Who("TT001", "Tạ Hữu Nghĩa", "P-TT", "Giám đốc", HEAD, "public_employee")
CENTRE_STAFF = Who("TT002", "Vi Thị Sen", "P-TT", "Viên chức văn hóa cơ sở", kind="public_employee")
CENTRE_WORKER = Who("TT003", "Lò Văn Pha", "P-TT", "Nhân viên kỹ thuật", kind="contract_worker")
CENTRE = (CENTRE_HEAD, CENTRE_STAFF, CENTRE_WORKER)
"""A service unit of the ward, whose rule begins on 1 July 2026: `tests.story.centre`."""
DIRECTOR = Who("SX001", "Hoàng Văn Sơn", "S", "Giám đốc", HEAD)
DEPARTMENT_OFFICER = Who("SV002", "Đặng Thị Thu", "S-VP")
PLANNING_HEAD = Who("SQ001", "Vũ Thị Thanh", "S-QH", "Trưởng phòng", HEAD)
COSTS_HEAD = Who("SK001", "Trịnh Xuân Bách", "S-KT", "Trưởng phòng", HEAD)
REOPENED = Who("SH002", "Dương Công Lý", "S-HT")

EVERYBODY = (
    CITY_HEAD,
    CITY_OFFICER,
    CHAIRMAN,
    Who("UB002", "Phan Thị Út", "P-UB", "Phó Chủ tịch", DEPUTY),
    Who("UB003", "Ngô Bá Khá", "P-UB", "Phó Chủ tịch", DEPUTY),
    Who("VP001", "Ngô Đình Long", "P-VP", "Chánh Văn phòng", HEAD),
    WARD_OFFICER,
    Who("VP003", "Mai Văn Tư", "P-VP", "Nhân viên lái xe", kind="contract_worker"),
    ECONOMY_HEAD,
    ECONOMY_DEPUTY,
    PETITIONER,
    MOVER,
    Who("VH001", "Đỗ Thị Lan", "P-VH", "Trưởng phòng", HEAD),
    Who("VH002", "Đỗ Ánh", "P-VH"),
    MOTHER,
    Who("HC001", "Đinh Trọng Nghĩa", "P-HC", "Giám đốc", HEAD),
    Who("HC002", "Hồ Thị Kim", "P-HC"),
    PUBLIC_EMPLOYEE,
    *CENTRE,
    DIRECTOR,
    Who("SX002", "Lâm Thị Hòa", "S", "Phó Giám đốc", DEPUTY),
    Who("SV001", "Tô Văn Hùng", "S-VP", "Chánh Văn phòng", HEAD),
    DEPARTMENT_OFFICER,
    PLANNING_HEAD,
    Who("SQ002", "Lương Thế Anh", "S-QH"),
    Who("SQ003", "Châu Mỹ Linh", "S-QH"),
    COSTS_HEAD,
    Who("SK002", "Kiều Văn Ba", "S-KT"),
    Who("SK003", "Thái Thị Bé", "S-KT"),
    Who("SH001", "La Văn Cầu", "S-HT", "Trưởng phòng", HEAD),
    REOPENED,
)
OFFICERS = {WARD: WARD_OFFICER.code, DEPARTMENT: DEPARTMENT_OFFICER.code}
