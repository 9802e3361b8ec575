"""“Việc của tôi”: a person's own month, what colleagues of the unit could not do, and what waits for a giver."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import officer_units, on_day, task_units
from thuocdo.work.models import CauseClaim, Clarification, Evidence, Product, Task, UncountableChoice
from thuocdo.work.queries import serving_in_month
from thuocdo.work.seeing import led_units

State = Task.State


@dataclass(frozen=True)
class OwnMonth:
    """The user's tasks of a month by how they stand, and what the unit's colleagues could not do."""

    tasks: tuple[Task, ...]
    proposed: tuple[Task, ...]
    others: tuple[Task, ...]
    to_take_over: tuple[Task, ...]
    post: Employment | None


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
    )


def to_take_over(user: User, post: Employment | None, month: date) -> tuple[Task, ...]:
    """Handed-back tasks of colleagues in the very unit of the post that nobody has taken over. One query."""
    if post is None:
        return ()
    same = Employment.objects.filter(serving_in_month(month), unit_id=post.unit_id)
    rows = Task.objects.counted().filter(month=month, handed_back=True, person__in=same.values("person_id"))
    free = rows.exclude(taken_over_by__state__in=(State.ACTIVE, State.PROPOSED))
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


def _others(user: User, units: set[int], on: date) -> QuerySet[Employment]:
    """Posts of that day in the units, without the user's own."""
    return Employment.objects.filter(on_day(on), unit_id__in=units).exclude(person__user_id=user.pk)


def proposals_to_decide(user: User, on: date) -> list[Task]:
    """Proposals of the people to whom the user assigns tasks, oldest first."""
    posts = _others(user, task_units(user, on), on)
    rows = Task.objects.filter(state=State.PROPOSED, person_id__in=posts.values("person_id"))
    return list(rows.select_related("person").order_by("given_at", "pk"))


def claims_to_decide(user: User, on: date) -> list[CauseClaim]:
    """Causes that wait for a decision among the people of the units that the user heads, oldest first."""
    posts = _others(user, led_units(user, on), on)
    rows = CauseClaim.objects.filter(
        state=CauseClaim.State.WAITING, task__state=State.ACTIVE, task__person_id__in=posts.values("person_id")
    )
    return list(rows.select_related("task__person").order_by("claimed_at", "pk"))


def clarifications_to_answer(user: User) -> list[Clarification]:
    """Explanations that the user still owes, by deadline."""
    rows = Clarification.objects.filter(
        answered_at__isnull=True, task__person__user_id=user.pk, task__state=State.ACTIVE
    )
    return list(rows.select_related("task").order_by("due", "pk"))


def clarifications_outstanding(user: User) -> list[Clarification]:
    """Explanations that the user asked for and did not get yet, by deadline."""
    rows = Clarification.objects.filter(answered_at__isnull=True, asked_by=user, task__state=State.ACTIVE)
    return list(rows.select_related("task__person").order_by("due", "pk"))


def uncountable_choices(user: User, on: date) -> tuple[list[Unit], list[UncountableChoice]]:
    """The officer's agencies, and all their choices about work that is hard to count, the newest first."""
    agencies = Unit.objects.filter(pk__in=officer_units(user, on), kind=Unit.Kind.AGENCY).order_by("order", "code")
    rows = UncountableChoice.objects.filter(agency__in=agencies).select_related("agency", "product", "entered_by")
    return list(agencies), list(rows.order_by("agency__order", "agency__code", "-start"))


def products_of(agency_ids: list[int], on: date) -> list[Product]:
    """Catalogue products of agencies that the officer looks after."""
    return list(Product.objects.filter(on_day(on), agency_id__in=agency_ids).order_by("code"))
