"""Hand-overs of results, as many as there are rows, for counting queries."""

from datetime import timedelta
from typing import Any

from tests.factories.people import make_unit
from tests.guards import outside_actions
from tests.integration.web.crowd import AT, Crowd
from thuocdo.results.models import FollowUp, FollowUpRule, Handover, HandoverLine, OutsideResult, YearPaper


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
        for person in people.people[:rows]:
            FollowUpRule.objects.create(
                unit=people.place, kind="commend", bound="at_least", score=9000, run=1, start=AT.date(),
                decided_by="Chủ tịch", source="Quy chế", set_by=officer, set_at=AT,
            )  # fmt: skip
            made = FollowUp.objects.create(
                person=person, unit=people.agency, chain="P", kind="remind", basis=[], proposal="x",
                proposed_by=officer, proposed_at=AT,
            )  # fmt: skip
        YearPaper.objects.bulk_create(
            YearPaper(
                person=person, year=2026, agency=people.agency, kind="other", number=f"{n}/BB", signed_on=AT.date(),
                issued_by="Văn phòng", file_name="a.pdf", size=1, sha256=f"{n:064}", added_by=officer, added_at=AT,
            )
            for person in people.people for n in range(rows)
        )  # fmt: skip
        lot = [
            OutsideResult(
                person=person, agency=people.agency, chain="P", kind="month", year=2025, number=number, version=1,
                place="Sở cũ", basis="NĐ 335", score="80/1", document="1/BC", signed_on=AT.date(),
                lot=f"{person.pk}" if number > 1 else "tep", entered_by=officer, entered_at=AT,
            )
            for person in people.people[:rows] for number in (1, 2)
        ]  # fmt: skip
        entered = OutsideResult.objects.bulk_create(lot)[0]
        OutsideResult.objects.filter(pk__gt=entered.pk, number=2).update(
            state="confirmed", closed_by=people.head.user, closed_at=AT
        )
    entered = OutsideResult.objects.filter(lot="tep").earliest("pk")
    return {"handover": last.pk, "follow_up": made.pk, "outside": entered.pk}
