"""How tasks were given, for whoever evaluates: after the fact, or with a coefficient that no catalogue gives. It scores
nothing."""

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from thuocdo.work.models import Product, Task, TaskSet
from thuocdo.work.rules import month_of


def given_late(task: Task) -> bool:
    """Whether it was given, or its proposal accepted, after its own deadline or after its month. Tasks of another
    system came when that system was read, which says nothing."""
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


def is_outside(task: Task) -> bool:
    """What `marked_outside` found."""
    return bool(getattr(task, "is_outside_catalogue", False))
