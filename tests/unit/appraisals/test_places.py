"""Abuse case 12: a share of small, empty and merged head-counts as whole places, by every rounding."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuocdo.appraisals.places import Chosen, Heads, places_for, whole
from thuocdo.engine.schemes.schema import SchemeQuota

TABLE = [
    (0, (0, 0, 0)),
    (1, (0, 0, 1)),
    (2, (0, 0, 1)),
    (3, (0, 1, 1)),
    (4, (0, 1, 1)),
    (5, (1, 1, 1)),
    (7, (1, 1, 2)),
    (8, (1, 2, 2)),
    (40, (8, 8, 8)),
]


def quota(**changed: object) -> SchemeQuota:
    fields = {
        "id": "excellent", "label": "Không quá 20%", "level": "excellent", "base": "rated", "percent": 20,
        "scopes": ["agency"], "rounding": "floor", "cite": "x/1", "since": date(2026, 1, 1),
    }  # fmt: skip
    return SchemeQuota.model_validate(fields | changed)


@pytest.mark.parametrize(("base", "found"), TABLE)
def test_twenty_percent_of_small_bases(base: int, found: tuple[int, int, int]) -> None:
    assert tuple(whole(base, Fraction(20), word) for word in ("floor", "half_up", "up")) == found


@given(st.integers(0, 5000), st.fractions(0, 100, max_denominator=200))
def test_rounding_is_the_whole_number_next_to_the_share(base: int, percent: Fraction) -> None:
    down, half, up = (whole(base, percent, word) for word in ("floor", "half_up", "up"))
    share = base * percent / 100
    assert down <= share < down + 1
    assert up - 1 < share <= up
    assert half in (down, up)
    assert abs(half - share) <= Fraction(1, 2)


@given(st.integers(0, 300), st.integers(0, 300))
def test_units_that_merge_never_have_fewer_places_than_apart_when_the_rest_is_left_out(one: int, other: int) -> None:
    apart = whole(one, Fraction(20), "floor") + whole(other, Fraction(20), "floor")
    assert apart <= whole(one + other, Fraction(20), "floor") <= apart + 1


def test_open_figures_are_asked_and_never_filled() -> None:
    heads = Heads(staff=9, rated=8, leaders=2, at_base_levels=5)
    asked = places_for(quota(rounding="open"), heads)
    assert (asked.base, asked.places) == (8, None)
    assert "1 hoặc 2 suất" in asked.sentence
    assert places_for(quota(rounding="open"), heads, Chosen(rounding="up")).places == 2
    assert places_for(quota(rounding="open"), Heads(9, 10, 2, 5)).places == 2  # every rounding agrees
    assert places_for(quota(base="open"), heads).places is None
    assert places_for(quota(percent="open"), heads).places is None


@pytest.mark.parametrize(
    ("base", "more", "found"),
    [("rated", {}, 8), ("all_staff", {}, 9), ("leaders", {}, 2), ("levels", {"base_levels": ["good"]}, 5)],
)
def test_the_base_is_that_of_the_text(base: str, more: dict[str, object], found: int) -> None:
    assert places_for(quota(base=base, **more), Heads(9, 8, 2, 5)).base == found


def test_a_small_group_has_the_places_the_text_gives() -> None:
    rule = quota(small={"fewer_than": 5, "at_most": 1, "cite": "x/1", "since": date(2026, 1, 1)})
    assert places_for(rule, Heads(4, 4, 0, 0)).places == 1
    assert places_for(rule, Heads(5, 5, 0, 0)).places == 1
