"""Pure rules of plans: weeks begin on Monday, recurring days, what may be typed. Nothing here scores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from thuocdo.kernel.errors import Refusal, Several
from thuocdo.kernel.periods import Span, month_span
from thuocdo.kernel.text import clean

LAST_DAY = 31
MOST_ITEMS = 60
REPORTED = ("open", "done", "partly", "not_done")
WEEK = timedelta(days=7)


class Refused(Several):
    """Several inputs are wrong. `problems` maps field names to Vietnamese sentences."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems, code="plan.problems")


def monday_of(day: date) -> date:
    """The Monday of the week that holds the day.

    >>> monday_of(date(2026, 3, 5))
    datetime.date(2026, 3, 2)
    """
    return day - timedelta(days=day.weekday())


def require_monday(week: date) -> None:
    """Weeks are named by their Monday. Raises Refusal."""
    if week.weekday():
        raise Refusal("plan.week", "Tuần phải ghi bằng ngày thứ Hai. Hãy chọn lại tuần.", field="week")


def week_to_plan(today: date) -> date:
    """Monday of the week whose plan is due: from Thursday on the coming one, before that the present one.

    >>> week_to_plan(date(2026, 3, 4)), week_to_plan(date(2026, 3, 5))
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 9))
    """
    return monday_of(today) if today.weekday() < 3 else monday_of(today) + WEEK


def week_days(week: date) -> list[date]:
    """Monday to Sunday."""
    return [week + timedelta(days=n) for n in range(7)]


def week_span(week: date) -> Span:
    """The seven days, half-open."""
    return Span(week, week + WEEK)


def month_of_week(week: date) -> date:
    """First day of the month to which a week belongs: the month of its Thursday, so that no week has two.

    >>> month_of_week(date(2026, 3, 30)), month_of_week(date(2026, 4, 27))
    (datetime.date(2026, 4, 1), datetime.date(2026, 4, 1))
    """
    return (week + timedelta(days=3)).replace(day=1)


def weeks_of_month(month: date) -> list[date]:
    """Mondays of the weeks that belong to the month, by their Thursday.

    >>> [str(w) for w in weeks_of_month(date(2026, 4, 1))]
    ['2026-03-30', '2026-04-06', '2026-04-13', '2026-04-20', '2026-04-27']
    """
    return [week for week in weeks_touching(month) if month_of_week(week) == month]


