"""What somebody who leaves has in hand: open sheets and work not reported. The page asks for the access first."""

from dataclasses import dataclass

from thuocdo.appraisals import rules
from thuocdo.appraisals.models import Sheet
from thuocdo.work.models import Task

SHOWN = 100


@dataclass(frozen=True)
class InHand:
    """Open sheets of the person, sheets the person evaluates, and tasks without a report, the latest month first."""

    own: list[Sheet]
    to_judge: int
    tasks: list[Task]


def handing_over(person_id: int) -> InHand:
    """Three queries."""
    own = Sheet.objects.filter(person=person_id).exclude(state__in=rules.RESOLVED)
    judging = Sheet.objects.filter(evaluator=person_id).exclude(state__in=rules.RESOLVED)
    tasks = Task.objects.filter(person=person_id, state=Task.State.ACTIVE, reported_at=None)
    return InHand(list(own.select_related("cycle").order_by("pk")), judging.count(),
                  list(tasks.order_by("-month", "code")[:SHOWN]))
