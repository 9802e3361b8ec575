"""Working days: no weekends, no public holidays, and the days that a year's notice moves."""

from datetime import date, timedelta

import pytest

from thuocdo.kernel.workdays import DayOff, NoWorkday, Workdays, add_working_days, is_working_day, named_day

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


def test_abuse_36_the_clock_names_tet_and_the_weekend_and_ends_on_a_named_weekday() -> None:
    count = Workdays().count(date(2026, 2, 12), 3)
    assert count.due == date(2026, 2, 24)
    assert [day for day, _ in count.named] == [date(2026, 2, day) for day in range(16, 21)]
    words = count.words()
    assert "trừ thứ Bảy, Chủ nhật, Giao thừa Tết Nguyên Đán (16/02/2026)" in words
    assert words.startswith("tính từ ngày làm việc sau thứ Năm, 12/02/2026; 3 ngày làm việc")
    assert words.endswith("đến hết thứ Ba, 24/02/2026")
    assert named_day(date(2026, 2, 15)) == "Chủ nhật, 15/02/2026"


def test_abuse_36_a_saturday_worked_to_make_up_is_counted_and_named() -> None:
    saturday, monday = date(2026, 8, 22), date(2026, 8, 31)
    moved = Workdays(off={monday: "nghỉ bù"}, on={saturday: "làm bù"}, confirmed=frozenset({2026}))
    count = moved.count(date(2026, 8, 21), 1)
    assert (count.due, count.made_up) == (saturday, ((saturday, "làm bù"),))
    assert "tính cả thứ Bảy, 22/08/2026 (làm bù)" in count.words()
    assert moved.count(date(2026, 8, 28), 1).due == date(2026, 9, 1)
    assert moved.name_of(saturday) == ""


def test_in_a_confirmed_year_the_library_does_not_count() -> None:
    assert Workdays(confirmed=frozenset({2026})).works(MAY_DAY)
    assert not Workdays(off={MAY_DAY: "lễ"}, confirmed=frozenset({2026})).works(MAY_DAY)
    assert not Workdays(confirmed=frozenset({2027})).works(MAY_DAY)
    assert Workdays().count(date(2026, 5, 4), 1).words().count("trừ") == 0


def test_a_calendar_without_a_day_to_work_is_refused() -> None:
    nothing = {date(2026, 5, 1) + timedelta(days=n): "nghỉ" for n in range(100)}
    with pytest.raises(NoWorkday, match="no working day"):
        Workdays(off=nothing).count(date(2026, 5, 1), 1)


def test_abuse_36_a_day_off_has_its_name_and_the_next_day_to_work() -> None:
    assert Workdays().day_off(date(2026, 5, 4)) is None
    sunday = Workdays().day_off(date(2026, 12, 6))
    assert sunday == DayOff(date(2026, 12, 6), "", date(2026, 12, 7))
    holiday = Workdays().day_off(date(2027, 1, 1))
    assert holiday is not None
    assert (holiday.name, holiday.following) == ("Tết Dương lịch", date(2027, 1, 4))
    moved = Workdays(on={date(2026, 12, 6): "làm bù"})
    assert moved.day_off(date(2026, 12, 6)) is None
    wrong = Workdays(off={MAY_DAY + timedelta(days=n): "nghỉ" for n in range(100)}).day_off(MAY_DAY)
    assert wrong == DayOff(MAY_DAY, "nghỉ", None)
    assert wrong.words().endswith("lịch làm việc không còn ngày làm việc nào trong 60 ngày sau đó")
