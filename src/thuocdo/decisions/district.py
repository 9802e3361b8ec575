"""The one screen on which an officer closes a period: how far each unit is, its quotas, and the papers made for it."""

from datetime import datetime

from django.db.models import Count

from thuocdo.accounts.models import User
from thuocdo.appraisals.progress import Progress, progress
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Decision


def district(user: User, cycle_id: int, at: datetime, agency: int | None = None) -> Progress:
    """`appraisals.progress` with the papers of each unit counted: `made`, of these `issued`, once
    the period is closed (there are none before). One query more. Raises NotYours."""
    found = progress(user, cycle_id, at, agency)
    if found.cycle.state == Cycle.State.OPEN:
        return found
    rows = {row.unit.pk: row for row in found.units}
    key = "agency" if found.by_agency else "unit"
    papers = Decision.objects.filter(cycle=found.cycle).exclude(state=Decision.State.DROPPED)
    for group in papers.values(key, "state").annotate(n=Count("pk")).order_by():
        inside = rows.get(group[key])
        for row in (found.sums, inside):
            if row is not None and (inside is not None or found.agency is None):
                row.papers["made"] += group["n"]
                row.papers["issued"] += group["n"] if group["state"] != Decision.State.DRAFT else 0
    return found
