"""Rules with days of their own are left out of periods in which they do not hold."""

from datetime import date

from thuocdo.engine.loader import load_book
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.in_force import in_force


def _book(key: str = "local/tp-hcm-4631-2018") -> SchemeBook:
    book = load_book(key)
    assert isinstance(book, SchemeBook)
    return book


def _rules(start: date, end: date) -> tuple[list[str], list[str], list[str]]:
    book = in_force(_book(), start, end)
    scheme = book.scheme("quarterly")
    return [rule.id for rule in scheme.limits], [rule.id for rule in scheme.quotas], [p.id for p in book.open_points]


def test_a_later_rule_is_out_before_its_first_day() -> None:
    assert _rules(date(2018, 10, 1), date(2018, 12, 31)) == ([], [], ["results_between"])


def test_a_rule_that_begins_on_the_last_day_is_in() -> None:
    limits, _, _ = _rules(date(2019, 7, 1), date(2019, 10, 1))
    assert limits == ["absence_22"]


def test_a_rule_that_ended_is_out_from_its_last_day_on() -> None:
    assert _rules(date(2023, 12, 31), date(2023, 12, 31))[1:] == (
        ["leaders_excellent"],
        ["results_between", "quota_rounding"],
    )
    assert _rules(date(2024, 1, 1), date(2024, 3, 31))[1:] == ([], ["results_between"])


def test_what_holds_from_the_first_day_of_the_rulebook_holds_in_every_period() -> None:
    book = _book("local/hai-phong-212-2025")
    assert in_force(book, date(2025, 1, 1), date(2025, 11, 30)) is book


def test_the_same_rules_give_the_same_rulebook() -> None:
    assert in_force(_book(), date(2018, 10, 1), date(2018, 12, 31)) is in_force(
        _book(), date(2018, 7, 1), date(2018, 9, 30)
    )
