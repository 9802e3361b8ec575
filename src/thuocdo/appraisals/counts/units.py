"""The units of a leader's month with their figures, put in order by the database, a page of them at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum

from thuocdo.appraisals.models import Sheet, SheetCount
from thuocdo.cycles.models import Member
from thuocdo.organisation.compiled import around

SMALL = 5
"""Levels of fewer people than this are not shown: they would tell of a person."""
PAGE = 40
"""Units on one page."""
_DONE = (Sheet.State.CONFIRMED, Sheet.State.EXEMPTED)


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
    inside, done = Q(standing=Member.Standing.IN), Q(state__in=_DONE)
    return SheetCount.objects.filter(here).order_by().values_list("unit").annotate(
        people=_sum(inside),
        confirmed=_sum(_CONFIRMED),
        waiting=_sum(inside & ~done),
        exempted=_sum(inside & Q(state=Sheet.State.EXEMPTED)),
        away=_sum(Q(standing=Member.Standing.AWAY)),
        overdue=_sum(inside & ~done & Q(cycle__in=late)),
        outside=_sum(~Q(standing__in=(Member.Standing.IN, Member.Standing.AWAY))),
        no_rule=_sum(Q(standing=Member.Standing.NO_RULE)),
        rated=_sum(RATED),
        opened=_sum(inside & opens),
    )  # fmt: skip


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
    """The units of the month in the order of the page, put in order by the database: a city's officer follows 5,930."""

    def __init__(self, rows: QuerySet[Any, Any], petitions: Mapping[int, int]) -> None:
        self._figures = rows
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
            hidden = withheld(dict(around(self._figures, _SMALLEST, [], [SMALL])))
        return Answer(units, many, people, confirmed, few, hidden)

    def _rows(self, page: int) -> list[tuple[Any, ...]]:
        limits = [PAGE, (page - 1) * PAGE] if page else []
        asked = _UNITS.replace("{petitions}", self._petitions) + (" LIMIT %s OFFSET %s" if page else "")
        return around(self._figures, asked, [SMALL, SMALL, *self._numbers], limits)


_UNITS = """
SELECT f.*, COUNT(*) OVER (), SUM(people) OVER (), SUM(confirmed) OVER (),
COUNT(CASE WHEN rated > 0 AND rated < %s THEN 1 END) OVER (),
COALESCE(SUM(CASE WHEN rated > 0 AND rated < %s THEN rated END) OVER (), 0)
FROM (
  SELECT g.*, u.code, u.name, u."order", {petitions} AS petitions
  FROM ({rows}) g JOIN organisation_unit u ON u.id = g.unit
) f
ORDER BY -(overdue + outside - no_rule + petitions), -no_rule, "order", name, unit
"""
_SMALLEST = "SELECT unit, rated FROM ({rows}) g WHERE rated > 0 ORDER BY rated, unit LIMIT %s"
"""As few as their results are, these hold all units of too few, and the next larger one."""


def _sum(which: Q) -> Sum:
    return Sum("number", filter=which, default=0)


RATED = ~Q(rulebook_hash="") & ~Q(state=Sheet.State.UNDER_REVIEW)
"""A result that holds: one that is judged anew does not."""
_CONFIRMED = Q(standing=Member.Standing.IN, state=Sheet.State.CONFIRMED)
