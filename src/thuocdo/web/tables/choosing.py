"""Which rows of a preview are left out: boxes not ticked among those shown, and numbers typed."""

import re

from django.http import QueryDict

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean

_RANGE = re.compile(r"([0-9]{1,6})(?:\s*[-–]\s*([0-9]{1,6}))?", re.ASCII)
MOST = 100_001


def skipped(posted: QueryDict) -> frozenset[int]:
    """Row numbers to leave out: `shown` without `row`, and `skip` typed as “5; 12-20”. Raises Refusal."""
    shown = {int(n) for n in posted.getlist("shown") if n.isascii() and n.isdigit() and len(n) < 7}
    ticked = {int(n) for n in posted.getlist("row") if n.isascii() and n.isdigit() and len(n) < 7}
    left = shown - ticked
    for part in filter(None, (clean(p) for p in re.split(r"[;,]", posted.get("skip", "")))):
        found = _RANGE.fullmatch(part)
        first = int(found[1]) if found else 0
        last = int(found[2] or found[1]) if found else 0
        if found is None or last < first or last > MOST:
            raise Refusal(
                "rows", f"Bỏ qua các dòng: không hiểu “{part[:40]}”. Hãy ghi số dòng, ví dụ 5; 12-20.", field="skip"
            )
        left.update(range(first, last + 1))
    return frozenset(left)
