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
NO_SHARE = "văn bản lấy tỷ lệ theo số liệu của cơ quan; chưa ghi số liệu ấy"
NO_PERCENT = "văn bản không nêu tỷ lệ bằng số; cơ quan chọn trong quy chế"


@dataclass(frozen=True)
class Heads:
    """Head-counts of one scope on the day they are frozen. `at_base_levels`: results at the levels the quota counts;
    `waiting`: how many of the rated have no result yet (neither exempted nor "not rated" so far)."""

    staff: int
    rated: int
    leaders: int
    at_base_levels: int
    waiting: int = 0


@dataclass(frozen=True)
class Chosen:
    """What the agency decided beside the text: how to round where it is silent, that the higher line holds, and the
    figure of the agency (percent) where the text names one instead of a number."""

    rounding: str = ""
    raised: bool = False
    share: Fraction | None = None


UNCHOSEN = Chosen()


@dataclass(frozen=True)
class Places:
    """The base and the places; None, with the question in `sentence`, where a figure is open. `hard`: not exceeded."""

    base: int | None
    places: int | None
    sentence: str
    hard: bool


def places_for(rule: SchemeQuota, heads: Heads, chosen: Chosen = UNCHOSEN) -> Places:
    """How many may hold the level in a scope.

    Merged units, joiners and leavers count as the frozen head-count has them: each person once, whole.
    """
    raised = rule.raised if chosen.raised else None
    hardness = raised.hardness if raised is not None and raised.hardness is not None else rule.hardness
    hard, counted = hardness == "hard", (raised.base if raised is not None else None) or rule.base
    if rule.small is not None and heads.rated < rule.small.fewer_than:
        few = f"dưới {rule.small.fewer_than} người: tối đa {rule.small.at_most} suất"
        return Places(heads.rated, rule.small.at_most, few, hard)
    if counted == "open":
        return Places(None, None, "văn bản không nói tỷ lệ tính trên số nào; cơ quan chọn trong quy chế", hard)
    base = {"rated": heads.rated, "all_staff": heads.staff, "leaders": heads.leaders}.get(counted, heads.at_base_levels)
    share = Fraction(raised.percent) if raised is not None else _share(rule, chosen)
    if share is None:
        return Places(base, None, NO_SHARE if rule.percent_fact else NO_PERCENT, hard)
    so_far = f" (gồm {heads.waiting} người chưa có kết quả)" if counted == "rated" and heads.waiting else ""
    higher = ", tỷ lệ cao hơn được quyết định" if raised else ""
    said = f"{exact_vi(share)}% của {base} {BASES[counted]}{so_far}{higher}"
    word = rule.rounding if rule.rounding != "open" else chosen.rounding
    if word:
        by = " (cơ quan chọn)" if rule.rounding == "open" else ""
        return Places(base, whole(base, share, word), f"{said}, {WORDS[word]}{by}", hard)
    found = sorted({whole(base, share, each) for each in WORDS})
    if len(found) == 1:
        return Places(base, found[0], said, hard)
    either = " hoặc ".join(map(str, found))
    asked = f"{said}: văn bản không nói làm tròn thế nào ({either} suất); cơ quan chọn"
    return Places(base, None, asked, hard)


def _share(rule: SchemeQuota, chosen: Chosen) -> Fraction | None:
    if rule.percent_fact is not None:
        return chosen.share
    return None if rule.percent is None or rule.percent == "open" else Fraction(rule.percent)


def whole(base: int, percent: Fraction, rounding: str) -> int:
    """A share in percents of a base as whole places.

    >>> [whole(base, Fraction(20), "floor") for base in (0, 1, 4, 5)], whole(4, Fraction(20), "up")
    ([0, 0, 0, 1], 1)
    """
    return int(places_of(np.array([base], dtype=np.int64), percent / 100, cast(Rounding, rounding))[0])
