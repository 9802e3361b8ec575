"""Reads of completed converted volumes by month, for people whose sheets the caller may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import F, Min, Q, Sum

from thuocdo.kernel.periods import months_later
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Task
from thuocdo.work.plausibility import Plausibility, compare
from thuocdo.work.queries import serving_in_month

MONTHS_BACK = 6
Key = tuple[int, str, str]
_TOTAL = Sum(F("completed") * F("coefficient"))


@dataclass(frozen=True)
class Volumes:
    """Completed quantity times coefficient (standard units) by person and month, reported months only; and of each
    person the agency, among those asked for, of the month's first task."""

    found: Mapping[int, Mapping[date, Fraction]]
    agency: Mapping[int, int]


def volumes(
    people: Collection[int], month: date, *, since: date, earlier: Collection[int], agencies: Collection[int] = ()
) -> Volumes:
    """Of `people` in the month, and of the people `earlier` in the months from `since` until it. One query."""
    wanted = Q(person_id__in=people, month=month) | Q(person_id__in=earlier, month__gte=since, month__lt=month)
    rows = Task.objects.counted().filter(wanted).order_by().values_list("person_id", "month", "agency_id")
    found: dict[int, dict[date, Fraction]] = {}
    first: dict[int, tuple[int, int]] = {}
    for person, on, agency, key, total in rows.annotate(first=Min("pk"), total=_TOTAL):
        if total is not None:  # whoever reported nothing has none
            of_months = found.setdefault(person, {})
            of_months[on] = of_months.get(on, Fraction()) + Fraction(total, 10_000)
        if on == month and agency in agencies:
            first[person] = min(first.get(person, (key, agency)), (key, agency))
    return Volumes(found, {person: agency for person, (_, agency) in first.items()})


def plausibility(agency_id: int, people: Collection[int], month: date) -> dict[int, Plausibility]:
    """`plausibility_of` people of one agency."""
    return plausibility_of({agency_id: people}, month)


def plausibility_of(people: Mapping[int, Collection[int]], month: date) -> dict[int, Plausibility]:
    """By person, the month's volume beside their last six months in the same post and beside people of the same
    agency in like posts (same group of tasks, else same position). `people` by agency; who reported nothing is left
    out. Two queries, whatever the number of people and agencies.
    """
    here = Task.objects.counted().filter(agency_id__in=people, month=month)
    posts = Employment.objects.filter(serving_in_month(month), person__of_few=here.values("person_id").distinct())
    columns = ("person_id", "task_group", "position", "leadership", "start")
    last = {person: post for person, *post in posts.order_by("person_id", "start").values_list(*columns)}
    known = [person for asked in people.values() for person in asked if person in last]
    since = months_later(month, -MONTHS_BACK)
    read = volumes(list(last), month, since=since, earlier=known, agencies=people)
    held: dict[int, tuple[Key, date]] = {}
    for person, agency in read.agency.items():
        group, position, leads, start = last[person]
        held[person] = ((agency, group or position, leads), start)
    now = {person: by_month for person, by_month in read.found.items() if month in by_month and person in held}
    asked = [person for person in known if person in now]
    alike: dict[Key, dict[int, Fraction]] = {}
    for person, by_month in now.items():
        alike.setdefault(held[person][0], {})[person] = by_month[month]
    found: dict[int, Plausibility] = {}
    for person in asked:
        key, since = held[person]
        own = [v for m, v in now[person].items() if m < month and months_later(m, 1) > since]
        like = [v for other, v in alike[key].items() if other != person]
        found[person] = compare(now[person][month], own, like)
    return found
