"""Which months are closed for whom: the sheet is confirmed or exempted, so tasks can no longer count."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from thuocdo.appraisals import rules
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.periods import period_span
from thuocdo.work.closed import PersonMonth


def closed_months(asked: Collection[PersonMonth]) -> dict[PersonMonth, str]:
    """The sentence for each asked (person id, first day of month) whose sheet is resolved. One query."""
    rows = _about(asked).filter(state__in=rules.RESOLVED)
    spans: dict[int, list[Sheet]] = {}
    for sheet in rows.select_related("cycle", "person").order_by("pk"):
        spans.setdefault(sheet.person_id, []).append(sheet)
    return {
        (person, month): _sentence(sheet)
        for person, month in asked
        for sheet in spans.get(person, ())
        if _holds(sheet, month)
    }


def hold_months(asked: Collection[PersonMonth]) -> None:
    """The sheets of these months, locked in key order: none is confirmed or exempted in the meantime. No key: rows that
    name them are still written. One query."""
    rows = _about(asked).select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.values_list("pk"))


def _about(asked: Collection[PersonMonth]) -> QuerySet[Sheet]:
    months = {month for _, month in asked}
    rows = _monthly().filter(cycle__year__in={month.year for month in months}, person__in={one for one, _ in asked})
    return rows.exclude(Q(cycle__kind=Cycle.Kind.MONTH) & ~Q(cycle__number__in={month.month for month in months}))


def closed_in(prefix: str) -> Exists:
    """The same as a condition on tasks, or on rows with the task at the prefix (`task__`)."""
    month = f"{prefix}month"
    held = Q(cycle__kind=Cycle.Kind.MONTH, cycle__number=OuterRef(f"{month}__month"))
    held |= Q(cycle__kind=Cycle.Kind.QUARTER, cycle__number=OuterRef(f"{month}__quarter"))
    of = _monthly().filter(held, state__in=rules.RESOLVED, person=OuterRef(f"{prefix}person"))
    return Exists(of.filter(cycle__year=OuterRef(f"{month}__year")))


def _monthly() -> QuerySet[Sheet]:
    """A year is rated while its last month still runs, so it closes none."""
    return Sheet.objects.exclude(cycle__kind=Cycle.Kind.YEAR)


def _holds(sheet: Sheet, month: date) -> bool:
    cycle = sheet.cycle
    return period_span(cycle.kind, cycle.year, cycle.number).holds(month)


def _sentence(sheet: Sheet) -> str:
    return (
        f"Phiếu {sheet.cycle.label} của {sheet.person.full_name} {rules.MACHINE.states[sheet.state]}, nên "
        "không giao thêm, sửa hoặc thu hồi công việc của tháng này được nữa. Hãy giao vào tháng sau."
    )
