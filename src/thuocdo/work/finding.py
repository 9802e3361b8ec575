"""Tasks among what is found: one's own, and those of people whose tasks of that month the user may see."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncMonth

from thuocdo.organisation.finding.queries import Asked, Hit, Section
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Evidence, Task


def texts_of_task(task: Task) -> tuple[str, ...]:
    return task.code, task.title, task.expected


def texts_of_evidence(evidence: Evidence) -> tuple[str, ...]:
    return (evidence.text,)


def find_tasks(asked: Asked, most: int) -> list[Hit]:
    """Tasks by code, title, expected product, or the number or name of their evidence; the latest first. One query."""
    units = asked.units("officer", "inspector", "led", "giver", "assign")
    serving = Employment.objects.filter(unit_id__in=units, person_id=OuterRef("person_id"))
    serving = serving.annotate(since=TruncMonth("start")).filter(
        Q(end__isnull=True) | Q(end__gt=OuterRef("month")), since__lte=OuterRef("month")
    )
    proofs = Evidence.objects.filter(pk__in=asked.keys(Evidence), replaced_by__isnull=True)
    proofs = proofs.exclude(kind=Evidence.Kind.WITHDRAWN)
    named = Task.objects.filter(pk__in=asked.keys(Task)).values_list("pk").union(proofs.values_list("task_id"))
    tasks = Task.objects.filter(pk__in=named).filter(Q(person__user_id=asked.user.pk) | Exists(serving))
    return [
        Hit(
            f"{task.title} ({task.code})",
            f"{task.person.full_name}, tháng {task.month:%m/%Y}, {task.get_state_display()}",
            f"/cong-viec/{task.pk}/",
        )
        for task in tasks.select_related("person").order_by("-pk")[:most]
    ]


TASKS = Section("cong-viec", "Công việc", 30, find_tasks)
