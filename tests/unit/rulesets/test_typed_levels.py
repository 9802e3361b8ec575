"""Levels of others that nothing in a round delivers are typed, and the form says so."""

from thuocdo.conclusions import sheets
from thuocdo.conclusions.delivering import NOTHING
from thuocdo.engine import load_book
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets.scheme_fields import levels_of, scheme_fields


def test_counts_of_units_and_quarters_say_that_they_are_typed() -> None:
    book = load_book("party/qd-366-2025")
    assert isinstance(book, SchemeBook)
    scheme = book.scheme_for("leader", "head", "year")
    assert scheme is not None
    groups = sheets._typed(scheme, scheme_fields(scheme, "head", "year", levels_of(scheme)), NOTHING)
    by_hand = {field.name.split(".")[1] for group in groups if group.note == sheets.BY_HAND for field in group.fields}
    assert "units" in by_hand
    assert "marks.results" not in {f.name for g in groups if g.note == sheets.BY_HAND for f in g.fields}


def test_each_circumstance_is_asked_under_its_own_case() -> None:
    """QĐ 366 Điều 11: two circumstances for each of a leader's seven cases, apart from the facts that make the case."""
    book = load_book("party/qd-366-2025")
    assert isinstance(book, SchemeBook)
    scheme = book.scheme("leader")
    groups = {group.title: group for group in scheme_fields(scheme, "head", "year", (), "leader")}
    asked = groups["Tình tiết của từng trường hợp (nếu có)"]
    assert len(asked.fields) == 2 * sum(one.mitigation is not None for one in scheme.triggers)
    assert asked.optional
    assert asked.fields[1].label == "Hoàn thành dưới 70% nhiệm vụ: do nguyên nhân bất khả kháng"
    others = groups["Trường hợp nào có thì đánh dấu"].fields
    assert not {one.name for one in asked.fields} & {one.name for one in others}
