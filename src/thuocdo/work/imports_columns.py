"""Columns of the list of assigned products, and what each of them is stored as."""

from datetime import date
from typing import Any

from thuocdo.intake import cells
from thuocdo.intake.specs import Column
from thuocdo.kernel.typed import format_each, format_points, parse_each
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH, MOST_EACH

PROGRESS = ("completed", "quality_met", "on_time")
AMOUNTS = {"coefficient": "Hệ số quy đổi", "assigned": "Số lượng giao", "completed": "Hoàn thành",
           "quality_met": "Đạt chất lượng", "on_time": "Đúng hạn"}
_ONE_BY_ONE = "Chỉ khi cần: các sản phẩm bị lỗi mà vẫn được tính, mỗi sản phẩm mấy lần."


def _each(typed: str, label: str) -> str:
    """Occurrences of single products, in one way of writing them; "" for none said."""
    return format_each(parse_each(cells.text(MOST_EACH)(typed, label), label=label))


COLUMNS = (
    Column(
        "code",
        "Mã công việc",
        cells.code,
        "Hãy ghi mã riêng của từng việc được giao.",
        "202603-CC001-01",
        needed=True,
        width=22,
    ),
    Column("person", "Mã cán bộ", cells.code, "Hãy ghi mã người được giao.", "CC001", needed=True),
    Column("month", "Tháng", cells.month, "Hãy ghi tháng/năm.", "03/2026", needed=True, width=12),
    Column(
        "product", "Mã sản phẩm", cells.code, "Mã trong danh mục; để trống nếu việc ngoài danh mục.", "SP-001"
    ),
    Column(
        "title",
        "Tên công việc",
        cells.text(200),
        "Tên việc; để trống thì lấy theo danh mục.",
        "Báo cáo tháng 3",
        width=46,
    ),
    Column(
        "coefficient",
        "Hệ số quy đổi",
        cells.points,
        "Hệ số lớn hơn 0; để trống thì lấy theo danh mục.",
        "1,5",
        default=None,
    ),
    Column("assigned", "Số lượng giao", cells.points, "Hãy ghi số lượng được giao.", "4", needed=True),
    Column("due", "Hạn hoàn thành", cells.day, "Hãy ghi ngày phải hoàn thành.", "25/03/2026", needed=True),
    Column(
        "outside",
        "Ngoài kế hoạch",
        cells.yes_no,
        "Ghi có nếu việc đột xuất, mới hoặc nhận thay người khác.",
        "",
    ),
    Column(
        "handed_back", "Báo không thực hiện được", cells.yes_no, "Ghi có nếu đã báo không thực hiện được.", ""
    ),
    Column(
        "completed",
        "Hoàn thành",
        cells.points,
        "Số lượng đã hoàn thành; để trống nếu chưa báo cáo.",
        "4",
        default=None,
    ),
    Column("quality_met", "Đạt chất lượng", cells.points, "Số lượng đạt chất lượng.", "3", default=None),
    Column("on_time", "Đúng hạn", cells.points, "Số lượng được tính tiến độ, kể cả xong chậm mà được chấp nhận.", "4",
           default=None),
    Column(
        "quality_errors",
        "Số lần không đạt chất lượng",
        cells.count,
        "Số nguyên; để trống là 0.",
        "1",
        default=0,
    ),
    Column("late", "Số lần chậm", cells.count, "Số nguyên; để trống là 0.", "0", default=0),
    Column("quality_errors_each", EACH["quality_errors_each"], _each, _ONE_BY_ONE, "1; 1; 3", width=20),
    Column("late_each", EACH["late_each"], _each, _ONE_BY_ONE, "", width=20),
    Column("cause", "Nguyên nhân khách quan", cells.text(500), "Nguyên nhân nêu ra nếu chậm.", "", width=40),
    Column(
        "evidence", "Minh chứng", cells.text(300), "Số văn bản hoặc nơi lưu sản phẩm.", "12/BC-UBND", width=30
    ),
    Column("nature", "Tính chất", cells.choice({label: value for value, label in Task.Nature.choices}),
           "thường xuyên hoặc đột xuất; để trống là thường xuyên.", "thường xuyên", default="regular"),
    Column("is_key", "Trọng tâm", cells.yes_no, "Ghi có nếu là việc trọng tâm.", "", width=12),
    Column("is_new", "Mới", cells.yes_no, "Ghi có nếu là việc mới.", "", width=12),
    Column("is_hard", "Khó", cells.yes_no, "Ghi có nếu là việc khó.", "", width=12),
    Column("expected", "Sản phẩm dự kiến", cells.text(300), "Văn bản, sản phẩm sẽ có.", "Báo cáo", width=30),
    Column("start_date", "Ngày bắt đầu", cells.day, "Ngày bắt đầu, nếu cần.", "02/03/2026", default=None),
)
DETAILS = ("nature", "is_key", "is_new", "is_hard", "expected", "start_date")
YES_NO = ("outside_plan", "handed_back", "is_key", "is_new", "is_hard")
STORED = {
    "title": "title",
    "coefficient": "coefficient",
    "assigned": "assigned",
    "due": "due_date",
    "outside": "outside_plan",
    "handed_back": "handed_back",
    "completed": "completed",
    "quality_met": "quality_met",
    "on_time": "on_time",
    "quality_errors": "quality_errors",
    "late": "late",
    "quality_errors_each": "quality_errors_each",
    "late_each": "late_each",
    "cause": "cause",
    "evidence": "evidence",
    **{name: name for name in DETAILS},
}


def title_of(name: str) -> str:
    key = next((k for k, n in STORED.items() if n == name), "product")
    return next(c.title for c in COLUMNS if c.key == key)


def shown(name: str, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return "trống"
    if name == "product_id":
        return "theo danh mục"
    if name == "nature":
        return str(Task.Nature(value).label)
    if name in AMOUNTS:
        return format_points(value)
    if isinstance(value, bool):
        return "có" if value else "không"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
