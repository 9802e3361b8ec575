"""Reads of plans: the own week and month, a unit's week, who has no plan yet. Access is checked here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.models import Event
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import Span, month_span
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import agency_of, ancestors, person_of
from thuocdo.plans import access, rules
from thuocdo.plans.models import (
    CampaignAnswer,
    CampaignCriterion,
    PlanSetting,
    WeekGrade,
    WeekItem,
)
from thuocdo.work.closed import closed_months
from thuocdo.work.models import Task

State = WeekItem.State
TO_CARRY = (State.OPEN, State.PARTLY, State.NOT_DONE)


@dataclass(frozen=True)
class Criterion:
    """One criterion of a campaign in a week, with what one person answered."""

    criterion: CampaignCriterion
    answer: CampaignAnswer | None

    @property
    def field(self) -> str:
        """Name of its input."""
        return f"answer-{self.criterion.pk}"

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else ""

    @property
    def version(self) -> int:
        return self.answer.version if self.answer else 0


@dataclass(frozen=True)
class MyWeek:
    """A person's own week. `tasks` are given for its months and not in it yet; `closed` says why it is closed."""

    week: date
    person: Person
    unit: Unit | None
    items: tuple[WeekItem, ...]
    tasks: tuple[Task, ...]
    grade: WeekGrade | None
    criteria: tuple[Criterion, ...]
    required: bool
    published: bool
    closed: str


def own_person(user: User) -> Person:
    """The person of an account. Raises NotYours."""
    person = person_of(user)
    if person is None:
        raise NotYours()
    return person


def my_week(user: User, week: date) -> MyWeek:
    """The user's own plan of a week with all that belongs to it. Constant queries. Raises NotYours."""
    rules.require_monday(week)
    posts = access.own_posts(user, week)
    person = posts[0].person if posts else own_person(user)
    path = ancestors(posts[0].unit_id, week) if posts else []
    settings = access.settings_on_path(PlanSetting, path, week)
    month = rules.month_of_week(week)
    items = items_of([person.pk], [week]).get(person.pk, [])
    return MyWeek(
        week=week, person=person, unit=path[0] if path else None, items=tuple(items),
        tasks=tuple(tasks_to_take(person, week, items)),
        grade=WeekGrade.objects.filter(person=person, week=week).order_by("pk").first(),
        criteria=tuple(criteria_for(person, path, week)),
        required=any(row.required for row in settings), published=access.is_published(path, settings),
        closed=closed_months([(person.pk, month)]).get((person.pk, month), ""),
    )  # fmt: skip


def unit_of_week(user: User, week: date) -> int | None:
    """Id of the unit whose calendar holds for the user's plan of a week; None without a post. One query."""
    return next((post.unit_id for post in access.own_posts(user, week)), None)


def items_of(person_ids: Collection[int], weeks: Collection[date]) -> dict[int, list[WeekItem]]:
    """Rows of people's weeks that were not dropped, by person: by day, the whole week's last. One query."""
    rows = WeekItem.objects.filter(person__in=person_ids, week__in=weeks).exclude(state=State.DROPPED)
    found: dict[int, list[WeekItem]] = {}
    for row in sorted(rows.select_related("task__product"), key=lambda r: (r.week, r.day or 8, r.pk)):
        found.setdefault(row.person_id, []).append(row)
    return found


def tasks_to_take(person: Person, week: date, items: Iterable[WeekItem]) -> list[Task]:
    """Tasks of the months that the week touches and that it does not hold yet, by deadline. One query."""
    months = {day.replace(day=1) for day in rules.week_days(week)}
    there = [row.task_id for row in items if row.task_id]
    tasks = Task.objects.filter(person=person, month__in=months, state=Task.State.ACTIVE).exclude(pk__in=there)
    return list(tasks.order_by("due_date", "code"))


def criteria_for(person: Person, path: Sequence[Unit], week: date) -> list[Criterion]:
    """Criteria of the campaigns of the person's unit and those above in the week. Two queries."""
    asked = CampaignCriterion.objects.filter(
        campaign__unit__in=[unit.pk for unit in path], campaign__start__lt=week + rules.WEEK, campaign__end__gt=week
    )
    criteria = list(asked.select_related("campaign__unit").order_by("campaign__start", "campaign", "number"))
    rows = CampaignAnswer.objects.filter(person=person, week=week, criterion__in=criteria)
    answers = {row.criterion_id: row for row in rows} if criteria else {}
    return [Criterion(one, answers.get(one.pk)) for one in criteria]


def own_item(user: User, item_id: int) -> WeekItem:
    """One of the user's rows. Raises NotYours."""
    rows = WeekItem.objects.filter(pk=item_id, person__user_id=user.pk).exclude(state=State.DROPPED)
    row = rows.select_related("task").first()
    if row is None:
        raise NotYours()
    return row


