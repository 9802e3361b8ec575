"""Reads of recurring work: whose it is, on which days of a period it falls, what of that is there already."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import Span, month_span
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import forest, on_day
from thuocdo.plans import rules
from thuocdo.plans.models import RecurringProposal, RecurringTask, WeekItem
from thuocdo.work.models import Product
from thuocdo.work.queries import catalogue


@dataclass(frozen=True)
class Proposal:
    """One occurrence of recurring work in a period; `done` where it is there already."""

    recurring: RecurringTask
    day: date
    done: bool

    @property
    def key(self) -> str:
        """What the form sends for it."""
        return f"{self.recurring.pk}:{self.day.isoformat()}"

    @property
    def countable(self) -> bool:
        """Whether it can become a task: quantity and coefficient are written down."""
        return self.recurring.quantity is not None and self.recurring.coefficient is not None


def occurrences_of(row: RecurringTask, asked: Span) -> list[date]:
    """Days of an ended span on which the work falls."""
    return rules.occurrences(row.rule, row.day, row.quarter_month, Span(row.start, row.end), asked)


def own_recurring(user: User) -> list[RecurringTask]:
    """The user's recurring work, what still runs first. One query."""
    rows = RecurringTask.objects.filter(person__user_id=user.pk).select_related("product").order_by("pk")
    return sorted(rows, key=lambda row: (row.end is not None, row.pk))


def one_recurring(user: User, recurring_id: int) -> RecurringTask:
    """One of the user's. Raises NotYours."""
    row = RecurringTask.objects.filter(pk=recurring_id, person__user_id=user.pk).select_related("product").first()
    if row is None:
        raise NotYours()
    return row


def proposals_for_week(user: User, week: date) -> list[Proposal]:
    """What the user's recurring work brings to a week. Two queries."""
    rules.require_monday(week)
    rows = own_recurring(user)
    there = WeekItem.objects.filter(recurring__in=rows, week=week)
    done = {(row.recurring_id or 0, row.occurrence or week) for row in there}
    return _proposals(rows, rules.week_span(week), done)


def proposals_for_month(user: User, month: date) -> list[Proposal]:
    """What the user's recurring work brings to a month as tasks. Two queries."""
    rows = own_recurring(user)
    asked = month_span(month.year, month.month)
    made = RecurringProposal.objects.filter(recurring__in=rows)
    return _proposals(rows, asked, set(made.values_list("recurring_id", "occurrence")))


def _proposals(rows: list[RecurringTask], asked: Span, done: set[tuple[int, date]]) -> list[Proposal]:
    found = [Proposal(row, day, (row.pk, day) in done) for row in rows for day in occurrences_of(row, asked)]
    return sorted(found, key=lambda one: (one.day, one.recurring.pk))


def products_of(user: User, on: date) -> list[Product]:
    """Catalogue products of the agencies in which the user serves on a day. Four queries."""
    return catalogue(_agencies(Employment.objects.filter(on_day(on), person__user_id=user.pk), on), on)


def product_for(person: Person, product_id: int | None, on: date) -> Product | None:
    """A catalogue product of an agency of the person. Raises NotYours."""
    if product_id is None:
        return None
    product = next((one for one in products_for(person, on) if one.pk == product_id), None)
    if product is None:
        raise NotYours("Không tìm thấy sản phẩm này trong danh mục của cơ quan vào ngày bắt đầu.")
    return product


def products_for(person: Person, on: date) -> list[Product]:
    """Catalogue products on a day of the agencies in which the person serves or served."""
    return catalogue(_agencies(Employment.objects.filter(person=person), on), on)


def _agencies(posts: QuerySet[Employment], on: date) -> set[int]:
    tree = forest(on)
    return {a for a in (tree.agency(u) for u in posts.values_list("unit_id", flat=True)) if a is not None}
