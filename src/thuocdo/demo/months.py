"""The three months of the demonstration, counted back from the day it is started."""

from dataclasses import dataclass
from datetime import date, timedelta

from thuocdo.kernel.periods import Span, month_span, months_later
from thuocdo.kernel.workdays import is_working_day


@dataclass(frozen=True)
class DemoMonth:
    """One month: `index` 0 and 1 are closed, 2 is the open one."""

    index: int
    first: date

    @property
    def span(self) -> Span:
        return month_span(self.first.year, self.first.month)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        end = self.span.end
        assert end is not None
        return end

    def day(self, number: int) -> date:
        """The given day of the month (1 to 28), moved forward to a working day."""
        day = self.first.replace(day=number)
        while not is_working_day(day):
            day += timedelta(days=1)
        return min(day, self.after - timedelta(days=1))


def demo_months(start: date) -> tuple[DemoMonth, DemoMonth, DemoMonth]:
    """Two closed months and the open one: the month before the one in which the demonstration starts."""
    return (DemoMonth(0, months_later(start, -3)), DemoMonth(1, months_later(start, -2)),
            DemoMonth(2, months_later(start, -1)))
