"""Tasks among what is found: one's own, and those of people whose tasks of that month the user may see."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from thuocdo.organisation.finding.queries import MOST, Asked, Hit, Section
from thuocdo.organisation.finding.sections import REACH, scope_of_people
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Evidence, Task


def texts_of_task(task: Task) -> tuple[str, ...]:
    return task.code, task.title, task.expected


def texts_of_evidence(evidence: Evidence) -> tuple[str, ...]:
    return (evidence.text,)


def _scope_of_tasks(asked: Asked) -> QuerySet[Any, Any]:
    return Task.objects.filter(person_id__in=scope_of_people(asked)).values("pk")


def _scope_of_evidence(asked: Asked) -> QuerySet[Any, Any]:
    return Evidence.objects.filter(task__person_id__in=scope_of_people(asked)).values("pk")


def find_tasks(asked: Asked) -> list[Hit]:
    """Tasks by code, title, expected product, or the number or name of their evidence; the latest first. Two
    queries."""
    standing = Q(proofs__replaced_by__isnull=True) & ~Q(proofs__kind=Evidence.Kind.WITHDRAWN)
    proved = Q(proofs__in=asked.found(Evidence)) & standing
    rows = Task.objects.filter(Q(pk__in=asked.found(Task)) | proved).select_related("person").distinct()
    tasks = list(rows.order_by("-month", "-pk"))
    units, posts = asked.units(*REACH), defaultdict(list)
    others: set[tuple[int, int | None]] = set()
    for post in Employment.objects.filter(person_id__in={task.person_id for task in tasks}).select_related("unit"):
        if post.unit_id in units:
            posts[post.person_id].append(post)
        elif post.unit.end is None or post.unit.end > asked.on:
            others.add((post.person_id, post.unit_id))
    near = [t for t in tasks if (t.person_id, t.unit_id) not in others and _served(posts[t.person_id], t)]
    seen = [t for t in tasks if t in near or t.person.user_id == asked.user.pk]
    return [
        Hit(
            f"{task.title} ({task.code})",
            f"{task.person.full_name}, tháng {task.month:%m/%Y}, {task.get_state_display()}",
            f"/cong-viec/{task.pk}/",
        )
        for task in seen[: MOST + 1]
    ]


def _served(posts: list[Employment], task: Task) -> bool:
    """Whether one of the posts was held on some day of the task's month."""
    return any(post.start < _next(task.month) and (post.end is None or post.end > task.month) for post in posts)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


TASKS = Section("cong-viec", "Công việc", 30, {Task: _scope_of_tasks, Evidence: _scope_of_evidence}, find_tasks)
