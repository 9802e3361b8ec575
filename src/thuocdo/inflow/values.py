"""The part of a task that a source speaks about, as plain values, and in words."""

from datetime import date
from typing import Any

from thuocdo.inflow.rules import PROGRESS
from thuocdo.kernel.typed import format_points
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH

LABELS = {
    "person": "Người thực hiện",
    "month": "Tháng",
    "product": "Sản phẩm",
    "title": "Tên việc",
    "coefficient": "Hệ số quy đổi",
    "assigned": "Số lượng giao",
    "due_date": "Hạn hoàn thành",
    "start_date": "Ngày bắt đầu",
    "outside_plan": "Ngoài kế hoạch",
    "nature": "Tính chất",
    "is_key": "Trọng tâm",
    "is_new": "Việc mới",
    "is_hard": "Việc khó",
    "assigned_by": "Người giao",
    "expected": "Sản phẩm dự kiến",
    "completed": "Hoàn thành",
    "quality_met": "Đạt chất lượng",
    "on_time": "Đúng hạn",
    "quality_errors": "Số lần không đạt chất lượng",
    "late": "Số lần chậm",
    **EACH,
    "cause": "Nguyên nhân khách quan",
    "evidence": "Minh chứng",
    "handed_back": "Báo không thực hiện được",
}
AMOUNTS = {"coefficient", "assigned", "completed", "quality_met", "on_time"}
PLAIN = ("title", "coefficient", "assigned", "outside_plan", "nature", "is_key", "is_new", "is_hard", "assigned_by",
         "expected", "completed", "quality_met", "on_time", "quality_errors", "late", *EACH, "cause", "evidence",
         "handed_back")  # fmt: skip
REPORTED = {*PROGRESS, *EACH, "cause", "evidence"}


def values_of(task: Task) -> dict[str, Any]:
    """The task as the source's values: codes instead of rows, days as ISO text."""
    values: dict[str, Any] = {name: getattr(task, name) for name in PLAIN}
    values["person"] = task.person.code
    values["product"] = task.product.code if task.product else ""
    values["month"] = task.month.isoformat()
    values["due_date"] = task.due_date.isoformat()
    values["start_date"] = task.start_date.isoformat() if task.start_date else None
    return values


def shown(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "trống"
    if isinstance(value, bool):
        return "có" if value else "không"
    if name in AMOUNTS:
        return format_points(value)
    if name == "month":
        return f"{date.fromisoformat(value):%m/%Y}"
    if name in ("due_date", "start_date"):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if name == "nature":
        return str(Task.Nature(value).label)
    return str(value)
