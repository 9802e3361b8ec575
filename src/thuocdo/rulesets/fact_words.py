"""Words for the codes of facts: what forms and pages call them."""

from collections.abc import Mapping

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
LEFT_OPEN = "văn bản để ngỏ"
COMMON_LEVELS = {
    "excellent": "hoàn thành xuất sắc nhiệm vụ",
    "good": "hoàn thành tốt nhiệm vụ",
    "complete": "hoàn thành nhiệm vụ",
    "limited": "hoàn thành nhiệm vụ nhưng còn hạn chế về năng lực",
    "incomplete": "không hoàn thành nhiệm vụ",
}



def first_upper(text: str) -> str:
    """The text with a capital at its start; the rest is untouched."""
    return text[:1].upper() + text[1:]
