"""Reads of a unit's weeks: everybody's plan on one page, who has none yet, and what the unit asks for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.models import Event
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.kept import peopled
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import ancestors, on_day, units_headed
from thuocdo.organisation.successors import predecessors
from thuocdo.plans import access, rules
from thuocdo.plans.models import (
    Campaign,
    CampaignAnswer,
    PlanSetting,
    WeekGrade,
    WeekGrading,
    WeekItem,
)
from thuocdo.plans.queries import items_of, was_recorded

State = WeekItem.State
PAGE = 100
"""Units on one page of the list."""


def viewers(user: User, unit: Unit, week: date) -> list[Event]:
    """Who looked at the week of the unit, for its members: events, oldest first. One query."""
    data = canonical({"unit": unit.code, "week": week.isoformat()})
    events = Event.objects.filter(code="plan.unit_viewed", data=data).exclude(actor=str(user.pk))
    return list(events.order_by("pk"))


@dataclass(frozen=True)
class PersonWeek:
    """One line of the unit's week. `elsewhere`: the plan was made for another unit; `gradable`: by the reader."""

    post: Employment
    items: tuple[WeekItem, ...]
    grade: WeekGrade | None
    answers: tuple[CampaignAnswer, ...] = ()
    elsewhere: bool = False
    own: bool = False
    away: bool = False
    gradable: bool = False

    @property
    def has_plan(self) -> bool:
        return bool(self.items) or self.elsewhere

    @property
    def done(self) -> int:
        return sum(1 for row in self.items if row.state == State.DONE)


@dataclass(frozen=True)
class UnitWeek:
    """Everybody's week in one unit. `may_grade`: the user leads it; `by_office`: not only as a member."""

    unit: Unit
    week: date
    people: tuple[PersonWeek, ...]
    grading: WeekGrading | None
    required: bool
    published: bool
    may_grade: bool
    by_office: bool
    seen: bool

    @property
    def without(self) -> tuple[PersonWeek, ...]:
        return tuple(row for row in self.people if not (row.has_plan or row.away))


def unit_week(user: User, unit_id: int, week: date, on: date) -> UnitWeek:
    """The week of everybody who serves in exactly this unit then. Constant queries. Raises NotYours."""
    rules.require_monday(week)
    led = units_headed(user, on)
    by_office = unit_id in led or unit_id in access.readable_units(user, on)
    path = ancestors(unit_id, week)
    settings = access.settings_on_path(PlanSetting, path, week)
    posts = access.posts_of_unit(unit_id, week)
    published = access.is_published(path, settings)
    member = any(post.person.user_id == user.pk for post in posts)
    if not path or not (by_office or (published and member)):
        raise NotYours()
    grading = access.grading_of(path, week) if unit_id in led else None
    graded = access.graded_by(user, unit_id, posts, week, on, led=led, path=path) if grading is not None else []
    gradable = {post.person_id for post in graded}
    return UnitWeek(
        unit=path[0], week=week, grading=grading, required=any(row.required for row in settings),
        published=published, may_grade=grading is not None, by_office=by_office,
        people=tuple(_people(user, unit_id, week, posts, gradable, by_office=by_office)),
        seen=not by_office or was_recorded(
            "plan.unit_viewed", user, canonical({"unit": path[0].code, "week": week.isoformat()})
        ),
    )  # fmt: skip


def _people(
    user: User, unit_id: int, week: date, posts: Sequence[Any], gradable: Collection[int], *, by_office: bool
) -> Iterable[PersonWeek]:
    """Grades and answers are for readers by office alone; members of a publishing unit see the rows."""
    ids = [post.person_id for post in posts]
    items = items_of(ids, [week])
    grades = WeekGrade.objects.filter(unit=unit_id, week=week, person__in=ids) if by_office else []
    graded = {row.person_id: row for row in grades}
    answers: dict[int, list[CampaignAnswer]] = {}
    rows = CampaignAnswer.objects.filter(person__in=ids, week=week).exclude(text="").select_related("criterion")
    for one in rows.order_by("criterion__campaign", "criterion__number") if by_office else ():
        answers.setdefault(one.person_id, []).append(one)
    for post in posts:
        all_rows = items.get(post.person_id, [])
        here = tuple(row for row in all_rows if row.unit_id == unit_id)
        yield PersonWeek(
            post,
            here,
            graded.get(post.person_id),
            tuple(answers.get(post.person_id, ())),
            elsewhere=not here and bool(all_rows),
            own=post.person.user_id == user.pk,
            away=post.away,
            gradable=post.person_id in gradable,
        )


