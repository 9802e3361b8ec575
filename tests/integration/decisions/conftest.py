from datetime import date, datetime, timedelta, timezone

from tests.cast import Cast
from tests.factories.months import confirmed, exempted, leader_judgement, make_task, open_month
from tests.standing import standing
from thuocdo.appraisals import actions as appraisals
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions

AT = datetime(2026, 3, 5, 9, 0, tzinfo=timezone(timedelta(hours=7)))
CLOSED = AT + timedelta(days=2)


@standing
def february(cast: Cast) -> Cycle:
    """February, open: four results of the economy division, one of them of its team head, and the head's own."""
    people = (cast.officer_appraised, cast.colleague, cast.deputy, cast.head)
    for person in people:
        make_task(person, cast.economy, 1, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    for person in people:
        leads = person in (cast.deputy, cast.head)
        confirmed(cycle, person, AT, leader_judgement() if leads else None)
    return cycle


@standing
def closed(cast: Cast, february: Cycle) -> Cycle:
    """The same, closed, with the form of publication chosen."""
    for sheet in february.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    appraisals.close_cycle(cycle_id=february.pk, by=cast.organisation_officer.user, at=CLOSED)
    choose(cast)
    return Cycle.objects.get(pk=february.pk)


def choose(cast: Cast, kind: str = "electronic", start: date = date(2026, 1, 1)) -> None:
    actions.set_publication_form(
        unit_id=cast.ward.pk,
        kind=kind,
        decided_by="Chủ tịch Ủy ban nhân dân phường, văn bản số 5",
        start=start,
        by=cast.organisation_officer.user,
        at=CLOSED,
    )
