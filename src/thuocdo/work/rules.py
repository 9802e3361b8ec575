"""Pure rules of assigned products: months, quantities and reports that fit together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from thuocdo.engine.each import ENTERED_TWICE, ONE, each_problem, entered_twice
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import Span, month_span
from thuocdo.kernel.typed import format_points, parse_each

MOST_OCCURRENCES = 999
MOST_EACH = 200
COUNTED = {"quality_met": "Đạt chất lượng", "on_time": "Đúng hạn"}
EACH = {"quality_errors_each": "Số lần không đạt của từng sản phẩm", "late_each": "Số lần chậm của từng sản phẩm"}
"""What is said of single products of a line, by field."""
FIGURES = frozenset({"completed", "quality_met", "on_time", "quality_errors", "late", *EACH, "handed_back"})
"""What a report counts. `Task.reported_at` is when these were last changed: a cause or evidence given later neither
makes a report late nor hides that it was."""
IN_THE_TOTAL = ("coefficient", "assigned", "outside_plan")
"""What says how much a task adds to the total assigned."""
STAYS_IN_TOTAL = (
    "Việc đã báo không thực hiện được thì không thu hồi, không sửa số lượng, hệ số hay đưa ra ngoài tổng số. Ở tháng "
    "tính theo Nghị định 335/2025/NĐ-CP, việc ấy vẫn nằm trong tổng số được giao (Điều 18 khoản 1); ở tháng theo quy "
    "định khác, đây là cách phần mềm giữ sổ giao việc, không phải quy định của luật. Nếu báo nhầm, người làm sửa báo "
    "cáo trước."
)
"""Said wherever a task that was handed back would leave that total, or weigh otherwise in it. Tasks are given before a
month has its rule, so the words say for which months the decree speaks."""
STAYS_OUTSIDE = (
    "Việc nhận thay người khác nằm ngoài tổng số được giao của người nhận, vì tổng số của người giao lại vẫn giữ việc "
    "ấy; đưa vào nữa thì một việc tính hai lần. Ở tháng tính theo Nghị định 335/2025/NĐ-CP, đó là Điều 18 khoản 1; ở "
    "tháng theo quy định khác, đây là cách phần mềm giữ sổ giao việc. Hãy giữ dấu “ngoài tổng số”."
)
"""Said wherever a task that was taken over from another would enter a total assigned."""
REPORT_STANDS = (
    "Người làm đã báo không thực hiện được việc này, nên kết quả, người thực hiện và tháng không lấy theo nơi khác. "
    "Nếu báo nhầm, người làm sửa báo cáo trước."
)
"""Said where somebody else would write results on a task that its doer handed back, or make it another's."""


@dataclass(frozen=True)
class Wanted:
    """What a task is to be. Coefficient and quantity in hundredths; for work that is hard to count the
    quantity is hours where the agency converts by hours, and the coefficient comes from its choice."""

    title: str
    coefficient: int
    assigned: int
    due_date: date
    product_id: int | None = None
    outside_plan: bool = False
    uncountable: bool = False


@dataclass(frozen=True)
class Details:
    """What a plan says of a task beside its quantity; the fields of `Task` with the same names."""

    nature: str = "regular"
    is_key: bool = False
    is_new: bool = False
    is_hard: bool = False
    expected: str = ""
    start_date: date | None = None
    assigned_by: str = ""


@dataclass(frozen=True)
class Share:
    """One person's share of a product in one month; the quantity in hundredths of its unit."""

    person_id: int
    month: date
    assigned: int
    due_date: date


@dataclass(frozen=True)
class Report:
    """What the doer reports. Quantities in hundredths of the product's unit; occurrences are whole counts.

    `quality_errors_each`, `late_each`: of the products that count and had occurrences, how many each, as `format_each`
    writes them; `late_each` without what an objective cause excuses. Empty where nobody said.
    """

    completed: int
    quality_met: int
    on_time: int
    quality_errors: int = 0
    late: int = 0
    cause: str = ""
    evidence: str = ""
    handed_back: bool = False
    quality_errors_each: str = ""
    late_each: str = ""


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


def excused_stand(late: int, late_excused: int) -> str:
    """Why fewer late occurrences than have a confirmed cause are not written; empty where they are not fewer."""
    if late >= late_excused:
        return ""
    return f"Đã có {late_excused} lần chậm được xác nhận nguyên nhân khách quan, nên số lần chậm không ít hơn số đó."


def check_report(report: Report, *, late_excused: int = 0, one_piece: bool = False) -> None:
    """Raises Refusal with the field: parts within what was completed, counts in range, what is said of single products
    within both. `one_piece`: the quantity measures one task. Whether a fault may be typed twice is for `doubts`."""
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
    _check_each(report, late_excused, one_piece)