def tasks_to_link(row: WeekItem) -> list[Task]:
    """Tasks of the months of the row's week to which its owner can link it. One query."""
    months = {day.replace(day=1) for day in rules.week_days(row.week)}
    live = Q(state=Task.State.ACTIVE) | Q(pk=row.task_id)
    return list(Task.objects.filter(live, person=row.person_id, month__in=months).order_by("due_date", "code"))


@dataclass(frozen=True)
class Earlier:
    """The latest earlier week with a plan: its rows, those carried over already apart."""

    week: date | None
    rows: tuple[WeekItem, ...]
    carried: frozenset[int]


def earlier_week(user: User, week: date) -> Earlier:
    """What can be copied into the user's week. Three queries."""
    rows = WeekItem.objects.filter(person__user_id=user.pk, week__lt=week).exclude(state=State.DROPPED)
    last = rows.order_by("-week").values_list("week", flat=True).first()
    if last is None:
        return Earlier(None, (), frozenset())
    found = sorted(rows.filter(week=last), key=lambda r: (r.state not in TO_CARRY, r.day or 8, r.pk))
    copies = WeekItem.objects.filter(carried_from__in=[r.pk for r in found]).exclude(state=State.DROPPED)
    return Earlier(last, tuple(found), frozenset(pk for pk in copies.values_list("carried_from_id", flat=True) if pk))


@dataclass(frozen=True)
class MonthPlan:
    """A month: the person's tasks, the rows of the weeks that touch it, grades and answers as information."""

    person: Person
    month: date
    tasks: tuple[Task, ...]
    items: tuple[WeekItem, ...]
    grades: tuple[WeekGrade, ...]
    answers: tuple[CampaignAnswer, ...]
    seen: bool = True

    @property
    def counts(self) -> dict[str, int]:
        """How many rows stand in which state, for the weeks that belong to the month."""
        weeks = set(rules.weeks_of_month(self.month))
        found: dict[str, int] = {}
        for row in self.items:
            if row.week in weeks:
                found[row.state] = found.get(row.state, 0) + 1
        return found


def month_of(user: User, person_id: int | None, month: date, on: date) -> MonthPlan:
    """The own month (`person_id` None), or that of somebody whose plan the user reads. Raises NotYours.

    `seen`: whether this look is on record already; the own one needs no record.
    """
    weeks = rules.weeks_touching(month)
    if person_id is None:
        person = own_person(user)
        return _month(person, month, weeks, seen=True)
    reading = access.readable_person(user, person_id, month, on)
    data = canonical({"person": person_id, "month": f"{month:%Y-%m}"})
    seen = reading.units is None or was_recorded("plan.person_viewed", user, data)
    return _within(_month(reading.person, month, weeks, seen=seen), reading)


def _within(plan: MonthPlan, reading: access.Reading) -> MonthPlan:
    """What the reader's units gave, planned and graded: of somebody who moved, not what belongs to the other unit."""
    units = reading.units
    if units is None:
        return plan
    month = month_span(plan.month.year, plan.month.month)
    held = [(post.unit_id, Span(post.start, post.end)) for post in reading.posts]
    served = {w for w in rules.weeks_touching(plan.month) for _, span in held if rules.week_span(w).overlaps(span)}
    own = set(units)
    if any(row.agency_id not in own for row in plan.tasks):  # of a division: tasks name its agency
        places = {(unit, max(plan.month, span.start)) for unit, span in held if month.overlaps(span)}
        own |= {agency.pk for unit, on in places if (agency := agency_of(unit, on)) is not None}
    return replace(
        plan,
        tasks=tuple(row for row in plan.tasks if row.agency_id in own),
        items=tuple(row for row in plan.items if row.unit_id in units),
        grades=tuple(row for row in plan.grades if row.unit_id in units),
        answers=tuple(row for row in plan.answers if row.week in served),
    )


def month_beside(person: Person, month: date) -> MonthPlan:
    """The weeks of a month beside a sheet: whoever opened the sheet was checked there. Four queries."""
    return _month(person, month, rules.weeks_of_month(month), seen=True)


def _month(person: Person, month: date, weeks: Collection[date], *, seen: bool) -> MonthPlan:
    active = Task.objects.filter(person=person, month=month, state=Task.State.ACTIVE)
    tasks = active.select_related("product").order_by("due_date", "code")
    grades = WeekGrade.objects.filter(person=person, week__in=weeks).select_related("given_by").order_by("week", "pk")
    answers = CampaignAnswer.objects.filter(person=person, week__in=weeks).exclude(text="")
    return MonthPlan(
        person=person, month=month, tasks=tuple(tasks),
        items=tuple(items_of([person.pk], weeks).get(person.pk, [])),
        grades=tuple(grades),
        answers=tuple(answers.select_related("criterion__campaign").order_by("week", "criterion__number", "pk")),
        seen=seen,
    )  # fmt: skip


def was_recorded(code: str, user: User, data: str) -> bool:
    """Whether this user's look is on record. One query."""
    return Event.objects.filter(code=code, actor=str(user.pk), data=data).exists()
