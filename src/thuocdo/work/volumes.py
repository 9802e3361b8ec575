"""Reads of completed converted volumes by month, for people whose sheets the caller may see."""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from django.db.models import F, OuterRef, Q, Subquery, Sum

from thuocdo.kernel.periods import months_later
from thuocdo.organisation.models import Employment
from thuocdo.work.models import Task
from thuocdo.work.plausibility import Plausibility, compare
from thuocdo.work.queries import serving_in_month

MONTHS_BACK = 6
Key = tuple[int, str, str]


def volumes(
    people: Collection[int], month: date, *, since: date, earlier: Collection[int]
) -> dict[int, dict[date, Fraction]]:
    """Completed quantity times coefficient (standard units) by person and month, reported months only: of `people` in
    the month, and of the people `earlier` in the months from `since` until it. One query.
    """
    wanted = Q(person_id__in=people, month=month) | Q(person_id__in=earlier, month__gte=since, month__lt=month)
    rows = Task.objects.counted().filter(wanted, completed__isnull=False)
    summed = rows.values("person_id", "month").annotate(total=Sum(F("completed") * F("coefficient")))
    found: dict[int, dict[date, Fraction]] = {}
    for row in summed.order_by("person_id", "month"):
        found.setdefault(row["person_id"], {})[row["month"]] = Fraction(row["total"], 10_000)
    return found


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
    given = here.filter(person_id=OuterRef("person_id")).order_by("pk").values("agency_id")[:1]
    rows = posts.annotate(agency=Subquery(given)).order_by("person_id", "start")
    held: dict[int, tuple[Key, date]] = {}
    for person, agency, group, position, leads, start in rows.values_list(
        "person_id", "agency", "task_group", "position", "leadership", "start"
    ):
        held[person] = ((agency, group or position, leads), start)
    known = [person for asked in people.values() for person in asked if person in held]
    found_by_month = volumes(list(held), month, since=months_later(month, -MONTHS_BACK), earlier=known)
    now = {person: by_month for person, by_month in found_by_month.items() if month in by_month}
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
