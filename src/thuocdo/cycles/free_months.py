"""From which month on a new rule may hold: no period that was opened is ever rated by another rule."""

from datetime import date

from thuocdo.cycles.models import Cycle
from thuocdo.kernel.periods import months_later, period_span
from thuocdo.organisation.queries import ancestors, descendants

AHEAD = 12
"""So many months from this one on are offered."""


def first_free_month(unit_id: int, today: date) -> date:
    """The first day of the first month, from the beginning of last year on, in and after which no period of the unit,
    of what is above it or below it, is open or closed. Four queries."""
    units = {u.pk for u in ancestors(unit_id, today)} | descendants(unit_id, today)
    rows = Cycle.objects.filter(root_id__in=units, year__gte=today.year - 1)
    ends = {period_span(*row).end for row in rows.values_list("kind", "year", "number").distinct()}
    return max([date(today.year - 1, 1, 1), *(end for end in ends if end is not None)])


def whole_months_from(since: date) -> date:
    """The first day of the first month that lies as a whole at or after a rule's first day.

    >>> str(whole_months_from(date(2026, 1, 1))), str(whole_months_from(date(2025, 12, 15)))
    ('2026-01-01', '2026-01-01')
    """
    return since if since.day == 1 else months_later(since.replace(day=1), 1)


def free_months(first: date, today: date) -> list[date]:
    """The first days of the months from `first` on: at least as many as `AHEAD`, and those until so far from today.

    >>> months = free_months(date(2026, 11, 1), date(2026, 12, 5))
    >>> str(months[0]), str(months[1]), str(months[-1])
    ('2026-11-01', '2026-12-01', '2027-11-01')
    >>> str(free_months(date(2027, 3, 1), date(2026, 12, 5))[-1])
    '2028-02-01'
    """
    past = (today.year - first.year) * 12 + today.month - first.month
    return [months_later(first, n) for n in range(max(past, 0) + AHEAD)]
