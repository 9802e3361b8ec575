"""Places of a quota: a share of a head-count as a whole number, by the rulebook's rounding. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import numpy as np

from thuocdo.engine.schemes.counting import Rounding, places_of
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.kernel.exact import exact_vi

WORDS = {"floor": "phần lẻ bỏ đi", "half_up": "phần lẻ từ 0,5 làm tròn lên", "up": "phần lẻ làm tròn lên"}
BASES = {
    "rated": "người được xếp loại",
    "all_staff": "người của đơn vị",
    "leaders": "người giữ chức vụ lãnh đạo, quản lý",
    "levels": "người ở các mức được tính",
}


@dataclass(frozen=True)
class Heads:
    """Head-counts of one scope on the day they are frozen. `at_base_levels`: results at the levels the quota counts."""

    staff: int
    rated: int
    leaders: int
    at_base_levels: int


@dataclass(frozen=True)
class Places:
    """The base and the places; None, with the question in `sentence`, where a figure is open."""

    base: int | None
    places: int | None
    sentence: str


def places_for(rule: SchemeQuota, heads: Heads, rounding: str = "") -> Places:
    """How many may hold the level in a scope. `rounding` is the agency's choice where the text leaves it open.

    Merged units, joiners and leavers count as the frozen head-count has them: each person once, whole.
    """
    if rule.small is not None and heads.rated < rule.small.fewer_than:
        return Places(
            heads.rated, rule.small.at_most, f"dưới {rule.small.fewer_than} người: tối đa {rule.small.at_most} suất"
        )
    if rule.base == "open":
        return Places(None, None, "văn bản không nói tỷ lệ tính trên số nào; cơ quan chọn trong quy chế")
    base = {"rated": heads.rated, "all_staff": heads.staff, "leaders": heads.leaders}.get(
        rule.base, heads.at_base_levels
    )
    if rule.percent is None or rule.percent == "open":
        return Places(base, None, "văn bản không nêu tỷ lệ bằng số; cơ quan chọn trong quy chế")
    share = Fraction(rule.percent)
    said = f"{exact_vi(share)}% của {base} {BASES[rule.base]}"
    word = rule.rounding if rule.rounding != "open" else rounding
    if word:
        chosen = " (cơ quan chọn)" if rule.rounding == "open" else ""
        return Places(base, whole(base, share, word), f"{said}, {WORDS[word]}{chosen}")
    found = sorted({whole(base, share, each) for each in WORDS})
    if len(found) == 1:
        return Places(base, found[0], said)
    return Places(
        base, None, f"{said}: văn bản không nói làm tròn thế nào ({' hoặc '.join(map(str, found))} suất); cơ quan chọn"
    )


def whole(base: int, percent: Fraction, rounding: str) -> int:
    """A share in percents of a base as whole places.

    >>> [whole(base, Fraction(20), "floor") for base in (0, 1, 4, 5)], whole(4, Fraction(20), "up")
    ([0, 0, 0, 1], 1)
    """
    return int(places_of(np.array([base], dtype=np.int64), percent / 100, cast(Rounding, rounding))[0])
