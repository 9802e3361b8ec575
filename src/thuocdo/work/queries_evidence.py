"""Reads of evidence, causes and explanations of tasks; each with its access check, or for a task already seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import task_units
from thuocdo.work.models import CauseClaim, Clarification, Evidence, Task
from thuocdo.work.queries import serving_in_month
from thuocdo.work.seeing import may_ask, may_decide_cause, may_follow, may_see
from thuocdo.work.storage import stored

LIVE = (Task.State.ACTIVE, Task.State.PROPOSED)


@dataclass(frozen=True)
class TaskView:
    """One task with all that stands beside it, and what the viewer may do (`may` names the steps; `assigns_in` are
    the units in which the viewer assigns tasks, not asked for the doer)."""

    task: Task
    evidence: tuple[Evidence, ...]
    past_evidence: tuple[Evidence, ...]
    claims: tuple[CauseClaim, ...]
    clarifications: tuple[Clarification, ...]
    parts: tuple[Task, ...]
    taken_over: Task | None
    post: Employment | None
    may: frozenset[str]
    assigns_in: frozenset[int]


@dataclass(frozen=True)
class Beside:
    """What the judging page shows beside a task before judging."""

    task_id: int
    evidence: tuple[Evidence, ...] = ()
    claims: tuple[CauseClaim, ...] = ()
    clarifications: tuple[Clarification, ...] = ()
    note: str = ""

    @property
    def unanswered(self) -> bool:
        return any(one.answered_at is None for one in self.clarifications)


def standing_evidence(task: Task) -> list[Evidence]:
    """Evidence in force: neither replaced nor withdrawn. For actions on a task that they have checked."""
    rows = Evidence.objects.filter(task=task, replaced_by__isnull=True).exclude(kind=Evidence.Kind.WITHDRAWN)
    return list(rows.order_by("pk"))


def task_to_see(user: User, task_id: int, on: date) -> TaskView:
    """One task for whoever may see it. Constant queries. Raises NotYours."""
    task = (
        Task.objects.select_related("person", "agency", "product", "given_by", "part_of", "taken_over_from")
        .filter(pk=task_id)
        .first()
    )
    if task is None:
        raise NotYours()
    own = task.person.user_id == user.pk
    units = frozenset() if own else frozenset(task_units(user, on))
    follows = not own and may_follow(user, task, on, units=units)
    if not may_see(user, task, on, follows=follows):
        raise NotYours()
    proofs = list(task.proofs.select_related("added_by", "replaced_by").order_by("pk"))
    now = [p for p in proofs if not hasattr(p, "replaced_by") and p.kind != Evidence.Kind.WITHDRAWN]
    posts = Employment.objects.filter(serving_in_month(task.month), person_id=task.person_id)
    served = list(posts.select_related("unit").order_by("start"))
    related = Task.objects.filter(
        Q(part_of=task, state=Task.State.ACTIVE) | Q(taken_over_from=task, state__in=LIVE)
    ).select_related("person")
    beside = list(related.order_by("month", "person__sort_key", "pk"))
    return TaskView(
        task=task,
        evidence=tuple(now),
        past_evidence=tuple(p for p in proofs if p not in now),
        claims=tuple(task.claims.select_related("decided_by").order_by("pk")),
        clarifications=tuple(task.clarifications.select_related("asked_by").order_by("pk")),
        parts=tuple(one for one in beside if one.part_of_id == task.pk and one.state == Task.State.ACTIVE),
        taken_over=next((one for one in beside if one.taken_over_from_id == task.pk and one.state in LIVE), None),
        post=served[-1] if served else None,
        may=_may(user, task, on, follows=follows, serving={one.unit_id for one in served}),
        assigns_in=units,
    )


def _may(user: User, task: Task, on: date, *, follows: bool, serving: Collection[int]) -> frozenset[str]:
    found = set()
    if task.person.user_id == user.pk:
        found.add("do")
    elif follows:
        found.add("give")
    if may_ask(user, task, on, follows=follows):
        found.add("ask")
    if may_decide_cause(user, task, on, serving=serving):
        found.add("decide")
    return frozenset(found)


def evidence_file(user: User, evidence_id: int, on: date) -> tuple[Evidence, bytes]:
    """A file of evidence, old versions too, for whoever may see its task. Raises NotYours, Refusal (damaged)."""
    found = Evidence.objects.filter(pk=evidence_id, kind=Evidence.Kind.FILE)
    row = found.select_related("task__person").first()
    if row is None or not may_see(user, row.task, on):
        raise NotYours()
    return row, stored(row.sha256)


def beside_tasks(codes: Collection[str], read: Collection[Task] = ()) -> dict[str, Beside]:
    """By task code, what stands beside the tasks of a sheet that the caller may see. Three queries, and one for tasks
    that are not among those the caller has `read` already."""
    tasks = {t.pk: t for t in read if t.code in codes}
    missing = set(codes) - {t.code for t in tasks.values()}
    if missing:
        tasks |= {t.pk: t for t in Task.objects.filter(code__in=missing)}
    proofs: dict[int, list[Evidence]] = {}
    standing = Evidence.objects.filter(task__in=tasks, replaced_by__isnull=True)
    for row in standing.exclude(kind=Evidence.Kind.WITHDRAWN).select_related("added_by").order_by("pk"):
        proofs.setdefault(row.task_id, []).append(row)
    claims: dict[int, list[CauseClaim]] = {}
    for claim in CauseClaim.objects.filter(task__in=tasks).order_by("pk"):
        claims.setdefault(claim.task_id, []).append(claim)
    asked: dict[int, list[Clarification]] = {}
    for one in Clarification.objects.filter(task__in=tasks).order_by("pk"):
        asked.setdefault(one.task_id, []).append(one)
    return {
        task.code: Beside(
            pk,
            tuple(proofs.get(pk, ())),
            tuple(claims.get(pk, ())),
            tuple(asked.get(pk, ())),
            task.conversion_note,
        )
        for pk, task in tasks.items()
    }


def unanswered(people: Collection[int], start: date, end: date) -> dict[int, int]:
    """How many explanations are outstanding by person, on tasks of the months in [start, end). One query."""
    rows = Clarification.objects.filter(
        answered_at__isnull=True, task__person_id__in=people, task__month__gte=start, task__month__lt=end,
        task__state=Task.State.ACTIVE,
    )  # fmt: skip
    found: dict[int, int] = {}
    for person in rows.values_list("task__person_id", flat=True):
        found[person] = found.get(person, 0) + 1
    return found


