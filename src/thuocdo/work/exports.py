"""Tasks of a month as they stand, in the words that their import reads."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Q

from thuocdo.intake.specs import Scope
from thuocdo.intake.written import day_text
from thuocdo.kernel.periods import month_span
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.access import day_of
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Task
from thuocdo.work.queries import given_elsewhere, of_their_agencies


def month_of(typed: str) -> date:
    """The first day of a month written mm/yyyy."""
    month, year = typed.split("/")
    return date(int(year), int(month), 1)


def amount(hundredths: int | None) -> str:
    """Hundredths as people write them, empty for none."""
    return "" if hundredths is None else format_points(hundredths)


def task_texts(task: Task) -> tuple[str, ...]:
    """One task in the order of the import's columns."""
    return (
        task.code, task.person.code, f"{task.month:%m/%Y}", task.product.code if task.product else "", task.title,
        amount(task.coefficient), amount(task.assigned), day_text(task.due_date), "có" if task.outside_plan else "",
        "có" if task.handed_back else "", amount(task.completed), amount(task.quality_met), amount(task.on_time),
        str(task.quality_errors), str(task.late), task.quality_errors_each, task.late_each,
        task.cause, task.evidence, task.get_nature_display(),
        *("có" if sign else "" for sign in (task.is_key, task.is_new, task.is_hard)), task.expected,
        day_text(task.start_date),
    )  # fmt: skip


def task_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Active tasks of that month of people with a post in the scope during it, by person and code; without those that
    an agency gave in which they have no such post, or another unit."""
    first = month_of(month)
    span = month_span(first.year, first.month)
    units = [u.pk for u in scope.data.units.values()]
    serving = Employment.objects.filter(Q(end__isnull=True) | Q(end__gt=span.start), start__lt=span.end)
    posts = lookup(serving, "unit_id", units)
    here = ~given_elsewhere(units, day_of(at))
    rows = Task.objects.filter(here, month=first, state=Task.State.ACTIVE).select_related("person", "product")
    tasks = of_their_agencies(lookup(rows, "person_id", {p.person_id for p in posts}), posts, first)
    return [task_texts(t) for t in sorted(tasks, key=lambda t: (t.person.sort_key, t.person.code, t.code))]
