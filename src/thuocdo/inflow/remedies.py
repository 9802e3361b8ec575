"""What to do next with an item that waits, by the code of its problem; words between “ ” stand on the page."""

WAITING = {
    "no_agency": (
        "Báo cán bộ tổ chức ghi cơ quan sử dụng cho đơn vị của người này (trang Cơ cấu), rồi đánh dấu mục và "
        "bấm “Làm rõ” với đúng “Mã cán bộ” ấy. Nếu việc không thuộc cơ quan này, ghi “Mã cán bộ” của người "
        "khác."
    ),
    "no_month": (
        "Ghi tháng thực hiện vào ô “Tháng” (ví dụ 03/2026), đánh dấu các mục cùng tháng rồi bấm “Làm rõ”."
    ),
    "month_far": (
        "Ghi tháng đúng vào ô “Tháng” rồi bấm “Làm rõ”. Nếu là việc cũ không cần theo dõi, bấm “Bỏ qua các "
        "mục đã đánh dấu”."
    ),
    "unknown_person": (
        "Ghi mã cán bộ của người làm vào ô “Mã cán bộ” rồi bấm “Làm rõ”; đánh dấu ô “Nhớ người và sản phẩm "
        "này cho lần sau” để lần sau tự hiểu. Người chưa có trong danh sách thì cán bộ tổ chức thêm người "
        "trước."
    ),
    "person_not_in_month": (
        "Ghi “Mã cán bộ” của người làm việc này trong tháng ấy, hoặc ghi “Tháng” khác, rồi bấm “Làm rõ”. Nếu "
        "người ấy có công tác trong tháng, báo cán bộ tổ chức sửa thời gian của vị trí."
    ),
    "unknown_product": (
        "Ghi mã có trong danh mục vào ô “Mã sản phẩm” rồi bấm “Làm rõ”; việc ngoài danh mục thì ghi dấu - và "
        "ghi thêm “Hệ số quy đổi”. Đánh dấu ô “Nhớ người và sản phẩm này cho lần sau” để lần sau tự hiểu."
    ),
    "no_coefficient": (
        "Ghi mã danh mục vào ô “Mã sản phẩm”, hoặc ghi hệ số vào ô “Hệ số quy đổi”, rồi bấm “Làm rõ”. Cán bộ "
        "tổ chức có thể đặt sẵn hệ số cho mọi việc của nguồn ở trang Nguồn việc."
    ),
    "title_long": (
        "Ghi tên ngắn, tối đa 200 ký tự, vào ô “Tên việc ghi ở đây” rồi bấm “Làm rõ”; làm từng mục một."
    ),
    "twin": (
        "Đúng là cùng một việc thì bấm “Bỏ qua các mục đã đánh dấu” để việc không tính hai lần. Là việc khác thì ghi "
        "tên phân biệt vào ô “Tên việc ghi ở đây” rồi bấm “Làm rõ”."
    ),
}
CONFLICT = {
    "id_again": (
        "Là việc khác thì bấm “Giữ bản ở đây” và báo nguồn gửi việc mới bằng mã mới; chỉ là đổi tên thì bấm “Theo "
        "nguồn”."
    ),
    "task_state": (
        "Đánh dấu mục rồi bấm “Giữ bản ở đây” để việc ở đây giữ nguyên, hoặc “Theo nguồn” để giao lại theo "
        "nguồn. Việc đã chia phần thì chỉ giữ được bản ở đây; muốn sửa thì chia lại trên trang công việc."
    ),
    "changed_here": (
        "So từng dòng “ở đây” và “ở nguồn”, hỏi người đã sửa nếu cần, rồi bấm “Giữ bản ở đây” hoặc “Theo "
        "nguồn”."
    ),
    "withdrawn_there": (
        "Hỏi người làm: nếu việc vẫn phải tính thì bấm “Giữ bản ở đây”; nếu đúng là thôi thì bấm “Theo nguồn” "
        "để thu hồi việc."
    ),
    "handed_back": (
        "Người làm đã báo không thực hiện được, nên chỉ giữ được bản ở đây: bấm “Giữ bản ở đây”. Nếu báo nhầm, người "
        "làm sửa báo cáo trước, rồi bấm “Theo nguồn”."
    ),
    "excused": (
        "Chỉ giữ được bản ở đây: bấm “Giữ bản ở đây”. Số lần chậm đã có quyết định của người đứng đầu, nguồn không sửa "
        "được."
    ),
    "doers_own": (
        "Chỉ giữ được bản ở đây: bấm “Giữ bản ở đây”. Phần việc còn lại thì người giao việc giao cho người mới."
    ),
}
REMEDIES = {**WAITING, **CONFLICT}


def remedy_of(code: str) -> str:
    """The next step for an item with this code; empty where it waits for nobody."""
    return REMEDIES.get(code, "")
