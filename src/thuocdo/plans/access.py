"""Who reads and who leads: heads and deputies with all below, organisation officers, inspectors; and the settings
that hold for a unit, the nearest unit upwards first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import ActingHead, Employment, Person, Role, Unit
from thuocdo.organisation.queries import ancestors, forest, officer_units, on_day, units_headed, units_where_any
from thuocdo.plans.models import PlanSetting, WeekGrading
from thuocdo.plans.rules import WEEK, weeks_touching
from thuocdo.records.models import Absence

Dated = TypeVar("Dated", PlanSetting, WeekGrading)


def serving_in_week(week: date) -> Q:
    """Condition on employments: held on some day of the week."""
    return Q(start__lt=week + WEEK) & (Q(end__isnull=True) | Q(end__gt=week))


def away_in(week: date) -> Exists:
    """Annotation on employments: the person is recorded as absent from Monday to Friday of the week."""
    until = week + timedelta(days=4)
    absences = Absence.objects.filter(person=OuterRef("person"), start__lte=week)
    return Exists(absences.filter(Q(end__isnull=True) | Q(end__gt=until)))


def leading_first(posts: QuerySet[Employment]) -> QuerySet[Employment]:
    """The post by which somebody plans first: a leading one, then the latest begun."""
    return posts.order_by(Case(When(leadership=Employment.Leadership.NONE, then=1), default=0), "-start", "pk")


def own_posts(user: User, week: date) -> list[Employment]:
    """The user's posts in the week; the one of which the plan is made first. One query."""
    posts = Employment.objects.filter(serving_in_week(week), person__user_id=user.pk)
    return list(leading_first(posts.select_related("unit", "person")))


def posts_of_unit(unit_id: int, week: date) -> list[Any]:
    """Who serves in exactly this unit in the week, each person once, leaders first, in name order; each with `away`.
    One query."""
    held = Employment.objects.filter(serving_in_week(week), unit_id=unit_id).select_related("person")
    posts = held.annotate(away=away_in(week))
    rank = Case(
        When(leadership=Employment.Leadership.HEAD, then=0),
        When(leadership=Employment.Leadership.DEPUTY, then=1),
        default=2,
    )
    found: dict[int, Any] = {}
    for post in posts.order_by(rank, "person__sort_key", "person__code", "start"):
        found.setdefault(post.person_id, post)
    return list(found.values())


def graded_by(
    user: User, unit_id: int, posts: Iterable[Any], week: date, on: date, *, led: Collection[int], path: Sequence[Unit]
) -> list[Any]:
    """Of the posts of a unit in a week those whose week the user, who leads the unit, grades: nobody the own; who leads
    a unit above, everybody else's; its head not the head post's; a deputy neither the head's nor another deputy's. What
    somebody leads in the week or on the day counts. `led`: the units that the user leads (`units_headed`); `path`: the
    unit and those above it. At most one query."""
    others = [post for post in posts if post.person.user_id != user.pk]
    if any(unit.pk in led for unit in path[1:]):
        return others
    columns = ("person_id", "person__user_id")
    here = Employment.objects.filter(on_day(on), unit=unit_id).exclude(leadership=Employment.Leadership.NONE)
    acting = ActingHead.objects.filter(unit=unit_id)
    rows = here.values_list("leadership", *columns).union(
        acting.filter(on_day(on)).values_list(Value("acting"), *columns),
        acting.filter(on_day(week)).values_list(Value("acted"), *columns),
    )
    held = [*rows, *((post.leadership, post.person_id, None) for post in others)]
    heading = "acting" if any(rank == "acting" for rank, _, _ in held) else Employment.Leadership.HEAD
    ranks = {"acting", "acted", Employment.Leadership.HEAD}
    if not any(rank == heading and account == user.pk for rank, _, account in held):
        ranks.add(Employment.Leadership.DEPUTY)
    above = {person for rank, person, _ in held if rank in ranks}
    return [post for post in others if post.person_id not in above]


def readable_units(user: User, on: date) -> set[int]:
    """Units whose plans the user reads: led ones with all below, those of an officer or inspector. Two queries."""
    return units_headed(user, on) | units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)


def settable_units(user: User, on: date) -> set[int]:
    """Units for which the user records what the unit decided: their officer, their head or deputy. Two queries."""
    return units_headed(user, on) | officer_units(user, on)


def require_settable(user: User, unit_id: int, on: date) -> Unit:
    """The unit, locked, where the user may record its settings. Raises NotYours."""
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None or unit_id not in settable_units(user, on):
        raise NotYours()
    return unit


def settings_on_path(model: type[Dated], path: Sequence[Unit], week: date) -> list[Dated]:
    """Settings in force on the week's Monday on the unit or above, the nearest first. One query."""
    order = {unit.pk: n for n, unit in enumerate(path)}
    rows = model._default_manager.filter(on_day(week), unit_id__in=order).select_related("unit")
    return sorted(rows, key=lambda row: (order[row.unit_id], -row.pk))


def grading_of(path: Sequence[Unit], week: date) -> WeekGrading | None:
    """The grading that a unit's weeks have: that of the nearest unit upwards that asks for one. One query."""
    return next(iter(settings_on_path(WeekGrading, path, week)), None)


def is_published(path: Sequence[Unit], settings: Sequence[PlanSetting]) -> bool:
    """Whether members of the unit see each other's week: only what the unit itself has set counts."""
    return any(row.published for row in settings if path and row.unit_id == path[0].pk)


def may_read_unit(user: User, unit_id: int, week: date, on: date) -> bool:
    """By office, or as a member of the unit in that week where the unit publishes its plans inside."""
    if unit_id in readable_units(user, on):
        return True
    if not any(post.unit_id == unit_id for post in own_posts(user, week)):
        return False
    path = ancestors(unit_id, week)
    return is_published(path, settings_on_path(PlanSetting, path, week))


@dataclass(frozen=True)
class Reading:
    """What the user reads of a person's month: everything of the own one (`units` None), of others what belongs to
    these units. `posts`: those of the weeks that touch the month, in these units."""

    person: Person
    units: Collection[int] | None
    posts: tuple[Employment, ...] = ()


def readable_person(user: User, person_id: int, month: date, on: date) -> Reading:
    """Somebody whose plan of the month the user reads by office, or oneself. At most three queries. Raises NotYours."""
    weeks = weeks_touching(month)
    rows = Employment.objects.filter(Q(start__lt=weeks[-1] + WEEK) & (Q(end__isnull=True) | Q(end__gt=weeks[0])))
    held = list(rows.filter(person_id=person_id).select_related("person").order_by("start", "pk"))
    person = held[0].person if held else Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotYours()
    if person.user_id == user.pk:
        return Reading(person, None)
    units = readable_units(user, on)
    posts = tuple(post for post in held if post.unit_id in units)
    if not posts:
        raise NotYours()
    return Reading(person, units, posts)


def required_units(unit_ids: Iterable[int], week: date) -> set[int]:
    """Those of the units that owe plans for the week, because they or a unit above ask for them. At most three
    queries; one where nobody asks."""
    asking = set(PlanSetting.objects.filter(on_day(week), required=True).values_list("unit_id", flat=True))
    if not asking:
        return set()
    tree = forest(week)
    return {unit for unit in unit_ids if asking & set(tree.path(unit))}