def weeks_touching(month: date) -> list[date]:
    """Mondays of the four to six weeks with a day in the month: the rows of its calendar."""
    span = month_span(month.year, month.month)
    first = monday_of(span.start)
    days = (span.end or span.start) - first
    return [first + n * WEEK for n in range(-(-days.days // 7))]


def occurrences(rule: str, day: int, quarter_month: int | None, in_force: Span, asked: Span) -> list[date]:
    """The days of `asked` (an ended span) on which recurring work falls while it is in force, in order.

    >>> occurrences("monthly", 31, None, Span(date(2026, 1, 1)), Span(date(2026, 2, 1), date(2026, 4, 1)))
    [datetime.date(2026, 2, 28), datetime.date(2026, 3, 31)]
    """
    found = _weekly(day, asked) if rule == "weekly" else _monthly(day, quarter_month, asked)
    return [d for d in found if in_force.holds(d) and asked.holds(d)]


def _weekly(day: int, asked: Span) -> Iterator[date]:
    here = monday_of(asked.start) + timedelta(days=day - 1)
    while asked.end is not None and here < asked.end:
        yield here
        here += WEEK


def _monthly(day: int, quarter_month: int | None, asked: Span) -> Iterator[date]:
    month = asked.start.replace(day=1)
    while asked.end is not None and month < asked.end:
        after = month_span(month.year, month.month).end or month
        if quarter_month is None or (month.month - 1) % 3 + 1 == quarter_month:
            yield after - timedelta(days=1) if day == LAST_DAY else month.replace(day=day)
        month = after


def check_recurrence(rule: str, day: int, quarter_month: int | None) -> None:
    """Raises Refusal with the field for a day that the rule does not have in every period."""
    if rule not in ("weekly", "monthly", "quarterly"):
        raise Refusal("recurring.rule", "Lặp lại: hãy chọn hằng tuần, hằng tháng hoặc hằng quý.", field="rule")
    if rule == "weekly" and not 1 <= day <= 7:
        raise Refusal("recurring.day", "Hằng tuần: ngày là số từ 1 (thứ Hai) đến 7 (Chủ nhật).", field="day")
    if rule != "weekly" and not (1 <= day <= 28 or day == LAST_DAY):
        raise Refusal(
            "recurring.day",
            "Ngày trong tháng: hãy nhập số từ 1 đến 28 (tháng nào cũng có), hoặc 31 để chỉ ngày cuối tháng.",
            field="day",
        )
    if rule == "quarterly" and quarter_month not in (1, 2, 3):
        raise Refusal("recurring.quarter", "Hằng quý: hãy chọn tháng thứ 1, 2 hoặc 3 của quý.", field="quarter_month")
    if rule != "quarterly" and quarter_month is not None:
        raise Refusal(
            "recurring.quarter", "Chỉ việc hằng quý mới chọn tháng của quý. Hãy bỏ chọn.", field="quarter_month"
        )


def levels_from(typed: Sequence[str]) -> list[str]:
    """The unit's own words for 2 to 5 levels, best first. Raises Refusal: too few, too many, twice, too long."""
    levels = [word for word in map(clean, typed) if word]
    if not 2 <= len(levels) <= 5:
        raise Refusal(
            "grading.levels", "Các mức: hãy ghi từ 2 đến 5 mức, mỗi dòng một mức, mức cao nhất trước.", field="levels"
        )
    if len({word.casefold() for word in levels}) < len(levels):
        raise Refusal("grading.levels", "Các mức: có mức ghi hai lần. Hãy sửa để không trùng.", field="levels")
    if max(map(len, levels)) > 60:
        raise Refusal("grading.levels", "Các mức: mỗi mức tối đa 60 ký tự. Hãy rút gọn.", field="levels")
    return levels


def grade_problem(level: int, levels: Sequence[str], reason: str) -> str | None:
    """What is wrong with one grade, or None. The lowest level needs a reason."""
    if not 0 <= level < len(levels):
        return "không có mức này. Hãy chọn lại trong danh sách."
    if level == len(levels) - 1 and not clean(reason):
        return f"mức thấp nhất “{levels[level]}” phải kèm lý do. Hãy ghi lý do."
    if len(clean(reason)) > 300:
        return "lý do dài quá 300 ký tự. Hãy rút gọn."
    return None


def criteria_from(typed: str) -> list[str]:
    """Criteria of a campaign, one a line, each once, at most 10. Raises Refusal."""
    lines = list(dict.fromkeys(line for line in map(clean, typed.splitlines()) if line))
    if not 1 <= len(lines) <= 10:
        raise Refusal(
            "campaign.criteria", "Tiêu chí: hãy ghi từ 1 đến 10 tiêu chí, mỗi dòng một tiêu chí.", field="criteria"
        )
    if max(map(len, lines)) > 300:
        raise Refusal("campaign.criteria", "Tiêu chí: mỗi dòng tối đa 300 ký tự. Hãy rút gọn.", field="criteria")
    return lines


@dataclass(frozen=True)
class ItemData:
    """One row of a week as typed. `day` 1 (Monday) to 7, or None for the whole week."""

    text: str
    day: int | None = None
    nature: str = "regular"
    is_key: bool = False
    is_new: bool = False
    is_hard: bool = False
    due_date: date | None = None
    expected: str = ""
    assigned_by: str = ""
    task_id: int | None = None


@dataclass(frozen=True)
class Reported:
    """How one row of a week went: `state` one of REPORTED; the version the owner saw."""

    item_id: int
    version: int
    state: str
    note: str = ""


@dataclass(frozen=True)
class Graded:
    """The grade typed for one person: a place in the unit's levels, why, and the version seen (0 for none yet)."""

    person_id: int
    level: int
    reason: str
    version: int


def day_after(last: date) -> date:
    """The half-open end that is stored, from the last day people write."""
    return last + timedelta(days=1)


def day_before(end: date) -> date:
    """The last day people see, from the half-open end that is stored."""
    return end - timedelta(days=1)


@dataclass(frozen=True)
class RecurringData:
    """Recurring work as typed. Quantity and coefficient in hundredths; `end` the day after the last."""

    text: str
    rule: str
    day: int
    start: date
    end: date | None = None
    quarter_month: int | None = None
    product_id: int | None = None
    coefficient: int | None = None
    quantity: int | None = None
    expected: str = ""
