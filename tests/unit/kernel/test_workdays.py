"""Working days: no weekends, no public holidays, and the days that a year's notice moves."""

from datetime import date

import pytest

from thuocdo.kernel.workdays import add_working_days, is_working_day

MAY_DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 4), True),
        (date(2026, 5, 2), False),  # Saturday
        (MAY_DAY, False),
        (date(2026, 2, 17), False),  # Tet
        (date(2026, 9, 2), False),
    ],
)
def test_offices_work(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_notice_moves_days() -> None:
    saturday, monday = date(2026, 5, 9), date(2026, 5, 11)
    assert is_working_day(saturday, extra_on=[saturday])
    assert is_working_day(MAY_DAY, extra_on=[MAY_DAY])
    assert not is_working_day(monday, extra_off=[monday])
    friday = date(2026, 5, 8)
    assert add_working_days(friday, 1) == monday
    assert add_working_days(friday, 1, extra_on=[saturday]) == saturday
    assert add_working_days(friday, 1, extra_off=[monday]) == date(2026, 5, 12)


def test_the_day_of_receipt_is_not_counted() -> None:
    assert add_working_days(date(2026, 4, 29), 5) == date(2026, 5, 8)
    assert add_working_days(MAY_DAY, 0) == MAY_DAY
