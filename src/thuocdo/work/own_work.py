"""“Việc của tôi”: a person's own month, what colleagues of the unit could not do, and what waits for a giver."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.giving import managed_units
from thuocdo.organisation.models import Employment, Role, Unit
from thuocdo.organisation.queries import officer_units, on_day
from thuocdo.organisation.waiting import Row, Rows, rows
from thuocdo.work.closed import in_open_month
from thuocdo.work.models import CauseClaim, Clarification, Evidence, Product, Task, UncountableChoice
from thuocdo.work.queries import given_elsewhere, serving_in_month

State = Task.State
EARLIER = 3
"""So many earlier months are offered on the page of a month."""


@dataclass(frozen=True)
class OwnMonth:
    """The user's tasks of a month by how they stand, and what the unit's colleagues could not do."""

    tasks: tuple[Task, ...]
    proposed: tuple[Task, ...]
    others: tuple[Task, ...]
    to_take_over: tuple[Task, ...]
    post: Employment | None
    unreported: tuple["Unreported", ...]


class Unreported(NamedTuple):
    """An earlier month, still open, in which so many tasks of the user wait for a report."""

    month: date
    tasks: int


def own_month(user: User, month: date) -> OwnMonth:
    """Everything of the user's month. Constant queries."""
    waiting = Count("claims", filter=Q(claims__state=CauseClaim.State.WAITING), distinct=True)
    asked = Count("clarifications", filter=Q(clarifications__answered_at__isnull=True), distinct=True)
    standing = Q(proofs__replaced_by__isnull=True) & ~Q(proofs__kind=Evidence.Kind.WITHDRAWN)
    rows = Task.objects.filter(person__user_id=user.pk, month=month).annotate(
        waiting=waiting, asked=asked, proof_count=Count("proofs", filter=standing, distinct=True)
    )
    tasks = list(rows.select_related("product").order_by("due_date", "code"))
    held = Employment.objects.filter(serving_in_month(month), person__user_id=user.pk)
    post = held.select_related("unit").order_by("start").last()
    return OwnMonth(
        tasks=tuple(t for t in tasks if t.state == State.ACTIVE),
        proposed=tuple(t for t in tasks if t.state == State.PROPOSED),
        others=tuple(t for t in tasks if t.state in (State.DECLINED, State.WITHDRAWN, State.SPLIT)),
        to_take_over=to_take_over(user, post, month),
        post=post,
        unreported=_unreported(user, month),
    )


def _unreported(user: User, month: date) -> tuple[Unreported, ...]:
    """The last such months, the newest first. One query."""
    mine = Task.objects.filter(in_open_month(), person__user_id=user.pk, month__lt=month)
    waiting = mine.filter(state=State.ACTIVE, reported_at=None, handed_back=False)
    found = waiting.order_by("-month").values_list("month").annotate(Count("pk"))
    return tuple(map(Unreported._make, found[:EARLIER]))


def to_take_over(user: User, post: Employment | None, month: date) -> tuple[Task, ...]:
    """Handed-back tasks of colleagues in the very unit of the post that nobody has taken over. One query."""
    if post is None:
        return ()
    same = Employment.objects.filter(serving_in_month(month), unit_id=post.unit_id)
    rows = Task.objects.counted().filter(month=month, handed_back=True, person__in=same.values("person_id"))
    free = rows.filter(~given_elsewhere({post.unit_id}, month))
    free = free.exclude(taken_over_by__state__in=(State.ACTIVE, State.PROPOSED))
    return tuple(free.exclude(person__user_id=user.pk).select_related("person").order_by("due_date", "code"))


def to_propose_from(user: User, month: date, *, most: int = 5) -> tuple[list[Product], list[Task]]:
    """The catalogue of the user's agency in that month, and the user's last different own tasks. Two
    queries and the agency."""
    last = Task.objects.filter(person__user_id=user.pk).order_by("-month", "-pk")
    seen: dict[str, Task] = {}
    for task in last[:40]:
        seen.setdefault(task.title, task)
    agencies = {task.agency_id for task in seen.values()}
    products = Product.objects.filter(on_day(month), agency_id__in=agencies).order_by("code")
    return list(products[:300]), list(seen.values())[:most]


