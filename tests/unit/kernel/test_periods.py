"""Periods are half-open: the first day belongs to them, the day after the last does not."""

from datetime import date

import pytest

from thuocdo.kernel.periods import Span, month_span, period_label, period_span


@pytest.mark.parametrize(
    ("kind", "number", "start", "end", "label"),
    [
        ("month", 1, date(2028, 1, 1), date(2028, 2, 1), "Tháng 1 năm 2028"),
        ("month", 2, date(2028, 2, 1), date(2028, 3, 1), "Tháng 2 năm 2028"),
        ("quarter", 1, date(2028, 1, 1), date(2028, 4, 1), "Quý 1 năm 2028"),
        ("quarter", 4, date(2028, 10, 1), date(2029, 1, 1), "Quý 4 năm 2028"),
        ("half_year", 2, date(2028, 7, 1), date(2029, 1, 1), "6 tháng cuối năm 2028"),
        ("year", 1, date(2028, 1, 1), date(2029, 1, 1), "Năm 2028"),
    ],
)
def test_days_and_name(kind: str, number: int, start: date, end: date, label: str) -> None:
    assert period_span(kind, 2028, number) == Span(start, end)
    assert period_label(kind, 2028, number) == label


@pytest.mark.parametrize(
    ("kind", "number"), [("month", 0), ("month", 13), ("quarter", 5), ("half_year", 3), ("year", 2)]
)
def test_a_number_that_the_year_does_not_have(kind: str, number: int) -> None:
    with pytest.raises(ValueError, match=f"{kind} has no number {number}"):
        period_span(kind, 2026, number)


def test_a_span_holds_its_first_day_and_not_its_end() -> None:
    march = month_span(2026, 3)
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [march.holds(day) for day in days] == [False, True, True, False]
    running = Span(date(2026, 3, 1))
    assert [running.holds(day) for day in days] == [False, True, True, True]


def test_spans_that_only_touch_do_not_overlap() -> None:
    march, april = month_span(2026, 3), month_span(2026, 4)
    running, second_quarter = Span(date(2026, 4, 1)), period_span("quarter", 2026, 2)
    assert not march.overlaps(april)
    assert not april.overlaps(march)
    assert not march.overlaps(running)
    assert not running.overlaps(march)
    assert april.overlaps(second_quarter)
    assert running.overlaps(april)
    assert april.overlaps(running)
    assert running.overlaps(Span(date(2030, 1, 1)))
