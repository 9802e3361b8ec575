"""The unit tree: Hà Nội, its 126 wards and communes since 1 July 2025, and the organs of one ward."""

from dataclasses import dataclass
from datetime import date

CITY = "HN"
WARD = "HN-00070"
START = date(2025, 7, 1)
RULES_FROM = date(2026, 1, 1)
CITY_START = date(2025, 1, 1)


@dataclass(frozen=True)
class UnitSpec:
    """One unit: `parent` in the structure tree, `manager` in the tree of managing agencies (both codes)."""

    code: str
    name: str
    kind: str
    parent: str = ""
    manager: str = ""


ORGANS = (
    UnitSpec("HN-TU", "Thành ủy Hà Nội", "agency", CITY),
    UnitSpec("HN-UB", "Ủy ban nhân dân thành phố Hà Nội", "agency", CITY),
    UnitSpec("HK-DU", "Đảng ủy phường Hoàn Kiếm", "agency", WARD, "HN-TU"),
    UnitSpec("HK-DU-VP", "Văn phòng Đảng ủy phường", "agency", "HK-DU", "HK-DU"),
    UnitSpec("HK-DU-XD", "Ban Xây dựng Đảng phường", "agency", "HK-DU", "HK-DU"),
    UnitSpec("HK-DU-KT", "Ủy ban Kiểm tra Đảng ủy phường", "agency", "HK-DU", "HK-DU"),
    UnitSpec("HK-HD", "Hội đồng nhân dân phường Hoàn Kiếm", "agency", WARD),
    UnitSpec("HK-UB", "Ủy ban nhân dân phường Hoàn Kiếm", "agency", WARD, "HN-UB"),
    UnitSpec("HK-VP", "Văn phòng HĐND và UBND phường", "agency", "HK-UB", "HK-UB"),
    UnitSpec("HK-KT", "Phòng Kinh tế, Hạ tầng và Đô thị", "agency", "HK-UB", "HK-UB"),
    UnitSpec("HK-VX", "Phòng Văn hóa – Xã hội", "agency", "HK-UB", "HK-UB"),
    UnitSpec("HK-HC", "Trung tâm Phục vụ hành chính công phường", "agency", "HK-UB", "HK-UB"),
    UnitSpec("HK-HC-TN", "Tổ Tiếp nhận và trả kết quả", "component", "HK-HC"),
    UnitSpec("HK-HC-SH", "Tổ Hỗ trợ và số hóa hồ sơ", "component", "HK-HC"),
    UnitSpec("HK-TT", "Trung tâm Văn hóa, Thông tin và Thể thao phường", "agency", "HK-UB", "HK-UB"),
    UnitSpec("HK-MT", "Ủy ban Mặt trận Tổ quốc Việt Nam phường Hoàn Kiếm", "agency", WARD, "HK-DU"),
)


def places() -> list[UnitSpec]:
    """The city and its wards and communes, in the order of the published list."""
    from vietnam_provinces import Ward
    from vietnam_provinces.codes import ProvinceCode

    city = UnitSpec(CITY, "Thành phố Hà Nội", "place")
    wards = Ward.iter_by_province(ProvinceCode.P_01)
    return [city, *(UnitSpec(f"HN-{int(w.code.value):05d}", w.name, "place", CITY) for w in wards)]


def ward_organs() -> list[UnitSpec]:
    """The organs of the ward, parents before children."""
    return [unit for unit in ORGANS if unit.code.startswith("HK-")]


def set_up_units() -> list[UnitSpec]:
    """What the operator sets up: the places and the two organs of the city."""
    return [*places(), *(unit for unit in ORGANS if unit not in ward_organs())]
