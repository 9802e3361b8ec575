"""Reads of completed converted volumes by month, for people whose sheets the caller may see."""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from django.db import connection
from django.db.models import F, Min, Q, Sum

from thuocdo.kernel.periods import months_later
from thuocdo.organisation.compiled import around
from thuocdo.work.models import Task
from thuocdo.work.plausibility import Plausibility, compare
from thuocdo.work.rules import month_of

MONTHS_BACK = 6
_POSTS = """
WITH given AS MATERIALIZED ({rows})
SELECT e.person_id, t.agency_id, e.task_group, e.position, e.leadership, e.start
FROM organisation_employment e JOIN given ON given.person_id = e.person_id JOIN work_task t ON t.id = given.first
WHERE e.start < %s AND (e."end" IS NULL OR e."end" > %s) AND e.person_id """
_FEW = {  # PostgreSQL expects many people and would read all posts (`of_few`)
    "postgresql": "= ANY (ARRAY(SELECT person_id FROM given)) ORDER BY e.person_id, e.start",
    "sqlite": "IN (SELECT person_id FROM given) ORDER BY e.person_id, e.start",
}
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
    first = here.order_by().values("person_id").annotate(first=Min("pk"))
    span, few = month_of(month), _FEW[connection.vendor]
    held: dict[int, tuple[Key, date]] = {}
    for person, agency, group, position, leads, start in around(first, _POSTS + few, [], [span.end, span.start]):
        since = start if isinstance(start, date) else date.fromisoformat(start)
        held[person] = ((agency, group or position, leads), since)
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
