"""What the form that opens a period sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from thuocdo.calendars.queries import workdays_for
from thuocdo.cycles.queries import Readiness, Ready
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.periods import period_label, period_span
from thuocdo.kernel.workdays import NoWorkday
from thuocdo.rulesets import catalogue
from thuocdo.web.my_unit.dates import parse_moment

CARRIED = ("root", "kind", "number", "year", "submit_by", "submit_by_time", "confirm_by", "confirm_by_time")
LIMITS = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True)
class Opening:
    """A period to open: for which unit, which month, quarter or year, and its two deadlines."""

    root_id: int
    kind: str
    year: int
    number: int
    submit_by: datetime
    confirm_by: datetime

    @property
    def label(self) -> str:
        return period_label(self.kind, self.year, self.number)

    @property
    def last_day(self) -> date:
        return (period_span(self.kind, self.year, self.number).end or date.max) - timedelta(days=1)

    @property
    def early(self) -> bool:
        """Whether the sheets are due before the period has ended."""
        return localdate(self.submit_by) < self.last_day


def opening(asked: Mapping[str, str]) -> Opening:
    """Read the form. Raises Refusal naming the field."""
    kind = asked.get("kind", "")
    if kind not in LIMITS:
        raise Refusal("cycle.kind", "Hãy chọn mở kỳ theo tháng, theo quý hay theo năm.", field="kind")
    read = Reading()
    root = read(_whole, asked, "root", 1, 10**9, "Hãy chọn đơn vị mở kỳ.")
    number = 1
    if kind != "year":
        most = LIMITS[kind]
        number = read(_whole, asked, "number", 1, most, f"Số thứ tự kỳ phải từ 1 đến {most}.")
    first = catalogue.first_of(kind)
    why = (
        f"Năm phải từ {first.since.year}: bộ quy tắc cũ nhất của kỳ này, {first.short_title}, áp dụng từ "
        f"{first.since:%d/%m/%Y}."
    )
    year = read(_whole, asked, "year", first.since.year, 2100, why)
    submit_by = read(_moment, asked, "submit_by", "Hạn nộp phiếu")
    confirm_by = read(_moment, asked, "confirm_by", "Hạn xác nhận")
    read.done()
    return Opening(root, kind, year, number, submit_by, confirm_by)


def _moment(asked: Mapping[str, str], field: str, label: str) -> datetime:
    return parse_moment(asked.get(field, ""), asked.get(f"{field}_time", ""), label=label, field=field)


def _whole(asked: Mapping[str, str], field: str, least: int, most: int, message: str) -> int:
    text = asked.get(field, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise Refusal(f"cycle.{field}", message, field=field)
    return int(text)


def suggestion(root: int, on: date) -> dict[str, str]:
    """A first filling of the form: the month of `on`, due when it ends, confirmed 3 working days later, both by the
    calendar of the unit (id); the days stay empty where that calendar has no day to work. Four queries."""
    end = period_span("month", on.year, on.month).end or on
    calendar = workdays_for(root, {on.year, on.year + 1}, on)
    try:
        due = calendar.count(end - timedelta(days=2), 1).due
        days = {"submit_by": due, "confirm_by": calendar.count(due, 3).due}
    except NoWorkday:
        days = {}
    return {
        "root": str(root),
        "kind": "month",
        "number": str(on.month),
        "year": str(on.year),
        "submit_by_time": "17:00",
        "confirm_by_time": "17:00",
        **{name: f"{day:%d/%m/%Y}" for name, day in days.items()},
    }


def choices(posted: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """Posts chosen for people with several: fields `choice-<person>` and `choice-<person>-reason`."""
    found: dict[int, dict[str, Any]] = {}
    for name, text in posted.items():
        head, _, person = name.partition("-")
        if head == "choice" and person.isascii() and person.isdigit() and text.isascii() and text.isdigit():
            found[int(person)] = {"employment": int(text), "reason": posted.get(f"{name}-reason", "")}
    return found


@dataclass(frozen=True)
class Waiting:
    """Somebody for whom the officer may choose a post, with what was typed."""

    ready: Ready
    field: str
    chosen: int | None
    reason: str
    error: str


def waiting(readiness: Readiness, posted: Mapping[str, str], errors: Mapping[str, str]) -> list[Waiting]:
    """The choices to make, typed ones kept."""
    made = choices(posted)
    rows = []
    for ready in readiness.to_choose:
        person = ready.candidate.person.pk
        field = f"choice-{person}"
        rows.append(
            Waiting(
                ready,
                field,
                made[person]["employment"] if person in made else None,
                posted.get(f"{field}-reason", ""),
                errors.get(field, ""),
            )
        )
    return rows
