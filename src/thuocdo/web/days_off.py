"""A deadline on a day off is kept as typed and said: the name of the day, and the next working day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.timezone import localtime

from thuocdo.calendars.queries import days_off
from thuocdo.kernel.workdays import DayOff

KEPT = "Hạn vẫn giữ như đã ghi; cần thì sửa lại."


def day_of(deadline: date | datetime) -> date:
    """The day, in Viet Nam, of a deadline."""
    return localtime(deadline).date() if isinstance(deadline, datetime) else deadline


def said(off: DayOff, label: str = "Hạn") -> str:
    """The sentence about one deadline.

    >>> said(DayOff(date(2026, 12, 6), "", date(2026, 12, 7)))
    'Hạn: Chủ nhật, 06/12/2026 là ngày nghỉ cuối tuần; ngày làm việc tiếp theo là thứ Hai, 07/12/2026.'
    """
    return f"{label}: {off.words()}."


def notes(
    unit: int, deadlines: Iterable[tuple[str, date | datetime | None]], above: Sequence[int] = ()
) -> list[str]:
    """A sentence for each deadline (its label, its day) that is a day off in the unit (id). `above`: the unit and those
    above it, where they are known."""
    asked = [(label, day_of(one)) for label, one in deadlines if one is not None]
    off = days_off(((unit, day) for _, day in asked), (lambda _unit, _day: above) if above else None)
    return list(dict.fromkeys(said(off[unit, day], label) for label, day in asked if (unit, day) in off))


def warn(request: HttpRequest, unit: int, *deadlines: date | datetime | None, label: str = "Hạn") -> None:
    """Say so on the next page; nothing is refused or moved."""
    for note in notes(unit, [(label, one) for one in deadlines]):
        messages.warning(request, f"{note} {KEPT}")
