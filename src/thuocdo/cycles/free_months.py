"""From which month on a new rule may hold: no period that was opened is ever rated by another rule."""

from datetime import date

from thuocdo.cycles.models import Cycle
from thuocdo.kernel.periods import months_later, period_span
from thuocdo.organisation.queries import ancestors, descendants


def first_free_month(unit_id: int, today: date) -> date:
    """The first day of the first month, from this one on, in and after which no period of the unit, of what is above
    it or below it, is open or closed. Four queries."""
    units = {u.pk for u in ancestors(unit_id, today)} | descendants(unit_id, today)
    rows = Cycle.objects.filter(root_id__in=units, year__gte=today.year - 1)
    ends = {period_span(*row).end for row in rows.values_list("kind", "year", "number").distinct()}
    return max([today.replace(day=1), *(end for end in ends if end is not None)])


def months_from(first: date, count: int = 12) -> list[date]:
    """The first days of `count` months.

    >>> [str(day) for day in months_from(date(2026, 12, 1), 2)]
    ['2026-12-01', '2027-01-01']
    """
    return [months_later(first, n) for n in range(count)]
