"""Hand-overs of results, as many as there are rows, for counting queries."""

from datetime import timedelta
from typing import Any

from tests.factories.people import make_unit
from tests.guards import outside_actions
from tests.integration.web.crowd import AT, Crowd
from thuocdo.results.models import Handover, HandoverLine


def build(people: Crowd, rows: int) -> dict[str, Any]:
    """`rows` hand-overs to and from another agency, received and on their way, the last with `rows` lines."""
    other = make_unit("P-UB9", "Sở Nội vụ", under=people.place)
    officer: Any = people.officer.user
    with outside_actions():
        for n, person in enumerate(reversed(people.people[:rows])):
            both = {"person": person, "year": 2026, "number": 1, "digest": "x", "sent_by": officer, "sent_at": AT}
            Handover.objects.create(from_agency=people.agency, to_agency=other, **both)
            done = {"state": "received", "closed_by": people.head.user, "closed_at": AT + timedelta(hours=n)}
            last = Handover.objects.create(from_agency=other, to_agency=people.agency, **both, **done)
        for n in range(rows):
            HandoverLine.objects.create(
                handover=last, kind="rollup", label=f"Điểm {n}", content='{"score": "1"}', digest=str(n)
            )
    return {"handover": last.pk}
