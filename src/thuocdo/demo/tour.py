"""What is printed when the demonstration starts: who can sign in, and what to try."""

from datetime import date

from thuocdo.demo import situations as s
from thuocdo.demo.posts import holders
from thuocdo.kernel.periods import months_later

PASSWORD = "thuocdo-demo"  # known on purpose: the demonstration listens on this machine only

ROLES = (
    (s.OFFICER, "Cán bộ tổ chức: nhập dữ liệu, mở và khóa kỳ"),
    (s.TASK_GIVER, "Người giao việc"),
    (s.CIVIL_SERVANT, "Công chức: lập phiếu, xem “Vì sao?”, kiến nghị"),
    (s.EVALUATOR, "Người đánh giá (Trưởng phòng Kinh tế, Hạ tầng và Đô thị)"),
    (s.COMPONENT_HEAD, "Người đánh giá ở đơn vị cấu thành (Tổ trưởng)"),
    (s.AUTHORITY, "Cấp trên của trưởng phòng (Chủ tịch UBND phường)"),
    (s.PUBLIC_EMPLOYEE, "Viên chức: phiếu và kết quả theo Nghị định 233/2026"),
    (s.INSPECTOR, "Người kiểm tra: nhật ký và kết quả"),
)


def sign_ins() -> list[tuple[str, str, str]]:
    """(user name, full name, what the role does) of each role."""
    people = holders()
    return [(s.USERNAMES[slot], people[slot].name, words) for slot, words in ROLES]


def greeting(built: date) -> str:
    """The text printed before the address of a demonstration built on that day."""
    month = months_later(built, -1)
    label = f"tháng {month.month}/{month.year}"
    rows = "\n".join(f"  {user:<12} {name:<22} {words}" for user, name, words in sign_ins())
    people = holders()
    return f"""
Đơn vị minh họa: phường Hoàn Kiếm, Hà Nội. Địa danh có thật; mọi người, công việc và điểm số đều là giả định.

Đăng nhập (mật khẩu chung của bản dùng thử: {PASSWORD})
{rows}

Thử lần lượt:
  1. {s.USERNAMES[s.CIVIL_SERVANT]}: mở phiếu {label}, báo kết quả, chấm tiêu chí chung, xem điểm, nộp.
  2. {s.USERNAMES[s.EVALUATOR]}: mở bảng {label}, xem phiếu có lưu ý, trả lại hoặc xác nhận.
  3. {s.USERNAMES[s.TASK_GIVER]}: giao thêm một việc có hạn cho người trong Văn phòng.
  4. {s.USERNAMES[s.OFFICER]}: xem ai chưa nộp, xử lý phiếu của {people[s.NO_ACCOUNT].name}, chọn vị trí cho \
{people[s.MOVER_NOW].name}, thử khóa kỳ.
  5. {s.USERNAMES[s.CIVIL_SERVANT]}: mở phiếu tháng trước, bấm “Vì sao?” để xem từng dòng điểm, gửi kiến nghị.
  6. {s.USERNAMES[s.AUTHORITY]}: trả lời kiến nghị đang chờ; phiếu tháng trước tải được dưới dạng PDF và DOCX.
  7. {s.USERNAMES[s.AUTHORITY]}: vào “Đánh giá tập thể”, quyết định mức của Phòng Văn hóa – Xã hội.
  8. {s.USERNAMES[s.CIVIL_SERVANT]}: vào “Lấy ý kiến”, cho ý kiến kín về hai Phó Chánh Văn phòng.

"""
