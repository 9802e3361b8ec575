"""Weeks, recurring days, levels and pasted lines: pure rules."""

import itertools
from datetime import date, timedelta

import pytest

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import Span
from thuocdo.plans import rules
from thuocdo.web.plans import typed


def test_each_week_belongs_to_exactly_one_month() -> None:
    months = [date(2026 + n // 12, n % 12 + 1, 1) for n in range(24)]
    weeks = [week for month in months for week in rules.weeks_of_month(month)]
    assert weeks == sorted(set(weeks))
    assert all(after - before == timedelta(days=7) for before, after in itertools.pairwise(weeks))
    assert all(rules.month_of_week(week) == month for month in months for week in rules.weeks_of_month(month))


def test_a_calendar_shows_every_day_of_its_month() -> None:
    for number in range(1, 13):
        month = date(2026, number, 1)
        days = [day for week in rules.weeks_touching(month) for day in rules.week_days(week)]
        inside = [day for day in days if day.month == number]
        assert inside[0] == month
        assert (inside[-1] + timedelta(days=1)).day == 1
        assert 28 <= len(days) <= 42


@pytest.mark.parametrize(
    ("rule", "day", "quarter_month", "expected"),
    [
        ("weekly", 5, None, ["2026-03-06", "2026-03-13", "2026-03-20", "2026-03-27"]),
        ("monthly", 28, None, ["2026-03-28"]),
        ("monthly", 31, None, ["2026-03-31"]),
        ("quarterly", 15, 3, ["2026-03-15"]),
        ("quarterly", 15, 2, []),
    ],
)
def test_recurring_work_falls_on_its_days(rule: str, day: int, quarter_month: int | None, expected: list[str]) -> None:
    march = Span(date(2026, 3, 1), date(2026, 4, 1))
    found = rules.occurrences(rule, day, quarter_month, Span(date(2026, 1, 1)), march)
    assert [str(d) for d in found] == expected


def test_recurring_work_stays_within_its_dates() -> None:
    held = Span(date(2026, 3, 10), date(2026, 3, 20))
    assert rules.occurrences("weekly", 5, None, held, Span(date(2026, 3, 1), date(2026, 4, 1))) == [date(2026, 3, 13)]


@pytest.mark.parametrize(
    ("rule", "day", "quarter_month", "field"),
    [
        ("weekly", 8, None, "day"),
        ("monthly", 29, None, "day"),
        ("monthly", 0, None, "day"),
        ("quarterly", 1, None, "quarter_month"),
        ("weekly", 1, 2, "quarter_month"),
        ("daily", 1, None, "rule"),
    ],
)
def test_a_day_that_some_period_lacks_is_refused(rule: str, day: int, quarter_month: int | None, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_recurrence(rule, day, quarter_month)
    assert refused.value.field == field


@pytest.mark.parametrize("lines", [["Tốt"], ["A", "B", "C", "D", "E", "F"], ["Tốt", "tốt"], ["x" * 61, "y"]])
def test_levels_are_two_to_five_different_words(lines: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        rules.levels_from(lines)
    assert refused.value.field == "levels"


def test_only_the_lowest_level_needs_a_reason() -> None:
    levels = rules.levels_from([" Tốt ", "", "Đạt", "Chưa đạt"])
    assert levels == ["Tốt", "Đạt", "Chưa đạt"]
    assert [rules.grade_problem(n, levels, "") is None for n in (-1, 0, 1, 2, 3)] == [False, True, True, False, False]
    assert rules.grade_problem(2, levels, "Trễ hai báo cáo") is None


def test_pasted_lines_are_read_by_column_and_problems_kept_by_line() -> None:
    lines = typed.pasted(
        "Báo cáo tháng\t30/10/2026\tBáo cáo\r\n\r\n\t1/1/2026\r\nHọp\t31/02/2026\nViệc\t\t\tthừa\n  Rà soát "
    )
    assert [line.number for line in lines] == [1, 3, 4, 5, 6]
    assert [line.data is None for line in lines] == [False, True, True, True, False]
    first, last = lines[0].data, lines[-1].data
    assert first is not None
    assert (first.text, first.due_date, first.expected) == ("Báo cáo tháng", date(2026, 10, 30), "Báo cáo")
    assert last is not None
    assert (last.text, last.due_date) == ("Rà soát", None)
    assert "31/02/2026" in lines[2].problem
    assert lines[1].raw == "1/1/2026"


@pytest.mark.parametrize("text", ["", " \n\t\n", "việc\n" * 61])
def test_nothing_or_too_much_pasted_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        typed.pasted(text)


def test_a_week_asked_for_badly_is_refused_and_none_is_the_present_one() -> None:
    on = date(2026, 3, 5)
    assert {typed.week_from({"tuan": day}, on) for day in ("2026-03-11", "11/03/2026")} == {date(2026, 3, 9)}
    assert typed.week_from({"tuan": ""}, on) == typed.week_from({}, on) == date(2026, 3, 2)
    for bad in ("x", "2026-13-01"):
        with pytest.raises(Refusal, match="Tuần có ngày"):
            typed.week_from({"tuan": bad}, on)


def test_ticked_occurrences_that_cannot_be_read_are_left_out() -> None:
    from django.http import QueryDict

    assert typed.pairs(QueryDict("chosen=3:2026-03-06&chosen=x&chosen=4:hôm-nay")) == [(3, date(2026, 3, 6))]