@dataclass(frozen=True)
class Waiting:
    """One thing on a task that waits for a user: `what` is proposal, cause, answer (owed) or asked (for)."""

    what: str
    task_id: int
    title: str
    due: date


def waiting_rows(user: User, on: date, evaluated: QuerySet[Any] | None = None) -> list[Rows]:
    """What waits for the user, as rows for the to-do list (`task.…`): proposals and causes of tasks of the units that
    the user leads or gives tasks in directly, causes of the `evaluated` person ids too, and explanations owed and asked
    for. Months that are closed take none of these steps, so nothing of theirs waits.
    """
    mine = Employment.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    led = mine.exclude(leadership=Employment.Leadership.NONE).values("unit_id")
    headed = mine.filter(leadership=Employment.Leadership.HEAD).values("unit_id")
    given = Role.objects.filter(on_day(on), kind=Role.Kind.TASK_GIVER, person__user_id=user.pk).values("unit_id")
    others = Employment.objects.filter(on_day(on)).exclude(person__user_id=user.pk)
    managed = managed_units(user, on)
    head = Q(leadership=Employment.Leadership.HEAD)
    near = (Q(unit_id__in=led) | Q(unit_id__in=given)) & ~head
    giving = others.filter(near | head & Q(unit_id__in=managed)).values("person_id")
    below = others.filter(unit_id__in=headed).values("person_id")
    deciding = Q(~given_elsewhere(headed, on, "task__"), task__person_id__in=below)
    if evaluated is not None:
        deciding |= Q(task__person_id__in=evaluated) & ~Q(task__person__user_id=user.pk)
    units = Unit.objects.filter(Q(pk__in=led) | Q(pk__in=given) | Q(pk__in=managed)).values("pk")
    proposals = Task.objects.filter(in_open_month(), state=State.PROPOSED, person_id__in=giving)
    proposals = proposals.filter(~given_elsewhere(units, on))
    still = in_open_month("task__")
    claims = CauseClaim.objects.filter(deciding, still, state=CauseClaim.State.WAITING, task__state=State.ACTIVE)
    unanswered = Clarification.objects.filter(still, answered_at__isnull=True, task__state=State.ACTIVE)
    columns: dict[str, Any] = {"key": "task_id", "text": "task__title", "day": "due"}
    return [
        rows(proposals, "task.proposal", text="title", day="due_date"),
        rows(claims, "task.cause", key="task_id", text="task__title", day="task__due_date"),
        rows(unanswered.filter(task__person__user_id=user.pk), "task.answer", **columns),
        rows(unanswered.filter(asked_by=user), "task.asked", **columns),
    ]


def waiting(user: User, on: date, evaluated: QuerySet[Any] | None = None) -> list[Waiting]:
    """The same as a list, by date. One query."""
    first, *others = waiting_rows(user, on, evaluated)
    found = (Row(*row) for row in first.union(*others, all=True))
    made = [Waiting(row.kind.removeprefix("task."), row.key, row.text, row.day) for row in found if row.day]
    return sorted(made, key=lambda one: (one.due, one.what, one.task_id))


def uncountable_choices(user: User, on: date) -> tuple[list[Unit], list[UncountableChoice]]:
    """The officer's agencies, and all their choices about work that is hard to count, the newest first."""
    agencies = Unit.objects.filter(pk__in=officer_units(user, on), kind=Unit.Kind.AGENCY).order_by("order", "code")
    rows = UncountableChoice.objects.filter(agency__in=agencies).select_related("agency", "product", "entered_by")
    return list(agencies), list(rows.order_by("agency__order", "agency__code", "-start"))


def products_of(agency_ids: list[int], on: date) -> list[Product]:
    """Catalogue products of agencies that the officer looks after."""
    return list(Product.objects.filter(on_day(on), agency_id__in=agency_ids).order_by("code"))