@dataclass(frozen=True)
class UnitLine:
    """One unit of the list: how many serve there in the week, how many have no plan yet."""

    unit: Unit
    people: int
    without: int
    required: bool


@dataclass(frozen=True)
class UnitLines:
    """A page of the list: its lines, the `page` of `pages`, and how many `units` there are in all."""

    lines: list[UnitLine]
    page: int
    pages: int
    units: int

    @property
    def people(self) -> int:
        return sum(line.people for line in self.lines)

    @property
    def without(self) -> int:
        return sum(line.without for line in self.lines)


def units_to_read(user: User, week: date, on: date, page: int = 0) -> UnitLines:
    """Units with people whose plans the user reads, by office or as a member: whole or the `page` of them (from 1), and
    then only those are counted. Constant queries."""
    rules.require_monday(week)
    units = access.readable_units(user, on)
    own = [post.unit_id for post in access.own_posts(user, week)]
    open_to_members = PlanSetting.objects.filter(on_day(week), published=True, unit_id__in=own)
    units |= set(open_to_members.values_list("unit_id", flat=True))
    kept = units & peopled(week, week + rules.WEEK)
    pages = max(1, -(-len(kept) // PAGE))
    page = min(page, pages)
    found = Unit.objects.filter(pk__in=kept).order_by("order", "code")
    shown = list(found[(page - 1) * PAGE : page * PAGE] if page else found)
    keys = [unit.pk for unit in shown]
    counted, required = _counts(keys, week), access.required_units(keys, week)
    lines = [UnitLine(unit, *counted[unit.pk], unit.pk in required) for unit in shown]
    return UnitLines(lines, page, pages, len(kept))


def _counts(units: Collection[int], week: date) -> dict[int, tuple[int, int]]:
    """Unit to (people, people without a plan) in the week. One query."""
    planned = WeekItem.objects.filter(person=OuterRef("person"), week=week).exclude(state=State.DROPPED)
    posts = Employment.objects.filter(access.serving_in_week(week), unit_id__in=units).order_by()
    rows = (
        posts.annotate(planned=Exists(planned), away=access.away_in(week))
        .values("unit_id")
        .annotate(
            people=Count("person", distinct=True),
            without=Count("person", distinct=True, filter=Q(planned=False, away=False)),
        )
    )
    return {row["unit_id"]: (row["people"], row["without"]) for row in rows}


@dataclass(frozen=True)
class UnitSettings:
    """What a unit has recorded for its weeks, the newest first, and what units above ask for."""

    unit: Unit
    settings: tuple[PlanSetting, ...]
    gradings: tuple[WeekGrading, ...]
    campaigns: tuple[Campaign, ...]
    above: tuple[str, ...]
    before: tuple[PlanSetting | WeekGrading, ...] = ()
    """What units that ended when this one began had asked for on their last day: offered, never taken over silently."""


def unit_settings(user: User, unit_id: int, on: date) -> UnitSettings:
    """Settings of a unit, for who may record them. Constant queries. Raises NotYours."""
    if unit_id not in access.settable_units(user, on):
        raise NotYours()
    path = ancestors(unit_id, on)
    if not path:
        raise NotYours()
    unit = path[0]
    inherited = [row for row in access.settings_on_path(PlanSetting, path, on) if row.unit_id != unit_id]
    words = [f"{row.unit.name} yêu cầu kế hoạch tuần từ {row.start:%d/%m/%Y}" for row in inherited if row.required]
    words += [
        f"{row.unit.name} xếp loại tuần từ {row.start:%d/%m/%Y}: {', '.join(row.levels)}"
        for row in access.settings_on_path(WeekGrading, path, on) if row.unit_id != unit_id
    ]  # fmt: skip
    return UnitSettings(
        unit, tuple(unit.plan_settings.order_by("-start")), tuple(unit.week_gradings.order_by("-start")),
        tuple(unit.campaigns.prefetch_related("criteria").order_by("-start", "pk")), tuple(words), _before(unit),
    )  # fmt: skip


def _before(unit: Unit) -> tuple[PlanSetting | WeekGrading, ...]:
    """Of kinds that the unit has not recorded itself. At most five queries."""
    old = predecessors(unit)
    if not old:
        return ()
    last = on_day(unit.start - timedelta(days=1))
    found: list[PlanSetting | WeekGrading] = []
    if not unit.plan_settings.exists():
        found += PlanSetting.objects.filter(last, unit__in=old).select_related("unit").order_by("unit__order", "pk")
    if not unit.week_gradings.exists():
        found += WeekGrading.objects.filter(last, unit__in=old).select_related("unit").order_by("unit__order", "pk")
    return tuple(found)
