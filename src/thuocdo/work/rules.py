"""Pure rules of assigned products: months, quantities and reports that fit together."""

from dataclasses import dataclass
from datetime import date

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import Span, month_span

MOST_OCCURRENCES = 999


@dataclass(frozen=True)
class Report:
    """What the doer reports. Quantities in hundredths of the product's unit; occurrences are whole counts."""

    completed: int
    quality_met: int
    on_time: int
    quality_errors: int = 0
    late: int = 0
    cause: str = ""
    evidence: str = ""
    handed_back: bool = False


def month_of(day: date) -> Span:
    """The month a task belongs to, from any of its days."""
    return month_span(day.year, day.month)


def check_assignment(*, month: date, due_date: date, coefficient: int, assigned: int) -> None:
    """Raises Refusal with the field: first day of a month, coefficient above 0, deadline not before the
    month.
    """
    if month.day != 1:
        raise Refusal("task.month", "Tháng phải ghi bằng ngày đầu tháng.", field="month")
    if coefficient <= 0:
        raise Refusal("task.coefficient", "Hệ số quy đổi phải lớn hơn 0. Hãy nhập lại, ví dụ 1 hoặc 1,5.",
                      field="coefficient")
    if assigned < 0:
        raise Refusal("task.assigned", "Số lượng giao không được âm. Hãy nhập lại.", field="assigned")
    if due_date < month:
        raise Refusal("task.due", f"Hạn hoàn thành {due_date:%d/%m/%Y} trước tháng được giao. Hãy sửa hạn "
                                  f"hoặc tháng.",
                      field="due_date")


def check_report(report: Report) -> None:
    """Raises Refusal with the field: parts within what was completed, counts in range."""
    if report.quality_met > report.completed:
        raise Refusal("task.quality", "Số lượng đạt chất lượng không được nhiều hơn số lượng hoàn thành. "
                      "Hãy sửa một trong hai số.", field="quality_met")
    if report.on_time > report.completed:
        raise Refusal("task.on_time", "Số lượng đúng hạn không được nhiều hơn số lượng hoàn thành. "
                      "Hãy sửa một trong hai số.", field="on_time")
    for field, label in (("quality_errors", "Số lần không đạt chất lượng"), ("late", "Số lần chậm")):
        if not 0 <= getattr(report, field) <= MOST_OCCURRENCES:
            raise Refusal(
                "task.count", f"{label} phải là số nguyên từ 0 đến {MOST_OCCURRENCES}.", field=field
            )
    if min(report.completed, report.quality_met, report.on_time) < 0:
        raise Refusal("task.negative", "Số lượng không được âm. Hãy nhập lại.", field="completed")
    if report.handed_back and (report.completed or report.quality_met or report.on_time):
        raise Refusal("task.handed_back", "Việc đã báo không thực hiện được thì số lượng hoàn thành là 0. "
                      "Hãy bỏ đánh dấu, hoặc nhập 0.", field="handed_back")
