"""Deadlines of a delivery that are days off: kept as the source gave them, and said."""

from collections.abc import Sequence
from datetime import date

from thuocdo.calendars.queries import days_off
from thuocdo.inflow.planning import CREATED, Decision
from thuocdo.organisation.queries import forest


def day_off_notes(decisions: Sequence[Decision]) -> dict[str, str]:
    """A sentence for each new or moved deadline on a day off where its doer serves, by the item's id. The deadline
    stays as the source gave it. Three queries."""
    due = {
        one.external_id: (one.target.post.unit_id, date.fromisoformat(one.values["due_date"]))
        for one in decisions
        if one.target is not None and (one.outcome == CREATED or "due_date" in one.write)
    }
    if not due:
        return {}
    tree = forest(max(day for _, day in due.values()))
    found = days_off(due.values(), lambda unit, _: tree.path(unit))
    return {name: f"Hạn giữ như nguồn ghi: {found[key].words()}." for name, key in due.items() if key in found}
