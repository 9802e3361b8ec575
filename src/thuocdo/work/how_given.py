"""How tasks were given, for whoever evaluates: after the fact, or with a coefficient that no catalogue gives. It scores
nothing."""

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, When
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.timezone import localdate

from thuocdo.work.models import Product, Task, TaskSet
from thuocdo.work.rules import month_of


def given_late(task: Task) -> bool:
    """Whether it was given, or its proposal accepted, after its own deadline or after its month. Tasks of another
    system came when that system was read, which says nothing."""
    known: bool | None = getattr(task, "is_given_late", None)
    if known is not None:
        return known
    if task.origin == Task.Origin.IMPORTED:
        return False
    day, end = localdate(task.given_at), month_of(task.month).end
    return day > task.due_date or (end is not None and day >= end)


def outside_catalogue() -> Q:
    """Condition on tasks: somebody typed the coefficient although the agency had a catalogue in force on the first day
    of the month (NĐ 335 Điều 13 khoản 5)."""
    month = OuterRef("month")
    in_force = Product.objects.filter(Q(end=None) | Q(end__gt=month), agency=OuterRef("agency"), start__lte=month)
    return Q(Exists(in_force), product=None, uncountable=False)


def marked_outside(tasks: TaskSet) -> TaskSet:
    """The same tasks, each knowing whether `outside_catalogue` holds (`is_outside`), in their one query."""
    return tasks.annotate(is_outside_catalogue=outside_catalogue())


def marked_late(tasks: TaskSet) -> TaskSet:
    """The same tasks, each knowing whether `given_late` holds, as the database says: one time zone asked of a whole
    city's tasks costs more than reading them."""
    month = TruncMonth("given_at", output_field=DateField())
    after = Q(given_day__gt=F("due_date")) | Q(given_month__gt=F("month"))
    known = tasks.annotate(given_day=TruncDate("given_at"), given_month=month)
    late = Case(When(Q(origin=Task.Origin.IMPORTED), then=False), When(after, then=True), default=False)
    return known.annotate(is_given_late=late)


def is_outside(task: Task) -> bool:
    """What `marked_outside` found."""
    return bool(getattr(task, "is_outside_catalogue", False))
