"""Publication, papers, deliveries and reopened sheets of a closed month, for counting queries."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from tests.factories.people import make_unit
from tests.integration.web import crowd
from tests.integration.web.crowd import AT
from thuocdo.appraisals.models import Confirmation
from thuocdo.calendars.actions import set_day
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions
from thuocdo.decisions.actions import reopening

START = AT.date() - timedelta(days=400)


def build(people: crowd.Crowd, closed: Cycle, rows: int) -> dict[str, Any]:
    """`rows` choices, papers, deliveries, receipts and reopenings; the ids that the addresses name."""
    by: Any = people.officer.user
    act = {"by": by, "at": AT}
    for index in range(rows):
        start = START + timedelta(days=index)
        actions.set_publication_form(
            unit_id=people.place.pk, kind="electronic", decided_by=f"Số {index}", start=start, **act
        )
        actions.set_petition_route(
            unit_id=people.place.pk, authority_id=people.agency.pk, named_in=f"Số {index}", start=start, **act
        )
        day = AT.date().replace(month=3, day=1) + timedelta(days=2 * index)  # no month without a day to work
        set_day(unit_id=people.place.pk, day=day, kind="off", reason="Nghỉ", decision="", **act)
    done = actions.publish_units(cycle_id=closed.pk, unit_ids=[people.agency.pk], **act)
    results = list(Confirmation.objects.filter(sheet__cycle=closed).select_related("subject__user").order_by("pk"))
    for result in results[:rows]:
        actions.receive_result(confirmation_id=result.pk, by=result.subject.user, at=AT)
    decision = _paper(people, closed, rows)
    sheets = [one.sheet_id for one in results if one.subject_id != people.officer.pk][:rows]
    with patch.object(reopening, "require_no_petition"):  # as if everybody had petitioned only after the proposals
        asked = actions.propose_reopening(cycle_id=closed.pk, sheet_ids=sheets, reason="Sai số", **act)
    ids = {"publication": done.created[0].pk, "decision": decision, "reopening": asked[-1].pk}
    return ids | {"unit": people.agency.pk}


def _paper(people: crowd.Crowd, closed: Cycle, rows: int) -> int:
    """An issued decision with as many deliveries."""
    head: Any = people.head.user
    act = {"by": head, "at": AT}
    row = actions.draft_decision(cycle_id=closed.pk, unit_id=people.agency.pk, kind="decision", **act)
    typed = {
        "subject": row.subject, "number": "1", "symbol": "QĐ-UBND", "place": "Bồ Đề", "signing_form": "own",
        "on_behalf": "", "signer": str(people.head.pk), "recipients": "Lưu: VT.",
    }  # fmt: skip
    row = actions.save_decision(decision_id=row.pk, version=1, typed=typed, signed_on=AT.date(), **act)
    actions.issue_decision(decision_id=row.pk, version=row.version, **act)
    units = [make_unit(f"NN{index}", f"Nơi nhận {index}", under=people.place).pk for index in range(rows)]
    actions.deliver(decision_id=row.pk, to_ids=units, **act)
    return row.pk
