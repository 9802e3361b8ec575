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
