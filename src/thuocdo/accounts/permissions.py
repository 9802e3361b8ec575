"""The closed list of permissions. Who has which on a day follows from dated facts (organisation.queries)."""

from enum import StrEnum


class Permission(StrEnum):
    """Permission (quyền): what a page asks for. Which objects a user reaches is decided by the queries."""

    description: str

    def __new__(cls, value: str, description: str) -> "Permission":
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    SIGNED_IN = "signed_in", "Đã đăng nhập: xem việc cần làm, thông báo và quy tắc áp dụng"
    OWN_SHEET = "own_sheet", "Lập, nộp và xem phiếu của chính mình; gửi kiến nghị"
    EVALUATE = "evaluate", "Nhận xét, xác nhận phiếu của người thuộc thẩm quyền đánh giá"
    ANSWER_PETITIONS = "answer_petitions", "Trả lời kiến nghị về kết quả đánh giá"
    ASSIGN_TASKS = "assign_tasks", "Giao sản phẩm, công việc và thời hạn"
    MANAGE_PEOPLE = "manage_people", "Quản lý danh sách người, vai trò, tài khoản và nhập dữ liệu"
    MANAGE_CYCLES = "manage_cycles", "Mở, theo dõi và khóa kỳ đánh giá"
    ENTER_PAPER = "enter_paper", "Nhập thay phiếu từ bản giấy đã ký của người không có thiết bị"
    INSPECT = "inspect", "Kiểm tra nhật ký và kết quả đã xác nhận"
