"""Event codes as Vietnamese sentences. The one list of codes: an event whose code is not here is a bug."""

import json

from thuocdo.audit.models import Event

SENTENCES: dict[str, str] = {
    "account.created": "Lập tài khoản",
    "account.deactivated": "Dừng tài khoản",
    "account.link_issued": "Cấp liên kết một lần để đặt mật khẩu ({links} tài khoản)",
    "account.linked": "Gắn tài khoản với người",
    "account.password_changed": "Đổi mật khẩu",
    "account.password_set": "Đặt mật khẩu",
    "account.reactivated": "Cho dùng lại tài khoản",
    "account.signed_in": "Đăng nhập",
    "account.signed_out": "Đăng xuất",
    "binding.recorded": "Ghi nhận quy định áp dụng",
    "cycle.closed": "Khóa kỳ đánh giá",
    "cycle.opened": "Mở kỳ đánh giá: {members} người, {sheets} phiếu",
    "demo.begun": "Bắt đầu lập bản dùng thử",
    "demo.finished": "Lập xong bản dùng thử",
    "difficulty.answered": "Trả lời vướng mắc về quy tắc",
    "difficulty.merged": "Gộp vướng mắc vào số {into}",
    "difficulty.published": "Công bố cách hiểu về một điều của quy tắc",
    "difficulty.raised": "Nêu vướng mắc về quy tắc",
    "difficulty.reopened": "Mở lại vướng mắc",
    "difficulty.sent_up": "Gửi vướng mắc lên cấp trên",
    "difficulty.taken_back": "Lấy lại vướng mắc đã gửi cấp trên",
    "difficulty.withdrawn": "Người nêu rút lại vướng mắc",
    "employment.begun": "Ghi nhận vị trí công tác mới",
    "employment.ended": "Kết thúc vị trí công tác",
    "import.applied": "Áp dụng lượt nhập dữ liệu: {written} dòng được ghi",
    "import.dropped": "Bỏ lượt nhập dữ liệu",
    "import.previewed": "Tải tệp lên để xem trước",
    "member.admitted": "Bổ sung người vào kỳ đánh giá",
    "person.created": "Thêm người vào danh sách",
    "petition.corrected": "Giải quyết kiến nghị: sửa bằng kết quả mới",
    "petition.received": "Gửi kiến nghị về kết quả đánh giá",
    "petition.upheld": "Giải quyết kiến nghị: giữ nguyên kết quả, có nêu lý do",
    "role.ended": "Kết thúc vai trò",
    "role.given": "Giao vai trò",
    "sheet.confirmed": "Xác nhận kết quả của phiếu",
    "sheet.confirmed_many": "Xác nhận nhiều phiếu cùng lúc",
    "sheet.entered_by_evaluator": "Người đánh giá lập thay phần tự đánh giá còn thiếu và xác nhận",
    "sheet.evaluator_replaced": "Ghi nhận người đánh giá mới của phiếu",
    "sheet.exempted": "Miễn lập phiếu kỳ này",
    "sheet.extended": "Gia hạn phiếu",
    "sheet.opened": "Mở phiếu để đánh giá",
    "sheet.returned": "Trả lại phiếu để bổ sung",
    "sheet.stand_in_allowed": "Cho phép người đánh giá lập thay phần còn thiếu",
    "sheet.submitted": "Nộp phiếu (lần {number})",
    "sheet.viewed": "Xem phiếu",
    "sheet.what_if_viewed": "Xem ai đổi mức khi thử đổi quy tắc trên kỳ đã khóa ({sheets} phiếu)",
    "sheet.year_viewed": "Xem phiếu năm {year} của một người ({sheets} phiếu)",
    "sheet.withdrawn": "Rút lại phiếu đã nộp",
    "task.assigned": "Giao sản phẩm, công việc",
    "task.changed": "Sửa sản phẩm, công việc đã giao",
    "task.reported": "Báo cáo kết quả sản phẩm, công việc",
    "task.withdrawn": "Thu hồi sản phẩm, công việc đã giao",
    "unit.created": "Thêm đơn vị",
    "unit.linked": "Ghi nhận quan hệ đơn vị",
    "unit.many_created": "Thêm {units} đơn vị",
}


def sentence(event: Event) -> str:
    """What happened, in words; who and when stand beside it. KeyError for a code without a sentence."""
    return SENTENCES[event.code].format_map(json.loads(event.data))
