"""What the room of work knows beside a sheet: confirmed causes, explanations outstanding, who evaluates whom."""

from collections.abc import Collection
from datetime import date
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals.capacity import evaluated_by
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import period_span
from thuocdo.work.models import Task
from thuocdo.work.queries_evidence import unanswered


def evaluates(user: User, person_id: int, month: date, on: date) -> bool:
    """Whether the user evaluates, on that day, the person's sheet of a period that holds the month."""
    sheets = Sheet.objects.filter(evaluated_by(user, on), person_id=person_id, cycle__year=month.year)
    rows = sheets.exclude(person__user_id=user.pk).select_related("cycle")
    return any(period_span(s.cycle.kind, s.cycle.year, s.cycle.number).holds(month) for s in rows)


def with_confirmed_causes(subject: dict[str, Any], read: Collection[Task] = ()) -> dict[str, Any]:
    """The subject with the late occurrences whose objective cause has been confirmed by now (Điều 14): at
    most as many as the line reports as late. At most one query, for tasks that the caller has not `read` already.
    """
    products = subject.get("products", [])
    confirmed = {task.code: task.late_excused for task in read if task.late_excused > 0}
    missing = {line["id"] for line in products} - {task.code for task in read}
    if missing:
        rows = Task.objects.filter(code__in=missing, late_excused__gt=0)
        confirmed |= dict(rows.values_list("code", "late_excused"))
    lines = [
        _excused(line, confirmed[line["id"]]) if line["id"] in confirmed and "late" in line else line
        for line in products
    ]
    return subject | {"products": lines} if products else subject


def _excused(line: dict[str, Any], confirmed: int) -> dict[str, Any]:
    """The line with so many occurrences excused; which products the rest befell is not said any more."""
    excused = min(confirmed, int(line["late"]))
    kept = line if excused == line.get("late_excused", 0) else {k: v for k, v in line.items() if k != "late_each"}
    return kept | {"late_excused": excused}


def outstanding(people: Collection[int], cycle: Cycle) -> dict[int, int]:
    """Explanations asked and not answered, by person, on tasks of the cycle's months. One query."""
    span = period_span(cycle.kind, cycle.year, cycle.number)
    if span.end is None:
        return {}
    return unanswered(people, span.start, span.end)


def require_answers(sheet: Sheet, acknowledged: bool) -> None:
    """Raises Refusal while an explanation is outstanding, unless the evaluator goes on knowingly."""
    waiting = outstanding([sheet.person_id], sheet.cycle).get(sheet.person_id, 0)
    if waiting and not acknowledged:
        raise Refusal(
            "confirm.unanswered",
            f"Còn {waiting} yêu cầu giải trình chưa được trả lời. Hãy chờ trả lời, hoặc đánh dấu “Xác nhận khi "
            "chưa có giải trình” rồi xác nhận lại.",
            field="unanswered_ok",
        )
