"""Shares that add up exactly, hours that convert exactly, causes within what was reported."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuocdo.kernel.errors import Refusal
from thuocdo.work.models import Task
from thuocdo.work.rules import (
    Details,
    Report,
    Share,
    check_cause_decided,
    check_claim,
    check_details,
    check_report,
    check_shares,
    doubts,
    units_of_hours,
)

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.mark.parametrize(("report", "field"), [
    (Report(400, 400, 400, late=1), None),
    (Report(400, 400, 300, late=1), None),
    (Report(400, 300, 400, quality_errors=2), None),
    (Report(100, 100, 0, late=1), None),
    (Report(1000, 1000, 800, late=2, late_each="0"), None),
    (Report(250, 250, 250, quality_errors=3, quality_errors_each="1; 1; 1"), None),
    (Report(250, 250, 250, quality_errors=4, quality_errors_each="1; 1; 1; 1"), "quality_errors_each"),
    (Report(9_000, 9_000, 9_000, late=70, late_each="67x1; 3"), None),
    (Report(400, 400, 300, late=1, late_each="1"), None),
    (Report(400, 400, 300, late=2, late_each="1"), None),
    (Report(400, 400, 400, late=2, late_each="1"), "late_each"),
    (Report(400, 400, 400, late=5, late_each="1; 1; 3"), None),
    (Report(400, 400, 400, late=5, late_each="1, 1, 3"), "late_each"),
    (Report(400, 400, 400, late=5, late_each="0; 5"), None),
    (Report(400, 400, 400, late=5, late_each="0x5"), "late_each"),
    (Report(400, 400, 400, quality_errors=5, quality_errors_each="1; 1; 1; 1; 1"), "quality_errors_each"),
    (Report(90_000, 90_000, 90_000, late=300, late_each="; ".join("1" * 300)), "late_each"),
])  # fmt: skip
def test_what_is_said_of_products_adds_up(report: Report, field: str | None) -> None:
    if field is None:
        check_report(report)
        return
    with pytest.raises(Refusal) as caught:
        check_report(report)
    assert caught.value.field == field


@pytest.mark.parametrize(("done", "counts"), [
    (Task(completed=400, quality_met=400, on_time=300, late=1), {"on_time"}),
    (Task(completed=400, quality_met=300, on_time=400, quality_errors=2), {"quality_met"}),
    (Task(completed=400, quality_met=400, on_time=300, late=1, late_excused=1), set()),
    (Task(completed=400, quality_met=400, on_time=300, late=1, late_each="0"), set()),
    (Task(completed=100, quality_met=0, on_time=0, quality_errors=2, late=1), set()),
    (Task(), set()),
])  # fmt: skip
def test_a_fault_that_may_be_typed_twice_is_doubted_only_where_something_counts(done: Task, counts: set[str]) -> None:
    assert set(doubts(done)) == counts


@pytest.mark.parametrize(("done", "asked"), [
    (Task(assigned=100, completed=500, quality_met=500, on_time=500), True),
    (Task(assigned=500), True),
    (Task(assigned=500, uncountable=True), False),
    (Task(assigned=500, uncountable=True, completed=500, quality_met=500, on_time=300), True),
    (Task(assigned=100, completed=100, quality_met=50, on_time=100), True),
    (Task(assigned=100, completed=100, quality_met=100, on_time=0), False),
])  # fmt: skip
def test_single_products_are_asked_about_where_several_were_done_or_some_do_not_count(done: Task, asked: bool) -> None:
    assert done.asks_each is asked


def test_what_a_cause_excuses_is_of_no_product_and_one_task_is_one_product() -> None:
    check_report(Report(400, 400, 300, late=1), late_excused=1)
    check_report(Report(400, 400, 400, late=3, late_each="2"), late_excused=1)
    check_report(Report(1250, 1250, 1250, late=2, late_each="2"), one_piece=True)
    with pytest.raises(Refusal, match="chỉ có 1 sản phẩm"):
        check_report(Report(1250, 1250, 1250, late=2, late_each="1; 1"), one_piece=True)


def share(person: int, assigned: int, month: date = MARCH) -> Share:
    return Share(person, month, assigned, date(2026, 3, 25))


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12), st.integers(0, 5_000), st.integers(-3, 3))
def test_shares_are_taken_exactly_when_they_make_up_the_total(parts: list[int], kept: int, off: int) -> None:
    shares = [share(n, part) for n, part in enumerate(parts)]
    total = sum(parts) + kept + off
    if off == 0:
        check_shares(total, kept, shares)
        return
    with pytest.raises(Refusal) as refused:
        check_shares(total, kept, shares)
    assert refused.value.code == "share.sum"


def test_a_person_may_have_shares_in_several_months_but_one_in_each() -> None:
    check_shares(300, 0, [share(1, 100), share(1, 200, APRIL)])
    with pytest.raises(Refusal, match="hai phần"):
        check_shares(300, 0, [share(1, 100), share(1, 200)])


def test_shares_are_not_empty() -> None:
    for shares in ([], [share(1, 0), share(2, 100)], [share(1, -100), share(2, 200)]):
        with pytest.raises(Refusal):
            check_shares(100, 0, shares)


def test_hours_convert_exactly_or_not_at_all() -> None:
    assert units_of_hours(1000, 800) == 125
    assert units_of_hours(800, 800) == 100
    with pytest.raises(Refusal) as refused:
        units_of_hours(300, 800)
    assert refused.value.field == "assigned"
    assert "3 giờ" in refused.value.message


@pytest.mark.parametrize(("occurrences", "late", "taken"), [(1, 1, True), (2, 2, True), (2, 1, False), (0, 1, False)])
def test_causes_are_claimed_for_reported_lateness(occurrences: int, late: int, taken: bool) -> None:
    if taken:
        check_claim(occurrences, late)
        return
    with pytest.raises(Refusal):
        check_claim(occurrences, late)


@pytest.mark.parametrize("confirmed", [-1, 3])
def test_no_more_is_confirmed_than_was_claimed(confirmed: int) -> None:
    with pytest.raises(Refusal):
        check_cause_decided(confirmed, 2)


def test_details_fit_together() -> None:
    check_details(Details(start_date=MARCH), MARCH)
    with pytest.raises(Refusal) as late:
        check_details(Details(start_date=date(2026, 3, 2)), MARCH)
    assert late.value.field == "start_date"
    with pytest.raises(Refusal):
        check_details(Details(nature="other"), MARCH)