def _check_each(report: Report, late_excused: int, one_piece: bool) -> None:
    for counted, label, said, times in (
        (report.quality_met, EACH["quality_errors_each"], "quality_errors_each", report.quality_errors),
        (report.on_time, EACH["late_each"], "late_each", report.late - late_excused),
    ):
        text = getattr(report, said)
        try:
            each = parse_each(text, label=label)
        except Refusal as refusal:
            raise Refusal(refusal.code, refusal.message, field=said) from None
        if len(text) > MOST_EACH:
            raise Refusal(
                "each.long", f"{label}: dài quá {MOST_EACH} ký tự. Hãy chia việc này thành nhiều việc.", field=said
            )
        problem = each_problem(each, counted, report.completed, times, one_piece=one_piece) if each else ""
        if problem:
            raise Refusal("each.wrong", f"{label}: {problem}. Hãy sửa cho khớp.", field=said)


class Figures(Protocol):
    """A task or a judged line: quantities in hundredths, occurrences as counts."""

    @property
    def completed(self) -> int | None: ...
    @property
    def quality_met(self) -> int | None: ...
    @property
    def on_time(self) -> int | None: ...
    @property
    def quality_errors(self) -> int: ...
    @property
    def late(self) -> int: ...
    @property
    def late_excused(self) -> int: ...
    @property
    def quality_errors_each(self) -> str | Sequence[int]: ...
    @property
    def late_each(self) -> str | Sequence[int]: ...


def doubts(done: Figures) -> dict[str, str]:
    """By what counts, a sentence where one fault may be typed twice. For rulebooks that take from single products
    only; who reports is told, who judges resolves it (NĐ 335 Điều 14 khoản 2)."""
    found = {}
    for counts, times, each in (
        ("quality_met", done.quality_errors, done.quality_errors_each),
        ("on_time", done.late - done.late_excused, done.late_each),
    ):
        counted, completed = getattr(done, counts), done.completed
        if counted is not None and completed is not None and entered_twice(counted, completed, times, each):
            fewer = f"{format_points(counted)} ít hơn số hoàn thành {format_points(completed)}"
            found[counts] = f"“{COUNTED[counts]}” {fewer} mà có {times} lần: {ENTERED_TWICE[counts]}"
    return found


def may_need_each(done: Figures, assigned: int, one_piece: bool) -> bool:
    """Whether what is said of single products can matter: several, or some that were completed do not count."""
    completed = done.completed or 0
    left_out = any(0 < (counted or 0) < completed for counted in (done.quality_met, done.on_time))
    return left_out or (max(assigned, completed) > ONE and not one_piece)


def check_details(details: Details, due_date: date) -> None:
    """Raises Refusal with the field: a known nature, a start not after the deadline."""
    if details.nature not in ("regular", "ad_hoc"):
        raise Refusal("task.nature", "Hãy chọn việc thường xuyên hoặc đột xuất.", field="nature")
    if details.start_date is not None and details.start_date > due_date:
        raise Refusal("task.start", "Ngày bắt đầu sau hạn hoàn thành. Hãy sửa một trong hai ngày.",
                      field="start_date")


def check_shares(total: int, kept: int, shares: Sequence[Share]) -> None:
    """The shares with what is kept make up exactly the product's total (Điều 18 khoản 1). Raises Refusal."""
    if not shares:
        raise Refusal("share.none", "Hãy ghi ít nhất một phần: người, tháng và số lượng.", field="shares")
    if min(share.assigned for share in shares) <= 0:
        raise Refusal("share.empty", "Số lượng của mỗi phần phải lớn hơn 0.", field="shares")
    keys = [(share.person_id, share.month) for share in shares]
    if len(set(keys)) != len(keys):
        raise Refusal("share.twice", "Một người có hai phần trong cùng một tháng. Hãy gộp lại.", field="shares")
    given = kept + sum(share.assigned for share in shares)
    if given != total:
        raise Refusal(
            "share.sum",
            f"Tổng các phần là {format_points(given)}, khác tổng của sản phẩm là {format_points(total)}. "
            "Hãy sửa để hai số bằng nhau.",
            field="shares",
        )


def units_of_hours(hours: int, hours_per_unit: int) -> int:
    """Standard units, in hundredths, of so many hours (both in hundredths). Raises Refusal when not exact.

    >>> units_of_hours(1000, 800)
    125
    """
    units, rest = divmod(hours * 100, hours_per_unit)
    if rest:
        raise Refusal(
            "uncountable.hours",
            f"{format_points(hours)} giờ không quy thành số đơn vị chuẩn có tối đa hai chữ số thập phân (cơ "
            f"quan chọn {format_points(hours_per_unit)} giờ là một đơn vị chuẩn). Hãy ghi số giờ khác.",
            field="assigned",
        )
    return units


def check_claim(occurrences: int, late: int) -> None:
    """A cause is claimed for late occurrences that were reported. Raises Refusal."""
    if not 1 <= occurrences <= late:
        raise Refusal(
            "cause.count",
            f"Báo cáo của việc này ghi {late} lần chậm; số lần nêu nguyên nhân khách quan phải từ 1 đến số "
            "đó. Hãy báo cáo số lần chậm trước nếu còn thiếu.",
            field="occurrences",
        )


def check_cause_decided(confirmed: int, occurrences: int) -> None:
    """At most what was claimed is confirmed; none means refused. Raises Refusal."""
    if not 0 <= confirmed <= occurrences:
        raise Refusal(
            "cause.confirmed", f"Số lần xác nhận phải từ 0 (không xác nhận) đến {occurrences}.",
            field="confirmed",
        )
