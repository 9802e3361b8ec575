"""Working copies of a unit's sheet: kept as typed on either side, and from where a reader goes on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.collectives.models import UnitDraft, UnitSheet, UnitSubmission

Part = UnitSubmission.Part
KEYS = {
    Part.SELF: frozenset({"fields", "evidence", "strengths", "shortcomings", "level"}),
    Part.AUTHORITY: frozenset({"fields", "reasons", "comment", "level"}),
}


@dataclass(frozen=True)
class Working:
    """From where somebody goes on: the own draft, else a colleague's latest (`taken`). `others` are at work too."""

    document: Mapping[str, Any] | None = None
    taken: UnitDraft | None = None
    others: tuple[UnitDraft, ...] = ()


def working(sheet: UnitSheet, part: Part, user_id: int, filed: Mapping[str, UnitSubmission]) -> Working:
    """The drafts of a part that are newer than everything filed. One query; the caller checks the access."""
    rows = sheet.drafts.filter(part=part).select_related("author").order_by("-saved_at", "pk")
    fresh = [row for row in rows if all(row.saved_at > one.at for one in filed.values())]
    own = next((row for row in fresh if row.author_id == user_id), None)
    others = tuple(row for row in fresh if row.author_id != user_id)
    start = own or next(iter(others), None)
    if start is None:
        return Working()
    return Working(json.loads(start.document), None if own else start, others if own else others[1:])
