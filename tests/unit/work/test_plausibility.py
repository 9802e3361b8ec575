"""Exact figures to look at; too few figures give none, and nothing is a verdict."""

from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from thuocdo.work.plausibility import FLAG_FROM, FLAG_TO, LEAST_MONTHS, LEAST_POSTS, compare, median, range_of

F = Fraction
ROOT = Path(__file__).parents[3]


def test_a_volume_beside_its_own_months_and_like_posts() -> None:
    found = compare(F(24), [F(10), F(8), F(12)], [F(20), F(30), F(24), F(26)])
    assert found.own is not None
    assert (found.own.median, found.own.least, found.own.most, found.own.count) == (10, 8, 12, 3)
    assert found.times_own == F(12, 5)
    assert found.times_like == F(24, 25)
    assert (found.far_from_own, found.far_from_like, found.flagged) == (True, False, True)


def test_too_few_figures_or_a_median_of_zero_give_nothing() -> None:
    found = compare(F(24), [F(1)] * (LEAST_MONTHS - 1), [F(1)] * (LEAST_POSTS - 1))
    assert (found.own, found.like, found.times_own, found.times_like) == (None, None, None, None)
    assert not found.flagged
    assert compare(F(24), [F(0)] * 3, []).times_own is None


def test_the_mark_begins_at_the_softwares_thresholds_above_and_below() -> None:
    for months, posts in (([F(3)] * 3, []), ([], [F(3)] * 4)):
        assert compare(3 * FLAG_FROM, months, posts).flagged
        assert not compare(3 * FLAG_FROM - F(1, 100), months, posts).flagged
        assert not compare(3 * FLAG_TO + F(1, 100), months, posts).flagged
        assert compare(3 * FLAG_TO, months, posts).flagged
        assert compare(F(0), months, posts).flagged, "reported, and nothing done"


def test_the_words_name_the_thresholds() -> None:
    assert (2, F(1, 2), 3, 4) == (FLAG_FROM, FLAG_TO, LEAST_MONTHS, LEAST_POSTS)
    said = "từ 2 lần trung vị trở lên hoặc từ một nửa trung vị trở xuống"
    for page in ("my_unit/table.html", "my_work/_plausible.html"):
        assert said in (ROOT / "src/thuocdo/web/templates/web" / page).read_text(encoding="utf-8")
    handbook = (ROOT / "docs/handbook/nguoi-danh-gia.md").read_text(encoding="utf-8")
    assert said in handbook
    assert "ít nhất 3 tháng trước của chính người ấy" in handbook
    assert "ít nhất 4 người ở vị trí tương tự" in handbook


@given(st.lists(st.fractions(0, 1000, max_denominator=100), min_size=1, max_size=15))
def test_the_median_has_as_many_on_either_side(values: list[Fraction]) -> None:
    middle = median(values)
    half = len(values) // 2
    assert sum(v < middle for v in values) <= half
    assert sum(v > middle for v in values) <= half
    found = range_of(values, 1)
    assert found is not None
    assert found.least <= found.median <= found.most
