"""What the pages of rules show: cited lines and words for codes."""

from collections.abc import Mapping
from dataclasses import dataclass

from thuocdo.engine import Citation

SUBJECTS: Mapping[str, str] = {
    "civil_servant": "công chức",
    "cadre": "cán bộ",
    "public_employee": "viên chức",
    "contract_worker": "người lao động hợp đồng",
    "party_member": "đảng viên",
    "leader": "cán bộ lãnh đạo, quản lý",
    "collective": "tập thể lãnh đạo",
    "party_organisation": "tổ chức đảng",
    "agency": "cơ quan, tổ chức",
    "unit": "đơn vị, phòng, ban",
}
ROLES: Mapping[str, str] = {
    "none": "người không giữ chức vụ",
    "head": "người đứng đầu",
    "deputy": "cấp phó",
}
PERIODS: Mapping[str, str] = {"month": "tháng", "quarter": "quý", "half_year": "6 tháng", "year": "năm"}
PROCEDURES: Mapping[str, str] = {
    "state": "Nhà nước",
    "party": "Đảng",
    "local": "Địa phương",
    "confidence_vote": "Lấy phiếu tín nhiệm",
    "pay": "Chi trả theo kết quả",
}
PLACES: Mapping[str, str] = {
    "ha-noi": "Hà Nội",
    "tp-hcm": "Thành phố Hồ Chí Minh",
    "da-nang": "Đà Nẵng",
    "hai-phong": "Hải Phòng",
    "khanh-hoa": "Khánh Hòa",
    "phu-tho": "Phú Thọ",
}
KEY_DATES: Mapping[str, str] = {
    "period_start": "ngày đầu của kỳ đánh giá",
    "rating_date": "ngày xếp loại",
    "vote_date": "ngày lấy phiếu",
}
BASES: Mapping[str, str] = {
    "rated": "số được xếp loại",
    "all_staff": "tổng số biên chế",
    "leaders": "số người lãnh đạo, quản lý",
    "open": "cơ số văn bản không nói rõ",
}
SCOPES: Mapping[str, str] = {
    "agency": "trong cơ quan, đơn vị",
    "group": "trong nhóm nhiệm vụ tương đồng",
    "parent": "trong các tổ chức cùng cấp trên trực tiếp",
}
ROUNDING: Mapping[str, str] = {
    "floor": "phần lẻ bỏ đi",
    "half_up": "phần lẻ từ 0,5 làm tròn lên",
    "up": "phần lẻ làm tròn lên",
    "open": "văn bản không nói cách làm tròn",
}
SURE: Mapping[str, str] = {
    "H": "đã đọc toàn văn",
    "M": "một nguồn tốt",
    "L": "nguồn yếu",
    "I": "suy luận",
}


@dataclass(frozen=True)
class Row:
    """One cited line: name, figure or words, articles, what it consists of, and which overlay wrote it."""

    name: str
    words: str
    cite: tuple[Citation, ...]
    mark: str = ""
    more: tuple[str, ...] = ()
    written_by: str = ""


def listed(codes: tuple[str, ...], words: Mapping[str, str]) -> str:
    """Codes in words, joined; a code without words stands as it is."""
    return ", ".join(words.get(code, code) for code in codes)
