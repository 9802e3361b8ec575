"""The units of a leader's month with their figures, put in order by the database, a page of them at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet, Sum

from thuocdo.appraisals.models import Sheet, SheetCount
from thuocdo.cycles.models import Member
from thuocdo.organisation.compiled import around, in_part, joined

SMALL = 5
"""Levels of fewer people than this are not shown: they would tell of a person."""
PAGE = 40
"""Units on one page."""
_INSIDE, _DONE = Q(standing=Member.Standing.IN), Q(state__in=(Sheet.State.CONFIRMED, Sheet.State.EXEMPTED))


class Counted(NamedTuple):
    """The figures of one unit in the month; `rated` are those with a result in force."""

    unit: int
    people: int
    confirmed: int
    waiting: int
    exempted: int
    away: int
    overdue: int
    outside: int
    no_rule: int
    rated: int
    opened: int
    code: str
    name: str
    order: int
    petitions: int


def withheld(sizes: Mapping[int, int]) -> set[int]:
    """Units whose levels are not shown: those of fewer than `SMALL` results, and as many more, smallest first, as it
    takes for what is held back to be no small group itself (else the month's total would give it away)."""
    hidden = {pk for pk, size in sizes.items() if 0 < size < SMALL}
    rest = sorted((size, pk) for pk, size in sizes.items() if size >= SMALL)
    while hidden and sum(sizes[pk] for pk in hidden) < SMALL and rest:
        hidden.add(rest.pop(0)[1])
    return hidden


def figures(here: Q, opens: Q, late: Sequence[int]) -> QuerySet[Any, Any]:
    """The units of the month: unresolved sheets of the cycles `late` are overdue, those that `opens` holds for stand on
    the reader's table of people."""
    found: QuerySet[Any, Any] = _of_units(here).annotate(
        people=_sum(_INSIDE),
        confirmed=_sum(_CONFIRMED),
        waiting=_sum(_INSIDE & ~_DONE),
        exempted=_sum(_INSIDE & Q(state=Sheet.State.EXEMPTED)),
        away=_sum(Q(standing=Member.Standing.AWAY)),
        overdue=_sum(_overdue(late)),
        outside=_sum(~Q(standing__in=(Member.Standing.IN, Member.Standing.AWAY))),
        no_rule=_sum(Q(standing=Member.Standing.NO_RULE)),
        rated=_sum(RATED),
        opened=_sum(_INSIDE & opens),
    )
    return found


def placed(here: Q, late: Sequence[int]) -> QuerySet[Any, Any]:
    """Of the same units what puts them in order and what is said of all of them. `noticed`: who is overdue, and outside
    for another reason than that no rule is chosen."""
    known = (Member.Standing.IN, Member.Standing.AWAY, Member.Standing.NO_RULE)
    found: QuerySet[Any, Any] = _of_units(here).annotate(
        people=_sum(_INSIDE),
        confirmed=_sum(_CONFIRMED),
        noticed=_sum(~Q(standing__in=known) | _overdue(late) if late else ~Q(standing__in=known)),
        no_rule=_sum(Q(standing=Member.Standing.NO_RULE)),
        rated=_sum(RATED),
    )
    return found


def _of_units(here: Q) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = SheetCount.objects.filter(here).order_by().values_list("unit")
    return found


def _overdue(late: Sequence[int]) -> Q:
    return _INSIDE & ~_DONE & Q(cycle__in=late)


class Answer(NamedTuple):
    """The units asked for; of all of them how `many` there are, with how many people, and how many have so `few`
    results that their levels are not shown, of the units asked for at least the `hidden` ones."""

    units: Sequence[Counted]
    many: int
    people: int
    confirmed: int
    few: int
    hidden: set[int]


class Question:
    """The units of the month in the order of the page, put in order by the database: a city's officer follows 5,930.
    Only what orders them is counted of all, the other figures of those asked for."""

    def __init__(self, here: Q, opens: Q, late: Sequence[int], petitions: Mapping[int, int]) -> None:
        self._placed = placed(here, late)
        self._figures = figures(here & Q(unit__in=in_part("unit", "page")), opens, late)
        cases = " ".join("WHEN %s THEN %s" for _ in petitions)
        self._petitions = f"CASE g.unit {cases} ELSE 0 END" if petitions else "0"
        self._numbers = [value for pair in petitions.items() for value in pair]

    def asked(self, page: int) -> Answer:
        """One page, the last for one that there is not, or all for 0. At most four queries."""
        rows = self._rows(page)
        if not rows and page > 1:
            first = self._rows(1)
            rows = self._rows(-(-first[0][-5] // PAGE)) if first else first
        if not rows:
            return Answer((), 0, 0, 0, 0, set())
        units = [Counted(*row[:-5]) for row in rows]
        many, people, confirmed, few, of_few = map(int, rows[0][-5:])
        hidden = {one.unit for one in units if 0 < one.rated < SMALL}
        if 0 < of_few < SMALL:
            hidden = withheld(dict(around(self._placed, _SMALLEST, [], [SMALL])))
        return Answer(units, many, people, confirmed, few, hidden)

    def _rows(self, page: int) -> list[tuple[Any, ...]]:
        try:
            every, values = joined([self._placed])
        except EmptyResultSet:
            return []
        limits = [PAGE, (page - 1) * PAGE] if page else []
        asked = _UNITS.format(
            petitions=self._petitions, placed=every, rows="{rows}", limit=" LIMIT %s OFFSET %s" if page else ""
        )
        return around(self._figures, asked, [*values, SMALL, SMALL, *self._numbers, *limits], [])


_ORDER = '-(g.noticed + g.petitions), -g.no_rule, g."order", g.name, g.unit'
_UNITS = f"""
WITH every AS ({{placed}}),
said AS (
  SELECT COUNT(*) AS many, SUM(CAST(people AS integer)) AS of_all, SUM(CAST(confirmed AS integer)) AS of_confirmed,
  COUNT(CASE WHEN rated > 0 AND rated < %s THEN 1 END) AS few,
  COALESCE(SUM(CASE WHEN rated > 0 AND rated < %s THEN CAST(rated AS integer) END), 0) AS of_few
  FROM every
),
page AS (
  SELECT g.* FROM (
    SELECT g.unit, g.noticed, g.no_rule, u.code, u.name, u."order", {{petitions}} AS petitions
    FROM every g JOIN organisation_unit u ON u.id = g.unit
  ) g
  ORDER BY {_ORDER}{{limit}}
)
SELECT f.*, g.code, g.name, g."order", g.petitions, said.*
FROM ({{rows}}) f JOIN page g ON g.unit = f.unit CROSS JOIN said
ORDER BY {_ORDER}
"""
"""Sums of sums are told that they are whole numbers of the usual size: PostgreSQL else adds them as decimals."""
_SMALLEST = "SELECT unit, rated FROM ({rows}) g WHERE rated > 0 ORDER BY rated, unit LIMIT %s"
"""As few as their results are, these hold all units of too few, and the next larger one."""


def _sum(which: Q) -> Sum:
    return Sum("number", filter=which, default=0)


RATED = ~Q(rulebook_hash="") & ~Q(state=Sheet.State.UNDER_REVIEW)
"""A result that holds: one that is judged anew does not."""
_CONFIRMED = _INSIDE & Q(state=Sheet.State.CONFIRMED)
