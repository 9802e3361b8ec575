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
FORMS: Mapping[str, str] = {
    "khien_trach": "khiển trách",
    "canh_cao": "cảnh cáo",
    "ha_bac_luong": "hạ bậc lương",
    "giang_chuc": "giáng chức",
    "cach_chuc": "cách chức",
    "buoc_thoi_viec": "buộc thôi việc",
    "khai_tru": "khai trừ",
}
GRADES: Mapping[str, str] = {"excellent": "xuất sắc", "good": "tốt", "average": "trung bình", "poor": "kém"}
REASONS: Mapping[str, str] = {
    "sick": "ốm đau",
    "annual_leave": "nghỉ hằng năm",
    "maternity": "thai sản",
    "part_time_training": "học không tập trung",
    "full_time_training": "học tập trung",
    "unpaid_leave": "nghỉ không hưởng lương",
    "private_leave": "nghỉ việc riêng",
    "work_accident": "tai nạn lao động",
    "summer_break": "nghỉ hè",
    "secondment": "biệt phái, trưng tập",
    "suspended": "tạm đình chỉ công tác",
    "other": "lý do khác",
}
MEASURES: Mapping[str, str] = {
    "tasks.assigned": "nhiệm vụ được giao",
    "tasks.done": "nhiệm vụ đã hoàn thành",
    "tasks.late": "nhiệm vụ hoàn thành chậm",
    "tasks.above": "nhiệm vụ vượt yêu cầu",
    "tasks.failing": "nhiệm vụ chưa bảo đảm chất lượng, tiến độ, hiệu quả",
    "led.assigned": "nhiệm vụ của lĩnh vực, đơn vị phụ trách",
    "led.done": "nhiệm vụ phụ trách đã hoàn thành",
    "led.late": "nhiệm vụ phụ trách hoàn thành chậm",
    "led.above": "nhiệm vụ phụ trách vượt yêu cầu",
    "led.failing": "nhiệm vụ phụ trách chưa bảo đảm chất lượng, tiến độ, hiệu quả",
    "defects.total": "hạn chế, khuyết điểm của kỳ trước",
    "defects.fixed": "hạn chế, khuyết điểm đã khắc phục",
    "votes.issued": "phiếu phát ra",
    "votes.collected": "phiếu thu vào",
    "votes.valid": "phiếu hợp lệ",
    "votes.high": "phiếu tín nhiệm cao",
    "votes.medium": "phiếu tín nhiệm",
    "votes.low": "phiếu tín nhiệm thấp",
    "votes.convened": "người được triệu tập",
    "votes.present": "người có mặt",
    "votes.total": "tổng số thành viên có quyền bỏ phiếu",
    "time.working_days": "ngày làm việc theo quy định",
    "time.worked_days": "ngày làm việc thực tế",
    "time.months_worked": "tháng công tác",
    "time.months_member": "tháng là đảng viên",
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
LEFT_OPEN = "văn bản để ngỏ"


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


def first_upper(text: str) -> str:
    """The text with a capital at its start; the rest is untouched."""
    return text[:1].upper() + text[1:]
