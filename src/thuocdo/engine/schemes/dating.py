"""Which disciplinary records count in a year: the dating rules that a scheme lists."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from thuocdo.engine.blocks.triggers import COUNTS, FORMER, OTHER_READING, OTHER_YEAR, USED
from thuocdo.engine.schemes.columns import Records

__all__ = ["COUNTS", "DATED", "DATING_RULES", "FORMER", "OPEN_YEAR", "OTHER_READING", "OTHER_YEAR", "USED", "dated"]

OPEN_YEAR = 5  # after the states of the people engine
DATED = {
    OTHER_YEAR: "quyết định có hiệu lực ngoài kỳ này nên không tính ở kỳ này",
    FORMER: "hành vi xảy ra ở cơ quan cũ nên không tính ở đây",
    USED: "hành vi đã được tính ở năm khác",
    OTHER_READING: "hành vi có nhiều quyết định, được tính ở năm của quyết định khác",
    OPEN_YEAR: "có quyết định ở nhiều năm mà chỉ tính một năm, văn bản không nói năm nào: chưa biết tính ở đâu",
    COUNTS: "tính trong kỳ này",
}
"""Why a record counts or does not, in words."""
DATING_RULES = {
    FORMER: "former_agency",
    USED: "already_used",
    OTHER_READING: "one_year_only",
    OPEN_YEAR: "one_year_only",
}


def dated(records: Records, year: int, rules: Mapping[str, str | None]) -> npt.NDArray[np.int8]:
    """Per record `COUNTS`, why it does not count in this period, or `OPEN_YEAR`.

    `one_year_only`: several decisions on one act count only in the year of the first or of the last one; which, may be
    open. `already_used`: not again after another year. `former_agency`: not for an act at the former place of work.
    """
    base = records.base
    found = np.where(records.inside, COUNTS, OTHER_YEAR).astype(np.int8)
    if "former_agency" in rules:
        found[(found == COUNTS) & base.former] = FORMER
    if "already_used" in rules:
        found[(found == COUNTS) & (base.used > 0) & (base.used != year)] = USED
    if "one_year_only" in rules:
        several = (found == COUNTS) & (base.first != base.last) & (base.used != year)
        counts_in = rules["one_year_only"]
        if counts_in == "open":
            found[several] = OPEN_YEAR
        else:
            found[several & ((base.first if counts_in == "first" else base.last) != year)] = OTHER_READING
    return found
