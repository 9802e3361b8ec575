"""Reads of completed converted volumes by month, for people whose sheets the caller may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import F, Q, Sum

from thuocdo.kernel.periods import months_later
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Task
from thuocdo.work.plausibility import Plausibility, compare
from thuocdo.work.queries import serving_in_month

MONTHS_BACK = 6
Key = tuple[str, str]
_TOTAL = Sum(F("completed") * F("coefficient"))


@dataclass(frozen=True)
class Volumes:
    """Completed quantity times coefficient (standard units) by person and month, reported months only; and of each
    agency asked for the people with tasks of the month there."""

    found: Mapping[int, Mapping[date, Fraction]]
    there: Mapping[int, Collection[int]]


def volumes(
    people: Collection[int], month: date, *, since: date, earlier: Collection[int], agencies: Collection[int] = ()
) -> Volumes:
    """Of `people` in the month, and of the people `earlier` in the months from `since` until it. One query."""
    wanted = Q(person_id__in=people, month=month) | Q(person_id__in=earlier, month__gte=since, month__lt=month)
    rows = Task.objects.counted().filter(wanted).order_by().values_list("person_id", "month", "agency_id")
    found: dict[int, dict[date, Fraction]] = {}
    there: dict[int, set[int]] = {agency: set() for agency in agencies}
    for person, on, agency, total in rows.annotate(total=_TOTAL):
        if total is not None:  # whoever reported nothing has none
            of_months = found.setdefault(person, {})
            of_months[on] = of_months.get(on, Fraction()) + Fraction(total, 10_000)
        if on == month and agency in agencies:
            there[agency].add(person)
    return Volumes(found, there)


def plausibility(agency_id: int, people: Collection[int], month: date) -> dict[int, Plausibility]:
    """`plausibility_of` people of one agency."""
    return plausibility_of({agency_id: people}, month)


def plausibility_of(people: Mapping[int, Collection[int]], month: date) -> dict[int, Plausibility]:
    """By person, the month's volume beside their last six months in the same post and beside people of the same
    agency in like posts (same group of tasks, else same position). `people` by agency, each of which is as if asked for
    alone; who reported nothing is left out. Two queries, whatever the number of people and agencies.
    """
    here = Task.objects.counted().filter(agency_id__in=people, month=month)
    posts = Employment.objects.filter(serving_in_month(month), person__of_few=here.values("person_id").distinct())
    columns = ("person_id", "task_group", "position", "leadership", "start")
    last = {person: post for person, *post in posts.order_by("person_id", "start").values_list(*columns)}
    known = [person for asked in people.values() for person in asked if person in last]
    since = months_later(month, -MONTHS_BACK)
    read = volumes(list(last), month, since=since, earlier=known, agencies=people)
    now = {person: of_months for person, of_months in read.found.items() if month in of_months}
    found: dict[int, Plausibility] = {}
    for agency, asked in people.items():
        alike: dict[Key, dict[int, Fraction]] = {}
        for person in read.there[agency] & now.keys() & last.keys():
            alike.setdefault(_alike(*last[person]), {})[person] = now[person][month]
        for person in read.there[agency] & now.keys() & last.keys() & set(asked):
            own = [v for m, v in now[person].items() if m < month and months_later(m, 1) > last[person][-1]]
            like = [v for other, v in alike[_alike(*last[person])].items() if other != person]
            found[person] = compare(now[person][month], own, like)
    return found


def _alike(group: str, position: str, leads: str, _: date) -> Key:
    """What like posts have in common."""
    return group or position, leads
